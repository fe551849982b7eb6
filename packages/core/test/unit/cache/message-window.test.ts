import { describe, expect, it } from 'vitest';
import {
  applyChange,
  applyChanges,
  openWindow,
  prependOlder,
  type MessageWindow,
} from '../../../src/cache/message-window';
import { deleted, edited, history, message, range } from '../support/rows';

const window = (from: number, to: number, version = to): MessageWindow =>
  openWindow(history(range(from, to), { covers: { from, to }, version }));
const seqs = (held: MessageWindow) => held.pages.flat().map(({ seq }) => seq);
const lengths = (held: MessageWindow) => held.pages.map((page) => page.length);
const numbers = (from: number, to: number) => range(from, to).map(({ seq }) => seq);

describe('opening', () => {
  it('E6 takes over what the page covers', () => {
    expect(window(11, 20)).toMatchObject({
      version: 20,
      covers: { from: 11, to: 20 },
      hasOlder: true,
      hasNewer: false,
    });
    expect(seqs(window(11, 20))).toEqual(numbers(11, 20));
  });

  it('E6 an empty conversation is a window that covers nothing and takes the first message', () => {
    const empty = openWindow(history([], { covers: { from: 1, to: 0 }, version: 0 }));
    expect(empty.pages).toEqual([]);
    const { window: first, outcome } = applyChange(empty, message(1), 1);
    expect(outcome).toBe('applied');
    expect(first).toMatchObject({ version: 1, covers: { from: 1, to: 1 } });
    expect(seqs(first)).toEqual([1]);
  });

  it('E13 cuts what it holds into short pages', () => {
    expect(lengths(window(1, 250))).toEqual([100, 100, 50]);
  });
});

describe('one change', () => {
  it('E6 the next version is applied', () => {
    const { window: next, outcome } = applyChange(window(1, 3), message(4), 4);
    expect(outcome).toBe('applied');
    expect(next).toMatchObject({ version: 4, covers: { from: 1, to: 4 } });
    expect(seqs(next)).toEqual([1, 2, 3, 4]);
  });

  it.each([1, 2, 3])('E6 version %i, which is known, changes nothing', (version) => {
    const held = window(1, 3);
    const result = applyChange(held, edited(message(1), version), version);
    expect(result).toEqual({ window: held, outcome: 'known' });
    expect(result.window).toBe(held);
  });

  it.each([5, 6, 100])('E6 version %i, which leaves a gap, changes nothing and says so', (version) => {
    const held = window(1, 3);
    const result = applyChange(held, message(version), version);
    expect(result.window).toBe(held);
    expect(result.outcome).toBe('gap');
  });

  it('E6 an edit replaces its row in place', () => {
    const row = edited(message(2), 4);
    const { window: next } = applyChange(window(1, 3), row, 4);
    expect(next.pages.flat()[1]).toBe(row);
    expect(seqs(next)).toEqual([1, 2, 3]);
  });

  it('D5 a deletion leaves a tombstone in its place', () => {
    const { window: next } = applyChange(window(1, 3), deleted(message(2), 4), 4);
    expect(next.pages.flat()[1]).toMatchObject({ seq: 2, content: null, version: 4 });
    expect(next.covers).toEqual({ from: 1, to: 3 });
  });

  it('E6 a change of a message before the window moves only the version', () => {
    const held = window(11, 20);
    const { window: next, outcome } = applyChange(held, edited(message(3), 21), 21);
    expect(outcome).toBe('applied');
    expect(next).toEqual({ ...held, version: 21 });
    expect(next.pages).toBe(held.pages);
  });

  it('E6 a window that has newer messages is not continued at its end', () => {
    const held = { ...window(1, 3), hasNewer: true };
    for (const seq of [4, 9]) {
      const { window: next, outcome } = applyChange(held, message(seq), 4);
      expect(outcome).toBe('applied');
      expect(seqs(next)).toEqual([1, 2, 3]);
      expect(next.covers).toEqual({ from: 1, to: 3 });
    }
  });

  it('E13 copies one page and keeps the others', () => {
    const held = window(1, 250);
    const { window: appended } = applyChange(held, message(251), 251);
    expect(appended.pages[0]).toBe(held.pages[0]);
    expect(appended.pages[1]).toBe(held.pages[1]);
    const { window: changed } = applyChange(held, edited(message(150), 251), 251);
    expect(changed.pages[0]).toBe(held.pages[0]);
    expect(changed.pages[2]).toBe(held.pages[2]);
  });

  it('E13 begins another page when the last one is full', () => {
    const { window: next } = applyChange(window(1, 100), message(101), 101);
    expect(lengths(next)).toEqual([100, 1]);
    expect(seqs(next)).toEqual(numbers(1, 101));
  });
});

