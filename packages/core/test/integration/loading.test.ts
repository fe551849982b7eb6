import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually, unwatchAll, watch } from './support/eventually';
import { createWorld, type Device, type Person, type World } from './support/world';

type AnyDevice = Device<Record<never, never>>;

describe('loading', () => {
  let world: World;
  let alice: Person;
  let bob: Person;
  let a: AnyDevice;
  let b: AnyDevice;

  beforeAll(async () => {
    world = await createWorld();
    await world.useSettings({ rate_limit_burst: 0 });
    [alice, bob] = await Promise.all([world.person('Alice'), world.person('Bob')]);
    a = await alice.device();
    b = await bob.device();
    await eventually(a.confab.connection, ({ type }) => type === 'live');
    await eventually(b.confab.connection, ({ type }) => type === 'live');
  });
  afterEach(unwatchAll);
  afterAll(() => world.stop());

  /** Sends at most 100 messages in one push, without the engine. */
  const sendAll = async ({ supabase }: AnyDevice, id: string, contents: readonly string[]): Promise<void> => {
    const mutations = contents.map((content) => ({
      id: randomUUID(),
      type: 'send_message',
      conversation_id: id,
      args: { content },
    }));
    const { error } = await supabase.schema('confab').rpc('push', { mutations });
    if (error) throw new Error(error.message);
  };
  const numbers = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, i) => `${from + i}`);

  it('E3.12 a group made offline can be written to at once, and is there for all once online', async () => {
    const list = watch(a.confab.conversations.list());
    await eventually(list, ({ isPending }) => !isPending);
    a.network.cut();
    const { id, confirmed } = await a.confab.conversations.create({
      kind: 'group',
      title: 'Hike',
      memberIds: [bob.id],
    });
    await a.confab.messages.send(id, { content: 'Saturday?' });
    const [shown] = list.get().conversations;
    expect(shown).toMatchObject({
      id,
      name: 'Hike',
      status: 'pending',
      lastMessage: { content: 'Saturday?' },
    });
    const messages = watch(a.confab.messages.list(id));
    expect(messages.get().messages.map(({ content }) => content)).toEqual(['Saturday?']);
    a.network.restore();
    expect(await confirmed).toMatchObject({ ok: true, value: { id, title: 'Hike' } });
    await eventually(messages, (view) => view.messages.at(-1)?.status === 'sent');
    const theirs = watch(b.confab.conversations.list());
    const view = await eventually(theirs, ({ conversations }) => conversations[0]?.id === id);
    expect(view.conversations[0]).toMatchObject({ name: 'Hike', memberCount: 2 });
    await eventually(theirs, ({ conversations }) => conversations[0]?.unreadCount === 1);
    expect(list.get().conversations.filter((one) => one.id === id)).toHaveLength(1);
  });

  it('E6.5 older pages join without holes or doubles while new messages arrive', async () => {
    const id = await a.confab.conversations.direct(bob.id);
    await sendAll(b, id, numbers(1, 100));
    await sendAll(b, id, numbers(101, 200));
    const list = watch(a.confab.messages.list(id));
    await eventually(list, ({ isPending }) => !isPending);
    expect(list.get().messages).toHaveLength(50);
    const loading = list.get().hasOlder
      ? a.confab.messages.list(id).fetchOlder()
      : Promise.reject(new Error('none'));
    await b.confab.messages.send(id, { content: 'meanwhile' });
    await loading;
    while (list.get().hasOlder) await a.confab.messages.list(id).fetchOlder();
    const view = await eventually(list, ({ messages }) => messages.length === 201);
    expect(view.messages.map(({ seq }) => seq)).toEqual(Array.from({ length: 201 }, (_, i) => i + 1));
    expect(view.messages.at(-1)?.content).toBe('meanwhile');
  });

  it('E6.9 a window that is more than 500 changes behind is loaded anew', async () => {
    const id = await a.confab.conversations.direct(bob.id);
    const list = watch(a.confab.messages.list(id));
    await eventually(list, ({ isPending }) => !isPending);
    a.network.cut();
    for (let from = 1; from < 600; from += 100) {
      await sendAll(
        b,
        id,
        numbers(from, from + 99).map((n) => `late ${n}`),
      );
    }
    a.network.restore();
    a.confab.connection.retry();
    const view = await eventually(list, ({ messages }) => messages.at(-1)?.content === 'late 600');
    const seqs = view.messages.map(({ seq }) => seq ?? 0);
    expect(seqs).toEqual(seqs.map((_, i) => (seqs[0] ?? 0) + i));
    expect(view.hasOlder).toBe(true);
  });

  it('D10 a group too large for inboxes is live through its feed', async () => {
    await world.useSettings({ fanout_max_members: 1 });
    const list = watch(b.confab.conversations.list());
    await eventually(list, ({ isPending }) => !isPending);
    const { id, confirmed } = await a.confab.conversations.create({
      kind: 'group',
      title: 'Crowd',
      memberIds: [bob.id],
    });
    await confirmed;
    await eventually(list, ({ conversations }) => conversations.some((one) => one.id === id));
    const messages = watch(b.confab.messages.list(id));
    await eventually(messages, ({ isPending }) => !isPending);
    await a.confab.messages.send(id, { content: 'To everyone' });
    await eventually(messages, (view) => view.messages.some(({ content }) => content === 'To everyone'));
    await eventually(
      list,
      ({ conversations }) => conversations[0]?.id === id && conversations[0].unreadCount === 1,
    );
  });

  it('E5 the list pages, and unread messages outside the loaded pages count too', async () => {
    const carol = await world.person('Carol');
    for (let n = 1; n <= 35; n++) {
      const group = { kind: 'group', title: `g${n}`, memberIds: [carol.id] };
      const { id, confirmed } = await b.confab.conversations.create(group);
      await b.confab.messages.send(id, { content: 'hello' });
      expect(await confirmed).toMatchObject({ ok: true });
    }
    await eventually(b.confab.connection, ({ unsentCount }) => unsentCount === 0);
    const c = await carol.device();
    const list = watch(c.confab.conversations.list());
    await eventually(list, ({ isPending }) => !isPending);
    expect(list.get()).toMatchObject({ hasNextPage: true });
    expect(list.get().conversations).toHaveLength(30);
    await eventually(c.confab.conversations.unreadCount(), (count) => count === 35);
    await c.confab.conversations.list().fetchNextPage();
    expect(list.get()).toMatchObject({ hasNextPage: false });
    expect(list.get().conversations.map(({ name }) => name)).toEqual(
      Array.from({ length: 35 }, (_, i) => `g${35 - i}`),
    );
    expect(c.confab.conversations.unreadCount().get()).toBe(35);
  });
});
