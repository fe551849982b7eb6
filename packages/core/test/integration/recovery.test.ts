import { randomUUID } from 'node:crypto';
import 'fake-indexeddb/auto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createIndexedDbStorage, type LogEntry } from '../../src';
import { eventually, unwatchAll, watch } from './support/eventually';
import { createWorld, type Device, type Person, type World } from './support/world';

type AnyDevice = Device<Record<never, never>>;

describe('recovery', () => {
  let world: World;
  let alice: Person;
  let bob: Person;
  let a: AnyDevice;
  let b: AnyDevice;
  let id: string;

  beforeAll(async () => {
    world = await createWorld();
    [alice, bob] = await Promise.all([world.person('Alice'), world.person('Bob')]);
    a = await alice.device();
    b = await bob.device();
    id = await a.confab.conversations.direct(bob.id);
    await eventually(a.confab.connection, ({ type }) => type === 'live');
    await eventually(b.confab.connection, ({ type }) => type === 'live');
  });
  afterEach(unwatchAll);
  afterAll(() => world.stop());

  it('E1.4 what was sent offline survives a reload and is sent once, in order', async () => {
    const storage = createIndexedDbStorage();
    const before = await bob.device({ storage });
    await eventually(before.confab.connection, ({ type }) => type === 'live');
    before.network.cut();
    const ids: string[] = [];
    for (const n of [1, 2, 3]) ids.push((await before.confab.messages.send(id, { content: `kept ${n}` })).id);
    before.confab.close();

    const after = await bob.device({ storage });
    const list = watch(after.confab.messages.list(id));
    const view = await eventually(
      list,
      ({ messages }) => messages.length >= 3 && messages.every(({ status }) => status === 'sent'),
    );
    expect(view.messages.map((message) => message.id)).toEqual(ids);
    const { rows } = await world.db.query(
      "select id from confab.messages where conversation_id = $1 and content like 'kept %' order by seq",
      [id],
    );
    expect(rows.map((row: { id: string }) => row.id)).toEqual(ids);
    const later = await bob.device({ storage });
    await eventually(later.confab.connection, ({ type }) => type === 'live');
    expect(later.confab.connection.get().unsentCount).toBe(0);
  });

  it("E4.11 another user never sends the first one's queue", async () => {
    const storage = createIndexedDbStorage();
    const carol = await world.person('Carol');
    const device = await bob.device({ storage });
    await eventually(device.confab.connection, ({ type }) => type === 'live');
    device.network.block('push');
    await device.confab.messages.send(id, { content: 'of Bob' });
    await carol.signIn(device);
    device.network.restore();
    await eventually(device.confab.currentUser, (user) => user === carol.id);
    await eventually(device.confab.connection, ({ type }) => type === 'live');
    expect(device.confab.connection.get().unsentCount).toBe(0);
    const ofBob = "select sender_id from confab.messages where conversation_id = $1 and content = 'of Bob'";
    const sent = async (): Promise<unknown> => (await world.db.query(ofBob, [id])).rows;
    expect(await sent()).toEqual([]);
    await bob.signIn(device);
    const list = watch(device.confab.messages.list(id));
    await eventually(list, ({ messages }) =>
      messages.some(({ content, status }) => content === 'of Bob' && status === 'sent'),
    );
    expect(await sent()).toEqual([{ sender_id: bob.id }]);
  });

  it('E1.5 a storage that fails is reported, and messages go out all the same', async () => {
    const full = () => Promise.reject(new DOMException('no space', 'QuotaExceededError'));
    const device = await bob.device({
      storage: {
        kind: 'custom',
        open: () => ({
          entries: () => Promise.resolve([]),
          get: () => Promise.resolve(undefined),
          set: full,
          setMany: full,
          delete: full,
          clear: full,
        }),
      },
    });
    await eventually(device.confab.connection, ({ type }) => type === 'live');
    expect(device.confab.connection.get().isDurable).toBe(true);
    const { confirmed } = await device.confab.messages.send(id, { content: 'from memory' });
    expect(await confirmed).toMatchObject({ ok: true });
    expect(device.confab.connection.get().isDurable).toBe(false);
  });

  it('E6.4 events that are lost without a sign are found by the gap they leave', async () => {
    const list = watch(a.confab.messages.list(id));
    await eventually(list, ({ isPending }) => !isPending);
    const known = list.get().messages.length;
    // The write happens, its live events do not.
    await world.db.query('begin');
    await world.db.query("select set_config('request.jwt.claims', $1, true)", [
      JSON.stringify({ sub: bob.id, role: 'authenticated' }),
    ]);
    await world.db.query("select confab.send_message(gen_random_uuid(), $1, 'silent')", [id]);
    await world.db.query('delete from confab_private.outgoing_changes');
    await world.db.query('commit');
    await b.confab.messages.send(id, { content: 'loud' });
    const view = await eventually(list, ({ messages }) => messages.length === known + 2);
    expect(view.messages.slice(-2).map(({ content }) => content)).toEqual(['silent', 'loud']);
  });

  it('D4 E6 after a restore to another epoch the client loads anew and keeps its outbox', async () => {
    const list = watch(a.confab.messages.list(id));
    await eventually(list, ({ isPending }) => !isPending);
    const { length } = list.get().messages;
    a.network.cut();
    await a.confab.messages.send(id, { content: 'across the restore' });
    await world.useSettings({ install_id: randomUUID() });
    a.network.restore();
    const view = await eventually(
      list,
      ({ messages }) => messages.length === length + 1 && messages.every(({ status }) => status === 'sent'),
    );
    expect(view.messages.at(-1)?.content).toBe('across the restore');
  });

  it('E9.7 a channel closed by the server is opened anew', async () => {
    const entries: LogEntry[] = [];
    const device = await bob.device({ logger: (entry) => entries.push(entry) });
    await eventually(device.confab.connection, ({ type }) => type === 'live');
    // A token of a few seconds: the server closes the channel when it ends.
    await device.supabase.realtime.setAuth(await world.shortToken(bob.id, 2));
    await eventually(device.confab.connection, ({ type }) => type !== 'live');
    expect(entries.some(({ event, detail }) => event === 'channel' && detail?.['type'] === 'closed')).toBe(
      true,
    );
    await device.supabase.realtime.setAuth();
    await eventually(device.confab.connection, ({ type }) => type === 'live');
  });
});
