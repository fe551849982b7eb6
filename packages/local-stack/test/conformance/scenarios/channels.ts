import { got } from '../support/scenario.js';
import type { TracedScenario } from './scenario-list.js';

/** Joins, leaves, heartbeats, and what cannot be joined. */
export const channelScenarios: TracedScenario[] = [
  {
    trace: '01-v1-join-heartbeat-leave',
    async run(t) {
      const a = await t.client('A', { vsn: '1.0.0' });
      await t.step('A sends a heartbeat before any join', () => a.heartbeat());
      await t.step('A joins a public channel', () => a.join('room'));
      await t.step('A sends a heartbeat', () => a.heartbeat());
      await t.step('A leaves', () => a.leave('room'), { until: [got(a, 'phx_close')] });
    },
  },
  {
    trace: '02-v2-join-heartbeat-leave',
    async run(t) {
      const a = await t.client('A');
      await t.step('A sends a heartbeat before any join', () => a.heartbeat());
      await t.step('A joins a public channel', () => a.join('room'));
      await t.step('A leaves', () => a.leave('room'), { until: [got(a, 'phx_close')] });
      await t.step('A sends a broadcast to the channel it left', () => {
        a.broadcast('room', 'e', {}, { reply: true });
      });
      await t.step('A joins again', () => a.join('room'));
    },
  },
  {
    trace: '03-join-reply-shape',
    async run(t) {
      const a = await t.client('A');
      await t.step('an empty config', () => a.join('one'));
      await t.step('everything spelt out', () => {
        a.join('three', {
          broadcast: { ack: false, self: false },
          presence: { enabled: false, key: '' },
          postgres_changes: [],
          private: false,
        });
      });
      const withState = { until: [got(a, 'presence_state')] };
      await t.step(
        'presence enabled',
        () => a.join('four', { presence: { enabled: true, key: 'k' } }),
        withState,
      );
      await t.step(
        'presence enabled, as a string',
        () => a.join('five', { presence: { enabled: 'true', key: 'k' } }),
        withState,
      );
      const token = await t.tokens.anon();
      await t.step('an anon access_token in the payload', () => a.join('six', {}, { token }));
      await t.step('config is a string', () => a.join('seven', 'nonsense'), { delayed: true });
    },
  },
  {
    trace: '04-unmatched-topic',
    async run(t) {
      const a = await t.client('A');
      const b = await t.client('B', { vsn: '1.0.0' });
      await t.step('A broadcasts to a topic it has not joined', () => {
        a.broadcast('room', 'e', {}, { reply: true });
      });
      await t.step('B does so with vsn 1', () => b.broadcast('room', 'e', {}, { reply: true }));
      await t.step('A leaves a topic it has not joined', () => a.leave('room'));
      await t.step('A joins a topic of another kind', () => {
        a.push('other:room', 'phx_join', {}, { reply: true, ref: '20', joinRef: '20' });
      });
      await t.step(
        'A sends an unknown event on a joined channel',
        () => {
          a.join('room');
          a.push(t.channel('room'), 'no_such_event', {});
        },
        { nothing: true },
      );
      await t.step(
        'A sends something that is not JSON, B a number',
        () => {
          a.send('not json');
          b.send('7');
        },
        { nothing: true },
      );
      await t.step('both sockets are still open', () => {
        a.heartbeat();
        b.heartbeat();
      });
    },
  },
];
