import type { Statement } from '../support/database.js';
import { got } from '../support/scenario.js';
import type { TracedScenario } from './scenario-list.js';

/** Broadcasts that SQL sends, live and replayed. */
export const databaseScenarios: TracedScenario[] = [
  {
    trace: '12-db-send',
    async run(t) {
      await t.member('room', 'alice');
      const a = await t.client('A');
      const a1 = await t.client('A1', { vsn: '1.0.0' });
      const p = await t.client('P');
      const p1 = await t.client('P1', { vsn: '1.0.0' });
      const alice = await t.token('alice');
      await t.step('A and A1 join private, P and P1 public', () => {
        a.join('room', { private: true }, { token: alice });
        a1.join('room', { private: true }, { token: alice });
        p.join('room');
        p1.join('room');
      });
      const atPrivate = { until: [got(a, 'broadcast'), got(a1, 'broadcast')] };
      const payload = { text: 'hi', list: [1, 2], nothing: null };
      await t.step('a private message', () => t.sql([t.sendSql('room', 'ev', payload, true)]), atPrivate);
      const byDefault: Statement = [
        'select realtime.send($1::jsonb, $2::text, $3::text)',
        ['{"by":"default"}', 'ev', t.topic('room')],
      ];
      await t.step('private is the default', () => t.sql([byDefault]), atPrivate);
      await t.step('a public message', () => t.sql([t.sendSql('room', 'ev', { n: 2 }, false)]), {
        until: [got(p, 'broadcast'), got(p1, 'broadcast')],
      });
      await t.step(
        'a message to a topic nobody joined',
        () => t.sql([t.sendSql('nobody', 'ev', { n: 3 }, true)]),
        { nothing: true },
      );
    },
  },
  {
    trace: '13-db-send-transactions',
    async run(t) {
      await t.member('room', 'alice');
      const a = await t.client('A');
      const b = await t.client('B', { vsn: '1.0.0' });
      const alice = await t.token('alice');
      await t.step('both join', () => {
        a.join('room', { private: true }, { token: alice });
        b.join('room', { private: true }, { token: alice });
      });
      const send = (n: number): Statement => t.sendSql('room', 'seq', { n });
      const both = (count: number) => ({ until: [got(a, 'broadcast', count), got(b, 'broadcast', count)] });
      await t.step(
        'a transaction that is rolled back',
        () => t.sql([send(1), send(2)], { end: 'rollback' }),
        { nothing: true },
      );
      await t.step('five messages in one transaction', () => t.sql([3, 4, 5, 6, 7].map(send)), both(5));
      await t.step(
        'three transactions in a row',
        async () => {
          for (const n of [8, 9, 10]) await t.sql([send(n)]);
        },
        both(3),
      );
      await t.step(
        'a savepoint rolled back inside a transaction',
        () => t.sql([send(11), 'savepoint s', send(12), 'rollback to s', send(13)]),
        both(2),
      );
    },
  },
  {
    trace: '14-db-broadcast-changes',
    async run(t) {
      await t.member('room', 'alice');
      const a = await t.client('A');
      const b = await t.client('B', { vsn: '1.0.0' });
      const p = await t.client('P');
      const alice = await t.token('alice');
      await t.step('A and B join private, P public', () => {
        a.join('room', { private: true }, { token: alice });
        b.join('room', { private: true }, { token: alice });
        p.join('room');
      });
      const both = { until: [got(a, 'broadcast'), got(b, 'broadcast')] };
      const insert: Statement = ["insert into rt_conf.docs values (1, $1, 'first')", [t.topic('room')]];
      await t.step('insert', () => t.sql([insert]), both);
      await t.step('update', () => t.sql(["update rt_conf.docs set body = 'second' where id = 1"]), both);
      await t.step('delete', () => t.sql(['delete from rt_conf.docs where id = 1']), both);
    },
  },
  {
    trace: '23-replay',
    async run(t) {
      await t.member('room', 'alice', { write: true });
      const since = Date.now() - 60_000;
      const s = await t.client('S');
      const alice = await t.token('alice');
      await t.step('a first member joins', () => {
        s.join('room', { private: true, broadcast: { ack: true } }, { token: alice });
      });
      await t.step(
        'four messages from the database, each in a transaction of its own, and one from the client',
        async () => {
          for (const n of [1, 2, 3, 4]) await t.sql([t.sendSql('room', 'ev', { n })]);
          s.broadcast('room', 'ev', { n: 5 }, { reply: true });
        },
        { until: [got(s, 'broadcast', 4)], unordered: true },
      );
      const a = await t.client('A');
      const b = await t.client('B', { vsn: '1.0.0' });
      const replay = (limit: number) => ({ private: true, broadcast: { replay: { since, limit } } });
      await t.step('A joins and asks for the last 2', () => a.join('room', replay(2), { token: alice }), {
        until: [got(a, 'broadcast', 2)],
      });
      await t.step('B joins and asks for up to 10', () => b.join('room', replay(10), { token: alice }), {
        until: [got(b, 'broadcast', 4)],
      });
      await t.step('a live message afterwards', () => t.sql([t.sendSql('room', 'ev', { n: 6 })]), {
        until: [a, b, s].map((client) => got(client, 'broadcast')),
      });
    },
  },
];
