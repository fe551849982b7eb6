import { got } from '../support/scenario.js';
import type { TracedScenario } from './scenario-list.js';

/** Broadcasts of clients, on public channels. */
export const broadcastScenarios: TracedScenario[] = [
  {
    trace: '05-broadcast-self',
    async run(t) {
      const a = await t.client('A');
      const b = await t.client('B', { vsn: '1.0.0' });
      const c = await t.client('C');
      await t.step('A joins with self, B and C without', () => {
        a.join('room', { broadcast: { self: true } });
        b.join('room', { broadcast: { self: false } });
        c.join('room');
      });
      const payload = { n: 1, text: 'grüße 🙂', nested: { list: [1, null, 'x'] } };
      await t.step('A broadcasts', () => a.broadcast('room', 'hello', payload), {
        until: [a, b, c].map((client) => got(client, 'broadcast')),
      });
      await t.step('B broadcasts', () => b.broadcast('room', 'hello', { n: 2 }), {
        until: [got(a, 'broadcast'), got(c, 'broadcast')],
      });
      await t.step(
        'C broadcasts three in a row',
        () => {
          for (const n of [3, 4, 5]) c.broadcast('room', 'hello', { n });
        },
        { until: [got(a, 'broadcast', 3), got(b, 'broadcast', 3)] },
      );
      const odd = { event: 'odd', type: 'something', extra: true };
      await t.step(
        'C broadcasts a payload with other keys',
        () => c.push(t.channel('room'), 'broadcast', odd),
        { until: [got(a, 'broadcast'), got(b, 'broadcast')] },
      );
    },
  },
  {
    trace: '06-broadcast-ack',
    async run(t) {
      const a = await t.client('A');
      const b = await t.client('B', { vsn: '1.0.0' });
      const c = await t.client('C');
      await t.step('A joins with ack, alone', () => a.join('room', { broadcast: { ack: true } }));
      await t.step('A broadcasts', () => a.broadcast('room', 'e', { n: 1 }, { reply: true }));
      await t.step('B joins with ack and self (vsn 1), C with neither', () => {
        b.join('room', { broadcast: { ack: true, self: true } });
        c.join('room', { broadcast: { ack: false } });
      });
      await t.step('B broadcasts', () => b.broadcast('room', 'e', { n: 2 }, { reply: true }), {
        until: [got(a, 'broadcast'), got(c, 'broadcast')],
      });
      await t.step('C broadcasts and gets no answer', () => c.broadcast('room', 'e', { n: 3 }), {
        until: [got(a, 'broadcast'), got(b, 'broadcast')],
      });
    },
  },
  {
    trace: '11-binary-frames',
    async run(t) {
      const a = await t.client('A');
      const b = await t.client('B');
      const c = await t.client('C', { vsn: '1.0.0' });
      await t.step('A joins with ack and self, B and C plainly', () => {
        a.join('room', { broadcast: { ack: true, self: true } });
        b.join('room');
        c.join('room');
      });
      await t.step(
        'A sends kind 3 with a JSON payload',
        () => a.binaryBroadcast('room', 'as-json', { n: 1, s: 'ü' }, { reply: true }),
        { until: [a, b, c].map((client) => got(client, 'broadcast')) },
      );
      await t.step(
        'A sends kind 3 with bytes',
        () => a.binaryBroadcast('room', 'as-bytes', Buffer.from([0, 1, 2, 254, 255]), { reply: true }),
        { until: [got(a, 'broadcast'), got(b, 'broadcast')], nothing: true },
      );
      await t.step('B sends kind 3 without ack', () => b.binaryBroadcast('room', 'as-json', { n: 2 }), {
        until: [got(a, 'broadcast'), got(c, 'broadcast')],
      });
      await t.step(
        'C sends a text broadcast: it stays text',
        () => c.broadcast('room', 'as-text', { n: 3 }),
        {
          until: [got(a, 'broadcast'), got(b, 'broadcast')],
        },
      );
    },
  },
];
