import { describe, expect, it } from 'vitest';
import { failure } from '../../src/testing/fake-transport';
import { createSeededRandom } from '../../src/testing/seeded-random';
import type { FaultyStorage } from '../../src/testing/faulty-storage';
import { settled } from '../../src/testing/settled';
import { ALICE, BOB } from './support/ids';
import { createTabsWorld, say, type Tab } from './support/tabs';
import { createLiveWorld, ROOM } from './support/world';

const REFUSAL = {
  code: 'not_member',
  message: 'unable to send; not a member',
  retry_after: null,
} as const;

/** A world with so many tabs open. */
async function withTabs(count: number, options: Parameters<typeof createTabsWorld>[0] = {}) {
  const world = createTabsWorld(options);
  const tabs: Tab[] = [];
  for (let n = 0; n < count; n++) tabs.push(await world.open());
  const [a, b, c] = tabs as [Tab, Tab, Tab];
  return { ...world, all: tabs, a, b, c };
}

describe('one leads', () => {
  it('E10.1 the first tab leads, the others follow, and the view says so', async () => {
    const { all } = await withTabs(3);
    expect(all.map((tab) => tab.role())).toEqual(['leader', 'follower', 'follower']);
  });

  it('E10.1 when the leader is closed the next one leads', async () => {
    const { a, b, c } = await withTabs(3);
    a.confab.close();
    await settled();
    expect([b.role(), c.role()]).toEqual(['leader', 'follower']);
  });

  it('E10.9 a client without other tabs leads alone, and the view says so', async () => {
    const { alice } = await createLiveWorld();
    expect(alice.confab.connection.get().tab).toBe('single');
  });

  it('E10.3 only the leader sends, whoever wrote', async () => {
    const { a, b, c, expectConverged } = await withTabs(3);
    await say(b, 'one');
    await say(c, 'two');
    await say(a, 'three');
    await expectConverged(['one', 'two', 'three']);
    expect(a.transport.count('push')).toBeGreaterThan(0);
    expect([b.transport.count('push'), c.transport.count('push')]).toEqual([0, 0]);
  });

  it('E10.3 a follower stores what it writes before it says that it is sent', async () => {
    const { a, b, storage, stored } = await withTabs(2);
    a.transport.hold('push');
    storage.hang('set');
    let isQueued = false;
    const sending = say(b, 'one').then((sent) => {
      isQueued = true;
      return sent;
    });
    await settled();
    expect([isQueued, a.transport.count('push')]).toEqual([false, 0]);
    storage.release('set');
    const { id } = await sending;
    await settled();
    expect(await stored()).toEqual([id]);
    expect(a.transport.count('push')).toBe(1);
  });

  it('E10.12 only the leader tells senders that their messages have arrived', async () => {
    const { all, a, b, c, server, clock } = await withTabs(3);
    a.transport.hold('push');
    server.send(BOB, ROOM, 'hello');
    await clock.advance(2_000);
    expect(a.transport.nextHeld('push').args).toMatchObject({ mutations: [{ type: 'mark_delivered' }] });
    for (const { engine } of [b, c]) expect(engine.outbox.view.get().lane(ROOM)).toEqual([]);
    a.transport.unhold('push');
    a.transport.nextHeld('push').release();
    await clock.advance(2_000);
    expect(all.map(({ transport }) => transport.count('push'))).toEqual([1, 0, 0]);
  });
});

