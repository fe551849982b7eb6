import { describe, expect, it } from 'vitest';
import { createComposer } from '../../src/screens/composer';
import { createFaultyStorage } from '../../src/testing/faulty-storage';
import { settled } from '../../src/testing/settled';
import { ALICE, BOB, uuid } from './support/ids';
import { createWorld, ROOM, type World } from './support/world';

const OTHER = uuid(11);

/** A device of Alice whose clock is wrong by so much, with a composer of the room. */
async function open({ device, clock }: World, offsetMs = 0, storage = createFaultyStorage()) {
  const skewed = { ...clock, now: () => clock.now() + offsetMs };
  const alice = device(ALICE, { clock: skewed, storage });
  alice.watch(alice.confab.conversations.list());
  const drafts = alice.watch(alice.confab.drafts.list());
  await settled();
  const composer = createComposer(alice.confab, ROOM);
  const stop = composer.subscribe(() => undefined);
  await settled();
  return { alice, drafts, composer, stop };
}

const long = (length: number) => 'x'.repeat(length);

describe.each([
  ['5 s slow', -5_000],
  ['10 min slow', -600_000],
  ['5 s fast', 5_000],
  ['10 min fast', 600_000],
])('drafts where one clock is %s', (_how, offset) => {
  it.each([
    ['the other', 0, offset],
    ['its own', offset, 0],
  ])('E5.16 what is written after having seen a draft replaces it (%s)', async (_whose, here, there) => {
    const world = createWorld();
    const [first, second] = [await open(world, here), await open(world, there)];
    first.composer.actions.setText('Shall we');
    await world.clock.advance(2_000);
    expect(second.composer.get().text).toBe('Shall we');
    second.composer.actions.setText('Shall we go');
    await world.clock.advance(2_000);
    expect(first.drafts.get()).toMatchObject([{ content: 'Shall we go' }]);
    await first.alice.confab.drafts.save(ROOM, { content: 'Shall we go now' });
    await world.clock.advance(2_000);
    expect(second.drafts.get()).toMatchObject([{ content: 'Shall we go now' }]);
  });

  it.each([
    ['the other', 0, offset],
    ['its own', offset, 0],
  ])(
    'E5.16 sending what was shown empties it everywhere, and one may go on writing (%s)',
    async (_whose, here, there) => {
      const world = createWorld();
      const [first, second] = [await open(world, here), await open(world, there)];
      first.composer.actions.setText('Off we go');
      await world.clock.advance(2_000);
      await second.composer.actions.send();
      await world.clock.advance(2_000);
      for (const { drafts } of [first, second, await open(world)]) expect(drafts.get()).toEqual([]);
      second.composer.actions.setText('And another');
      await world.clock.advance(2_000);
      for (const { drafts } of [first, second, await open(world)])
        expect(drafts.get()).toMatchObject([{ content: 'And another' }]);
    },
  );

  it('E5.16 a device that comes later may write where another has sent', async () => {
    const world = createWorld();
    const first = await open(world);
    first.composer.actions.setText('Sent');
    await world.clock.advance(2_000);
    await first.composer.actions.send();
    await world.clock.advance(2_000);
    world.server.send(BOB, ROOM, 'an answer');
    const late = await open(world, offset);
    late.composer.actions.setText('Later');
    await world.clock.advance(2_000);
    expect((await open(world)).drafts.get()).toMatchObject([{ content: 'Later' }]);
  });
});

describe('a draft that the server refuses', () => {
  it('E5.16 is kept on its device, in and out of the conversation, and says why', async () => {
    const world = createWorld();
    const { alice, composer, stop, drafts } = await open(world);
    composer.actions.setText(long(8_160));
    expect(composer.get()).toMatchObject({ isTooLong: true, canSend: false, length: 8_160 });
    stop();
    await world.clock.advance(2_000);
    const again = createComposer(alice.confab, ROOM);
    alice.watch(again);
    expect(again.get()).toMatchObject({ isTooLong: true, length: 8_160 });
    expect(drafts.get()).toMatchObject([{ error: { code: 'content_too_long' } }]);
    expect(alice.confab.connection.get()).toMatchObject({ unsentCount: 0, failedCount: 0 });
    expect(alice.confab.outbox.get().items).toEqual([]);
    again.actions.setText('short');
    await world.clock.advance(2_000);
    expect(drafts.get()).toMatchObject([{ content: 'short' }]);
    expect(drafts.get()[0]).not.toHaveProperty('error');
    expect((await open(world)).composer.get().text).toBe('short');
  });

  it('E5.16 survives a restart, and other devices keep what fitted', async () => {
    const world = createWorld();
    const storage = createFaultyStorage();
    const before = await open(world, 0, storage);
    before.composer.actions.setText(long(7_000));
    await world.clock.advance(2_000);
    before.composer.actions.setText(long(8_500));
    await world.clock.advance(2_000);
    before.alice.confab.close();
    const { composer } = await open(world, 0, storage);
    expect(composer.get()).toMatchObject({ isTooLong: true, length: 8_500 });
    expect((await open(world)).composer.get().length).toBe(7_000);
    composer.actions.setText('');
    await world.clock.advance(2_000);
    expect((await open(world)).composer.get().text).toBe('');
  });

  it('E5.16 counts what the server counts: characters, not units', async () => {
    const world = createWorld();
    const { composer, drafts } = await open(world);
    composer.actions.setText('🎉'.repeat(8_000));
    await world.clock.advance(2_000);
    expect(composer.get()).toMatchObject({ length: 8_000, isTooLong: false });
    expect(drafts.get()[0]).not.toHaveProperty('error');
  });

  it('E5.16 of a thread, or answering what is gone, is kept too', async () => {
    const world = createWorld();
    const root = world.server.send(BOB, ROOM, 'root').id;
    const { alice, drafts } = await open(world);
    await alice.confab.drafts.save(ROOM, { content: long(9_000), threadRootId: root });
    await alice.confab.drafts.save(ROOM, { content: 'to nobody', replyToId: uuid(99) });
    await world.clock.advance(2_000);
    expect(
      drafts
        .get()
        .map(({ error }) => error?.code)
        .sort(),
    ).toEqual(['content_too_long', 'not_found']);
    expect(alice.confab.drafts.get(ROOM, root).get()?.content).toHaveLength(9_000);
  });

  it('E5.18 of a conversation one is no longer in is not listed, and not lost', async () => {
    const world = createWorld();
    world.server.addConversation(OTHER, [BOB, ALICE]);
    const { alice, drafts } = await open(world);
    world.server.remove(ALICE, OTHER);
    await alice.confab.drafts.save(OTHER, { content: 'too late' });
    await world.clock.advance(2_000);
    expect(drafts.get()).toEqual([]);
    expect(alice.confab.drafts.get(OTHER).get()).toMatchObject({ content: 'too late' });
  });
});
