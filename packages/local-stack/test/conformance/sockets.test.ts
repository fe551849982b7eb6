import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { closedWith, crashed, denied, joined, play, reply, textBroadcast } from './support/play.js';
import { encodeBinary } from './support/frames.js';
import { got } from './support/scenario.js';
import { startWorld, type World } from './support/world.js';

const isClosed = (code: number) => [{ socket_closed: code }];

describe.concurrent('sockets', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({ deniedJoinDelayMs: 1_500 });
  });
  afterAll(() => world.stop());

  test('R30 a denied join holds up everything on its socket, also what others send it', async () => {
    const { frames } = await play(world, async (t) => {
      const a = await t.client('A');
      const b = await t.client('B');
      await t.step('both join', () => {
        a.join('room');
        b.join('room');
      });
      await t.step(
        'held up',
        () => {
          a.join('secret', { private: true });
          a.join('secret2', { private: true });
          a.heartbeat();
          b.broadcast('room', 'e', {});
        },
        { delayed: true, until: [got(a, 'broadcast')] },
      );
    });
    const events = frames('held up', 'A').map((frame) => (Array.isArray(frame) ? frame.slice(1, 4) : frame));
    expect(events).toEqual([
      ['2', 'realtime:secret', 'phx_reply'],
      [null, 'realtime:room', 'broadcast'],
      ['3', 'realtime:secret2', 'phx_reply'],
      ['4', 'phoenix', 'phx_reply'],
    ]);
  });

  test('R31 joining a topic again answers the new join, then closes the old one', async () => {
    const { frames } = await play(world, async (t) => {
      const a = await t.client('A');
      await t.step('first', () => a.join('room'));
      await t.step('second', () => a.join('room'), { until: [got(a, 'phx_close')] });
    });
    expect(frames('second', 'A')).toEqual([joined('2'), ['1', '1', 'realtime:room', 'phx_close', {}]]);
  });

  test('R32 pushes with a stale or no join_ref are taken; a leave with a stale one is not', async () => {
    const { frames } = await play(world, async (t) => {
      const a = await t.client('A');
      await t.step('join', () => a.join('room', { broadcast: { ack: true } }));
      const payload = { type: 'broadcast', event: 'e', payload: {} };
      await t.step('push', () => {
        a.push(t.channel('room'), 'broadcast', payload, { joinRef: 'stale', reply: true });
        a.push(t.channel('room'), 'broadcast', payload, { joinRef: null, reply: true });
      });
      await t.step('leave', () => a.push(t.channel('room'), 'phx_leave', {}, { joinRef: 'stale' }), {
        nothing: true,
      });
    });
    expect(frames('push', 'A')).toEqual([reply('1', '2', 'ok'), reply('1', '3', 'ok')]);
    expect(frames('leave', 'A')).toEqual([]);
  });

  test('R33 a topic needs a name, and a payload has to be an object', async () => {
    const { frames } = await play(world, async (t) => {
      const a = await t.client('A');
      await t.step('join', () => a.push('realtime:', 'phx_join', {}, { reply: true }), { delayed: true });
      await t.step('odd', () => a.join('room', {}, { payload: 'odd' }), { delayed: true });
    });
    const reason = 'TopicNameRequired: You must provide a topic name';
    expect(frames('join', 'A')).toEqual([
      [null, '1', 'realtime:', 'phx_reply', { response: { reason }, status: 'error' }],
    ]);
    const odd = 'UnknownErrorOnChannel: expected params to be a :map, got: `"odd"`';
    expect(frames('odd', 'A')).toEqual([denied('2', odd)]);
  });

  test('R34 values of a wrong type count as left out', async () => {
    const { frames } = await play(world, async (t) => {
      const a = await t.client('A');
      await t.step('join', () => a.join('room', { private: 'maybe', broadcast: { ack: 7 }, presence: [] }));
      await t.step('push', () => a.broadcast('room', 'e', {}), { nothing: true });
      await t.step('join again', () => a.join('room', { private: 'False', broadcast: { ack: 'TRUE' } }));
      await t.step('push again', () => a.broadcast('room', 'e', {}));
    });
    expect(frames('join', 'A')).toEqual([joined('1')]);
    expect(frames('push', 'A')).toEqual([]);
    expect(frames('push again', 'A')).toEqual([reply('3', '4', 'ok')]);
  });

  test.each([['text'], [7], [[1]], [null], [true]])(
    'R35 a channel whose broadcast is %j crashes',
    async (payload) => {
      const { frames } = await play(world, async (t) => {
        const a = await t.client('A');
        const before = await t.client('Before', { vsn: '1.0.0' });
        const after = await t.client('After', { vsn: '1.0.0' });
        await t.step('before', () => before.join('room'));
        await t.step('join', () => a.join('room', { broadcast: { self: true, ack: true } }));
        await t.step('after', () => after.join('room'));
        await t.step('push', () => a.push(t.channel('room'), 'broadcast', payload), { nothing: true });
        await t.step('join again', () => a.join('room'));
      });
      const carried = { event: 'broadcast', payload, ref: null, topic: 'realtime:room' };
      expect(frames('push', 'A')).toEqual([crashed('1')]);
      expect([frames('push', 'Before'), frames('push', 'After')]).toEqual([[carried], []]);
      expect(frames('join again', 'A')).toEqual([joined('3')]);
    },
  );

  test('R35 a private channel crashes like a public one, and a vsn 1 sender is told as well', async () => {
    const { frames } = await play(world, async (t) => {
      await t.member('room', 'alice', { write: true });
      const token = await t.token('alice');
      const a = await t.client('A', { vsn: '1.0.0' });
      const b = await t.client('B');
      await t.step('join', () => {
        a.join('room', { private: true, presence: { enabled: true } }, { token });
        b.join('room', { private: true, presence: { enabled: true } }, { token });
      });
      await t.step('track', () => a.track('room', { n: 1 }), { until: [got(b, 'presence_diff')] });
      await t.step('push', () => a.push(t.channel('room'), 'broadcast', []), {
        until: [got(b, 'presence_diff')],
      });
      await t.step('afterwards', () => a.push(t.channel('room'), 'broadcast', {}, { reply: true }));
    });
    const topic = 'realtime:room';
    const payload = { reason: 'channel_crash' };
    expect(frames('push', 'A')).toEqual([{ event: 'phx_error', payload, ref: '1', topic }]);
    // The presence of a channel that crashed ends with it.
    expect(frames('push', 'B')).toMatchObject([[null, null, topic, 'presence_diff', { joins: {} }]]);
    const unmatched = { response: { reason: 'unmatched topic' }, status: 'error' };
    expect(frames('afterwards', 'A')).toEqual([{ event: 'phx_reply', payload: unmatched, ref: '4', topic }]);
  });

  test.each([7, null, {}])('R35 a channel crashes at a presence event named %j', async (event) => {
    const { frames } = await play(world, async (t) => {
      const a = await t.client('A');
      await t.step('join', () => a.join('room'));
      await t.step('none', () => a.push(t.channel('room'), 'presence', {}, { reply: true }));
      await t.step('push', () => a.push(t.channel('room'), 'presence', { event }), { nothing: true });
    });
    expect(frames('none', 'A')).toEqual([reply('1', '2', 'ok')]);
    expect(frames('push', 'A')).toEqual([crashed('1')]);
  });

  test('R36 a binary push reaches vsn 2 members as kind 2, vsn 1 members as a text that is no JSON', async () => {
    const { frames } = await play(world, async (t) => {
      const a = await t.client('A');
      const b = await t.client('B');
      const c = await t.client('C', { vsn: '1.0.0' });
      await t.step('join', () => {
        a.join('room', { broadcast: { ack: true } });
        b.join('room');
        c.join('room');
      });
      const push = encodeBinary(0, ['1', '2', t.channel('room'), 'broadcast'], [], Buffer.from([1, 2]));
      await t.step('push', () => a.send(push), { until: [got(b, 'broadcast')], nothing: true });
      await t.step('malformed', () => a.send(push.subarray(0, 9)), { nothing: true });
      const broken = encodeBinary(3, ['1', '3', t.channel('room'), 'e', ''], [1], Buffer.from('no JSON'));
      await t.step('broken', () => a.send(broken), { nothing: true });
    });
    const textFrame = (payload: string) => [
      { not_json: `{"event":"broadcast","payload":${payload},"ref":null,"topic":"realtime:room"}` },
    ];
    expect(frames('push', 'A')).toEqual([reply('1', '2', 'ok')]);
    expect(frames('push', 'B')).toEqual([
      { binary: 'broadcast', topic: 'realtime:room', event: 'broadcast', payload: 'hex:0102' },
    ]);
    expect(frames('push', 'C')).toEqual(textFrame('%{error: "unable to parse response"}'));
    expect(frames('malformed', 'A')).toEqual([]);
    // What a client calls JSON is passed on unread.
    expect(frames('broken', 'C')).toEqual(textFrame('{"event":"e","payload":no JSON,"type":"broadcast"}'));
  });

  test('R37 a payload that is too large is refused with ack, dropped without', async () => {
    const { frames } = await play(world, async (t) => {
      const a = await t.client('A');
      const b = await t.client('B');
      await t.step('join', () => {
        a.join('room', { broadcast: { ack: true } });
        b.join('room');
      });
      const large = { text: 'x'.repeat(3_001_000) };
      await t.step('A sends', () => a.broadcast('room', 'e', large, { reply: true }), { nothing: true });
      await t.step('B sends', () => b.broadcast('room', 'e', large), { nothing: true });
    });
    expect(frames('A sends', 'A')).toEqual([reply('1', '2', 'error', 'payload_size_exceeded')]);
    expect(frames('A sends', 'B')).toEqual([]);
    expect(frames('B sends', 'A')).toEqual([]);
  });

  test('R38 a frame over the limit ends the connection without a close frame', async () => {
    const { frames } = await play(world, async (t) => {
      const a = await t.client('A');
      await t.step('send', () => a.send('x'.repeat(5_000_001)), {
        until: [(since) => since(a).length > 0],
      });
    });
    expect(frames('send', 'A')).toEqual(isClosed(1006));
  });

  test('R39 an unknown version is refused at once', async () => {
    const url = `${world.stack.apiUrl}/realtime/v1/websocket?vsn=3.0.0&apikey=${world.stack.anonKey}`;
    const headers = {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    };
    const { get } = await import('node:http');
    const status = await new Promise((resolve, reject) => {
      get(url, { headers }, (response) => resolve(response.statusCode)).on('error', reject);
    });
    expect(status).toBe(403);
  });
});

