import { got } from '../support/scenario.js';
import type { TracedScenario } from './scenario-list.js';

/** Channels that the policies on realtime.messages decide about. */
export const privateScenarios: TracedScenario[] = [
  {
    trace: '07-public-private-separate',
    async run(t) {
      await t.member('room', 'alice', { write: true });
      await t.member('room', 'bob', { write: true });
      const pub = await t.client('Pub');
      const pub2 = await t.client('Pub2', { vsn: '1.0.0' });
      const priv = await t.client('Priv');
      const priv2 = await t.client('Priv2', { vsn: '1.0.0' });
      const [alice, alice2, bob] = await Promise.all([t.token('alice'), t.token('alice'), t.token('bob')]);
      await t.step('two join public, two private', () => {
        pub.join('room', {}, { token: alice });
        pub2.join('room');
        priv.join('room', { private: true }, { token: alice2 });
        priv2.join('room', { private: true }, { token: bob });
      });
      await t.step('a broadcast on the public one', () => pub.broadcast('room', 'to-public', {}), {
        until: [got(pub2, 'broadcast')],
        nothing: true,
      });
      await t.step('a broadcast on the private one', () => priv.broadcast('room', 'to-private', {}), {
        until: [got(priv2, 'broadcast')],
        nothing: true,
      });
      await t.step(
        'a database message for the public one',
        () => t.sql([t.sendSql('room', 'db-public', { n: 1 }, false)]),
        { until: [got(pub, 'broadcast'), got(pub2, 'broadcast')], nothing: true },
      );
      await t.step(
        'a database message for the private one',
        () => t.sql([t.sendSql('room', 'db-private', { n: 1 }, true)]),
        { until: [got(priv, 'broadcast'), got(priv2, 'broadcast')], nothing: true },
      );
    },
  },
  {
    trace: '08-private-join-allowed-denied',
    async run(t) {
      await t.member('room', 'alice', { write: true });
      const a = await t.client('A');
      const c = await t.client('C');
      const c1 = await t.client('C1', { vsn: '1.0.0' });
      const anon = await t.client('Anon');
      const other = await t.client('Other');
      const [alice, carol, service] = await Promise.all([
        t.token('alice'),
        t.token('carol'),
        t.tokens.service(),
      ]);
      await t.step('member A joins', () => a.join('room', { private: true }, { token: alice }));
      await t.step(
        'C and C1 are no members, Anon has no user, A joins a channel it is no member of',
        () => {
          c.join('room', { private: true }, { token: carol });
          c1.join('room', { private: true }, { token: carol });
          anon.join('room', { private: true });
          other.join('elsewhere', { private: true }, { token: alice });
        },
        { delayed: true },
      );
      await t.step('the denied sockets are open and may join in public', () => {
        c.join('room');
        c1.join('room');
      });
      await t.step('service_role joins: it is not subject to policies', () => {
        anon.join('room', { private: true }, { token: service });
      });
    },
  },
  {
    trace: '09-private-readonly-member',
    async run(t) {
      await t.member('room', 'alice', { write: true });
      await t.member('room', 'bob');
      const a = await t.client('A');
      const b = await t.client('B', { vsn: '1.0.0' });
      const [alice, bob] = await Promise.all([t.token('alice'), t.token('bob')]);
      await t.step('both join, with ack', () => {
        a.join('room', { private: true, broadcast: { ack: true } }, { token: alice });
        b.join('room', { private: true, broadcast: { ack: true, self: true } }, { token: bob });
      });
      await t.step('B broadcasts: nothing comes, to anybody', () => b.broadcast('room', 'denied', {}), {
        nothing: true,
      });
      await t.step('B tracks presence: an error', () => b.track('room', { n: 1 }));
      await t.step(
        'A broadcasts: B receives it',
        () => a.broadcast('room', 'allowed', { n: 2 }, { reply: true }),
        { until: [got(b, 'broadcast')] },
      );
      await t.step('the socket of B is open', () => b.heartbeat());
    },
  },
  {
    trace: '10-private-two-members',
    async run(t) {
      await t.member('room', 'alice', { write: true });
      await t.member('room', 'bob', { write: true });
      const a = await t.client('A');
      const b = await t.client('B', { vsn: '1.0.0' });
      const b2 = await t.client('B2');
      const [alice, bob, bob2] = await Promise.all([t.token('alice'), t.token('bob'), t.token('bob')]);
      await t.step('alice joins, and bob with two sockets', () => {
        a.join('room', { private: true, broadcast: { ack: true } }, { token: alice });
        b.join('room', { private: true, broadcast: { ack: true } }, { token: bob });
        b2.join('room', { private: true }, { token: bob2 });
      });
      await t.step('A broadcasts', () => a.broadcast('room', 'from-a', { n: 1 }, { reply: true }), {
        until: [got(b, 'broadcast'), got(b2, 'broadcast')],
      });
      await t.step('B broadcasts', () => b.broadcast('room', 'from-b', { n: 2 }, { reply: true }), {
        until: [got(a, 'broadcast'), got(b2, 'broadcast')],
      });
      await t.step('B leaves', () => b.leave('room'), { until: [got(b, 'phx_close')] });
      await t.step(
        'A broadcasts again: only B2 receives it',
        () => a.broadcast('room', 'from-a', { n: 3 }, { reply: true }),
        { until: [got(b2, 'broadcast')] },
      );
    },
  },
];
