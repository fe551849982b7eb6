import { describe, expect, it } from 'vitest';
import { latestWindow } from '../../src/cache/loaded-messages';
import { createTimeline } from '../../src/screens/timeline';
import { settled } from '../../src/testing/settled';
import { ALICE, BOB, uuid } from './support/ids';
import { contents, createWorld, ROOM, type WorldOptions } from './support/world';

/** A device that watches a room of 300 messages from Bob, one per hour. */
async function start(options: WorldOptions = {}) {
  const world = createWorld(options);
  const { server, clock } = world;
  for (let n = 1; n <= 300; n++) {
    server.send(BOB, ROOM, `${n}`);
    void clock.advance(3_600_000);
  }
  const alice = world.device(ALICE);
  alice.watch(alice.confab.conversations.list());
  const list = alice.watch(alice.confab.messages.list(ROOM));
  await settled();
  const shown = () => [list.get().messages[0]?.content, list.get().messages.at(-1)?.content];
  const rows = () => server.messages(ROOM);
  const calls = () => alice.transport.count('history');
  return { ...world, alice, list, shown, rows, calls };
}

/** A clock that goes on a quarter of an hour whenever it is looked at. */
function quarterByQuarter() {
  let quarters = 0;
  return () => Date.UTC(2026, 2, 5) + quarters++ * 900_000;
}

describe('a list of messages', () => {
  it('E6.11 shows the newest page, and older ones as they are asked for', async () => {
    const { list, shown, calls } = await start();
    expect(shown()).toEqual(['251', '300']);
    expect(list.get()).toMatchObject({ hasOlder: true, hasNewer: false });
    await list.fetchOlder();
    expect(shown()).toEqual(['201', '300']);
    await list.fetchNewer();
    expect(calls()).toBe(2);
  });

  it('E6.11 pages in both directions from where it jumped to, until it meets the newest ones', async () => {
    const { list, shown, alice } = await start();
    await list.jumpTo({ seq: 200 });
    expect(list.get()).toMatchObject({ hasOlder: true, hasNewer: true, isFetchingNewer: false });
    expect(shown()).toEqual(['175', '224']);
    alice.transport.hold('history');
    const fetching = [list.fetchNewer(), list.fetchNewer()];
    await settled();
    expect(list.get().isFetchingNewer).toBe(true);
    alice.transport.nextHeld('history').release();
    alice.transport.unhold('history');
    await Promise.all(fetching);
    expect(shown()).toEqual(['175', '300']);
    expect(list.get()).toMatchObject({ hasNewer: false, isFetchingNewer: false });
    await list.fetchOlder();
    expect(shown()).toEqual(['125', '300']);
  });

  it('E6.7 new messages go to the newest window while another is shown', async () => {
    const { alice, list, shown, server, calls } = await start();
    await list.jumpTo({ seq: 100 });
    const before = list.get().messages;
    server.send(BOB, ROOM, 'new');
    await settled();
    expect(list.get().messages).toBe(before);
    expect(latestWindow(alice.cache.messages(ROOM))?.covers.to).toBe(server.allMessages(ROOM).length);
    const asked = calls();
    await list.jumpToLatest();
    expect(shown()).toEqual(['251', 'new']);
    expect(calls()).toBe(asked);
  });

  it('E6.7 what one sends is shown at the live end only', async () => {
    const { alice, list, shown } = await start();
    await list.jumpTo({ seq: 100 });
    alice.network.isUp = false;
    await alice.confab.messages.send(ROOM, { content: 'mine' });
    expect(shown()[1]).toBe('124');
    await list.jumpToLatest();
    expect(shown()[1]).toBe('mine');
  });

  it('E6.7 an edit reaches the message wherever it is shown', async () => {
    const { list, server, rows } = await start();
    const target = rows()[99];
    await list.jumpTo({ seq: target?.seq ?? 0 });
    server.edit(BOB, ROOM, target?.id ?? '', 'edited');
    await settled();
    expect(contents(list)).toContain('edited');
  });
});