describe('limits of a socket', () => {
  test('R40 too many channels, messages or silence', async () => {
    const limits = { maxChannelsPerClient: 2, maxEventsPerSecond: 3 };
    const timing = { idleTimeoutMs: 2_500, rateTickMs: 400, channelSweepMs: 1_000 };
    const world = await startWorld({ deniedJoinDelayMs: 100, limits, timing });
    try {
      const { all, frames } = await play(world, async (t) => {
        const a = await t.client('A');
        const b = await t.client('B');
        const never = await t.client('Never');
        await t.step('join', () => {
          for (const name of ['room', 'two', 'three']) a.join(name);
          b.join('room');
        });
        await t.step(
          'a burst',
          () => {
            for (let n = 0; n < 60; n += 1) b.broadcast('room', 'burst', {});
          },
          { nothing: true },
        );
        await t.step('one more', () => b.broadcast('room', 'last', { n: 1 }), {
          until: [got(a, 'phx_close')],
        });
        await t.step('B leaves', () => b.leave('room'), { until: [() => false], within: 1_500 });
        await t.step('silence', () => never.send('{}'), { until: [() => false], within: 3_200 });
      });
      expect(frames('join', 'A')).toContainEqual([
        '3',
        '3',
        'realtime:three',
        'phx_reply',
        { response: { reason: 'ChannelRateLimitReached: Too many channels' }, status: 'error' },
      ]);
      // The message itself is delivered; who receives it is closed, its sender is not.
      const message = 'Too many messages per second';
      expect(frames('one more', 'A')).toEqual([textBroadcast('last', { n: 1 }), ...closedWith('1', message)]);
      expect(frames('one more', 'B')).toEqual([]);
      // Dropped because it has no channel any more; who never had one is closed for its silence.
      expect(all('B').at(-1)).toEqual({ socket_closed: 1006 });
      expect(all('A').at(-1)).toEqual({ socket_closed: 1000 });
      expect(all('Never')).toEqual(isClosed(1000));
    } finally {
      await world.stop();
    }
  });

  test('R42 a message that a vsn 1 member cannot get counts for the rate of its channel', async () => {
    const limits = { maxEventsPerSecond: 3 };
    const world = await startWorld({ limits, timing: { rateTickMs: 400 } });
    try {
      const { all } = await play(world, async (t) => {
        const a = await t.client('A', { vsn: '1.0.0' });
        const b = await t.client('B');
        await t.step('join', () => {
          a.join('room');
          b.join('room');
        });
        const bytes = Buffer.from([1]);
        await t.step(
          'a burst',
          () => {
            for (let n = 0; n < 60; n += 1) b.binaryBroadcast('room', 'burst', bytes);
          },
          { nothing: true },
        );
        await t.step('one more', () => b.binaryBroadcast('room', 'last', bytes), {
          until: [got(a, 'phx_close')],
        });
      });
      expect(all('A').at(-1)).toMatchObject({ event: 'phx_close' });
    } finally {
      await world.stop();
    }
  });

  test('R41 sockets are closed with 1012 when the server stops', async () => {
    const world = await startWorld();
    const { frames } = await play(world, async (t) => {
      const a = await t.client('A');
      await t.step('join', () => a.join('room'));
      await t.step('stop', () => void world.stop(), { nothing: true });
    });
    expect(frames('stop', 'A')).toEqual(isClosed(1012));
    await world.stop();
  });
});
