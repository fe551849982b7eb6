import type { Client } from '../support/client.js';
import { got } from '../support/scenario.js';
import type { TracedScenario } from './scenario-list.js';

export const changeScenarios: TracedScenario[] = [
  {
    trace: '24-postgres-changes-filter',
    async run(t) {
      const a = await t.client('A');
      const b = await t.client('B');
      const table = { schema: 'rt_conf', table: 'items' };
      const subscribed = (client: Client) => ({ until: [got(client, 'system')], within: 15_000 });
      const change = (...clients: Client[]) => ({
        until: clients.map((client) => got(client, 'postgres_changes')),
        within: 5_000,
        nothing: true,
        unordered: true,
      });
      const [owner, alice] = [t.userId('alice'), await t.token('alice')];
      const changes = [
        { event: '*', ...table, filter: 'room=eq.x' },
        { event: 'INSERT', ...table },
        { event: 'INSERT', ...table },
      ];
      await t.step(
        'A subscribes to every change in room x and, twice the same, to inserts',
        () => a.join('items', { postgres_changes: changes }, { token: alice }),
        subscribed(a),
      );
      await t.step(
        'B subscribes to updates only',
        () => b.join('items', { postgres_changes: [{ event: 'UPDATE', ...table }] }, { token: alice }),
        subscribed(b),
      );
      const insert = 'insert into rt_conf.items values ($1, $2, $3, $4)';
      const update = (body: string, id: number) =>
        `update rt_conf.items set body = '${body}' where id = ${id}`;
      const remove = (id: number) => `delete from rt_conf.items where id = ${id}`;
      await t.step('insert into room x', () => t.sql([[insert, [2601, 'x', owner, 'one']]]), change(a));
      await t.step('insert into room y', () => t.sql([[insert, [2602, 'y', owner, 'two']]]), change(a));
      await t.step('update in room x', () => t.sql([update('uno', 2601)]), change(a, b));
      await t.step('update in room y', () => t.sql([update('due', 2602)]), change(b));
      await t.step('a rolled back update', () => t.sql([update('nie', 2601)], { end: 'rollback' }), {
        nothing: true,
      });
      const long = { nothing: true, quiet: 1200 };
      await t.step('delete in room x', () => t.sql([remove(2601)]), long);
      await t.step('delete in room y', () => t.sql([remove(2602)]), long);
    },
  },
  {
    trace: '25-postgres-changes-wrong-table',
    async run(t) {
      const a = await t.client('A');
      const b = await t.client('B', { vsn: '1.0.0' });
      const c = await t.client('C');
      const alice = await t.token('alice');
      const answered = (client: Client) => ({ until: [got(client, 'system')], within: 15_000 });
      const nope = { event: '*', schema: 'rt_conf', table: 'nope' };
      const docs = { event: 'INSERT', schema: 'rt_conf', table: 'docs', filter: 'id=eq.1' };
      await t.step(
        'A asks for a table that does not exist',
        () => a.join('room', { postgres_changes: [nope] }, { token: alice }),
        answered(a),
      );
      await t.step(
        'B asks for a table outside the publication',
        () => b.join('room', { postgres_changes: [docs] }, { token: alice }),
        answered(b),
      );
      await t.step(
        'C joins without a config',
        () => c.join('legacy', undefined, { payload: {} }),
        answered(c),
      );
      await t.step('broadcasts on the channel work', () => a.broadcast('room', 'e', {}), {
        until: [got(b, 'broadcast')],
      });
    },
  },
];