describe('a single message', () => {
  it('E6.19 is loaded with what is around it, and no list moves', async () => {
    const { alice, rows, shown, calls, server } = await start();
    const id = rows()[49]?.id ?? '';
    const one = alice.watch(alice.confab.messages.get(ROOM, id));
    expect(one.get()).toEqual({ message: null, isPending: true, error: null });
    await settled();
    expect(one.get()).toMatchObject({ message: { content: '50' }, isPending: false, error: null });
    expect(shown()).toEqual(['251', '300']);
    const before = one.get();
    const asked = calls();
    server.edit(BOB, ROOM, rows()[51]?.id ?? '', 'another');
    server.send(BOB, ROOM, 'new');
    await settled();
    expect(one.get()).toBe(before);
    await alice.confab.reactions.add(ROOM, id, '👍');
    expect(one.get().message?.reactions).toMatchObject([{ emoji: '👍', isOwn: true }]);
    expect(calls()).toBe(asked);
  });

  it('E6.19 is the first thing that is watched, and the list has the newest ones all the same', async () => {
    const { server, device } = createWorld();
    for (let n = 1; n <= 120; n++) server.send(BOB, ROOM, `${n}`);
    const alice = device(ALICE);
    const one = alice.watch(alice.confab.messages.get(ROOM, server.messages(ROOM)[9]?.id ?? ''));
    await settled();
    expect(one.get().message?.content).toBe('10');
    const list = alice.watch(alice.confab.messages.list(ROOM));
    await settled();
    expect(contents(list).at(-1)).toBe('120');
  });

  it('E6.19 is shown from the moment it is sent, in a thread too', async () => {
    const { alice, rows } = await start();
    alice.network.isUp = false;
    const rootId = rows()[299]?.id ?? '';
    const { id } = await alice.confab.messages.send(ROOM, { content: 'mine', threadRootId: rootId });
    const one = alice.watch(alice.confab.messages.get(ROOM, id, rootId));
    expect(one.get().message).toMatchObject({ content: 'mine', status: 'pending' });
    await settled();
    await alice.confab.messages.edit(ROOM, id, { content: 'changed' });
    expect(one.get().message?.content).toBe('changed');
  });

  it('E6.19 that is unknown, or a reply in another place, is not found', async () => {
    const { alice, server, rows } = await start();
    const rootId = rows()[299]?.id ?? '';
    const reply = server.send(BOB, ROOM, 'reply', { thread_root_id: rootId });
    const views = [
      alice.watch(alice.confab.messages.get(ROOM, uuid(77))),
      alice.watch(alice.confab.messages.get(ROOM, reply.id)),
    ];
    const inThread = alice.watch(alice.confab.messages.get(ROOM, reply.id, rootId));
    await settled();
    for (const view of views)
      expect(view.get()).toMatchObject({ message: null, error: { code: 'not_found' } });
    expect(inThread.get().message?.content).toBe('reply');
    expect(() => alice.confab.messages.get(ROOM, 'none')).toThrow('not an id');
  });
});