describe('all show the same', () => {
  it('E10.2 what one tab writes all show as pending at once, and as sent when it is', async () => {
    const { all, a, c, expectConverged } = await withTabs(3);
    a.transport.hold('push');
    await say(c, 'one');
    await settled();
    for (const tab of all) {
      expect(tab.shown()).toEqual(['one pending']);
      expect(tab.confab.connection.get().unsentCount).toBe(1);
    }
    // Without live events: the answer alone brings the message to all of them.
    for (const { network } of all) network.hasEvents = false;
    a.transport.unhold('push');
    a.transport.nextHeld('push').release();
    await settled();
    for (const tab of all) expect(tab.shown()).toEqual(['one sent']);
    await expectConverged(['one']);
  });

  it('E10.2 what the leader writes shows in the followers too', async () => {
    const { a, b } = await withTabs(2);
    a.transport.hold('push');
    await say(a, 'one');
    await settled();
    expect(b.shown()).toEqual(['one pending']);
  });

  it('E10.4 `confirmed` resolves in the tab that wrote, with the answer of the server', async () => {
    const { b, server } = await withTabs(2);
    const { id, confirmed } = await say(b, 'one');
    expect(await confirmed).toMatchObject({ ok: true, value: { id, seq: 1, content: 'one' } });
    expect(server.messages(ROOM)).toHaveLength(1);
  });

  it('E10.4 what the server refuses all show as refused, and the tab that wrote it hears why', async () => {
    const { all, b, server } = await withTabs(3);
    server.refuseWhen(() => REFUSAL);
    const { confirmed } = await say(b, 'one');
    expect(await confirmed).toMatchObject({ ok: false, error: { code: 'not_member' } });
    await settled();
    for (const tab of all) {
      expect(tab.shown()).toEqual(['one failed']);
      expect(tab.messages.get().messages[0]?.error?.code).toBe('not_member');
    }
  });

  it('E10.6 a tab opened later shows what the others have not sent yet', async () => {
    const { a, b, open, expectConverged } = await withTabs(2);
    a.transport.hold('push');
    await say(a, 'one');
    await say(b, 'two');
    const late = await open();
    expect(late.shown()).toEqual(['one pending', 'two pending']);
    a.transport.unhold('push');
    while (a.transport.held('push').length > 0) {
      a.transport.nextHeld('push').release();
      await settled();
    }
    expect(late.shown()).toEqual(['one sent', 'two sent']);
    await expectConverged(['one', 'two']);
  });

  it('E10.6 a tab opened later shows what could not be stored', async () => {
    const { a, open, storage } = await withTabs(1);
    a.transport.hold('push');
    storage.fail('set');
    await say(a, 'one');
    const late = await open();
    expect(late.shown()).toEqual(['one pending']);
  });

  it('E10.2 ten tabs that write while offline show all of it, and each message arrives once and in order', async () => {
    const { all, server, setNetwork, clock } = await withTabs(10);
    setNetwork(false);
    for (let round = 0; round < 2; round++) {
      for (const [n, tab] of all.entries()) {
        await clock.advance(7);
        await say(tab, `${n}.${round}`);
      }
    }
    await settled();
    const texts = [0, 1].flatMap((round) => all.map((_, n) => `${n}.${round}`));
    for (const tab of all) expect(tab.shown()).toEqual(texts.map((text) => `${text} pending`));
    setNetwork(true);
    await clock.advance(5_000);
    expect(server.messages(ROOM).map(({ content }) => content)).toEqual(texts);
    for (const tab of all) expect(tab.shown()).toEqual(texts.map((text) => `${text} sent`));
  });
});

