import type { JsonObject } from '../../model/records';
import { fail } from './arguments';
import { requireMember, requireMessage } from './checks';
import { emitConversation, emitMember, emitOwnMember, emitThread } from './events';
import { descending, DIGITS, pagePlace } from './pages';
import { countedAt, pastOwnReplies, readUpTo } from './read-up-to';
import type { OwnStateRow, ThreadRow } from './rows';
import type { Conversation, Db, Follow, Member, Message } from './state';
import { isUnreadThread, unreadOf, unreadTotalOf, visibleFollows } from './unread';
import { ownState, threadFor } from './wire';

// Rules D6 and D7: what a user has read and received.

function requireSeq(seq: number | null, least: number, doing: string): number {
  if (seq === null || seq < least) return fail('invalid', `unable to ${doing}; seq must be ${least} or more`);
  return seq;
}

export function markRead(
  db: Db,
  me: string,
  conversationId: string | null,
  given: number | null,
): OwnStateRow {
  const doing = 'mark the conversation as read';
  const asked = requireSeq(given, 0, doing);
  const member = requireMember(db, conversationId, me, doing);
  return readUpTo(db, member, asked) ? emitMember(db, member, true) : ownState(db, member);
}

export function markDelivered(
  db: Db,
  me: string,
  conversationId: string | null,
  given: number | null,
): Pick<OwnStateRow, 'member' | 'version'> {
  const doing = 'mark messages as delivered';
  const asked = requireSeq(given, 0, doing);
  const member = requireMember(db, conversationId, me, doing);
  const seq = Math.min(asked, member.conversation.lastSeq);
  const isMoved = member.lastDeliveredSeq < seq;
  if (isMoved) Object.assign(member, { lastDeliveredSeq: seq, changed: db.xid() });
  const state = isMoved ? emitMember(db, member, true) : ownState(db, member);
  return { member: state.member, version: state.version };
}

export function markUnread(
  db: Db,
  me: string,
  conversationId: string | null,
  given: number | null,
): OwnStateRow {
  const doing = 'mark messages as unread';
  const asked = requireSeq(given, 1, doing);
  const member = requireMember(db, conversationId, me, doing);
  const first = Math.min(Math.max(asked, member.visibleFromSeq), member.conversation.lastSeq + 1);
  const seq = first - 1;
  if (member.unreadAfterSeq <= seq) return ownState(db, member);
  member.unreadAfterSeq = seq;
  member.unreadAfterCounted = countedAt(member, seq);
  member.changed = db.xid();
  // The receipt stays where it is: what others were told to have been read, was.
  return emitOwnMember(db, member);
}

/** So that the work is bounded, however many conversations somebody comes back to. */
const MAX_TOLD = 50;

/** What `mark_all_read` takes. */
export interface ReadAll {
  /** Up to where each conversation had been seen; null for all there is. */
  readonly seen: JsonObject | null;
  /** The `next` of the list: what comes after it is read whole. */
  readonly restAfter: string | null;
}

/** A part of `mark_all_read`: one conversation, its place by activity, and up to where. */
export type ReadPart = readonly [conversationId: string, place: number, seq: number];

function seenIn({ id, lastActivityAt }: Conversation, { seen, restAfter }: ReadAll): number {
  if (!seen) return Infinity;
  const known = seen[id];
  if (known !== undefined) return typeof known === 'number' && /^\d{1,18}$/.test(String(known)) ? known : 0;
  const place = pagePlace(restAfter, DIGITS, 'mark everything as read');
  return place && descending(Number(place.key), place.id, lastActivityAt, id) < 0 ? Infinity : 0;
}

/** Where somebody has something unread, or may have after what is done in `lanes`. */
export function toReadAll(
  db: Db,
  me: string,
  asked: ReadAll,
  lanes: readonly string[] = [],
): readonly ReadPart[] {
  const unreadThreads = [...visibleFollows(db, me)].filter(isUnreadThread);
  const ids = new Set([...lanes, ...unreadThreads.map(({ root }) => root.conversation.id)]);
  return [...db.user(me).memberships.values()]
    .filter((member) => ids.has(member.conversation.id) || unreadOf(db, member) > 0)
    .sort((a, b) => b.conversation.lastActivityAt - a.conversation.lastActivityAt)
    .map(({ conversation }, i) => [conversation.id, i + 1, seenIn(conversation, asked)] as const);
}

