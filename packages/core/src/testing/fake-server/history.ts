import { fail, type ArgumentReader } from './arguments';
import { requireMember } from './checks';
import { pageSize } from './pages';
import type { Db, Message } from './state';
import { messageFor, peopleOf, profilesOf } from './wire';

/** Newest first, those before a seq. */
function before(messages: readonly Message[], beforeSeq: number, fromSeq: number, rows: number): Message[] {
  const found: Message[] = [];
  for (let i = messages.length - 1; i >= 0 && found.length < rows; i--) {
    const message = messages[i];
    if (!message || message.seq < fromSeq) break;
    if (message.seq < beforeSeq) found.push(message);
  }
  return found;
}

/** Oldest first, those after a seq. */
function after(messages: readonly Message[], afterSeq: number, rows: number): Message[] {
  const found: Message[] = [];
  for (const message of messages) {
    if (found.length >= rows) break;
    if (message.seq > afterSeq) found.push(message);
  }
  return found;
}

/** A window of the timeline or of a thread, with the range of seqs from which none is missing (rule E6). */
export function history(db: Db, me: string, read: ArgumentReader) {
  const doing = 'read messages';
  const member = requireMember(db, read('uuid', 'conversation_id'), me, doing);
  const { conversation: room, visibleFromSeq } = member;
  const beforeSeq = read('bigint', 'before_seq');
  const afterSeq = read('bigint', 'after_seq');
  const aroundTime = read('time', 'around_time');
  const aroundId = read('uuid', 'around_message_id');
  let around = read('bigint', 'around_seq');
  if ([beforeSeq, afterSeq, around, aroundTime, aroundId].filter((one) => one !== null).length > 1)
    fail(
      'invalid',
      `unable to ${doing}; give only one of before_seq, after_seq, around_seq, around_time and around_message_id`,
    );
  const rows = pageSize(read('integer', 'max_rows'), 50);
  const rootId = read('uuid', 'thread_root_id');
  const root = rootId === null ? undefined : db.messages.get(rootId);
  if (rootId !== null && (root?.conversation !== room || root.seq < visibleFromSeq))
    fail('not_found', `unable to ${doing}; no such thread`);
  const all = root?.replies ?? room.messages.filter(({ threadRootId }) => threadRootId === null);
  const last = room.lastSeq;
  const first = Math.min(visibleFromSeq, last + 1);
  if (aroundTime !== null)
    around = room.messages.find(({ createdAt }) => createdAt >= aroundTime)?.seq ?? last + 1;
  if (aroundId !== null) {
    const message = db.messages.get(aroundId);
    if (message?.conversation !== room || message.seq < visibleFromSeq)
      return fail('not_found', `unable to ${doing}; no such message`);
    around = message.seq;
  }

  let older: Message[] = [];
  let newer: Message[] = [];
  let hasOlder: boolean;
  let hasNewer: boolean;
  if (around !== null) {
    around = Math.max(first, Math.min(around, last));
    newer = after(all, around - 1, rows + 1);
    older = before(all, around, first, rows + 1);
    // Half a page before, or more where there is not half a page after.
    const half = Math.max(Math.floor(rows / 2), rows - newer.length);
    hasOlder = older.length > half;
    older = older.slice(0, half);
    hasNewer = newer.length > rows - older.length;
    newer = newer.slice(0, rows - older.length);
  } else if (afterSeq !== null) {
    newer = after(all, Math.max(afterSeq, first - 1), rows + 1);
    hasNewer = newer.length > rows;
    newer = newer.slice(0, rows);
    hasOlder = before(all, Math.min(afterSeq, last) + 1, first, 1).length > 0;
  } else {
    older = before(all, Math.min(beforeSeq ?? last + 1, last + 1), first, rows + 1);
    hasOlder = older.length > rows;
    older = older.slice(0, rows);
    hasNewer = beforeSeq !== null && beforeSeq <= last && after(all, beforeSeq - 1, 1).length > 0;
  }
  const shown = [...older.reverse(), ...newer].filter(({ seq }) => seq >= visibleFromSeq);
  const seqOf = (message: Message | undefined) => message?.seq ?? null;
  return {
    messages: shown.map((message) => messageFor(db, me, message)),
    profiles: profilesOf(
      db,
      shown.flatMap((message) => peopleOf(db, message, visibleFromSeq)),
    ),
    covers: {
      from:
        afterSeq !== null
          ? Math.max(first, Math.min(afterSeq, last) + 1)
          : !hasOlder
            ? first
            : (seqOf(older[0]) ?? seqOf(newer[0])),
      to:
        beforeSeq !== null
          ? Math.max(first, Math.min(beforeSeq, last + 1)) - 1
          : !hasNewer
            ? last
            : (seqOf(newer.at(-1)) ?? seqOf(older.at(-1))),
    },
    has_older: hasOlder,
    has_newer: hasNewer,
    version: room.version,
  };
}
