import { fail, type ArgumentReader } from './arguments';
import { kindOf, requireMember, requireMessage } from './checks';
import { requireEmoji } from './emoji';
import { descending, DIGITS, pageOf, pagePlace, pageSize, showMessages } from './pages';
import type { Db } from './state';
import { parseDay, printTime, printTimeOrNull } from './time';
import { isHiddenBy, isHiddenFor, isUnreadThread, mentions, visibleFollows } from './unread';
import { profilesOf, threadWire } from './wire';

/** Who reacted to a message, the first one first. */
export function listReactors(db: Db, me: string, read: ArgumentReader) {
  const doing = 'list the reactions';
  const text = read('text', 'emoji');
  const wanted = text === null ? null : requireEmoji(text, doing);
  const rows = pageSize(read('integer', 'max_rows'), 50);
  const place = pagePlace(read('text', 'after'), /^\d{1,17}_[^_]{1,32}$/u, doing);
  const message = requireMessage(db, read('uuid', 'message_id'), me, doing);
  const sorted = [...message.reactions]
    .filter(([emoji]) => wanted === null || emoji === wanted)
    .flatMap(([emoji, users]) => [...users].map(([userId, at]) => ({ userId, emoji, at })))
    // No two were at the same time.
    .sort((a, b) => a.at - b.at);
  const { items, next } = pageOf(
    sorted,
    rows,
    ({ at }) => !place || at > Number(place.key.split('_')[0]),
    ({ at, emoji, userId }) => `${at}_${emoji}_${userId}`,
  );
  return {
    reactions: items.map(({ userId, emoji, at }) => ({ user_id: userId, emoji, created_at: printTime(at) })),
    profiles: profilesOf(
      db,
      items.map(({ userId }) => userId),
    ),
    next,
  };
}

/** Who has read a message, first readers first; those whose time is not known come last. */
export function listReaders(db: Db, me: string, read: ArgumentReader) {
  const doing = 'list the readers';
  const rows = pageSize(read('integer', 'max_rows'), 50);
  const place = pagePlace(read('text', 'after'), /^(\d{1,17}|unknown)$/, doing);
  const message = requireMessage(db, read('uuid', 'message_id'), me, doing);
  const { conversation: room, threadRootId, seq } = message;
  if (!kindOf(db, room).hasReceipts)
    fail('forbidden', `unable to ${doing}; this kind of conversation has no receipts`);
  const others = [...room.members.values()].filter(
    (member) => member.state === 'joined' && member.userId !== message.senderId && member.joinedSeq < seq,
  );
  const hasRead = others.map((member) =>
    threadRootId === null
      ? member.lastReadSeq >= seq
      : (db.user(member.userId).follows.get(threadRootId)?.lastReadSeq ?? 0) >= seq,
  );
  const ascending = (a: number, aId: string, b: number, bId: string) =>
    a === b ? (aId < bId ? -1 : aId > bId ? 1 : 0) : a - b;
  const sorted = others
    .filter((_, i) => hasRead[i])
    .map(({ userId, reads }) => ({
      userId,
      at: (threadRootId === null ? reads.find((one) => one.seq >= seq)?.at : undefined) ?? Infinity,
    }))
    .sort((a, b) => ascending(a.at, a.userId, b.at, b.userId));
  const from = place?.key === 'unknown' ? Infinity : Number(place?.key);
  const { items, next } = pageOf(
    sorted,
    rows,
    ({ at, userId }) => !place || ascending(from, place.id, at, userId) < 0,
    ({ at, userId }) => `${at === Infinity ? 'unknown' : at}_${userId}`,
  );
  const delivered = place
    ? []
    : others
        .filter((member, i) => member.lastDeliveredSeq >= seq && !hasRead[i])
        .map(({ userId }) => userId)
        .sort()
        .slice(0, 200);
  return {
    readers: items.map(({ userId, at }) => ({
      user_id: userId,
      read_at: at === Infinity ? null : printTime(at),
    })),
    delivered,
    profiles: profilesOf(db, [...items.map(({ userId }) => userId), ...delivered]),
    next,
  };
}

/** The threads the caller follows and that have replies, newest reply first. */
export function listThreads(db: Db, me: string, read: ArgumentReader) {
  const rows = pageSize(read('integer', 'max_rows'), 30);
  const place = pagePlace(read('text', 'before'), DIGITS, 'list threads');
  const onlyUnread = read('boolean', 'only_unread') ?? false;
  const sorted = [...visibleFollows(db, me)]
    .filter((follow) => follow.isFollowing && follow.root.thread && (isUnreadThread(follow) || !onlyUnread))
    .map((follow) => ({ follow, id: follow.root.id, at: follow.root.thread?.lastReplyAt ?? 0 }))
    .sort((a, b) => descending(a.at, a.id, b.at, b.id));
  const { items, next } = pageOf(
    sorted,
    rows,
    ({ at, id }) => !place || descending(Number(place.key), place.id, at, id) < 0,
    ({ at, id }) => `${at}_${id}`,
  );
  return {
    ...showMessages(
      db,
      me,
      items.map(({ follow }) => follow.root),
      next,
    ),
    threads: items.map(({ follow }) => threadWire(follow)),
  };
}

