import { describe, expect, it } from 'vitest';
import {
  applyChange,
  applyChanges,
  latestWindow,
  openMessages,
  withPage,
  type LoadedMessages,
} from '../../../src/cache/loaded-messages';
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

/** What must be true at any moment, whatever has been missed so far. */
function assertComplete(loaded: LoadedMessages, model: ModelConversation): void {
  const { windows, threadRootId, version } = loaded;
  // Every change up to its version is in it, wherever it holds the message.
  const latest = new Map<number, number>();
  for (const change of model.changes())
    if (change.version <= version) latest.set(change.message.seq, change.version);
  const all = model.rows().filter((row) => row.threadRootId === threadRootId);
  for (const [i, { covers, pages, hasOlder, hasNewer }] of windows.entries()) {
    const rows = pages.flat();
    expect(rows.filter((row) => row.version < (latest.get(row.seq) ?? 0))).toEqual([]);
    // No holes: exactly what the server has in the range.
    const there = all.filter(({ seq }) => seq >= covers.from && seq <= covers.to);
    expect(rows.map(({ seq }) => seq)).toEqual(there.map(({ seq }) => seq));
    expect(pages.every((page) => page.length > 0)).toBe(true);
    // Neither overlapping nor adjoining, in order.
    const next = windows[i + 1];
    if (next) expect(covers.to + 1).toBeLessThan(next.covers.from);
    if (all.some(({ seq }) => seq < covers.from)) expect(hasOlder).toBe(true);
    // At the live end nothing that was sent up to the version is missing.
    if (!hasNewer) expect(all.filter(({ seq }) => seq > covers.to && latest.has(seq))).toEqual([]);
  }
}

/** No step takes a row back to an earlier state, or out of what is loaded. */
function assertForward(before: LoadedMessages, after: LoadedMessages): void {
  const rowsOf = ({ windows }: LoadedMessages) => windows.flatMap(({ pages }) => pages.flat());
  const versions = new Map(rowsOf(after).map((row) => [row.seq, row.version]));
  expect(rowsOf(before).filter((row) => (versions.get(row.seq) ?? -1) < row.version)).toEqual([]);
}

/**
 * A client that hears of changes late, twice, in another order or never, jumps to and fro, asks for pages and pulls whose
 * answers come when they like, and pulls now and then, sometimes so late that it is told to start over.
 */
function run(seed: number): void {
  const random = createSeededRandom(seed);
  const model = createModelConversation();
  for (let i = 20 + random.int(60); i > 0; i--) {
    const root = model.rows()[0]?.id;
    model.send(random.pick([ALICE, BOB]), root && random.chance(0.3) ? { threadRootId: root } : {});
  }
  // The same rules hold for the replies of a thread.
  const threadRootId = random.chance(0.3) ? model.rows()[0]?.id : undefined;
  const read = (where: object) =>
    model.history(1 + random.int(12), { ...where, ...(threadRootId ? { threadRootId } : {}) });

  const open = (page: HistoryPage) => openMessages(page, threadRootId ?? null);
  let loaded = open(read(random.chance(0.3) ? { around: 1 + random.int(model.rows().length) } : {}));
  let before: LoadedMessages;
  const live: ModelChange[] = [];
  const pages: HistoryPage[] = [];
  const pulls: { readonly since: number; readonly rows: readonly MessageRecord[] | null }[] = [];
  let isGapKnown = false;

  const take = <T>(queue: T[]): T | undefined => queue.splice(random.int(queue.length), 1)[0];
  const window = () => random.pick(loaded.windows);
  const steps: (() => void)[] = [
    () => live.push(model.send(random.pick([ALICE, BOB]))),
    () => live.push(model.send(ALICE, { threadRootId: model.rows()[0]?.id ?? '' })),
    () => live.push(model.changeAny(random)),
    () => {
      const change = random.chance(0.7) ? live.shift() : take(live);
      if (!change || random.chance(0.1)) return;
      if (random.chance(0.1)) live.push(change);
      const applied = applyChange(loaded, change.message, change.version);
      loaded = applied.loaded;
      isGapKnown ||= applied.outcome === 'gap';
    },
    () => pages.push(read({ before: window().covers.from })),
    () => pages.push(read({ after: window().covers.to })),
    () => pages.push(read({ around: 1 + random.int(model.rows().length) })),
    () => pages.push(read({})),
    () => {
      const page = take(pages);
      if (page) loaded = withPage(loaded, page);
    },
    () => {
      if (!isGapKnown && random.chance(0.7)) return;
      const since = loaded.version;
      pulls.push({ since, rows: random.chance(0.9) ? model.pull(since) : null });
    },
    () => {
      const pull = take(pulls);
      if (!pull) return;
      // Too far behind: the newest page replaces everything.
      if (pull.rows) loaded = applyChanges(loaded, random.shuffle(pull.rows), pull.since);
      else before = loaded = open(read({}));
    },
  ];
  for (let i = 0; i < 120; i++) {
    before = loaded;
    random.pick(steps)();
    assertForward(before, loaded);
    assertComplete(loaded, model);
  }

  const catchUp = () => (loaded = applyChanges(loaded, model.pull(loaded.version), loaded.version));
  catchUp();
  if (!latestWindow(loaded)) loaded = withPage(loaded, read({}));
  for (let i = 0; i < 200; i++) {
    const last = loaded.windows.at(-1);
    if (last?.hasOlder) loaded = withPage(loaded, read({ before: last.covers.from }));
  }
  catchUp();
  assertComplete(loaded, model);
  expect(loaded.version).toBe(model.version());
  expect(loaded.windows).toHaveLength(1);
  expect(loaded.windows[0]?.pages.flat()).toEqual(
    model.rows().filter((row) => row.threadRootId === (threadRootId ?? null)),
  );
}

describe('what is loaded under any interleaving of live events, pages, jumps and pulls', () => {
  it.each(SEEDS)('E6.5 has no hole at any time and ends equal to the conversation (seed %i)', run);
});