describe('a jump', () => {
  it('E6.12 to a message by its id shows it, asking only for what is not loaded', async () => {
    const { list, rows, calls } = await start();
    const old = rows()[49];
    const before = calls();
    expect(await list.jumpTo({ messageId: old?.id ?? '' })).toBe(old?.seq);
    expect(contents(list)).toContain('50');
    const near = list.get().messages[3];
    expect(await list.jumpTo({ messageId: near?.id ?? '' })).toBe(near?.seq);
    expect(calls()).toBe(before + 1);
  });

  it('E6.12 to a date shows the first message at or after it', async () => {
    const { list, rows } = await start();
    const target = rows()[149];
    const seq = await list.jumpTo({ date: target?.created_at ?? '' });
    expect(seq).toBe(target?.seq);
    expect(list.get().messages.map((message) => message.seq)).toContain(seq);
    expect(await list.jumpTo({ date: new Date(0) })).toBe(rows()[0]?.seq);
    await list.jumpTo({ date: '2199-01-01' });
    expect(list.get().hasNewer).toBe(false);
  });

  it('E6.12 to a day lands under the line that the list shows for it, in its time zone', async () => {
    const { alice, list } = await start({ now: quarterByQuarter() });
    for (let page = 0; page < 6; page++) await list.fetchOlder();
    for (const timeZone of ['America/Los_Angeles', 'Asia/Tokyo', 'Asia/Kathmandu', 'UTC']) {
      const timeline = alice.watch(createTimeline(alice.confab, ROOM, { timeZone }));
      const { actions } = timeline;
      const { items } = timeline.get();
      const [first, , third] = items.filter((item) => item.type === 'day');
      const below = items[items.findIndex((item) => item === third) + 1];
      const line = third?.date ?? '';
      expect(await actions.jumpTo({ date: line })).toBe(below?.type === 'message' ? below.message.seq : null);
      // Another zone than that of the list.
      expect(await list.jumpTo({ date: line, timeZone })).toBe(await actions.jumpTo({ date: line }));
      expect(await actions.jumpTo({ date: line, timeZone: 'UTC' })).toBe(
        await list.jumpTo({ date: `${line}T00:00:00Z` }),
      );
      expect(await actions.jumpTo({ date: first?.date ?? '' })).toBe(1);
    }
  });

  it('E6.12 a day is that of the device unless a zone is named', async () => {
    const { list, rows } = await start({ now: quarterByQuarter() });
    const zone = process.env['TZ'];
    try {
      for (const timeZone of ['America/Los_Angeles', 'Asia/Tokyo']) {
        process.env['TZ'] = timeZone;
        const day = new Date(rows()[99]?.created_at ?? '');
        const pad = (n: number) => String(n).padStart(2, '0');
        const date = `${day.getFullYear()}-${pad(day.getMonth() + 1)}-${pad(day.getDate())}`;
        day.setHours(0, 0, 0, 0);
        const first = rows().find((row) => Date.parse(row.created_at) >= day.getTime());
        expect(await list.jumpTo({ date })).toBe(first?.seq);
      }
    } finally {
      if (zone === undefined) delete process.env['TZ'];
      else process.env['TZ'] = zone;
    }
  });

  it('E6.12 beyond the ends stops at them', async () => {
    const { list, server } = await start();
    expect(await list.jumpTo({ seq: 100_000 })).toBe(server.allMessages(ROOM).length);
    expect(list.get().hasNewer).toBe(false);
    expect(await list.jumpTo({ seq: 0 })).toBe(1);
  });

  it('E6.12 that fails leaves the view where it is', async () => {
    const { alice, list } = await start();
    const before = list.get();
    await expect(list.jumpTo({ messageId: uuid(77) })).rejects.toMatchObject({ code: 'not_found' });
    await expect(list.jumpTo({ messageId: 'none' })).rejects.toMatchObject({ code: 'invalid' });
    for (const date of ['none', '', '2026-02-30', '2026-3-10', new Date(NaN)])
      await expect(list.jumpTo({ date })).rejects.toMatchObject({
        code: 'invalid',
        message: expect.stringMatching(/^unable to show a day; .+ is no date like 2026-03-10 or/),
      });
    alice.network.isUp = false;
    await expect(list.jumpTo({ seq: 10 })).rejects.toMatchObject({ code: 'offline' });
    expect(list.get()).toBe(before);
  });

  it('E6.12 of several the last one counts, whichever is answered last', async () => {
    const { alice, list, shown } = await start();
    alice.transport.hold('history');
    const jumps = [list.jumpTo({ seq: 50 }), list.jumpTo({ seq: 150 })];
    await settled();
    const [first, second] = alice.transport.held();
    second?.release();
    await jumps[1];
    first?.release();
    await jumps[0];
    expect(shown()).toEqual(['125', '174']);
  });

  it('E6.12 before the first page has come is kept when that comes', async () => {
    const { server, device } = createWorld();
    for (let n = 1; n <= 300; n++) server.send(BOB, ROOM, `${n}`);
    const alice = device(ALICE);
    const list = alice.watch(alice.confab.messages.list(ROOM));
    await list.jumpTo({ seq: 100 });
    await settled();
    expect(list.get()).toMatchObject({ hasOlder: true, hasNewer: true, isPending: false });
    expect(contents(list)).toContain('99');
    await list.jumpToLatest();
    expect(contents(list).at(-1)).toBe('300');
  });

  it('E6.6 whose page is older than what arrived meanwhile is brought up to date', async () => {
    const { alice, list, server, rows } = await start();
    alice.transport.hold('history');
    const jump = list.jumpTo({ seq: 60 });
    await settled();
    const held = alice.transport.nextHeld('history');
    held.perform();
    await settled();
    server.edit(BOB, ROOM, rows()[59]?.id ?? '', 'edited');
    await settled();
    held.release();
    await jump;
    await settled();
    expect(contents(list)).toContain('edited');
    expect(alice.cache.versionOf(ROOM)).toBe(alice.cache.conversation(ROOM)?.version);
  });

  it('E5.6 whose page was answered before one of its messages was hidden does not show it', async () => {
    const { alice, list, rows } = await start();
    const seen: boolean[] = [];
    list.subscribe(() => seen.push(contents(list).includes('60')));
    alice.transport.hold('history');
    const jump = list.jumpTo({ seq: 60 });
    await settled();
    const held = alice.transport.nextHeld('history');
    held.perform();
    await settled();
    await (
      await alice.confab.messages.hide(ROOM, rows()[59]?.id ?? '')
    ).confirmed;
    await settled();
    alice.engine.requestPull();
    await settled();
    held.release();
    await jump;
    alice.engine.requestPull();
    await settled();
    expect(contents(list)).toContain('59');
    expect(seen).not.toContain(true);
  });

  it('E6.15 answered from before a reset is asked again', async () => {
    const { alice, list, server } = await start();
    alice.transport.hold('history');
    const jump = list.jumpTo({ seq: 60 });
    await settled();
    const held = alice.transport.nextHeld('history');
    alice.transport.unhold('history');
    server.renewEpoch();
    alice.engine.requestPull();
    await settled();
    const before = alice.transport.count('history');
    held.release();
    await jump;
    expect(alice.transport.count('history')).toBe(before + 1);
    expect(contents(list)).toContain('60');
  });
});