describe('a leader that dies', () => {
  it('E10.5 before the server has applied its push: the next one sends', async () => {
    const { a, b, c, expectConverged } = await withTabs(3);
    a.transport.hold('push');
    const mine = await say(b, 'one');
    const other = await say(a, 'two');
    const last = await say(c, 'three');
    await settled();
    a.kill();
    await settled();
    expect(b.role()).toBe('leader');
    expect(await mine.confirmed).toMatchObject({ ok: true, value: { seq: 1 } });
    expect(await last.confirmed).toMatchObject({ ok: true, value: { seq: 3 } });
    expect(other.id).not.toBe(last.id);
    await expectConverged(['one', 'two', 'three']);
  });

  it('E10.5 after the server has applied it and before anybody heard: the next one gets the same answer', async () => {
    const { a, b, c, server, expectConverged } = await withTabs(3);
    a.transport.hold('push');
    for (const { network } of [b, c]) network.hasEvents = false;
    const mine = await say(c, 'one');
    await settled();
    a.transport.nextHeld('push').perform();
    await settled();
    expect(server.messages(ROOM)).toHaveLength(1);
    a.kill();
    await settled();
    expect(b.role()).toBe('leader');
    expect(await mine.confirmed).toMatchObject({ ok: true, value: { id: mine.id, seq: 1 } });
    await expectConverged(['one']);
  });

  it('E10.5 after it has told and before it has deleted what is stored: the next one repeats it, to no effect', async () => {
    const { a, b, storage, stored, expectConverged } = await withTabs(2);
    storage.hang('delete');
    const { id, confirmed } = await say(b, 'one');
    expect(await confirmed).toMatchObject({ ok: true });
    expect(await stored()).toEqual([id]);
    a.kill();
    storage.release('delete');
    await expectConverged(['one']);
  });

  it('E10.5 with edits, reactions and deletions under way: nothing is lost, doubled or out of order', async () => {
    const { a, b, server, expectConverged } = await withTabs(2);
    const first = await say(b, 'first');
    await first.confirmed;
    a.transport.hold('push');
    await b.confab.messages.edit(ROOM, first.id, { content: 'edited' });
    await settled();
    const second = await say(b, 'second');
    await b.confab.messages.edit(ROOM, first.id, { content: 'edited again' });
    await b.confab.messages.delete(ROOM, second.id);
    await say(b, 'third');
    await settled();
    a.transport.nextHeld('push').perform();
    await settled();
    a.kill();
    await b.clock.advance(60_000);
    const texts = server.messages(ROOM).map(({ content, deleted_at }) => (deleted_at ? '-' : content));
    expect(texts.filter((text) => text !== '-')).toEqual(['edited again', 'third']);
    expect(b.confab.connection.get().unsentCount).toBe(0);
    expect(b.messages.get().messages.map(({ content }) => content)).toEqual(
      server.messages(ROOM).map(({ content }) => content),
    );
    await expect(expectConverged([])).rejects.toThrow();
  });

  it('E10.5 what the dead leader alone had written is sent by the next one', async () => {
    const { a, expectConverged } = await withTabs(2);
    a.transport.hold('push');
    await say(a, 'one');
    await say(a, 'two');
    a.kill();
    await expectConverged(['one', 'two']);
  });

  it('E10.5 a chain of leaders that die in the middle of each push sends everything once and in order', async () => {
    const { all, server, clock, expectConverged } = await withTabs(6);
    const texts: string[] = [];
    for (const [n, tab] of all.entries()) {
      const last = all.at(-1) as Tab;
      if (tab === last) break;
      tab.transport.hold('push');
      await clock.advance(5);
      await say(tab, `own ${n}`);
      await clock.advance(5);
      await say(last, `last ${n}`);
      texts.push(`own ${n}`, `last ${n}`);
      await settled();
      if (n % 2 === 0) tab.transport.nextHeld('push').perform();
      await settled();
      tab.kill();
      await settled();
    }
    await expectConverged(texts);
    expect(new Set(server.messages(ROOM).map(({ id }) => id)).size).toBe(texts.length);
  });

  it('E10.5 a reload of the leader loses nothing: another tab leads, and it comes back as a follower', async () => {
    const { a, b, open, expectConverged } = await withTabs(2);
    a.transport.hold('push');
    await say(a, 'one');
    a.kill();
    const again = await open();
    expect([b.role(), again.role()]).toEqual(['leader', 'follower']);
    await say(again, 'two');
    await expectConverged(['one', 'two']);
  });

  it('E10.5 what a follower stored and did not live to tell is found within a minute', async () => {
    const { a, b, c, storage, stored, expectConverged } = await withTabs(3);
    storage.hang('set');
    void say(b, 'one');
    await settled();
    // Stored by the time it dies, though it never hears of it.
    b.kill();
    storage.release('set');
    await settled();
    expect(await stored()).toHaveLength(1);
    expect([a.shown(), c.shown()]).toEqual([[], []]);
    await expectConverged(['one']);
  });
});

