import { got } from '../support/scenario.js';
import type { TracedScenario } from './scenario-list.js';

export const presenceScenarios: TracedScenario[] = [
  {
    trace: '15-presence-track-untrack',
    async run(t) {
      const a = await t.client('A');
      const b = await t.client('B', { vsn: '1.0.0' });
      const c = await t.client('C');
      const config = (key: string) => ({ presence: { enabled: true, key } });
      const diffs = (clients: (typeof a)[]) => ({
        until: clients.map((client) => got(client, 'presence_diff')),
        unordered: true,
      });
      await t.step(
        'A and B join',
        () => {
          a.join('room', config('ann'));
          b.join('room', config('ben'));
        },
        { until: [got(a, 'presence_state'), got(b, 'presence_state')] },
      );
      await t.step('A tracks', () => a.track('room', { mood: 'good', n: 1 }), diffs([a, b]));
      await t.step('C joins and sees A', () => c.join('room', config('cat')), {
        until: [got(c, 'presence_state')],
      });
      await t.step('B tracks', () => b.track('room', {}), diffs([a, b, c]));
      await t.step('A untracks', () => a.untrack('room'), diffs([a, b, c]));
      await t.step('A untracks again: nothing to take away', () => a.untrack('room'), { nothing: true });
      await t.step('B leaves the channel', () => b.leave('room'), diffs([a, c]));
    },
  },
  {
    trace: '16-presence-socket-close',
    async run(t) {
      const a = await t.client('A');
      const b = await t.client('B');
      const c = await t.client('C', { vsn: '1.0.0' });
      const all = [a, b, c];
      const diffs = { until: all.map((client) => got(client, 'presence_diff')), unordered: true };
      await t.step(
        'A, B and C join',
        () => {
          a.join('room', { presence: { enabled: true, key: 'ann' } });
          b.join('room', { presence: { enabled: true, key: '' } });
          c.join('room', { presence: { enabled: true, key: 'cat' } });
        },
        { until: all.map((client) => got(client, 'presence_state')) },
      );
      await t.step('B tracks under a key the server made up', () => b.track('room', { who: 'b' }), diffs);
      await t.step('C tracks', () => c.track('room', { who: 'c' }), diffs);
      await t.step('the connection of B breaks', () => b.terminate(), {
        until: [got(a, 'presence_diff'), got(c, 'presence_diff')],
        time: [a],
      });
      await t.step('C closes its socket', () => c.close(), { until: [got(a, 'presence_diff')], time: [a] });
    },
  },
  {
    trace: '17-presence-rate-limit',
    async run(t) {
      const a = await t.client('A');
      const b = await t.client('B');
      await t.step(
        'both join',
        () => {
          a.join('room', { presence: { enabled: true, key: 'ann' } });
          b.join('room', { presence: { enabled: true, key: 'ben' } });
        },
        { until: [got(a, 'presence_state'), got(b, 'presence_state')] },
      );
      const diff = { until: [got(a, 'presence_diff'), got(b, 'presence_diff')], unordered: true };
      await t.step('call 1: track', () => a.track('room', { n: 1 }), diff);
      await t.step('call 2: untrack', () => a.untrack('room'), diff);
      for (const n of [3, 4, 5]) await t.step(`call ${n}: track`, () => a.track('room', { n }), diff);
      await t.step('call 6: track', () => a.track('room', { n: 6 }, { reply: false }), {
        until: [got(a, 'phx_close'), got(b, 'presence_diff')],
        time: [a],
        nothing: true,
      });
      await t.step('A joins again', () => a.join('room', { presence: { enabled: true, key: 'ann' } }), {
        until: [got(a, 'presence_state')],
      });
    },
  },
];
