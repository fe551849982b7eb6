import type { ConversationRecord, MessageRecord } from '../../../src/model/records';
import type { HistoryPage } from '../../../src/model/wire';
import type { SeededRandom } from '../../../src/testing/seeded-random';
import { ALICE, BOB, conversation, CONVERSATION, deleted, edited, history, message, ownMember } from './rows';

/** One change as the server announces it: the row right after it. */
export interface ModelChange {
  readonly version: number;
  readonly message: MessageRecord;
}

/** Where a page is read; at most one of `before`, `after` and `around`. */
export interface HistoryPlace {
  readonly before?: number;
  readonly after?: number;
  readonly around?: number;
  readonly threadRootId?: string;
}

/** The conversation on the server: what every client must end with. */
export interface ModelConversation {
  rows(): readonly MessageRecord[];
  /** Those that are no replies in threads. */
  timeline(): readonly MessageRecord[];
  version(): number;
  /** All changes ever, in order of their version. */
  changes(): readonly ModelChange[];
  send(senderId: string, over?: Partial<MessageRecord>): ModelChange;
  /** Edits or deletes a message that is not deleted; sends one when there is none. */
  changeAny(random: SeededRandom): ModelChange;
  /** The newest page, or the one before, after or around a seq; of the timeline, or of a thread. */
  history(rows: number, where?: HistoryPlace): HistoryPage;
  /** All messages changed after `since`, in order of their version. */
  pull(since: number): readonly MessageRecord[];
  readUpTo(userId: string, seq: number): void;
  /** The row as this user sees it, unread recounted. */
  record(userId: string): ConversationRecord;
}

export function createModelConversation(): ModelConversation {
  const rows: MessageRecord[] = [];
  const log: ModelChange[] = [];
  const cursors = new Map<string, number>();
  let version = 0;

  const note = (row: MessageRecord): ModelChange => {
    rows[row.seq - 1] = row;
    const change = { version: row.version, message: row };
    log.push(change);
    return change;
  };
  const send: ModelConversation['send'] = (senderId, over) => {
    const seq = rows.length + 1;
    // Its sender's cursor passes over it where nothing else is unread.
    if (over?.senderId !== null && !over?.threadRootId && read(senderId) >= (timeline().at(-1)?.seq ?? 0))
      cursors.set(senderId, seq);
    return note(message(seq, { version: ++version, senderId, ...over }));
  };
  const timeline = () => rows.filter((row) => row.threadRootId === null);
  const read = (userId: string) => cursors.get(userId) ?? 0;

  return {
    rows: () => rows.slice(),
    timeline,
    version: () => version,
    changes: () => log,
    send,
    changeAny(random) {
      const alive = rows.filter((row) => row.deletedAt === null);
      if (alive.length === 0) return send(random.pick([ALICE, BOB]));
      const target = random.pick(alive);
      return note(random.chance(0.4) ? deleted(target, ++version) : edited(target, ++version));
    },
    history(count, { before, after, around, threadRootId = null } = {}) {
      const last = rows.length;
      const of = rows.filter((row) => row.threadRootId === threadRootId);
      const at = around === undefined ? undefined : Math.max(1, Math.min(around, last));
      const older = of.filter(({ seq }) => seq < (at ?? before ?? (after === undefined ? last + 1 : 1)));
      const newer = of.filter(({ seq }) =>
        at !== undefined ? seq >= at : after !== undefined && seq > after,
      );
      const isAround = at !== undefined;
      const back = isAround ? Math.max(count >> 1, count - newer.length) : count;
      const below = older.slice(Math.max(0, older.length - back));
      const above = newer.slice(0, isAround ? count - below.length : count);
      const hasOlder =
        below.length < older.length || (after !== undefined && of.some(({ seq }) => seq <= after));
      const hasNewer =
        above.length < newer.length || (before !== undefined && of.some(({ seq }) => seq >= before));
      const page = [...below, ...above];
      return history(page, {
        covers: {
          from: after !== undefined ? after + 1 : hasOlder ? (page[0]?.seq ?? 1) : 1,
          to: before !== undefined ? before - 1 : hasNewer ? (page.at(-1)?.seq ?? last) : last,
        },
        version,
        has_older: hasOlder,
        has_newer: hasNewer,
      });
    },
    pull: (since) => rows.filter((row) => row.version > since).sort((a, b) => a.version - b.version),
    readUpTo(userId, seq) {
      cursors.set(userId, Math.max(read(userId), Math.min(seq, rows.length)));
    },
    record(userId) {
      const lastReadSeq = read(userId);
      const last = timeline().at(-1) ?? null;
      return conversation({
        id: CONVERSATION,
        version,
        lastSeq: rows.length,
        lastActivityAt: last?.createdAt ?? conversation().createdAt,
        lastMessage: last,
        unread: rows.filter(
          (row) =>
            row.seq > lastReadSeq &&
            row.threadRootId === null &&
            row.counts &&
            row.deletedAt === null &&
            row.senderId !== userId,
        ).length,
        me: ownMember(userId, { lastReadSeq, lastDeliveredSeq: lastReadSeq, changed: version + 1 }),
        changed: version + 1,
      });
    },
  };
}