/** Messages by the day they belong to, newest day first and in a day the newest message first. */
export function listByDate(db: Db, me: string, read: ArgumentReader) {
  const doing = 'read messages by date';
  const rows = pageSize(read('integer', 'max_rows'), 50);
  const place = pagePlace(read('text', 'before'), /^\d{1,7}_\d{1,18}$/, doing);
  const [from, to] = [read('date', 'from_date'), read('date', 'to_date')];
  const kinds = read('texts', 'kinds');
  const { conversation: room, visibleFromSeq } = requireMember(
    db,
    read('uuid', 'conversation_id'),
    me,
    doing,
  );
  if (from === null || to === null)
    return fail('invalid', `unable to ${doing}; from_date and to_date are needed`);
  const days = dayOf(to) - dayOf(from);
  if (days < 0 || days > 366)
    fail('invalid', `unable to ${doing}; to_date must be 0 to 366 days after from_date`);
  if (kinds?.some((kind) => !db.messageKinds.has(kind)))
    fail('unknown_kind', `unable to ${doing}; no such kind of message`);
  const [beforeDay = 0, beforeSeq = 0] = place?.key.split('_').map(Number) ?? [];
  const sorted = room.messages
    .filter(
      ({ occursOn, seq, deletedAt, kind }) =>
        occursOn !== null &&
        occursOn >= from &&
        occursOn <= to &&
        seq >= visibleFromSeq &&
        deletedAt === null &&
        (kinds === null || kinds.includes(kind)),
    )
    .map((message) => ({ message, day: dayOf(message.occursOn ?? '') }))
    .sort((a, b) => b.day - a.day || b.message.seq - a.message.seq);
  const { items, next } = pageOf(
    sorted,
    rows,
    ({ day, message }) => !place || day < beforeDay || (day === beforeDay && message.seq < beforeSeq),
    ({ day, message }) => `${day}_${message.seq}_${message.id}`,
  );
  return showMessages(
    db,
    me,
    items.map(({ message }) => message),
    next,
  );
}

const DAY_ZERO = parseDay('0001-01-01') ?? 0;
const dayOf = (date: string): number => (parseDay(date) ?? 0) - DAY_ZERO;

/** Messages of others that mention the caller, in all conversations and threads, newest first. */
export function listMentions(db: Db, me: string, read: ArgumentReader) {
  const rows = pageSize(read('integer', 'max_rows'), 50);
  const place = pagePlace(read('text', 'before'), DIGITS, 'list mentions');
  const sorted = [...db.user(me).memberships.values()]
    .filter(({ state }) => state === 'joined')
    .flatMap((member) =>
      member.conversation.messages.filter(
        (message) =>
          message.seq >= member.visibleFromSeq &&
          message.senderId !== me &&
          mentions(message, me) &&
          !isHiddenFor(db, member, message),
      ),
    )
    .sort((a, b) => descending(a.createdAt, a.id, b.createdAt, b.id));
  const { items, next } = pageOf(
    sorted,
    rows,
    ({ createdAt, id }) => !place || descending(Number(place.key), place.id, createdAt, id) < 0,
    ({ createdAt, id }) => `${createdAt}_${id}`,
  );
  return showMessages(db, me, items, next);
}

/** The pinned messages of a conversation, the one pinned last first. */
export function listPinned(db: Db, me: string, read: ArgumentReader) {
  const doing = 'list pinned messages';
  const rows = pageSize(read('integer', 'max_rows'), 50);
  const place = pagePlace(read('text', 'before'), DIGITS, doing);
  const { conversation: room, visibleFromSeq } = requireMember(
    db,
    read('uuid', 'conversation_id'),
    me,
    doing,
  );
  const sorted = room.messages
    .flatMap((message) =>
      message.pinnedAt !== null && message.seq >= visibleFromSeq ? [{ message, at: message.pinnedAt }] : [],
    )
    .sort((a, b) => descending(a.at, a.message.id, b.at, b.message.id));
  const { items, next } = pageOf(
    sorted,
    rows,
    ({ at, message }) => !place || descending(Number(place.key), place.id, at, message.id) < 0,
    ({ at, message }) => `${at}_${message.id}`,
  );
  return showMessages(
    db,
    me,
    items.map(({ message }) => message),
    next,
  );
}

/** What a message was before each of its edits, oldest first. */
export function listVersions(db: Db, me: string, read: ArgumentReader) {
  const message = requireMessage(db, read('uuid', 'message_id'), me, 'read the versions of the message');
  const shown = isHiddenBy(db, me, message) ? [] : message.versions;
  return {
    versions: shown.map(({ content, data, at }, i) => ({
      number: i + 1,
      content,
      data,
      replaced_at: printTimeOrNull(at),
    })),
  };
}
