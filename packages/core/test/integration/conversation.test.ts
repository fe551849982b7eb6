import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { MessagesView } from '../../src';
import { eventually, unwatchAll, watch } from './support/eventually';
import { createWorld, type Device, type Person, type World } from './support/world';

type AnyDevice = Device<Record<never, never>>;

const contents = (view: MessagesView): (string | null)[] => view.messages.map((message) => message.content);

describe('two people', () => {
  let world: World;
  let alice: Person;
  let bob: Person;
  let a: AnyDevice;
  let b: AnyDevice;
  let id: string;

  beforeAll(async () => {
    world = await createWorld();
    alice = await world.person('Alice');
    bob = await world.person('Bob');
    a = await alice.device();
    b = await bob.device();
    id = await a.confab.conversations.direct(bob.id);
    await eventually(a.confab.connection, ({ type }) => type === 'live');
    await eventually(b.confab.connection, ({ type }) => type === 'live');
  });
  afterEach(unwatchAll);
  afterAll(() => world.stop());

  it('D8 open the same direct conversation from both sides', async () => {
    expect(await b.confab.conversations.direct(alice.id)).toBe(id);
  });

  it('E2.1 a message is shown at once, confirmed under the same id, and arrives live', async () => {
    const mine = watch(a.confab.messages.list(id));
    const theirs = watch(b.confab.messages.list(id));
    await eventually(mine, (view) => !view.isPending);
    await eventually(theirs, (view) => !view.isPending);
    const sending = a.confab.messages.send(id, { content: 'Hello Bob' });
    const shown = mine.get().messages.at(-1);
    expect(shown).toMatchObject({ content: 'Hello Bob', status: 'pending', seq: null, isOwn: true });
    const { id: messageId, confirmed } = await sending;
    expect(messageId).toBe(shown?.id);
    expect(await confirmed).toMatchObject({ ok: true, value: { id: messageId, seq: 1, status: 'sent' } });
    const view = await eventually(theirs, ({ messages }) => messages.length === 1);
    expect(view.messages[0]).toMatchObject({
      id: messageId,
      content: 'Hello Bob',
      isOwn: false,
      sender: { displayName: 'Alice' },
    });
    expect((await eventually(mine, ({ messages }) => messages[0]?.status === 'sent')).messages).toHaveLength(
      1,
    );
  });

  it('D6 D7 unread counts, ticks and totals follow reading on both sides', async () => {
    const inbox = watch(b.confab.conversations.list());
    const mine = watch(a.confab.messages.list(id));
    await eventually(inbox, ({ conversations }) => conversations[0]?.unreadCount === 1);
    await a.confab.messages.send(id, { content: 'Are you there?' });
    await eventually(inbox, ({ conversations }) => conversations[0]?.unreadCount === 2);
    await eventually(b.confab.conversations.unreadCount(), (count) => count === 2);
    await eventually(mine, (view) => view.deliveredToAllSeq === 2);
    await b.confab.messages.markRead(id);
    expect(inbox.get().conversations[0]?.unreadCount).toBe(0);
    await eventually(mine, (view) => view.readByAllSeq === 2);
    await eventually(b.confab.connection, ({ unsentCount }) => unsentCount === 0);
    expect(inbox.get().conversations[0]?.unreadCount).toBe(0);
  });

  it('D6 whoever answers has read what came before and was there on the device', async () => {
    const mine = watch(a.confab.messages.list(id));
    const theirs = watch(b.confab.messages.list(id));
    await a.confab.messages.send(id, { content: 'Question' });
    for (const list of [mine, theirs]) await eventually(list, ({ messages }) => messages.at(-1)?.seq === 3);
    await b.confab.messages.send(id, { content: 'Answer' });
    await eventually(mine, (view) => view.readByAllSeq === 4);
  });

  it('D5 edits and deletions reach the other side', async () => {
    const theirs = watch(b.confab.messages.list(id));
    await eventually(theirs, ({ messages }) => messages.length === 4);
    const { id: messageId } = await a.confab.messages.send(id, { content: 'Tpyo' });
    await a.confab.messages.edit(id, messageId, { content: 'Typo' });
    await eventually(
      theirs,
      ({ messages }) => messages[4]?.content === 'Typo' && messages[4].editedAt !== null,
    );
    await a.confab.messages.delete(id, messageId);
    const view = await eventually(theirs, ({ messages }) => messages[4]?.deletedAt !== null);
    expect(view.messages[4]).toMatchObject({ content: null, id: messageId });
  });

  it('E11.2 typing is seen, and ends with the message', async () => {
    const typists = watch(b.confab.typing.in(id));
    const typing = watch(a.confab.typing.in(id));
    const presence = watch(b.confab.presence.in(id));
    await eventually(presence, (view) => view[alice.id]?.state === 'online');
    typing.get();
    a.confab.typing.in(id).keystroke();
    expect((await eventually(typists, (names) => names.length === 1))[0]?.displayName).toBe('Alice');
    await a.confab.messages.send(id, { content: 'Done typing' });
    await eventually(typists, (names) => names.length === 0);
  });

  it('E5 E6 what one sends while offline arrives once and in order after what the other wrote meanwhile', async () => {
    const mine = watch(a.confab.messages.list(id));
    const theirs = watch(b.confab.messages.list(id));
    await eventually(mine, ({ messages }) => messages.length === 6);
    a.network.cut();
    await eventually(a.confab.connection, ({ type }) => type === 'offline');
    for (const n of [1, 2, 3]) await a.confab.messages.send(id, { content: `a${n}` });
    for (const n of [1, 2, 3]) await (await b.confab.messages.send(id, { content: `b${n}` })).confirmed;
    expect(contents(mine.get()).slice(6)).toEqual(['a1', 'a2', 'a3']);
    a.network.restore();
    const merged = ['b1', 'b2', 'b3', 'a1', 'a2', 'a3'];
    const done = (view: MessagesView) =>
      view.messages.length === 12 && view.messages.every(({ status }) => status === 'sent');
    expect(contents(await eventually(mine, done)).slice(6)).toEqual(merged);
    expect(contents(await eventually(theirs, done)).slice(6)).toEqual(merged);
  });

  it('E2.1 an answer that is lost after the commit does not double the message', async () => {
    const mine = watch(a.confab.messages.list(id));
    await eventually(mine, ({ messages }) => messages.length === 12);
    a.network.loseAnswers('push', 2);
    const { confirmed, id: messageId } = await a.confab.messages.send(id, { content: 'Only once' });
    expect(await confirmed).toMatchObject({ ok: true, value: { id: messageId } });
    const { rows } = await world.db.query(
      'select count(*)::int as n from confab.messages where conversation_id = $1 and content = $2',
      [id, 'Only once'],
    );
    expect(rows).toEqual([{ n: 1 }]);
    await eventually(mine, ({ messages }) => messages.length === 13);
  });

  it('E7.1 what happens while the socket is down is there when it is back', async () => {
    const mine = watch(a.confab.messages.list(id));
    await eventually(mine, ({ messages }) => messages.length === 13);
    a.network.dropSockets();
    await b.confab.messages.send(id, { content: 'Missed?' });
    await eventually(mine, (view) => contents(view).includes('Missed?'));
    await eventually(a.confab.connection, ({ type }) => type === 'live');
  });

  it('E8.2 without websockets changes are polled, and it says so', async () => {
    const mine = watch(a.confab.messages.list(id));
    await eventually(mine, ({ messages }) => messages.length === 14);
    a.network.blockSockets();
    await eventually(a.confab.connection, ({ type }) => type === 'polling');
    await b.confab.messages.send(id, { content: 'Polled' });
    await eventually(mine, (view) => contents(view).includes('Polled'));
    a.network.restore();
    await eventually(a.confab.connection, ({ type }) => type === 'live');
  });
});
