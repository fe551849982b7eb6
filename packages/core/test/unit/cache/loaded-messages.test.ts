import { describe, expect, it } from 'vitest';
import {
  applyChange,
  applyChanges,
  hideMessage,
  showMessage,
  latestWindow,
  messageAt,
  messageById,
  openMessages,
  windowAt,
  withPage,
  type LoadedMessages,
} from '../../../src/cache/loaded-messages';
import { trimmed, unreadAfter } from '../../../src/cache/message-window';
import { deleted, edited, history, message, range } from '../support/rows';

/** What is loaded after opening these pages of a conversation, each with others before it. */
const loadedOf = (...pages: readonly (readonly [from: number, to: number])[]): LoadedMessages => {
  const last = Math.max(...pages.map(([, to]) => to));
  const [first, ...others] = pages.map(([from, to]) => page(from, to, last, to < last));
  if (!first) throw new Error('no page');
  return others.reduce(withPage, openMessages(first));
};
const page = (from: number, to: number, version = to, hasNewer = false) =>
  history(range(from, to), { covers: { from, to }, version, has_newer: hasNewer });
const rows = ({ windows }: LoadedMessages) => windows.flatMap(({ pages }) => pages.flat());
const seqs = (loaded: LoadedMessages) => rows(loaded).map(({ seq }) => seq);
const ranges = ({ windows }: LoadedMessages) => windows.map(({ covers: { from, to } }) => [from, to]);
const lengths = ({ windows }: LoadedMessages) => windows.map(({ pages }) => pages.map((one) => one.length));
const numbers = (from: number, to: number) => range(from, to).map(({ seq }) => seq);
const open = (from: number, to: number, version = to) => openMessages(page(from, to, version));

describe('opening', () => {
  it('E6.1 takes over what the page covers', () => {
    expect(open(11, 20)).toMatchObject({
      version: 20,
      windows: [{ covers: { from: 11, to: 20 }, hasOlder: true, hasNewer: false }],
    });
    expect(seqs(open(11, 20))).toEqual(numbers(11, 20));
  });

  it('E6.1 an empty conversation covers nothing and takes the first message', () => {
    const empty = openMessages(history([], { covers: { from: 1, to: 0 }, version: 0 }));
    expect(rows(empty)).toEqual([]);
    const { loaded, outcome } = applyChange(empty, message(1), 1);
    expect(outcome).toBe('applied');
    expect(loaded).toMatchObject({ version: 1, windows: [{ covers: { from: 1, to: 1 } }] });
    expect(seqs(loaded)).toEqual([1]);
  });

  it('E13.1 cuts what it holds into short pages', () => {
    expect(lengths(open(1, 250))).toEqual([[100, 100, 50]]);
  });
});

