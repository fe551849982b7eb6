import { describe, expect, it } from 'vitest';
import {
  applyChange,
  applyChanges,
  openWindow,
  prependOlder,
  type MessageWindow,
} from '../../../src/cache/message-window';
import type { MessageRecord } from '../../../src/model/records';
import type { HistoryPage } from '../../../src/model/wire';
import { createSeededRandom } from '../../../src/testing/seeded-random';
import {
  createModelConversation,
  type ModelChange,
  type ModelConversation,
} from '../support/model-conversation';
import { ALICE, BOB } from '../support/rows';

const SEEDS = Array.from({ length: 150 }, (_, i) => i + 1);

/** What must be true of a window at any moment, whatever it has missed so far. */
function assertComplete(window: MessageWindow, model: ModelConversation): void {
  const rows = window.pages.flat();
  const { from, to } = window.covers;
  // Every change up to its version is in it.
  const latest = new Map<number, number>();
  for (const { version, message } of model.changes())
    if (version <= window.version) latest.set(message.seq, version);
  expect(rows.filter((row) => row.version < (latest.get(row.seq) ?? 0))).toEqual([]);
  const timeline = model.timeline().filter(({ seq }) => seq >= from && seq <= to);
  expect(rows.map(({ seq }) => seq)).toEqual(timeline.map(({ seq }) => seq));
  expect(window.pages.every((page) => page.length > 0)).toBe(true);
}

/** No step takes a row back to an earlier state, or out of the window. */
function assertForward(before: MessageWindow, after: MessageWindow): void {
  const versions = new Map(after.pages.flat().map((row) => [row.seq, row.version]));
  const lost = before.pages.flat().filter((row) => (versions.get(row.seq) ?? -1) < row.version);
  expect(lost).toEqual([]);
}

/**
 * A client that hears of changes late, twice, in another order or never, asks for pages and pulls whose answers come
 * when they like, and pulls whenever it is told of a gap.
 */
function run(seed: number): void {
  const random = createSeededRandom(seed);
  const model = createModelConversation();
  for (let i = 20 + random.int(40); i > 0; i--) {
    const root = model.rows()[0]?.id;
    model.send(random.pick([ALICE, BOB]), root && random.chance(0.2) ? { threadRootId: root } : {});
  }

  // Some windows are opened around a message in the middle: what is newer than that is not theirs.
  const end = random.chance(0.2) ? 1 + random.int(model.rows().length + 1) : undefined;
  let window = openWindow(model.history(5 + random.int(10), end));
  const live: ModelChange[] = [];
  const pages: HistoryPage[] = [];
  const pulls: { readonly since: number; readonly rows: readonly MessageRecord[] }[] = [];
  let isGapKnown = false;

  const take = <T>(queue: T[]): T | undefined => queue.splice(random.int(queue.length), 1)[0];
  const steps: (() => void)[] = [
    () => live.push(model.send(random.pick([ALICE, BOB]))),
    () => live.push(model.send(ALICE, { threadRootId: model.rows()[0]?.id ?? '' })),
    () => live.push(model.changeAny(random)),
    () => {
      const change = random.chance(0.7) ? live.shift() : take(live);
      if (!change || random.chance(0.1)) return;
      if (random.chance(0.1)) live.push(change);
      const applied = applyChange(window, change.message, change.version);
      window = applied.window;
      isGapKnown ||= applied.outcome === 'gap';
    },
    // Short pages, so that there is always another to fetch while changes arrive.
    () => {
      if (window.hasOlder) pages.push(model.history(1 + random.int(3), window.covers.from));
    },
    () => {
      const page = take(pages);
      if (page) window = prependOlder(window, page);
    },
    () => {
      if (isGapKnown || random.chance(0.2))
        pulls.push({ since: window.version, rows: model.pull(window.version) });
    },
    () => {
      const pull = take(pulls);
      if (pull) window = applyChanges(window, random.shuffle(pull.rows), pull.since);
    },
  ];
  for (let i = 0; i < 120; i++) {
    const before = window;
    random.pick(steps)();
    assertForward(before, window);
    assertComplete(window, model);
  }

  window = applyChanges(window, model.pull(window.version), window.version);
  while (window.hasOlder) window = prependOlder(window, model.history(10, window.covers.from));
  window = applyChanges(window, model.pull(window.version), window.version);
  assertComplete(window, model);
  expect(window.version).toBe(model.version());
  expect(window.pages.flat()).toEqual(model.timeline().filter(({ seq }) => seq <= window.covers.to));
}

describe('a window under any interleaving of live events, pages and pulls', () => {
  it.each(SEEDS)('E6 has no hole at any time and ends equal to the conversation (seed %i)', run);
});