describe('order', () => {
  it('E10.3 what a follower wrote first goes first, though its storage was done with it last', async () => {
    const { open, storage, clock, expectConverged } = await withTabs(1);
    const b = await open({ storage: slowAtFirst(storage, (task) => clock.after(1_000, task)) });
    const first = say(b, 'one');
    await say(b, 'two');
    await clock.advance(2_000);
    await first;
    await expectConverged(['one', 'two']);
  });

  it('E10.2 what tabs write at the same time all of them show in the same order', async () => {
    let delay = 10;
    const { all, a, clock, expectConverged } = await withTabs(3, { delayMs: () => (delay = 310 - delay) });
    await clock.advance(1_000);
    a.transport.hold('push');
    for (let n = 0; n < 6; n++) {
      for (const [who, tab] of all.entries()) await say(tab, `${who}.${n}`);
      await clock.advance(50);
    }
    await clock.advance(1_000);
    const shown = all.map((tab) => tab.shown());
    expect(shown[0]).toHaveLength(18);
    expect(shown[1]).toEqual(shown[0]);
    expect(shown[2]).toEqual(shown[0]);
    a.transport.unhold('push');
    for (const held of a.transport.held('push')) held.release();
    await clock.advance(1_000);
    const texts = a.messages.get().messages.map(({ content }) => content ?? '');
    await expectConverged(texts);
  });

  it('E10.3 the leader folds what followers write, and they hear how it ended', async () => {
    const { all, a, b, c, setNetwork, stored, server, expectConverged } = await withTabs(3);
    setNetwork(false);
    const sent = await say(b, 'one');
    await settled();
    const edited = await b.confab.messages.edit(ROOM, sent.id, { content: 'two' });
    const again = await c.confab.messages.edit(ROOM, sent.id, { content: 'three' });
    await settled();
    for (const tab of all) expect(tab.shown()).toEqual(['three pending']);
    setNetwork(true);
    await a.clock.advance(60_000);
    for (const { confirmed } of [sent, edited, again]) expect(await confirmed).toMatchObject({ ok: true });
    expect(server.messages(ROOM)).toMatchObject([{ id: sent.id, content: 'three' }]);
    expect(await stored()).toEqual([]);
    await expectConverged(['three']);
  });

  it('E10.3 what a follower takes back before it was sent never leaves', async () => {
    const { all, b, server, expectConverged } = await withTabs(3);
    for (const { environment } of all) environment.setOnline(false);
    const sent = await say(b, 'one');
    const deleted = await b.confab.messages.delete(ROOM, sent.id);
    await settled();
    for (const tab of all) expect(tab.confab.connection.get().unsentCount).toBe(0);
    expect(await sent.confirmed).toMatchObject({ ok: false, error: { code: 'discarded' } });
    await deleted.confirmed;
    for (const { environment } of all) environment.setOnline(true);
    await expectConverged([]);
    expect(server.messages(ROOM)).toEqual([]);
  });
});

describe('random histories', () => {
  it('E10.5 whatever tabs die, freeze, open, lose or hear late: all arrives once, each tab in its order', async () => {
    for (let seed = 1; seed <= 4; seed++) await randomHistory(seed);
  });
});

/** Runs 30 random steps of up to four tabs, and compares what they wrote with what arrived and what they show. */
async function randomHistory(seed: number): Promise<void> {
  const random = createSeededRandom(seed);
  const hasLost = random.chance(0.5);
  const weather = { hasLost, lost: hasLost ? 0.05 : 0 };
  const world = createTabsWorld({
    random: random.next,
    delayMs: () => random.int(seed % 3 === 0 ? 1 : 400),
    isLost: () => random.chance(weather.lost),
  });
  for (let n = 0; n < 3; n++) await world.open();
  await world.clock.advance(1_000);
  const written = new Map<Tab, string[]>();
  const leading = () => world.tabs().filter((tab) => tab.role() === 'leader');
  const actions: Record<string, () => Promise<unknown> | void> = {
    async write() {
      const tab = random.pick(world.tabs());
      const text = `${seed}.${world.clock.now()}.${random.int(1e6)}`;
      written.set(tab, [...(written.get(tab) ?? []), text]);
      await say(tab, text);
    },
    async kill() {
      const tab = random.pick(random.chance(0.7) && leading().length > 0 ? leading() : world.tabs());
      if (world.tabs().length < 2) return;
      if (random.chance(0.6)) {
        tab.transport.hold('push');
        await world.clock.advance(random.int(1_000));
        for (const held of tab.transport.held('push')) if (random.chance(0.5)) held.perform();
      }
      tab.kill();
    },
    open: () => (world.tabs().length < 4 ? world.open() : undefined),
    network: () => world.setNetwork(random.chance(0.5)),
    freeze() {
      const tab = random.pick(world.tabs());
      tab.tab.freeze(random.chance(0.3));
      world.clock.after(random.int(40_000), () => tab.tab.thaw());
    },
  };
  const weighted = Object.keys(actions).flatMap((name) => Array<string>(name === 'write' ? 6 : 1).fill(name));
  for (let step = 0; step < 30; step++) {
    // Frozen storage keeps a write waiting until the thaw.
    void actions[random.pick(weighted)]?.();
    await world.clock.advance(random.int(random.chance(0.3) ? 3_000 : 30));
  }
  weather.lost = 0;
  for (const { tab } of world.tabs()) tab.thaw();
  world.setNetwork(true);
  for (let n = 0; n < 6; n++) await world.clock.advance(35_000);

  const arrived = world.server.messages(ROOM).map(({ content }) => content ?? '');
  const all = [...written.values()].flat();
  // What was on its way to storage when its tab died was never promised, and may or may not have got there.
  const promised = [...written].flatMap(([tab, texts]) => (tab.tab.isAlive() ? texts : []));
  expect([seed, arrived.filter((text, i) => arrived.indexOf(text) !== i)]).toEqual([seed, []]);
  expect([seed, arrived.filter((text) => !all.includes(text))]).toEqual([seed, []]);
  expect([seed, promised.filter((text) => !arrived.includes(text))]).toEqual([seed, []]);
  // A lost message may be overtaken by the one after it; browsers lose none between tabs that live.
  for (const texts of weather.hasLost ? [] : written.values())
    expect([seed, arrived.filter((text) => texts.includes(text))]).toEqual([
      seed,
      texts.filter((text) => arrived.includes(text)),
    ]);
  for (const tab of world.tabs()) {
    expect([seed, tab.shown()]).toEqual([seed, arrived.map((text) => `${text} sent`)]);
    expect([seed, tab.confab.connection.get().unsentCount]).toEqual([seed, 0]);
    tab.confab.close();
  }
  expect([seed, await world.stored()]).toEqual([seed, []]);
}

