import { describe, expect, it } from 'vitest';
import { createFakeServer } from '../../src/testing/fake-server/fake-server';
import { settled } from '../../src/testing/settled';
import { createTestConfab } from '../../src/testing/test-confab';
import { ALICE, BOB, CAROL } from './support/ids';
import { ROOM } from './support/world';

/** Alice's device, which has loaded nothing of the room but what it searches for. */
async function open() {
  const server = createFakeServer();
  for (const id of [ALICE, BOB, CAROL]) server.addUser(id, id);
  server.addConversation(ROOM, [ALICE, BOB, CAROL]);
  const { confab, transport, auth } = createTestConfab({ server, userId: ALICE });
  const { found } = confab.messages;
  found.subscribe(() => undefined);
  await settled();
  const search = async () => (await confab.search.messages({ query: 'needle' })).items;
  return { server, transport, auth, found, search };
}

describe('messages on pages that are read once', () => {
  it('E6.25 follow edits and deletions, and what quotes them does', async () => {
    const { server, found, search } = await open();
    const said = server.send(BOB, ROOM, 'needle');
    const reply = server.send(CAROL, ROOM, 'a needle too', { reply_to_id: said.id });
    expect(await search()).toHaveLength(2);
    server.edit(BOB, ROOM, said.id, 'pin');
    await settled();
    expect(found.get().get(said.id)?.content).toBe('pin');
    expect(found.get().get(reply.id)?.replyTo?.content).toBe('pin');
    server.delete(BOB, ROOM, said.id);
    await settled();
    expect(found.get().get(said.id)).toMatchObject({ content: null, deletedBy: BOB });
    expect(found.get().get(reply.id)?.replyTo).toMatchObject({ content: null });
  });

  it('E6.25 are nothing while deleted for oneself, and come back', async () => {
    const { server, found, search } = await open();
    const said = server.send(BOB, ROOM, 'needle');
    const reply = server.send(CAROL, ROOM, 'a needle too', { reply_to_id: said.id });
    await search();
    server.apply(ALICE, 'hide_message', ROOM, { message_id: said.id });
    await settled();
    expect(found.get().get(said.id)).toBe(null);
    expect(found.get().get(reply.id)?.replyTo).toBe(null);
    server.apply(ALICE, 'unhide_message', ROOM, { message_id: said.id });
    await settled();
    expect(found.get().get(said.id)?.content).toBe('needle');
    expect(found.get().get(reply.id)?.replyTo?.content).toBe('needle');
  });

  it('E6.25 hold what happened while their page was on its way', async () => {
    const { server, transport, found, search } = await open();
    const [edited, hidden] = [server.send(BOB, ROOM, 'needle'), server.send(BOB, ROOM, 'a needle')];
    transport.hold('search_messages');
    const searching = search();
    await settled();
    const call = transport.nextHeld('search_messages');
    call.perform();
    server.edit(BOB, ROOM, edited.id, 'pin');
    server.apply(ALICE, 'hide_message', ROOM, { message_id: hidden.id });
    await settled();
    call.release();
    await searching;
    expect(found.get().get(edited.id)?.content).toBe('pin');
    expect(found.get().get(hidden.id)).toBe(null);
  });

  it('E6.25 are forgotten with their user', async () => {
    const { server, auth, found, search } = await open();
    server.send(BOB, ROOM, 'needle');
    await search();
    expect(found.get().size).toBe(1);
    auth.signIn(CAROL);
    await settled();
    expect(found.get().size).toBe(0);
  });
});
