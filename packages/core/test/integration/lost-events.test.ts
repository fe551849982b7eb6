import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ConnectionView, LogEntry } from '../../src';
import { eventually, unwatchAll, watch } from './support/eventually';
import { done, live, say } from './support/pair';
import { createWorld, type Device, type Person, type World } from './support/world';

type AnyDevice = Device<Record<never, never>>;

/** The pull of the minute comes after 54 s at the earliest; `eventually` gives up after 15. */
describe('events that are lost without a sign', () => {
  let world: World;
  let alice: Person;
  let bob: Person;
  let carol: Person;
  let a: AnyDevice;
  let b: AnyDevice;
  let group: string;
  const log: LogEntry[] = [];
  const lost = () => log.filter(({ event }) => event === 'events_lost').length;

  /** As when the replication of Realtime has stopped: what is written is committed, and nobody is told. */
  const losing = async (act: () => Promise<unknown>): Promise<void> => {
    const table = 'confab_private.outgoing_changes';
    await world.db.query(`alter table ${table} disable trigger send_outgoing_changes`);
    try {
      await act();
    } finally {
      await world.db.query(`alter table ${table} enable trigger send_outgoing_changes`);
      await world.db.query(`delete from ${table}`);
    }
  };
  /** What a server does in the name of somebody, without a client that could notice anything. */
  const asServer = async ({ id }: Person, sql: string, values: readonly unknown[]): Promise<void> => {
    await world.db.query('begin');
    await world.db.query("select set_config('request.jwt.claims', $1, true)", [
      JSON.stringify({ sub: id, role: 'authenticated' }),
    ]);
    await world.db.query(sql, [...values]);
    await world.db.query('commit');
  };
  const open = async (device: AnyDevice) => {
    await live(device);
    watch(device.confab.conversations.list());
    const list = watch(device.confab.messages.list(group));
    await eventually(list, ({ isPending }) => !isPending);
    return list;
  };
  const shows = (list: Awaited<ReturnType<typeof open>>, content: string) =>
    eventually(list, ({ messages }) => messages.some((message) => message.content === content));

  beforeAll(async () => {
    world = await createWorld();
    [alice, bob, carol] = await Promise.all([
      world.person('Alice'),
      world.person('Bob'),
      world.person('Carol'),
    ]);
    a = await alice.device({ logger: (entry) => log.push(entry) });
    b = await bob.device();
    await Promise.all([live(a), live(b)]);
    const memberIds = [bob.id, carol.id];
    ({ id: group } = await done(a.confab.conversations.create({ kind: 'group', title: 'Group', memberIds })));
  });
  afterEach(unwatchAll);
  afterAll(() => world.stop());

  it('E8.7 are noticed by who writes, and by who has the conversation open', async () => {
    const mine = await open(a);
    const theirs = await open(b);
    for (const { confab } of [a, b]) watch(confab.presence.in(group));
    await eventually(watch(b.confab.presence.in(group)), (view) => view[alice.id]?.state === 'online');
    const before = lost();
    await losing(async () => {
      await asServer(carol, "select confab.send_message(gen_random_uuid(), $1, 'of Carol')", [group]);
      await say(a, group, 'of Alice');
    });
    for (const list of [mine, theirs])
      for (const content of ['of Carol', 'of Alice']) await shows(list, content);
    await eventually(a.confab.connection, ({ type }) => type === 'live' && lost() > before);
    expect(lost()).toBe(before + 1);
  });

  it('E8.9 are noticed by who hears of anything else in the conversation', async () => {
    const theirs = await open(b);
    await losing(() =>
      asServer(carol, "select confab.send_message(gen_random_uuid(), $1, 'unheard')", [group]),
    );
    const seq = (theirs.get().messages.at(-1)?.seq ?? 0) + 1;
    await asServer(carol, 'select confab.mark_delivered($1, $2)', [group, seq]);
    await asServer(alice, 'select confab.mark_read($1, $2)', [group, seq]);
    await shows(theirs, 'unheard');
  });

  it('E8.8 again and again are said by the state, and polled meanwhile', async () => {
    const mine = await open(a);
    const states: ConnectionView['type'][] = [];
    const stop = a.confab.connection.subscribe(() => states.push(a.confab.connection.get().type));
    await losing(async () => {
      for (const content of ['first', 'second']) {
        const before = lost();
        await say(a, group, content);
        await eventually(a.confab.connection, () => lost() > before);
        if (content === 'first') await live(a);
      }
      await eventually(a.confab.connection, ({ type }) => type === 'polling');
      await asServer(carol, "select confab.send_message(gen_random_uuid(), $1, 'polled')", [group]);
      await shows(mine, 'polled');
    });
    stop();
    expect(states).toContain('polling');
    await live(a);
  });
});
