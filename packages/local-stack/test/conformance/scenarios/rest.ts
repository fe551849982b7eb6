import { got } from '../support/scenario.js';
import type { TracedScenario } from './scenario-list.js';

export const restScenarios: TracedScenario[] = [
  {
    trace: '26-rest-broadcast',
    async run(t) {
      await t.member('room', 'alice', { write: true });
      const pub = await t.client('Pub', { vsn: '1.0.0' });
      const priv = await t.client('Priv');
      const [alice, anon, forged] = await Promise.all([
        t.token('alice'),
        t.tokens.anon(),
        t.tokens.badSignature('alice'),
      ]);
      await t.step('one joins public, one private', () => {
        pub.join('room');
        priv.join('room', { private: true }, { token: alice });
      });
      const topic = t.topic('room');
      const message = (extra = {}) => ({ topic, event: 'rest', payload: { n: 1 }, ...extra });
      const post = (caller: { token?: string; apikey?: string }, ...messages: object[]) => {
        return t.rest('/broadcast', { ...caller, body: { messages } });
      };
      const nothing = { nothing: true };
      await t.step(
        'two public messages',
        () => post({ token: alice }, message(), message({ payload: { n: 2 } })),
        { until: [got(pub, 'broadcast', 2)] },
      );
      await t.step(
        'a public message, the key as apikey header',
        () => post({ apikey: anon }, message({ payload: { n: 3 } })),
        { until: [got(pub, 'broadcast')] },
      );
      await t.step(
        'a private message by a member who may write',
        () => post({ token: alice }, message({ private: true })),
        { until: [got(priv, 'broadcast')] },
      );
      await t.step('no token', () => post({}, message()), nothing);
      await t.step('a token with a bad signature', () => post({ token: forged }, message()), nothing);
      await t.step(
        'a message without event, one without payload',
        () => post({ token: alice }, { topic, payload: {} }, { topic, event: 'rest' }),
        nothing,
      );
      await t.step('no messages', () => t.rest('/broadcast', { token: alice, body: {} }), nothing);
    },
  },
  {
    trace: '27-rest-single-event',
    async run(t) {
      await t.member('room', 'alice', { write: true });
      await t.member('room', 'bob');
      const a1 = await t.client('A1', { vsn: '1.0.0' });
      const a2 = await t.client('A2');
      const p2 = await t.client('P2');
      const [alice, bob, carol] = await Promise.all([t.token('alice'), t.token('bob'), t.token('carol')]);
      await t.step('A1 and A2 join private, P2 public', () => {
        a1.join('room', { private: true }, { token: alice });
        a2.join('room', { private: true }, { token: alice });
        p2.join('room');
      });
      const path = `/broadcast/${encodeURIComponent(t.topic('room'))}/events/single`;
      const privately = `${path}?private=true`;
      const nothing = { nothing: true };
      await t.step('a public one', () => t.rest(path, { token: alice, body: { n: 1 } }), {
        until: [got(p2, 'broadcast')],
      });
      await t.step('a private one by alice', () => t.rest(privately, { token: alice, body: { n: 2 } }), {
        until: [got(a1, 'broadcast'), got(a2, 'broadcast')],
      });
      await t.step(
        'a private one by bob, who may only read',
        () => t.rest(privately, { token: bob, body: { n: 3 } }),
        nothing,
      );
      await t.step(
        'a private one by carol, no member',
        () => t.rest(privately, { token: carol, body: { n: 4 } }),
        nothing,
      );
      const bytes = { contentType: 'application/octet-stream', raw: Buffer.from([1, 2, 255]) };
      await t.step('bytes, in private, by alice', () => t.rest(privately, { token: alice, ...bytes }), {
        until: [got(a2, 'broadcast')],
      });
      await t.step('without a token', () => t.rest(path, { body: { n: 5 } }), nothing);
    },
  },
];
