import { describe, expect, it } from 'vitest';
import { createChannels } from '../../../src/sync/channels';
import { createFakeRealtime, type FakeChannel } from '../../../src/testing/fake-realtime';
import { createManualClock } from '../../../src/testing/manual-clock';
import { createSeededRandom } from '../../../src/testing/seeded-random';
import { settled } from '../../../src/testing/settled';

function start(onOpen?: (channel: FakeChannel) => void) {
  const random = createSeededRandom(1);
  const clock = createManualClock({ random: () => random.next() });
  const realtime = createFakeRealtime(onOpen ? { onOpen } : {});
  const channels = createChannels({ realtime, clock, logger: () => undefined });
  const seen: string[] = [];
  const open = (topic: string, isFirst = false) =>
    channels.open(
      topic,
      { onStatus: ({ type }) => seen.push(`${topic} ${type}`), onBroadcast: () => undefined },
      undefined,
      isFirst,
    );
  const topics = (count: number) => Array.from({ length: count }, (_, i) => `t${i}`);
  return { clock, realtime, channels, open, seen, topics };
}

describe('turns', () => {
  it('E9.9 while no channel is joined one tries and the others wait', () => {
    const { open, realtime } = start();
    for (const topic of ['a', 'b', 'c']) open(topic);
    expect(realtime.openTopics()).toEqual(['a']);
    realtime.channel('a').join();
    expect(realtime.openTopics()).toEqual(['a', 'b', 'c']);
  });

  it('E9.9 a denied one, or one that is left, lets the next one try', async () => {
    const { open, realtime } = start();
    const [, b] = ['a', 'b', 'c'].map((topic) => open(topic));
    realtime.channel('a').deny();
    expect(realtime.openTopics()).toEqual(['b']);
    b?.close();
    await settled();
    expect(realtime.openTopics()).toEqual(['c']);
  });

  it('E9.9 the first one goes before those that wait', () => {
    const { open, realtime } = start();
    open('a');
    open('b');
    open('inbox', true);
    realtime.channel('a').join();
    expect(realtime.openTopics()).toEqual(['a', 'inbox', 'b']);
  });

  it('E9.9 at most 10 join in a second, also after everything was lost', async () => {
    const { clock, realtime, open, topics } = start((channel) => channel.ready());
    const times: number[] = [];
    const watch = async (ms: number) => {
      for (let passed = 0; passed < ms; passed += 100) {
        while (times.length < realtime.channels().length) times.push(clock.now());
        await clock.advance(100);
      }
    };
    open('inbox', true);
    for (const topic of topics(89)) open(topic);
    await watch(12_000);
    expect(realtime.openTopics()).toHaveLength(90);
    const first = times.length;
    expect(first).toBe(90);

    for (const channel of realtime.channels()) channel.lose();
    expect(realtime.openTopics()).toEqual(['inbox']);
    await watch(10_000);
    expect(realtime.openTopics()).toEqual(['inbox']);
    realtime.channel('inbox').ready();
    await watch(15_000);
    expect(realtime.openTopics()).toHaveLength(90);
    for (const time of times)
      expect(times.filter((at) => at >= time && at < time + 900).length).toBeLessThanOrEqual(20);
    expect(times.at(-1)).toBeGreaterThan((times[first] ?? 0) + 7_000);
  });

  it('E9.9 a clock that is put back stops nothing', async () => {
    const { clock, realtime, open, topics } = start((channel) => channel.ready());
    for (const topic of topics(15)) open(topic);
    await settled();
    clock.jump(-3_600_000);
    await clock.advance(5_000);
    expect(realtime.openTopics()).toHaveLength(15);
  });

  it('E9.12 leaves no timer behind', async () => {
    const { clock, realtime, open, topics } = start((channel) => channel.ready());
    const opened = topics(30).map((topic) => open(topic));
    await settled();
    realtime.channel('t3').end();
    for (const channel of opened) channel.close();
    await settled();
    expect(clock.pending()).toBe(0);
    expect(realtime.openTopics()).toEqual([]);
  });
});

describe('channels the server closes', () => {
  it('E9.7 are opened anew after one to three seconds', async () => {
    const { clock, realtime, open, seen } = start();
    open('a');
    realtime.channel('a').ready();
    realtime.channel('a').end('Too many messages per second');
    expect(seen).toEqual(['a joined', 'a ready', 'a lost']);
    await clock.advance(999);
    expect(realtime.opened('a')).toBe(1);
    await clock.advance(2_001);
    expect(realtime.opened('a')).toBe(2);
  });

  it('E9.7 rest ever longer, up to half a minute, when they are closed again and again', async () => {
    const { clock, realtime, open } = start((channel) => {
      channel.ready();
      channel.end();
    });
    open('a');
    await clock.advance(600_000);
    const often = realtime.opened('a');
    expect(often).toBeGreaterThan(20);
    expect(often).toBeLessThan(80);
  });

  it('E9.7 rest shortly when they had been joined for a while', async () => {
    const { clock, realtime, open } = start();
    open('a');
    for (let i = 1; i <= 6; i++) {
      realtime.channel('a').ready();
      await clock.advance(30_000);
      realtime.channel('a').end();
      await clock.advance(3_000);
      expect(realtime.opened('a')).toBe(i + 1);
    }
  });

  it('E9.7 waking ends the rest of the first one only', () => {
    const { channels, realtime, open } = start();
    for (const topic of ['a', 'b']) open(topic);
    for (const topic of ['a', 'b']) realtime.channel(topic).ready();
    for (const topic of ['a', 'b']) realtime.channel(topic).end();
    channels.wake();
    expect([realtime.opened('a'), realtime.opened('b'), realtime.woken()]).toEqual([2, 1, 1]);
  });

  it('E9.8 denied ones are dead', async () => {
    const { clock, realtime, open, seen } = start();
    const channel = open('a');
    realtime.channel('a').deny();
    await clock.advance(600_000);
    expect(realtime.opened('a')).toBe(1);
    expect(seen).toEqual(['a denied']);
    channel.close();
    expect(clock.pending()).toBe(0);
  });
});

describe('a channel', () => {
  it('E9.6 sends through whichever channel it has just now', async () => {
    const { clock, realtime, open } = start((channel) => channel.ready());
    const channel = open('a');
    channel.send('typing', { n: 0 });
    await settled();
    channel.send('typing', { n: 1 });
    realtime.channel('a').end();
    channel.send('typing', { n: 2 });
    await clock.advance(3_000);
    channel.send('typing', { n: 3 });
    channel.track({ state: 'online' });
    channel.close();
    channel.send('typing', { n: 4 });
    expect(realtime.channels().map(({ sent }) => sent.map(({ payload }) => payload['n']))).toEqual([
      [1],
      [3],
    ]);
    expect(realtime.channel('a').tracked).toEqual([{ state: 'online' }]);
  });
});
