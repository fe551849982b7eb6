import { describe, expect, it } from 'vitest';
import { settled } from '../../src/testing/settled';
import { ALICE } from './support/ids';
import { createLiveWorld, createWorld, ROOM } from './support/world';

/** A live world in which Alice writes while nothing leaves her device. */
async function createHeldWorld() {
  const world = await createLiveWorld();
  const { alice } = world;
  alice.environment.setOnline(false);
  await settled();
  const back = async () => {
    alice.environment.setOnline(true);
    await world.clock.advance(1_000);
  };
  const pushed = () =>
    alice.transport.calls
      .filter(({ fn }) => fn === 'push')
      .flatMap(({ args }) =>
        (args['mutations'] as readonly { readonly type: string }[]).map(({ type }) => type),
      );
  return { ...world, back, pushed, outbox: alice.watch(alice.confab.outbox) };
}

describe('what is unsent', () => {
  it('E3.4 is sent as it was edited last', async () => {
    const { alice, messages, back, pushed } = await createHeldWorld();
    const { id } = await alice.confab.messages.send(ROOM, { content: 'helo' });
    const { confirmed } = await alice.confab.messages.edit(ROOM, id, { content: 'hello' });
    expect(messages.get().messages.at(-1)).toMatchObject({
      id,
      content: 'hello',
      status: 'pending',
      editedAt: null,
    });
    await back();
    expect(await confirmed).toMatchObject({ ok: true, value: { id, content: 'hello', editedAt: null } });
    expect(pushed()).toEqual(['send_message']);
  });

  it('E3.5 is taken back by its deletion, and both are told', async () => {
    const { alice, messages, back, pushed, outbox } = await createHeldWorld();
    const sending = await alice.confab.messages.send(ROOM, { content: 'oops' });
    await alice.confab.reactions.add(ROOM, sending.id, '👍');
    const deletion = await alice.confab.messages.delete(ROOM, sending.id);
    expect(await sending.confirmed).toMatchObject({ ok: false, error: { code: 'discarded' } });
    expect(await deletion.confirmed).toMatchObject({ ok: true, value: { id: sending.id, content: null } });
    expect(messages.get().messages).toEqual([]);
    expect(outbox.get().items).toEqual([]);
    await back();
    expect(pushed()).toEqual([]);
  });

  it('E4.9 is listed with where, since when, and how it stands', async () => {
    const { alice, clock, outbox } = await createHeldWorld();
    const at = new Date(clock.now()).toISOString();
    const { id } = await alice.confab.messages.send(ROOM, { content: 'first' });
    const item = {
      id,
      type: 'send_message',
      conversationId: ROOM,
      messageId: id,
      content: 'first',
      createdAt: at,
    };
    expect(outbox.get().items).toMatchObject([{ ...item, status: 'pending', attempts: 0, error: null }]);
    expect(outbox.get()).toBe(outbox.get());
  });

  it('E4.9 tells how often it was tried and when it will be', async () => {
    const { alice, clock } = await createLiveWorld();
    const outbox = alice.watch(alice.confab.outbox);
    alice.transport.once('push', () => ({ results: [] }));
    await alice.confab.messages.send(ROOM, { content: 'first' });
    await settled();
    const [item] = outbox.get().items;
    expect(item?.attempts).toBe(1);
    expect(Date.parse(item?.nextAttemptAt ?? '')).toBeGreaterThan(clock.now());
    await clock.advance(1_000);
    expect(outbox.get().items).toEqual([]);
  });
});

describe('what was refused', () => {
  async function createRefusal() {
    const world = await createLiveWorld();
    const { alice, server } = world;
    const outbox = alice.watch(alice.confab.outbox);
    server.refuseWhen((mutation) =>
      mutation.type === 'send_message'
        ? { code: 'content_too_long', message: 'unable to send; too long' }
        : null,
    );
    const first = await alice.confab.messages.send(ROOM, { content: 'too long' });
    const second = await alice.confab.messages.send(ROOM, { content: 'also' });
    await settled();
    return { ...world, outbox, first, second };
  }

  it('E4.9 is listed with its reason, retried all together, and discarded', async () => {
    const { alice, server, outbox, first, second, messages } = await createRefusal();
    expect(outbox.get().items).toMatchObject([
      {
        id: first.id,
        status: 'failed',
        attempts: 1,
        nextAttemptAt: null,
        error: { code: 'content_too_long', message: 'unable to send; too long' },
      },
      { id: second.id, status: 'failed' },
    ]);
    await alice.confab.outbox.retry(first.id);
    await settled();
    expect(outbox.get().items).toHaveLength(2);
    await alice.confab.outbox.discard(second.id);
    expect(outbox.get().items).toMatchObject([{ id: first.id }]);
    server.refuseWhen(() => null);
    await alice.confab.outbox.retryAll();
    await settled();
    expect(outbox.get().items).toEqual([]);
    expect(messages.get().messages).toMatchObject([{ id: first.id, status: 'sent' }]);
    await expect(alice.confab.outbox.retry(first.id)).rejects.toMatchObject({ code: 'not_found' });
    await expect(alice.confab.outbox.discard(first.id)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('E3.4 is sent again when it is edited', async () => {
    const { alice, server, first, messages } = await createRefusal();
    server.refuseWhen(() => null);
    const { confirmed } = await alice.confab.messages.edit(ROOM, first.id, { content: 'short' });
    expect(await confirmed).toMatchObject({ ok: true, value: { id: first.id, content: 'short' } });
    expect(messages.get().messages[0]).toMatchObject({ content: 'short', status: 'sent' });
  });

  it('E4.10 unreadable writes are listed as they are and removed on demand', async () => {
    const world = createWorld();
    const device = world.device(null);
    await device.storage.open(`confab-outbox-${ALICE}`).set('odd', { v: 99 });
    device.auth.signIn(ALICE);
    await settled();
    expect(device.confab.outbox.get().unreadable).toEqual([{ key: 'odd', value: { v: 99 } }]);
    await device.confab.outbox.discardUnreadable('odd');
    expect(device.confab.outbox.get().unreadable).toEqual([]);
  });
});
