import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { Json } from '../../src/realtime/json.js';
import { closedWith, play } from './support/play.js';
import { got } from './support/scenario.js';
import { startWorld, type World } from './support/world.js';

const samples = { schema: 'rt_conf', table: 'samples' };
const items = { schema: 'rt_conf', table: 'items' };
const SUBSCRIBED = {
  channel: 'room',
  extension: 'postgres_changes',
  message: 'Subscribed to PostgreSQL',
  status: 'ok',
};

/** The `data` of the changes among some frames. */
function dataOf(frames: Json[]): Json[] {
  return frames.flatMap((frame) => {
    if (!Array.isArray(frame) || frame[3] !== 'postgres_changes') return [];
    const payload = frame[4];
    return typeof payload === 'object' && payload !== null && 'data' in payload
      ? [payload['data'] ?? null]
      : [];
  });
}

describe.concurrent('row changes', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({ deniedJoinDelayMs: 200, timing: { resubscribeMs: [100, 200] } });
  });
  afterAll(() => world.stop());

  test('R70 values keep their types and digits; columns are told by right and by choice', async () => {
    const { frames } = await play(world, async (t) => {
      const a = await t.client('A');
      const b = await t.client('B');
      const s = await t.client('S');
      const [alice, service] = await Promise.all([t.token('alice'), t.tokens.service()]);
      const subscribed = [a, b, s].map((client) => got(client, 'system'));
      await t.step(
        'join',
        () => {
          a.join('room', { postgres_changes: [{ event: '*', ...samples }] }, { token: alice });
          const few = { event: '*', ...samples, select: ['amount'] };
          b.join('room', { postgres_changes: [few] }, { token: alice });
          s.join('room', { postgres_changes: [{ event: 'DELETE', ...samples }] }, { token: service });
        },
        { until: subscribed, within: 15_000 },
      );
      const changes = { until: [got(a, 'postgres_changes'), got(b, 'postgres_changes')] };
      const insert = `insert into rt_conf.samples values (1, 1.50, 9007199254740993,
        '2026-01-02 03:04:05.678901+00', '{x,"y z"}', '{"k": [1]}', '\\x00ff', true, 'hidden')`;
      await t.step('insert', () => t.sql([insert]), changes);
      await t.step('update', () => t.sql(['update rt_conf.samples set amount = 2 where id = 1']), changes);
      await t.step('delete', () => t.sql(['delete from rt_conf.samples where id = 1']), {
        until: [got(a, 'postgres_changes'), got(s, 'postgres_changes')],
      });
    });
    const row = { id: 1, amount: 1.5, tags: ['x', 'y z'], extra: { k: [1] }, bytes: '00ff', is_done: true };
    const [inserted] = dataOf(frames('insert', 'A'));
    expect(inserted).toMatchObject({ type: 'INSERT', errors: null, record: { ...row, happened: '<ts>' } });
    expect(inserted).not.toHaveProperty('old_record');
    expect(inserted).not.toHaveProperty('record.secret');
    expect(inserted).toHaveProperty('columns.7', { name: 'is_done', type: 'bool' });
    expect(inserted).not.toHaveProperty('columns.8');
    expect(dataOf(frames('insert', 'B'))).toMatchObject([
      { columns: [{ name: 'id' }, { name: 'amount' }], record: { amount: 1.5, id: 1 } },
    ]);
    const [updated] = dataOf(frames('update', 'A'));
    expect(updated).toMatchObject({ record: { ...row, amount: 2 }, old_record: row });
    // Without row level security a DELETE tells the whole identity, to whoever may read it.
    expect(dataOf(frames('delete', 'A'))).toMatchObject([
      { type: 'DELETE', old_record: { ...row, amount: 2 } },
    ]);
    expect(dataOf(frames('delete', 'S'))).toMatchObject([{ old_record: { secret: 'hidden' } }]);
    expect(dataOf(frames('delete', 'A'))[0]).not.toHaveProperty('record');
  });

  test('R71 rows are shown to those who see them, a DELETE to all with its key only', async () => {
    const { frames } = await play(world, async (t) => {
      const a = await t.client('A');
      const b = await t.client('B');
      const [alice, bob] = await Promise.all([t.token('alice'), t.token('bob')]);
      const config = { postgres_changes: [{ event: '*', ...items, filter: 'id=eq.71' }] };
      await t.step(
        'join',
        () => {
          a.join('room', config, { token: alice });
          b.join('room', config, { token: bob });
        },
        { until: [got(a, 'system'), got(b, 'system')], within: 15_000 },
      );
      const insert = "insert into rt_conf.items values (71, 'r71', $1, 'one')";
      await t.step('insert', () => t.sql([[insert, [t.userId('alice')]]]), {
        until: [got(a, 'postgres_changes')],
        nothing: true,
      });
      await t.step('delete', () => t.sql(['delete from rt_conf.items where id = 71']), {
        until: [got(a, 'postgres_changes'), got(b, 'postgres_changes')],
      });
    });
    expect([dataOf(frames('insert', 'A')).length, dataOf(frames('insert', 'B')).length]).toEqual([1, 0]);
    expect(dataOf(frames('delete', 'B'))).toMatchObject([{ old_record: { id: 71 }, type: 'DELETE' }]);
  });

  test('R72 filters compare as the type of the column does', async () => {
    const filters = {
      in: 'id=in.(720,721)',
      not: 'body=not.eq.two',
      both: 'id=gte.720,body=like.o%',
      none: 'extra=is.null',
    };
    const { frames } = await play(world, async (t) => {
      const a = await t.client('A');
      const service = await t.tokens.service();
      await t.step(
        'join',
        () => {
          const room = (filter: string) => ({ event: 'INSERT', ...items, filter: `room=eq.r72,${filter}` });
          const changes = [filters.in, filters.not, filters.both].map(room);
          a.join('room', { postgres_changes: changes }, { token: service });
        },
        { until: [got(a, 'system')], within: 15_000 },
      );
      for (const [id, body] of [
        [720, 'one'],
        [721, 'two'],
        [722, 'other'],
      ] as const) {
        await t.step(
          body,
          () => t.sql([['insert into rt_conf.items values ($1, $2, null, $3)', [id, 'r72', body]]]),
          {
            until: [got(a, 'postgres_changes')],
          },
        );
      }
    });
    const idsOf = (step: string) => {
      const [frame] = frames(step, 'A');
      return Array.isArray(frame) && typeof frame[4] === 'object' && frame[4] !== null && 'ids' in frame[4]
        ? frame[4]['ids']
        : undefined;
    };
    expect(idsOf('one')).toEqual(['<id:1>', '<id:2>', '<id:3>']);
    expect(idsOf('two')).toEqual(['<id:1>']);
    expect(idsOf('other')).toEqual(['<id:2>', '<id:3>']);
  });

  test('R73 what cannot be subscribed to is said, for all entries of the join together', async () => {
    const { frames } = await play(world, async (t) => {
      const alice = await t.token('alice');
      const ask = async (label: string, ...changes: object[]) => {
        const client = await t.client(label);
        await t.step(label, () => client.join('room', { postgres_changes: changes }, { token: alice }), {
          until: [got(client, 'system')],
          within: 15_000,
        });
      };
      await ask('operator', { event: '*', ...items, filter: 'body=foo.hey' });
      await ask('value', { event: '*', ...items, filter: 'id=eq.abc' });
      await ask('column', { event: '*', ...items }, { event: '*', ...items, filter: 'nope=eq.1' });
      await ask('select', { event: '*', schema: 'rt_conf', table: '*', select: ['id'] });
      await ask('nothing', { event: 'INSERT' });
    });
    const messageOf = (label: string) => {
      const frame = frames(label, label).at(-1);
      const payload = Array.isArray(frame) ? frame[4] : undefined;
      return typeof payload === 'object' && payload !== null && 'message' in payload
        ? payload['message']
        : '';
    };
    expect(messageOf('operator')).toBe('Error parsing `filter` params: ["foo", "hey"]');
    const unable = 'Unable to subscribe to changes with given parameters. ';
    const params = (filter: string) => {
      return `[event: *, schema: rt_conf, table: items, filters: [${filter}], select: nil]`;
    };
    const exception = `${unable}An exception happened so please check your connect parameters: `;
    expect(messageOf('value')).toBe(
      `${exception}${params('{"id", "eq", "abc", false}')}. Exception: ERROR 22P02 ` +
        '(invalid_text_representation) invalid input syntax for type bigint: "abc"',
    );
    expect(messageOf('column')).toBe(
      `${exception}${params('{"nope", "eq", "1", false}')}. Exception: ERROR P0001 ` +
        '(raise_exception) invalid column for filter nope',
    );
    expect(messageOf('select')).toMatch(/^Column selection is not supported for wildcard/);
    expect(messageOf('nothing')).toMatch(/^No subscription params provided\..*%\{"event" => "INSERT"\}$/);
  });

  test('R74 another token subscribes anew, and rows are judged by it', async () => {
    const { frames } = await play(world, async (t) => {
      const a = await t.client('A');
      const [alice, bob] = await Promise.all([t.token('alice'), t.token('bob')]);
      const changes = [{ event: 'INSERT', ...items, filter: 'room=eq.r74' }];
      await t.step('join', () => a.join('room', { postgres_changes: changes }, { token: alice }), {
        until: [got(a, 'system')],
        within: 15_000,
      });
      await t.step('refresh', () => a.accessToken('room', bob), { until: [got(a, 'system')] });
      const insert = "insert into rt_conf.items values ($1, 'r74', $2, '')";
      await t.step(
        'insert',
        async () => {
          await t.sql([[insert, [740, t.userId('alice')]]]);
          await t.sql([[insert, [741, t.userId('bob')]]]);
        },
        { until: [got(a, 'postgres_changes')] },
      );
      const forged = await t.tokens.badSignature('bob');
      await t.step('forged', () => a.accessToken('room', forged), { until: [got(a, 'phx_close')] });
    });
    expect(frames('refresh', 'A')).toEqual([['1', null, 'realtime:room', 'system', SUBSCRIBED]]);
    expect(dataOf(frames('insert', 'A'))).toMatchObject([{ record: { id: 741 } }]);
    expect(frames('forged', 'A')).toEqual(closedWith('1', ':signature_error'));
  });

  test('R75 the old form of a join gets the bare change under its own name', async () => {
    const { frames } = await play(world, async (t) => {
      const a = await t.client('A');
      const service = await t.tokens.service();
      // The whole topic is read, so this one has to be without the prefix of the scenario.
      await t.step(
        'join',
        () => {
          a.push(
            'realtime:rt_conf:items:room=eq.r75',
            'phx_join',
            { access_token: service },
            { reply: true },
          );
        },
        { until: [got(a, 'system')], within: 15_000 },
      );
      await t.step('insert', () => t.sql(["insert into rt_conf.items values (75, 'r75', null, '')"]), {
        until: [got(a, 'INSERT')],
      });
    });
    expect(frames('insert', 'A')).toMatchObject([
      [null, null, 'realtime:rt_conf:items:room=eq.r75', 'INSERT', { type: 'INSERT', record: { id: 75 } }],
    ]);
  });

  test('R76 a role that may not read the key gets an error instead of the row', async () => {
    const { frames } = await play(world, async (t) => {
      const a = await t.client('A');
      const anon = await t.tokens.anon();
      await t.step(
        'join',
        () => a.join('room', { postgres_changes: [{ event: 'INSERT', ...samples }] }, { token: anon }),
        {
          until: [got(a, 'system')],
          within: 15_000,
        },
      );
      await t.step('insert', () => t.sql(['insert into rt_conf.samples (id) values (76)']), {
        until: [got(a, 'postgres_changes')],
      });
    });
    const refused = { errors: ['Error 401: Unauthorized'], record: {}, columns: [], commit_timestamp: null };
    expect(dataOf(frames('insert', 'A'))).toMatchObject([refused]);
  });
});