describe('one change', () => {
  it('E6.2 the next version is applied', () => {
    const { loaded, outcome } = applyChange(open(1, 3), message(4), 4);
    expect(outcome).toBe('applied');
    expect(loaded.version).toBe(4);
    expect(ranges(loaded)).toEqual([[1, 4]]);
    expect(seqs(loaded)).toEqual([1, 2, 3, 4]);
  });

  it.each([1, 2, 3])('E6.3 version %i, which is known, changes nothing', (version) => {
    const held = open(1, 3);
    const result = applyChange(held, edited(message(1), version), version);
    expect(result.outcome).toBe('known');
    expect(result.loaded).toBe(held);
  });

  it.each([5, 6, 100])('E6.4 version %i, which leaves a gap, changes nothing and says so', (version) => {
    const held = open(1, 3);
    const result = applyChange(held, message(version), version);
    expect(result.loaded).toBe(held);
    expect(result.outcome).toBe('gap');
  });

  it('E6.2 an edit replaces its row in place, in whichever window', () => {
    const row = edited(message(2), 21);
    const { loaded } = applyChange(loadedOf([1, 3], [11, 20]), row, 21);
    expect(rows(loaded)[1]).toBe(row);
    expect(seqs(loaded)).toEqual([1, 2, 3, ...numbers(11, 20)]);
  });

  it('E6.2 a deletion leaves a tombstone in its place', () => {
    const { loaded } = applyChange(open(1, 3), deleted(message(2), 4), 4);
    expect(rows(loaded)[1]).toMatchObject({ seq: 2, content: null, version: 4 });
    expect(ranges(loaded)).toEqual([[1, 3]]);
  });

  it.each([1, 3, 10])('E6.2 a change of message %i, which is not loaded, moves only the version', (seq) => {
    const held = loadedOf([4, 8], [11, 20]);
    const { loaded, outcome } = applyChange(held, edited(message(seq), 21), 21);
    expect(outcome).toBe('applied');
    expect(loaded).toEqual({ ...held, version: 21 });
    expect(loaded.windows).toBe(held.windows);
  });

  it('E6.7 what has newer messages is not continued at its end', () => {
    const held = openMessages(page(1, 3, 3, true));
    for (const seq of [4, 9]) {
      const { loaded, outcome } = applyChange(held, message(seq), 4);
      expect(outcome).toBe('applied');
      expect(ranges(loaded)).toEqual([[1, 3]]);
    }
  });

  it('E6.7 a new message goes to the newest window only', () => {
    const { loaded } = applyChange(loadedOf([1, 3], [11, 20]), message(21), 21);
    expect(ranges(loaded)).toEqual([
      [1, 3],
      [11, 21],
    ]);
  });

  it('E6.14 a thread takes its replies, a timeline what is in no thread; both know that nothing else is there', () => {
    const root = message(1).id;
    const empty = history([], { covers: { from: 1, to: 3 }, version: 3 });
    const reply = message(4, { threadRootId: root });
    for (const [threadRootId, expected] of [
      [null, [5]],
      [root, [4]],
      [message(2).id, []],
    ] as const) {
      const first = applyChange(openMessages(empty, threadRootId), reply, 4).loaded;
      const second = applyChange(first, message(5), 5).loaded;
      expect(seqs(second)).toEqual(expected);
      expect(ranges(second)).toEqual([[1, 5]]);
    }
  });

  it('E13.1 copies one page and keeps the others', () => {
    const held = open(1, 250);
    const pagesOf = (loaded: LoadedMessages) => loaded.windows[0]?.pages ?? [];
    const appended = applyChange(held, message(251), 251).loaded;
    expect(pagesOf(appended)[0]).toBe(pagesOf(held)[0]);
    expect(pagesOf(appended)[1]).toBe(pagesOf(held)[1]);
    const changed = applyChange(held, edited(message(150), 251), 251).loaded;
    expect(pagesOf(changed)[0]).toBe(pagesOf(held)[0]);
    expect(pagesOf(changed)[2]).toBe(pagesOf(held)[2]);
  });

  it('E13.1 begins another page when the last one is full', () => {
    const { loaded } = applyChange(open(1, 100), message(101), 101);
    expect(lengths(loaded)).toEqual([[100, 1]]);
    expect(seqs(loaded)).toEqual(numbers(1, 101));
  });
});

describe('another page', () => {
  it.each([
    ['before', page(1, 10, 60), [[1, 20]], false],
    ['after', page(21, 30, 60, true), [[11, 30]], true],
    ['that overlaps the beginning', page(5, 12, 60), [[5, 20]], true],
    ['that overlaps the end', page(18, 25, 60, true), [[11, 25]], true],
    ['inside', page(12, 15, 60, true), [[11, 20]], true],
    ['around it all', page(1, 30, 60, true), [[1, 30]], false],
  ])('E6.5 %s becomes one with what it meets', (_where, other, expected, hasOlder) => {
    const next = withPage(openMessages(page(11, 20, 60, true)), other);
    expect(ranges(next)).toEqual(expected);
    expect(seqs(next)).toEqual(numbers(expected[0]?.[0] ?? 0, expected[0]?.[1] ?? 0));
    expect(next.windows[0]).toMatchObject({ hasOlder, hasNewer: true });
  });

  it.each([
    [
      'older',
      page(1, 9, 60),
      [
        [1, 9],
        [11, 20],
      ],
    ],
    [
      'newer',
      page(22, 60),
      [
        [11, 20],
        [22, 60],
      ],
    ],
  ])('E6.5 %s, with one message between, becomes a window of its own', (_where, other, expected) => {
    const next = withPage(openMessages(page(11, 20, 60, true)), other);
    expect(ranges(next)).toEqual(expected);
    expect(next.windows[0]?.hasNewer).toBe(true);
    expect(next.windows[1]?.hasOlder).toBe(true);
  });

  it('E6.5 that fills what lies between makes one of three', () => {
    const held = loadedOf([1, 10], [15, 20]);
    expect(ranges(held)).toEqual([
      [1, 10],
      [15, 20],
    ]);
    const next = withPage(held, page(9, 16, 20, true));
    expect(ranges(next)).toEqual([[1, 20]]);
    expect(next.windows[0]).toMatchObject({ hasOlder: false, hasNewer: false });
    expect(seqs(next)).toEqual(numbers(1, 20));
  });

  it('E6.5 with nothing in it says that there is nothing', () => {
    const held = openMessages(page(11, 20, 60, true));
    const rest = history([], { covers: { from: 21, to: 60 }, version: 60 });
    expect(withPage(held, rest).windows).toMatchObject([{ covers: { from: 11, to: 60 }, hasNewer: false }]);
  });

  it('E6.6 claims only the version that all parts know, so that the next change shows what is missing', () => {
    const held = applyChange(open(51, 60), edited(message(51), 61), 61).loaded;
    const next = withPage(held, page(1, 50, 60));
    expect(next.version).toBe(60);
    expect(applyChange(next, message(61), 62).outcome).toBe('gap');
    expect(withPage(held, page(1, 50, 99)).version).toBe(61);
  });

  it('E6.6 a change that was applied before is applied again without harm', () => {
    const row = edited(message(55), 61);
    const held = applyChange(open(51, 60), row, 61).loaded;
    const { loaded, outcome } = applyChange(withPage(held, page(1, 50, 60)), row, 61);
    expect(outcome).toBe('applied');
    expect(messageAt(loaded, 55)).toBe(row);
    expect(seqs(loaded)).toEqual(numbers(1, 60));
  });

  it('E6.10 an older state of a row in it does not replace a newer one', () => {
    const row = edited(message(55), 61);
    const held = applyChange(open(51, 60), row, 61).loaded;
    expect(messageAt(withPage(held, page(50, 60, 60)), 55)).toBe(row);
  });
});