describe('an older page', () => {
  const older = (from: number, to: number, version: number) =>
    history(range(from, to), { covers: { from, to }, version });

  it('E6 is put in front when it adjoins', () => {
    const next = prependOlder(window(51, 60), older(1, 50, 60));
    expect(next).toMatchObject({ covers: { from: 1, to: 60 }, hasOlder: false, version: 60 });
    expect(seqs(next)).toEqual(numbers(1, 60));
  });

  it.each([
    ['leaves a hole', older(1, 49, 60)],
    ['overlaps', older(1, 51, 60)],
    ['is of elsewhere', older(70, 80, 80)],
  ])('E6 that %s is refused', (_how, page) => {
    const held = window(51, 60);
    expect(prependOlder(held, page)).toBe(held);
  });

  it('E6 claims only the version that both parts know, so that the next change shows what is missing', () => {
    const held = applyChange(window(51, 60), edited(message(51), 61), 61).window;
    const next = prependOlder(held, older(1, 50, 60));
    expect(next.version).toBe(60);
    expect(applyChange(next, message(61), 62).outcome).toBe('gap');
    const newer = prependOlder(held, older(1, 50, 99));
    expect(newer.version).toBe(61);
  });

  it('E6 a change that was applied before is applied again without harm', () => {
    const row = edited(message(55), 61);
    const held = applyChange(window(51, 60), row, 61).window;
    const next = prependOlder(held, older(1, 50, 60));
    const { window: again, outcome } = applyChange(next, row, 61);
    expect(outcome).toBe('applied');
    expect(again.pages.flat()[54]).toBe(row);
    expect(seqs(again)).toEqual(numbers(1, 60));
  });
});

describe('a list of changes', () => {
  it('E6 is applied in whatever order it comes', () => {
    const changes = [message(4), message(5), edited(message(2), 6), message(6, { version: 7 })];
    const expected = applyChanges(window(1, 3), changes);
    for (const order of [changes.toReversed(), [2, 0, 3, 1].flatMap((i) => changes[i] ?? [])]) {
      expect(applyChanges(window(1, 3), order)).toEqual(expected);
    }
    expect(seqs(expected)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(expected.version).toBe(7);
  });

  it('E6 the same list twice is the same window', () => {
    const changes = [message(4), edited(message(2), 5)];
    const once = applyChanges(window(1, 3), changes);
    expect(applyChanges(once, changes)).toBe(once);
  });

  it('E6 an older state of a row never replaces a newer one', () => {
    const held = applyChange(window(1, 3), edited(message(2), 4), 4).window;
    expect(applyChanges(held, [edited(message(2), 3)]).pages.flat()[1]?.version).toBe(4);
  });

  it('E6 no changes are no change', () => {
    const held = window(1, 3);
    expect(applyChanges(held, [])).toBe(held);
  });

  it('E6 what was asked from a later version than the window has by now moves no version', () => {
    // A pull from version 61 was on its way while a page of version 60 was put in front.
    const held = applyChange(window(51, 60), edited(message(20), 61), 61).window;
    const behind = prependOlder(held, history(range(1, 50), { covers: { from: 1, to: 50 }, version: 60 }));
    const next = applyChanges(behind, [message(61, { version: 62 })], 61);
    expect(next.version).toBe(60);
    expect(seqs(next)).toEqual(numbers(1, 61));
    expect(applyChanges(behind, [edited(message(20), 61), message(61, { version: 62 })], 60).version).toBe(
      62,
    );
  });

  it('E13 a thousand changes are one window', () => {
    const next = applyChanges(window(1, 3), range(4, 1_003));
    expect(seqs(next)).toEqual(numbers(1, 1_003));
    expect(lengths(next).every((length) => length <= 100)).toBe(true);
  });
});
