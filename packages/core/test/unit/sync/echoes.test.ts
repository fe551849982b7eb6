import { describe, expect, it } from 'vitest';
import { createEchoes } from '../../../src/sync/echoes';
import { createManualClock } from '../../../src/testing/manual-clock';

const ME = 'me';
const ROOM = 'room';

function start() {
  const clock = createManualClock();
  const said: string[] = [];
  const reached = new Map<string, number>();
  const hearing = new Map([[ME, 'inbox']]);
  let answer: unknown = { results: [], xid: null, told: [] };
  const echoes = createEchoes(clock, {
    hearing: () => new Map(hearing),
    isReached: (id, version) => (reached.get(id) ?? 0) >= version,
    onLost: (isRepeated) => said.push(isRepeated ? 'lost again' : 'lost'),
    onBehind: () => said.push('behind'),
  });
  const call = echoes.watched(() => Promise.resolve(answer));
  const push = (xid: number, ...told: readonly string[]) => {
    answer = { results: [], xid, told };
    return call('push', { mutations: [] });
  };
  return { clock, said, reached, hearing, echoes, push };
}

describe('own writes', () => {
  it('E8.7 whose event does not come within 2.5 s are a loss, told once', async () => {
    const { clock, said, push } = start();
    await push(5, ME);
    await clock.advance(2_499);
    expect(said).toEqual([]);
    await clock.advance(1);
    expect(said).toEqual(['lost']);
    await clock.advance(60_000);
    expect(said).toEqual(['lost']);
    expect(clock.pending()).toBe(0);
  });

  it('E8.7 whose event comes, before the answer or after it, are none', async () => {
    const { clock, said, echoes, push } = start();
    echoes.heard(ME, 5);
    await push(5, ME);
    await push(6, ME);
    await clock.advance(1_000);
    echoes.heard(ME, 6);
    await clock.advance(60_000);
    expect(said).toEqual([]);
  });

  it('E8.7 an event of something else, or on another topic, does not stand for it', async () => {
    const { clock, said, echoes, hearing, push } = start();
    hearing.set(ROOM, 'feed');
    await push(5, ME, ROOM);
    echoes.heard(ME, 4);
    echoes.heard(ROOM, 5);
    await clock.advance(2_500);
    expect(said).toEqual(['lost']);
  });

  it('E8.7 nothing is expected where nothing is heard or told, nor of answers without that', async () => {
    const { clock, said, echoes, push } = start();
    await push(5, ROOM);
    await push(6);
    await echoes.watched(() => Promise.resolve({ results: [] }))('push', { mutations: [] });
    await clock.advance(60_000);
    expect(said).toEqual([]);
  });

  it('E8.7 nothing is expected of a feed that was joined while the push was on its way', async () => {
    const { clock, said, hearing, push } = start();
    const answered = push(5, ROOM);
    hearing.set(ROOM, 'feed');
    await answered;
    await clock.advance(60_000);
    expect(said).toEqual([]);
    await push(6, ROOM);
    await clock.advance(2_500);
    expect(said).toEqual(['lost']);
  });

  it('E8.7 nothing is expected of a feed whose key the push has renewed', async () => {
    const { clock, said, hearing, push } = start();
    hearing.set(ROOM, 'feed');
    await push(5, ROOM);
    hearing.set(ROOM, 'feed with a new key');
    await clock.advance(60_000);
    expect(said).toEqual([]);
  });

  it('E8.7 what a join or a waking in between has pulled anyway is no loss', async () => {
    const { clock, said, echoes, push } = start();
    await push(5, ME);
    echoes.reset();
    const late = push(6, ME);
    echoes.reset();
    await late;
    await clock.advance(60_000);
    expect(said).toEqual([]);
  });

  it('E8.8 a second loss without any event in between is said to be one', async () => {
    const { clock, said, echoes, push } = start();
    await push(5, ME);
    await clock.advance(3_000);
    await push(6, ME);
    await clock.advance(3_000);
    echoes.heard(ME, 7);
    await push(8, ME);
    await clock.advance(3_000);
    expect(said).toEqual(['lost', 'lost again', 'lost']);
  });
});

describe('versions', () => {
  it('E8.9 that are not reached within 1.5 s are asked for, the highest one once', async () => {
    const { clock, said, reached, echoes } = start();
    echoes.expectVersion(ROOM, 3);
    echoes.expectVersion(ROOM, 4);
    reached.set(ROOM, 3);
    await clock.advance(1_500);
    expect(said).toEqual(['behind']);
  });

  it('E8.9 that are reached meanwhile, or were, cost nothing', async () => {
    const { clock, said, reached, echoes } = start();
    reached.set(ROOM, 3);
    echoes.expectVersion(ROOM, 3);
    expect(clock.pending()).toBe(0);
    echoes.expectVersion(ROOM, 4);
    reached.set(ROOM, 4);
    await clock.advance(60_000);
    expect(said).toEqual([]);
  });

  it('E8.9 after one that turned out to be true the next one does not wait longer', async () => {
    const { clock, said, reached, echoes } = start();
    echoes.expectVersion(ROOM, 3);
    await clock.advance(1_500);
    reached.set(ROOM, 3);
    echoes.expectVersion(ROOM, 4);
    await clock.advance(1_500);
    expect(said).toEqual(['behind', 'behind']);
  });

  it('E8.9 that nobody has make no storm of pulls', async () => {
    const { clock, said, echoes } = start();
    for (let second = 0; second < 60; second++) {
      echoes.expectVersion(ROOM, 1_000 + second);
      await clock.advance(1_000);
    }
    expect(said.length).toBeLessThanOrEqual(6);
    expect(said.length).toBeGreaterThan(2);
  });
});
