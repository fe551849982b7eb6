import type { Client } from '../support/client.js';
import { nowInSeconds } from '../support/people.js';
import { got } from '../support/scenario.js';
import type { TracedScenario } from './scenario-list.js';

/** Tokens at the handshake, at a join and afterwards. */
export const tokenScenarios: TracedScenario[] = [
  {
    trace: '18-access-token-refresh',
    async run(t) {
      await t.member('room', 'alice', { write: true });
      await t.member('room', 'bob', { write: true });
      const a = await t.client('A');
      const b = await t.client('B', { vsn: '1.0.0' });
      const [first, second] = await Promise.all([t.token('alice'), t.token('alice')]);
      const [bob, bob2] = await Promise.all([t.token('bob'), t.token('bob')]);
      await t.step('both join', () => {
        a.join('room', { private: true, broadcast: { ack: true } }, { token: first });
        b.join('room', { private: true }, { token: bob });
      });
      await t.step('A sends the same token', () => a.accessToken('room', first), { nothing: true });
      await t.step('A sends null', () => a.accessToken('room', null), { nothing: true });
      await t.step(
        'A and B send new tokens',
        () => {
          a.accessToken('room', second);
          b.accessToken('room', bob2);
        },
        { nothing: true },
      );
      await t.step(
        'A still sends, B still receives',
        () => a.broadcast('room', 'e', { n: 1 }, { reply: true }),
        { until: [got(b, 'broadcast')] },
      );
    },
  },
  {
    trace: '19-access-token-revoked',
    async run(t) {
      await t.member('room', 'alice', { write: true });
      const a = await t.client('A');
      const b = await t.client('B', { vsn: '1.0.0' });
      const c = await t.client('C');
      const [alice, again, carol, forged] = await Promise.all([
        t.token('alice'),
        t.token('alice'),
        t.token('carol'),
        t.tokens.badSignature('alice'),
      ]);
      await t.step('A and B join private, C public', () => {
        a.join('room', { private: true }, { token: alice });
        b.join('room', { private: true }, { token: alice });
        c.join('room', {}, { token: alice });
      });
      const closeOf = (client: Client) => ({
        until: [got(client, 'phx_close')],
        within: 9000,
        time: [client],
      });
      await t.step("A sends carol's token", () => a.accessToken('room', carol), closeOf(a));
      await t.step('B sends a token with a bad signature', () => b.accessToken('room', forged), closeOf(b));
      await t.step("C sends carol's token on the public channel", () => c.accessToken('room', carol), {
        nothing: true,
      });
      await t.step('the sockets are open', () => {
        for (const client of [a, b, c]) client.heartbeat();
      });
      await t.step(
        'a database message reaches nobody in the private channel',
        () => t.sql([t.sendSql('room', 'ev', {})]),
        { nothing: true },
      );
      await t.step('A may join again with a good token', () => {
        a.join('room', { private: true }, { token: again });
      });
    },
  },
  {
    trace: '20-token-expiry',
    async run(t) {
      await t.member('room', 'alice', { write: true });
      const a = await t.client('A');
      const b = await t.client('B', { vsn: '1.0.0' });
      const c = await t.client('C');
      const long = await t.token('alice');
      await t.step('A joins private, B public, C private, all with tokens of 4 s', async () => {
        const soon = await t.token('alice', { exp: nowInSeconds() + 4 });
        a.join('room', { private: true }, { token: soon });
        b.join('room', {}, { token: soon });
        c.join('room', { private: true }, { token: soon });
      });
      await t.step('A also joins another channel with a long token', () => {
        a.join('other', { broadcast: { ack: true } }, { token: long });
      });
      await t.step('C refreshes', () => c.accessToken('room', long), { nothing: true });
      await t.step('the tokens of A and B expire', undefined, {
        until: [got(a, 'phx_close'), got(b, 'phx_close')],
        within: 8000,
        nothing: true,
      });
      await t.step(
        'the sockets are open, and so is the other channel',
        () => {
          a.broadcast('other', 'e', {}, { reply: true });
          a.heartbeat();
          b.heartbeat();
        },
        { unordered: true },
      );
      await t.step('a database message reaches C only', () => t.sql([t.sendSql('room', 'ev', {})]), {
        until: [got(c, 'broadcast')],
      });
    },
  },
  {
    trace: '21-bad-token-at-join',
    async run(t) {
      const connect = (name: string) => t.client(name, { vsn: name === 'Garbage' ? '1.0.0' : '2.0.0' });
      const expired = await connect('Expired');
      const garbage = await connect('Garbage');
      const signature = await connect('Signature');
      const noRole = await connect('NoRole');
      const noExp = await connect('NoExp');
      const oddRole = await connect('OddRole');
      const sub = t.userId('alice');
      const exp = nowInSeconds() + 600;
      await t.step(
        'six joins, each on a socket of its own',
        async () => {
          const tokens = await Promise.all([
            t.token('alice', { exp: nowInSeconds() - 100 }),
            t.tokens.badSignature('alice'),
            t.tokens.raw({ sub, exp }),
            t.tokens.raw({ sub, role: 'authenticated' }),
            t.tokens.raw({ sub, role: 'rt_conf_nobody', exp }),
          ]);
          expired.join('room', {}, { token: tokens[0] });
          garbage.join('room', {}, { token: 'not-a-jwt' });
          signature.join('room', {}, { token: tokens[1] });
          noRole.join('room', {}, { token: tokens[2] });
          noExp.join('room', {}, { token: tokens[3] });
          oddRole.join('room', { private: true }, { token: tokens[4] });
        },
        { delayed: true },
      );
      await t.step('the sockets are open', () => {
        for (const client of [expired, garbage, signature, noRole, noExp, oddRole]) client.heartbeat();
      });
    },
  },
  {
    trace: '22-handshake-bad-apikey',
    async run(t) {
      const expired = await t.tokens.raw({ role: 'anon', exp: nowInSeconds() - 100 });
      const [one, two, three, four, five] = await Promise.all([
        t.handshake(expired),
        t.handshake('garbage'),
        t.handshake(await t.tokens.badSignature('alice')),
        t.handshake(undefined),
        t.handshake(await t.token('alice')),
      ]);
      const now = { quiet: 0 };
      await t.step('apikey: expired', () => one, now);
      await t.step('apikey: not a JWT', () => two, now);
      await t.step('apikey: signed with another secret', () => three, now);
      await t.step('apikey: absent', () => four, now);
      await t.step("a user's token will do", () => five, now);
    },
  },
];