/** What `mark_all_read` does in one conversation. */
export function readAllIn(db: Db, me: string, [conversationId, place, seq]: ReadPart): void {
  const member = db.user(me).memberships.get(conversationId);
  if (!member || member.state !== 'joined') return;
  const isMoved = unreadOf(db, member) > 0 && readUpTo(db, member, seq);
  const target = ({ root }: Follow) => Math.min(root.thread?.lastReplySeq ?? 0, seq);
  const follows = [...visibleFollows(db, me)].filter(
    (follow) =>
      isUnreadThread(follow) &&
      follow.root.conversation.id === conversationId &&
      follow.lastReadSeq < target(follow),
  );
  for (const follow of follows) {
    follow.lastReadSeq = pastOwnReplies(me, follow.root, target(follow));
    follow.changed = db.xid();
    emitThread(db, me, follow.root.id);
  }
  if (isMoved && place <= MAX_TOLD) emitMember(db, member, true);
  // One's own devices pull the rest at once, others with their next pull.
  else if (isMoved && place === MAX_TOLD + 1) emitConversation(db, member.conversation, [me]);
  else if (follows.length > 0 && !isMoved) tellThreadCounts(db, member);
}

/** Tells one's own devices, now or with their next pull, how many threads of a conversation are unread. */
function tellThreadCounts(db: Db, member: Member): void {
  member.changed = db.xid();
  emitOwnMember(db, member);
}

export function markAllRead(db: Db, me: string, asked: ReadAll): { readonly unread_total: number } {
  pagePlace(asked.restAfter, DIGITS, 'mark everything as read');
  for (const part of [...toReadAll(db, me, asked)].sort(([a], [b]) => (a < b ? -1 : 1)))
    readAllIn(db, me, part);
  return { unread_total: unreadTotalOf(db, me) };
}

function tellThread(db: Db, me: string, root: Message): ThreadRow | null {
  const thread = emitThread(db, me, root.id);
  const member = root.conversation.members.get(me);
  if (member) tellThreadCounts(db, member);
  return thread;
}

export function markThreadRead(
  db: Db,
  me: string,
  rootId: string | null,
  given: number | null,
): ThreadRow | null {
  const doing = 'mark the thread as read';
  const asked = requireSeq(given, 0, doing);
  const root = requireMessage(db, rootId, me, doing);
  // Where there are no replies nothing is read, or replies to come would be read beforehand.
  const seq = pastOwnReplies(me, root, Math.min(asked, root.thread?.lastReplySeq ?? 0));
  const follow = db.user(me).follows.get(root.id);
  if (!follow || follow.lastReadSeq >= seq) return threadFor(db, me, root.id);
  follow.lastReadSeq = seq;
  follow.changed = db.xid();
  return tellThread(db, me, root);
}

export function followThread(
  db: Db,
  me: string,
  rootId: string | null,
  isFollowing: boolean | null,
  seenSeq: number | null,
): ThreadRow | null {
  const doing = 'follow the thread';
  if (isFollowing === null) return fail('invalid', `unable to ${doing}; is_following is missing`);
  const root = requireMessage(db, rootId, me, doing);
  if (root.threadRootId !== null) fail('invalid', `unable to ${doing}; the message is a reply in one`);
  const { follows } = db.user(me);
  const known = follows.get(root.id);
  // Who begins to follow a thread has seen what is in it.
  const lastReadSeq = known?.lastReadSeq ?? Math.min(seenSeq ?? Infinity, root.thread?.lastReplySeq ?? 0);
  follows.set(root.id, { userId: me, root, lastReadSeq, isFollowing, changed: db.xid() });
  return tellThread(db, me, root);
}