/** The same storage, but for its first write, which takes its time. */
function slowAtFirst(storage: FaultyStorage, later: (task: () => void) => void): FaultyStorage {
  let isFirst = true;
  return {
    ...storage,
    open(name) {
      const store = storage.open(name);
      return {
        ...store,
        async set(key, value) {
          if (isFirst) {
            isFirst = false;
            await new Promise<void>((resolve) => later(resolve));
          }
          await store.set(key, value);
        },
      };
    },
  };
}

describe('what was refused', () => {
  const refused = async () => {
    const world = await withTabs(3);
    const { b, server } = world;
    server.refuseWhen(() => REFUSAL);
    const { id } = await say(b, 'one');
    await settled();
    for (const tab of world.all) expect(tab.shown()).toEqual(['one failed']);
    server.refuseWhen(() => null);
    return { ...world, id };
  };

  it('E10.7 a follower may try it again', async () => {
    const { c, id, expectConverged } = await refused();
    const { confirmed } = await c.confab.messages.retry(id);
    expect(await confirmed).toMatchObject({ ok: true, value: { id } });
    await expectConverged(['one']);
  });

  it('E10.7 a follower may discard it, and all tabs forget it, for good', async () => {
    const { all, c, id, stored, open, expectConverged } = await refused();
    await c.confab.messages.discard(id);
    await settled();
    for (const tab of all) expect(tab.shown()).toEqual([]);
    expect(await stored()).toEqual([]);
    expect((await open()).shown()).toEqual([]);
    await expectConverged([]);
  });

  it('E10.7 the leader may discard or try again what a follower wrote', async () => {
    const { all, a, id, stored } = await refused();
    await a.confab.messages.discard(id);
    await settled();
    for (const tab of all) expect(tab.shown()).toEqual([]);
    expect(await stored()).toEqual([]);
  });

  it('E10.7 tried again in one tab and discarded in another at the same moment: it is sent once or not at all', async () => {
    const { all, b, c, id, server, clock } = await refused();
    await Promise.allSettled([b.confab.messages.retry(id), c.confab.messages.discard(id)]);
    await clock.advance(70_000);
    const texts = server.messages(ROOM).map(({ content }) => `${content ?? ''} sent`);
    expect(texts.length).toBeLessThanOrEqual(1);
    for (const tab of all) expect(tab.shown()).toEqual(texts);
  });
});

