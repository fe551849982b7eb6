import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { eventually } from '../support/eventually.js';
import { closedWith, crashed, denied, joined, play } from './support/play.js';
import { memberOf, parseJson } from '../../src/realtime/json.js';
import { openDatabase, type Statement } from './support/database.js';
import { got } from './support/scenario.js';
import { startWorld, type World } from './support/world.js';

const READY = {
  channel: 'room',
  extension: 'system',
  message: 'Replication connection established',
  status: 'ok',
};
const readyFrame = (ref: string) => [ref, null, 'realtime:room', 'system', READY];

describe.concurrent('messages from the database', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({ deniedJoinDelayMs: 200 });
  });
  afterAll(() => world.stop());

  test('R60 realtime.send turns every error into a warning', async () => {
    const { frames, result } = await play(world, async (t) => {
      await t.member('room', 'alice', { write: true });
      await t.member('room', 'bob');
      const a = await t.client('A');
      const alice = await t.token('alice');
      await t.step('join', () => a.join('room', { private: true }, { token: alice }));
      const note = "insert into rt_conf.notes values (1, 'stays')";
      await t.step('denied', () => t.sql([note, t.sendSql('room', 'ev', {})], { as: 'bob' }), {
        nothing: true,
      });
      await t.step('no object', () => t.sql([t.sendSql('room', 'ev', [1])]), { nothing: true });
      await t.step('allowed', () => t.sql([t.sendSql('room', 'ev', {})], { as: 'alice' }), {
        until: [got(a, 'broadcast')],
      });
    });
    const prefix = 'WARNING: WarnSendingBroadcastMessage: ';
    expect(result('denied')).toEqual({
      notices: [`${prefix}new row violates row-level security policy for table "messages"`],
      sql: 'committed',
    });
    expect(result('no object')).toMatchObject({
      sql: 'committed',
      notices: [expect.stringContaining(prefix)],
    });
    expect([frames('denied', 'A'), frames('no object', 'A')]).toEqual([[], []]);
    expect(frames('allowed', 'A')).toHaveLength(1);
  });

  test('R61 bytes and long events do not fit every version; an own id is kept', async () => {
    const { frames } = await play(world, async (t) => {
      const a = await t.client('A');
      const a1 = await t.client('A1', { vsn: '1.0.0' });
      await t.step('join', () => {
        a.join('room');
        a1.join('room');
      });
      const bytes: Statement = [
        "select realtime.send_binary('\\x00ff'::bytea, 'bytes', $1, false)",
        [t.topic('room')],
      ];
      await t.step('bytes', () => t.sql([bytes]), { until: [got(a, 'broadcast')], nothing: true });
      await t.step('long', () => t.sql([t.sendSql('room', 'e'.repeat(300), {}, false)]), {
        until: [got(a1, 'broadcast')],
        nothing: true,
      });
      await t.step('own id', () => t.sql([t.sendSql('room', 'ev', { id: 'mine', n: 1.5 }, false)]), {
        until: [got(a, 'broadcast'), got(a1, 'broadcast')],
      });
    });
    expect(frames('bytes', 'A')).toMatchObject([{ encoding: 'binary', event: 'bytes', payload: 'hex:00ff' }]);
    expect(frames('bytes', 'A1')).toEqual([]);
    expect([frames('long', 'A').length, frames('long', 'A1').length]).toEqual([0, 1]);
    expect(frames('own id', 'A')).toMatchObject([
      { meta: { id: '<uuid:3>' }, payload: { id: 'mine', n: 1.5 } },
    ]);
  });

  test('R66 bytes to be replayed under a name that fits no frame crash the channel', async () => {
    const { frames } = await play(world, async (t) => {
      await t.member('room', 'alice', { write: true });
      const token = await t.token('alice');
      const a = await t.client('A');
      const a1 = await t.client('A1', { vsn: '1.0.0' });
      const since = Date.now() - 60_000;
      await t.sql([
        ["select realtime.send_binary('\\x01'::bytea, $1, $2)", ['e'.repeat(256), t.topic('room')]],
      ]);
      const config = { private: true, broadcast: { replay: { since } } };
      await t.step('vsn 2', () => a.join('room', config, { token }), { nothing: true });
      await t.step('vsn 1', () => a1.join('room', config, { token }), { nothing: true });
    });
    expect(frames('vsn 2', 'A')).toEqual([joined('1'), crashed('1')]);
    expect(frames('vsn 1', 'A1')).toHaveLength(1);
  });

  test('R62 what can be replayed, and what is refused', async () => {
    const { frames } = await play(world, async (t) => {
      await t.member('room', 'alice', { write: true });
      const alice = await t.token('alice');
      const a = await t.client('A');
      const a1 = await t.client('A1', { vsn: '1.0.0' });
      const since = Date.now() - 60_000;
      for (let n = 1; n <= 27; n += 1) await t.sql([t.sendSql('room', 'ev', { n })]);
      await t.sql([["select realtime.send_binary('\\x01'::bytea, 'bytes', $1)", [t.topic('room')]]]);
      await t.sql([t.sendSql('room', 'public', {}, false)]);
      const ask = (replay: unknown, isPrivate = true) => ({ private: isPrivate, broadcast: { replay } });
      const late = { delayed: true };
      await t.step('all', () => a.join('room', ask({ since, limit: 1000 }), { token: alice }));
      await t.step('vsn 1', () => a1.join('room', ask({ since, limit: 2 }), { token: alice }));
      await t.step('least', () => a.join('room', ask({ since, limit: 0 }), { token: alice }));
      await t.step('none yet', () => a.join('room', ask({ since: Date.now() + 30_000 }), { token: alice }));
      await t.step('no since', () => a.join('room', ask({ limit: 2 }), { token: alice }), late);
      await t.step('a text', () => a.join('room', ask({ since: 'x' }), { token: alice }), late);
      await t.step('public', () => a.join('room', ask({ since }, false)), late);
    });
    expect(frames('all', 'A')[0]).toEqual(joined('1'));
    expect(frames('all', 'A')).toHaveLength(26);
    expect(frames('all', 'A')[1]).toMatchObject([
      '1',
      null,
      'realtime:room',
      'broadcast',
      { payload: { n: 4 } },
    ]);
    expect(frames('all', 'A').at(-1)).toMatchObject({ encoding: 'binary', meta: { replayed: true } });
    expect(frames('vsn 1', 'A1')).toHaveLength(2);
    expect(frames('least', 'A').filter((frame) => JSON.stringify(frame).includes('"replayed"'))).toHaveLength(
      1,
    );
    expect(frames('none yet', 'A')[0]).toEqual(joined('3'));
    const invalid = 'UnableToReplayMessages: Replay params are not valid';
    expect(frames('no since', 'A')[0]).toEqual(denied('4', invalid));
    expect(frames('a text', 'A')[0]).toEqual(denied('5', invalid));
    const isPublic = 'UnableToReplayMessages: Replay is not allowed for public channels';
    expect(frames('public', 'A')[0]).toEqual(denied('6', isPublic));
  });

  test('R63 replication_ready is told when messages from the database arrive', async () => {
    const { frames } = await play(world, async (t) => {
      const a = await t.client('A');
      await t.step('join', () => a.join('room', { broadcast: { replication_ready: true } }), {
        until: [got(a, 'system')],
      });
    });
    expect(frames('join', 'A')).toEqual([joined('1'), readyFrame('1')]);
  });
});