describe('being too far behind', () => {
  it('E6.9 shows the newest page again, wherever one looked, and loads threads that are watched anew', async () => {
    const { alice, list, server, rows, shown } = await start({ truncateAfter: 20 });
    const root = rows()[9]?.id ?? '';
    server.send(BOB, ROOM, 'reply', { thread_root_id: root });
    const replies = alice.watch(alice.confab.threads.replies(ROOM, root));
    await list.jumpTo({ seq: 100 });
    alice.network.hasEvents = false;
    for (let n = 0; n < 40; n++) server.send(BOB, ROOM, `late ${n}`);
    server.send(BOB, ROOM, 'another', { thread_root_id: root });
    alice.engine.requestPull();
    await settled();
    expect(shown()[1]).toBe('late 39');
    expect(alice.cache.messages(ROOM)?.windows).toHaveLength(1);
    expect(contents(replies)).toEqual(['reply', 'another']);
  });

  it('E5.6 what is hidden while that page is on its way stays hidden', async () => {
    const { alice, list, server, rows } = await start({ truncateAfter: 20 });
    const seen: boolean[] = [];
    list.subscribe(() => seen.push(contents(list).includes('late 39')));
    alice.network.hasEvents = false;
    for (let n = 0; n < 40; n++) server.send(BOB, ROOM, `late ${n}`);
    alice.transport.hold('history');
    alice.engine.requestPull();
    await settled();
    const held = alice.transport.nextHeld('history');
    held.perform();
    await settled();
    await (
      await alice.confab.messages.hide(ROOM, rows().at(-1)?.id ?? '')
    ).confirmed;
    await settled();
    held.release();
    await settled();
    expect(contents(list)).toContain('late 38');
    expect(seen).not.toContain(true);
  });
});

describe('the replies of a thread', () => {
  async function thread() {
    const world = await start();
    const root = world.rows()[9]?.id ?? '';
    for (let n = 1; n <= 120; n++) world.server.send(BOB, ROOM, `r${n}`, { thread_root_id: root });
    const replies = world.alice.watch(world.alice.confab.threads.replies(ROOM, root));
    await settled();
    return { ...world, root, replies };
  }

  it('E6.14 are a list of their own: pages, jumps, live changes', async () => {
    const { alice, server, root, replies, list, shown } = await thread();
    expect(contents(replies)).toHaveLength(50);
    expect(replies.get()).toMatchObject({ hasOlder: true, hasNewer: false });
    server.send(BOB, ROOM, 'live', { thread_root_id: root });
    await settled();
    expect(contents(replies).at(-1)).toBe('live');
    expect(shown()[1]).toBe('300');
    await replies.fetchOlder();
    expect(contents(replies)[0]).toBe('r21');
    await replies.jumpTo({ seq: 1 });
    expect(replies.get().hasOlder).toBe(false);
    const first = server.allMessages(ROOM).find(({ content }) => content === 'r30');
    server.edit(BOB, ROOM, first?.id ?? '', 'edited');
    await settled();
    expect(contents(replies)).toContain('edited');
    expect(alice.confab.threads.replies(ROOM, root)).toBe(replies);
    expect(contents(list)).not.toContain('live');
  });

  it('E6.14 show what one writes at once, until its row has arrived', async () => {
    const { alice, root, replies, list } = await thread();
    await replies.jumpToLatest();
    alice.network.isUp = false;
    await alice.confab.messages.send(ROOM, { content: 'mine', threadRootId: root });
    expect(replies.get().messages.at(-1)).toMatchObject({ content: 'mine', status: 'pending' });
    expect(contents(list)).not.toContain('mine');
    alice.network.isUp = true;
    alice.confab.connection.retry();
    await settled();
    expect(replies.get().messages.at(-1)).toMatchObject({ content: 'mine', status: 'sent' });
    expect(contents(replies).filter((content) => content === 'mine')).toHaveLength(1);
  });

  it('E6.14 that were missed come with a pull, which asks from what is furthest behind', async () => {
    const { alice, server, root, replies } = await thread();
    alice.network.hasEvents = false;
    server.send(BOB, ROOM, 'missed', { thread_root_id: root });
    alice.engine.requestPull();
    await settled();
    expect(contents(replies).at(-1)).toBe('missed');
  });

  it('E6.14 are refused for what is no id', async () => {
    const { alice } = await start();
    expect(() => alice.confab.threads.replies(ROOM, 'none')).toThrow();
  });
});