describe('a list of changes', () => {
  it('E6.8 is applied in whatever order it comes', () => {
    const changes = [message(4), message(5), edited(message(2), 6), message(6, { version: 7 })];
    const expected = applyChanges(open(1, 3), changes);
    for (const order of [changes.toReversed(), [2, 0, 3, 1].flatMap((i) => changes[i] ?? [])]) {
      expect(applyChanges(open(1, 3), order)).toEqual(expected);
    }
    expect(seqs(expected)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(expected.version).toBe(7);
  });

  it('E6.8 the same list twice changes nothing, and no changes neither', () => {
    const changes = [message(4), edited(message(2), 5)];
    const once = applyChanges(open(1, 3), changes);
    expect(applyChanges(once, changes)).toBe(once);
    expect(applyChanges(once, [])).toBe(once);
  });

  it('E6.10 an older state of a row never replaces a newer one', () => {
    const held = applyChange(open(1, 3), edited(message(2), 4), 4).loaded;
    expect(messageAt(applyChanges(held, [edited(message(2), 3)]), 2)?.version).toBe(4);
  });

  it('E6.8 what was asked from a later version than is reached by now moves no version', () => {
    // A pull from version 61 was on its way while a page of version 60 was added.
    const held = applyChange(open(51, 60), edited(message(20), 61), 61).loaded;
    const behind = withPage(held, page(1, 50, 60));
    const next = applyChanges(behind, [message(61, { version: 62 })], 61);
    expect(next.version).toBe(60);
    expect(seqs(next)).toEqual(numbers(1, 61));
    const all = [edited(message(20), 61), message(61, { version: 62 })];
    expect(applyChanges(behind, all, 60).version).toBe(62);
  });

  it('E13.1 a thousand changes are short pages', () => {
    const next = applyChanges(open(1, 3), range(4, 1_003));
    expect(seqs(next)).toEqual(numbers(1, 1_003));
    expect(
      lengths(next)
        .flat()
        .every((length) => length <= 100),
    ).toBe(true);
  });
});

describe('looking up', () => {
  it('E6.1 finds the live end, what covers a position, and a message by position or id', () => {
    const held = loadedOf([1, 3], [11, 20]);
    expect(latestWindow(held)).toBe(held.windows[1]);
    expect(latestWindow(openMessages(page(1, 3, 9, true)))).toBeUndefined();
    expect(latestWindow(undefined)).toBeUndefined();
    expect([2, 5, 15].map((seq) => held.windows.findIndex((one) => one === windowAt(held, seq)))).toEqual([
      0, -1, 1,
    ]);
    expect(messageAt(held, 12)).toEqual(message(12));
    expect(messageAt(held, 5)).toBeUndefined();
    expect(messageById(held, message(2).id)).toEqual(message(2));
    expect(messageById(held, message(5).id)).toBeUndefined();
  });

  it('E6.2 what one shows again is filled wherever it is, and only that', () => {
    const held = loadedOf([1, 3], [11, 20]);
    const hidden = hideMessage(held, message(2).id);
    expect(showMessage(hidden, message(2))).toEqual(held);
    expect(showMessage(held, message(2))).toBe(held);
    expect(showMessage(hidden, message(5))).toBe(hidden);
  });

  it('E6.6 what changed while it was hidden is asked for when it is shown as it was before', () => {
    const held = openMessages(page(1, 3));
    const hidden = hideMessage(held, message(2).id);
    const { loaded } = applyChange(hidden, edited(message(2), held.version + 1), held.version + 1);
    expect(messageAt(loaded, 2)).toMatchObject({ isHidden: true, content: null });
    const shown = showMessage(loaded, message(2, { version: held.version }));
    expect(messageAt(shown, 2)).toMatchObject({ version: held.version, content: message(2).content });
    expect(shown.version).toBe(held.version);
  });

  it('E6.2 what one deletes for oneself is emptied wherever it is', () => {
    const held = loadedOf([1, 3], [11, 20]);
    const next = hideMessage(held, message(2).id);
    expect(messageAt(next, 2)).toMatchObject({ isHidden: true, content: null });
    expect(hideMessage(next, message(2).id)).toBe(next);
    expect(hideMessage(held, message(5).id)).toBe(held);
  });

  it('E5.13 counts what is unread where all of it is loaded', () => {
    const [window] = open(11, 250).windows;
    expect(unreadAfter(window, 15, null)).toEqual({ messages: 235, mentions: 0 });
    expect(unreadAfter(window, 250, null)).toEqual({ messages: 0, mentions: 0 });
    expect(unreadAfter(window, 9, null)).toBeNull();
  });
});

describe('memory', () => {
  const grown = (held: LoadedMessages, by: number) =>
    Array.from({ length: by }).reduce<LoadedMessages>((known) => {
      const seq = (known.windows.at(-1)?.covers.to ?? 0) + 1;
      return applyChange(known, message(seq, { version: known.version + 1 }), known.version + 1).loaded;
    }, held);
  const count = (loaded: LoadedMessages) => rows(loaded).length;

  it('E13.2 what only grows by itself keeps the newest 2,000, to a page', () => {
    const next = grown(open(1, 50), 5_000);
    expect(count(next)).toBeGreaterThanOrEqual(2_000);
    expect(count(next)).toBeLessThanOrEqual(2_100);
    const [window] = next.windows;
    expect(window).toMatchObject({ hasOlder: true, hasNewer: false, covers: { to: 5_050 } });
    expect(window?.covers.from).toBe(window?.pages[0]?.[0]?.seq);
    expect(seqs(next)).toEqual(numbers(window?.covers.from ?? 0, 5_050));
  });

  it('E13.2 a list of changes prunes too', () => {
    expect(count(applyChanges(open(1, 50), range(51, 3_000)))).toBeLessThanOrEqual(2_100);
  });

  it('E13.2 what somebody has loaded stays while it grows', () => {
    let held = open(5_001, 5_050);
    for (let to = 5_000; count(held) < 3_000; to -= 200)
      held = withPage(held, page(to - 199, to, 5_050, true));
    const loaded = count(held);
    const next = grown(held, 1_000);
    expect(count(next)).toBeGreaterThanOrEqual(loaded);
    expect(count(next)).toBeLessThanOrEqual(loaded + 100);
  });

  it('E13.3 where more than 15,000 are loaded in a row, those far from the last page go', () => {
    let held = openMessages(page(20_001, 34_950, 50_000));
    held = withPage(held, page(19_801, 20_000, 50_000, true));
    expect(count(held)).toBeLessThanOrEqual(15_100);
    expect(held.windows[0]).toMatchObject({ covers: { from: 19_801 }, hasNewer: true });
    expect(held.windows[0]?.covers.to).toBe(rows(held).at(-1)?.seq);
    let up = openMessages(page(20_001, 34_950, 50_000, true));
    up = withPage(up, page(34_951, 35_150, 50_000, true));
    expect(up.windows[0]).toMatchObject({ covers: { to: 35_150 }, hasOlder: true });
    expect(count(up)).toBeLessThanOrEqual(15_100);
  });

  it('E13.4 at most 16 windows are kept, the live end among them', () => {
    let held = open(9_951, 10_000);
    for (let i = 1; i <= 30; i++) held = withPage(held, page(i * 100, i * 100 + 9, 10_000, true));
    expect(held.windows).toHaveLength(16);
    expect(latestWindow(held)?.covers.to).toBe(10_000);
    expect(windowAt(held, 3_000)).toBeDefined();
  });

  it('E13.2 only the newest can be kept, to be stored', () => {
    const [window] = open(1, 250).windows;
    if (!window) throw new Error('none');
    expect(trimmed(window, 50, 'oldest').covers).toEqual({ from: 201, to: 250 });
    expect(trimmed(window, 250, 'oldest')).toBe(window);
  });
});