describe('a leader that stands still', () => {
  it('E10.8 keeps the writes of others waiting, who show them', async () => {
    const { a, b, c } = await withTabs(3);
    a.tab.freeze();
    await say(b, 'one');
    await settled();
    for (const tab of [b, c]) expect(tab.shown()).toEqual(['one pending']);
    a.tab.thaw();
    await settled();
    for (const tab of [a, b, c]) expect(tab.shown()).toEqual(['one sent']);
  });

  it('E10.8 without a sign for 20 s, a visible tab with something to send takes over', async () => {
    const { a, b, c, clock, expectConverged } = await withTabs(3);
    a.tab.freeze();
    c.environment.setVisible(false);
    const { confirmed } = await say(b, 'one');
    await clock.advance(21_000);
    expect(b.role()).toBe('leader');
    expect(await confirmed).toMatchObject({ ok: true });
    a.tab.thaw();
    await settled();
    expect([a.role(), b.role(), c.role()]).toEqual(['follower', 'leader', 'follower']);
    await expectConverged(['one']);
  });

  it('E10.8 a leader that answers keeps the lead, however long the server is away', async () => {
    const { a, b, setNetwork, clock, expectConverged } = await withTabs(2);
    setNetwork(false);
    await say(b, 'one');
    await clock.advance(120_000);
    expect([a.role(), b.role()]).toEqual(['leader', 'follower']);
    setNetwork(true);
    await expectConverged(['one']);
  });

  it('E10.8 hidden tabs leave it in peace', async () => {
    const { a, b, clock } = await withTabs(2);
    a.tab.freeze();
    b.environment.setVisible(false);
    await say(b, 'one');
    await clock.advance(120_000);
    expect(b.role()).toBe('follower');
    b.environment.setVisible(true);
    await clock.advance(21_000);
    expect(b.role()).toBe('leader');
    expect(a.tab.isAlive()).toBe(true);
  });

  it('E10.8 two leaders for a moment send everything once, and agree', async () => {
    const { a, b, clock, expectConverged } = await withTabs(3);
    a.transport.hold('push');
    await say(a, 'one');
    const { confirmed } = await say(b, 'two');
    await settled();
    a.tab.freeze();
    await clock.advance(21_000);
    expect(await confirmed).toMatchObject({ ok: true });
    // What it had begun before it stood still arrives only now.
    a.tab.thaw();
    a.transport.unhold('push');
    while (a.transport.held('push').length > 0) {
      a.transport.nextHeld('push').release();
      await settled();
    }
    await expectConverged(['one', 'two']);
  });

  it('E10.8 the late refusal of one leader does not bring back what another has sent', async () => {
    const { a, b, clock, expectConverged } = await withTabs(2);
    a.transport.hold('push');
    await say(b, 'one');
    await settled();
    a.tab.freeze();
    await clock.advance(21_000);
    expect(b.shown()).toEqual(['one sent']);
    a.tab.thaw();
    const late = a.transport.nextHeld('push');
    a.transport.unhold('push');
    late.fail(failure('invalid'));
    await expectConverged(['one']);
  });

  it('E10.1 a page that is told that it freezes gives up the lead, and follows when it is back', async () => {
    const { a, b, expectConverged } = await withTabs(2);
    a.tab.freeze(true);
    await settled();
    expect(b.role()).toBe('leader');
    await say(b, 'one');
    a.tab.thaw();
    await settled();
    expect(a.role()).toBe('follower');
    await expectConverged(['one']);
  });
});