describe('replication that breaks', () => {
  test('R64 messages sent meanwhile are lost, later ones arrive; readiness tells when', async () => {
    const timing = { replicationRetryMs: [1_200, 1_300] as const };
    const world = await startWorld({ timing });
    try {
      const { frames } = await play(world, async (t) => {
        const a = await t.client('A');
        await t.step('join', () => a.join('room', { broadcast: { replication_ready: true } }), {
          until: [got(a, 'system')],
        });
        await breakReplication(world);
        await t.step('lost', () => t.sql([t.sendSql('room', 'ev', { n: 1 }, false)]), { quiet: 100 });
        await t.step('wait', () => a.join('room', { broadcast: { replication_ready: true } }), {
          until: [got(a, 'system')],
        });
        await t.step('back', () => t.sql([t.sendSql('room', 'ev', { n: 2 }, false)]), {
          until: [got(a, 'broadcast')],
        });
      });
      expect(frames('lost', 'A')).toEqual([]);
      expect(frames('wait', 'A').at(-1)).toEqual(readyFrame('2'));
      expect(frames('back', 'A')).toMatchObject([{ payload: { n: 2 } }]);
    } finally {
      await world.stop();
    }
  });

  test('R65 a channel that waits in vain for replication is closed', async () => {
    const timing = { replicationRetryMs: [60_000, 60_000] as const, replicationReadyMs: 600 };
    const world = await startWorld({ timing });
    try {
      const { frames } = await play(world, async (t) => {
        const a = await t.client('A');
        await breakReplication(world);
        await t.step('join', () => a.join('room', { broadcast: { replication_ready: true } }), {
          until: [got(a, 'phx_close')],
        });
      });
      const message = 'Replication connection was not established in time';
      expect(frames('join', 'A')).toEqual([joined('1'), ...closedWith('1', message)]);
    } finally {
      await world.stop();
    }
  });

  async function breakReplication(world: World): Promise<void> {
    const database = await openDatabase(world.adminUrl);
    await database.query('select pg_terminate_backend(pid) from pg_stat_replication');
    await database.end();
    await eventually('the stream is gone', async () => {
      const answer = await fetch(`${world.restUrl}/health`);
      return memberOf(parseJson(await answer.text()), 'replication_connected') === false;
    });
  }
});