describe('messages between tabs that get lost', () => {
  it('E10.10 a follower that did not hear the outcome asks for it', async () => {
    const lost = { all: false };
    const { b, clock, expectConverged } = await withTabs(2, { isLost: () => lost.all });
    b.network.hasEvents = false;
    b.transport.hold('pull');
    const { confirmed } = await say(b, 'one');
    lost.all = true;
    await settled();
    lost.all = false;
    b.transport.unhold('pull');
    for (const held of b.transport.held('pull')) held.release();
    await clock.advance(70_000);
    expect(await confirmed).toMatchObject({ ok: true, value: { seq: 1 } });
    await expectConverged(['one']);
  });

  it('E10.10 a leader that did not hear of a write finds it', async () => {
    const lost = { all: true };
    const { b, expectConverged } = await withTabs(2, { isLost: () => lost.all });
    const { confirmed } = await say(b, 'one');
    await settled();
    lost.all = false;
    await expectConverged(['one']);
    expect(await confirmed).toMatchObject({ ok: true });
  });

  it('E10.10 with a third of all messages lost everything arrives once, and all show the same', async () => {
    for (let seed = 1; seed <= 2; seed++) {
      const random = createSeededRandom(seed);
      const chance = { lost: 0.3 };
      const { all, server, clock, expectConverged } = await withTabs(4, {
        isLost: () => random.chance(chance.lost),
      });
      for (let n = 0; n < 12; n++) {
        await say(random.pick(all), `${seed}.${n}`);
        await clock.advance(random.int(400));
      }
      chance.lost = 0;
      await clock.advance(70_000);
      const texts = server.messages(ROOM).map(({ content }) => content ?? '');
      expect(texts).toHaveLength(12);
      await expectConverged(texts);
      for (const tab of all) tab.confab.close();
    }
  });

  it('E10.10 comparing what they hold changes no view, and costs a message a tab now and then', async () => {
    const { a, b, clock, storage } = await withTabs(2);
    a.transport.hold('push');
    await say(a, 'one');
    await say(b, 'two');
    await settled();
    const before = [a, b].map(({ messages }) => messages.get().messages);
    const heard: unknown[] = [];
    const stranger = a.tab.join(`confab-outbox-${ALICE}`, (message) => heard.push(message));
    const reads = storage.calls.filter(({ operation }) => operation === 'entries').length;
    for (let n = 0; n < 4; n++) {
      for (const { engine } of [a, b]) engine.requestPull();
      await clock.advance(31_000 / 4);
    }
    await clock.advance(31_000);
    expect(heard.some((message) => JSON.stringify(message).includes('snapshot'))).toBe(true);
    expect(heard.length).toBeLessThan(20);
    expect(storage.calls.filter(({ operation }) => operation === 'entries').length - reads).toBeLessThan(4);
    expect([a, b].map(({ messages }) => messages.get().messages)).toEqual(before);
    for (const [n, tab] of [a, b].entries()) expect(tab.messages.get().messages[0]).toBe(before[n]?.[0]);
    stranger.close();
  });

  it('E10.10 a page that comes back asks for what it has missed, also for what others wrote', async () => {
    const lost = { all: true };
    const { a, b } = await withTabs(2, { isLost: () => lost.all });
    a.transport.hold('push');
    await say(a, 'one');
    await settled();
    expect(b.shown()).toEqual([]);
    lost.all = false;
    b.environment.setVisible(false);
    b.environment.setVisible(true);
    await settled();
    expect(b.shown()).toEqual(['one pending']);
  });

  it('E10.10 what cannot be read is refused and logged', async () => {
    const { a, b, expectConverged } = await withTabs(2);
    const stranger = b.tab.join(`confab-outbox-${ALICE}`, () => undefined);
    for (const message of [null, 7, 'put', {}, { type: 'put' }, { type: 'weather' }, { type: 'confirmed' }])
      stranger.post(message);
    stranger.post({ type: 'put', entry: { v: 99 } });
    stranger.post({ type: 'snapshot', entries: [null] });
    await settled();
    stranger.close();
    expect(a.shown()).toEqual([]);
    expect(a.log.some(({ event }) => event === 'unreadable_tab_message')).toBe(true);
    await say(b, 'one');
    await expectConverged(['one']);
  });
});

describe('users', () => {
  it('E10.11 signing out leaves the lead to the next tab and forgets what others write', async () => {
    const { a, b, expectConverged } = await withTabs(2);
    a.auth.signOut();
    await settled();
    expect(b.role()).toBe('leader');
    await say(b, 'one');
    await settled();
    expect(a.confab.connection.get().unsentCount).toBe(0);
    a.auth.signIn(ALICE);
    await settled();
    expect(a.role()).toBe('follower');
    await expectConverged(['one']);
  });

  it('E10.11 tabs of another user have a leader of their own and hear nothing', async () => {
    const { a, b } = await withTabs(2);
    b.auth.signIn(BOB);
    await settled();
    expect([a.role(), b.role()]).toEqual(['leader', 'leader']);
    a.transport.hold('push');
    await say(a, 'mine');
    await settled();
    expect(b.shown()).toEqual([]);
  });

  it('E10.11 what is unsent when all tabs sign out is sent at the next sign-in', async () => {
    const { all, a, b, setNetwork, expectConverged } = await withTabs(2);
    setNetwork(false);
    await say(b, 'one');
    for (const tab of all) tab.auth.signOut();
    await settled();
    setNetwork(true);
    for (const tab of [b, a]) tab.auth.signIn(ALICE);
    await settled();
    expect(b.role()).toBe('leader');
    await expectConverged(['one']);
  });

  it('E10.2 a tab that is told to try again tells the leader', async () => {
    const { a, b, clock } = await withTabs(2);
    a.transport.on('push', () => {
      throw failure('unavailable');
    });
    await say(b, 'one');
    await clock.advance(20_000);
    const before = a.transport.count('push');
    b.confab.connection.retry();
    await settled();
    expect(a.transport.count('push')).toBeGreaterThan(before);
  });
});
