import type { MessageKinds } from '../model/kinds';
import type { CreateConversation, SendMessage } from '../model/mutation';
import { changesIn, isSend, readAllUpTo, type PendingMutation } from '../model/pending';
import type { ConversationRecord, MemberRecord } from '../model/records';
import type { Conversation, Member, Message } from '../model/view';
import { membersIn, type MembersByConversation, type ProfilesById } from './cache';
import type { MessageOverlay } from './message-overlay';
import { lastTimelineSeq } from './conversation-changes';
import { newMember, withPendingMembers, withPendingSettings } from './conversation-settings';
import { unreadAfter, type MessageWindow, type Unread } from './message-window';
import { toProfile } from './people';

/** What a conversation of the view is made of, besides its record. */
export interface ConversationContext<K extends MessageKinds> {
  readonly currentUserId: string | null;
  readonly members: MembersByConversation;
  readonly profiles: ProfilesById;
  readonly overlay: MessageOverlay<K>;
  readonly window: (conversationId: string) => MessageWindow | undefined;
  /** What is to read everything, where that is pending. */
  readonly readAll?: PendingMutation | undefined;
}

export function toMember(member: MemberRecord, profiles: ProfilesById): Member {
  return {
    userId: member.userId,
    profile: toProfile(member.userId, profiles[member.userId]),
    role: member.role,
    state: member.state,
    lastReadSeq: member.lastReadSeq,
    lastDeliveredSeq: member.lastDeliveredSeq,
    lastSeenAt: profiles[member.userId]?.lastSeenAt ?? null,
  };
}

/** What was shown last of the members of a conversation. */
interface ShownMembers {
  readonly rows: readonly MemberRecord[];
  readonly profiles: ProfilesById;
  readonly all: readonly Member[];
}

/** By conversation; whose names have changed are shown anew with everything else. */
const shownMembers = new WeakMap<object, Map<string, ShownMembers>>();

/** Joined members in a stable order. */
function toMembers<K extends MessageKinds>(
  conversationId: string,
  { members, profiles, overlay }: ConversationContext<K>,
): readonly Member[] {
  const rows = membersIn(members, conversationId) ?? [];
  const lists = shownMembers.get(overlay) ?? new Map<string, ShownMembers>();
  const last = lists.get(conversationId);
  const isSeen = last?.profiles !== profiles;
  // A message moves the cursor of one of them.
  const all = rows.map((row, i) => {
    const known = last?.rows[i] === row ? last.all[i] : undefined;
    const { userId } = row;
    return known && !(isSeen && last?.profiles[userId] !== profiles[userId])
      ? known
      : toMember(row, profiles);
  });
  const joined = all.filter(({ state }) => state === 'joined');
  // They mostly are in order.
  if (joined.some(({ userId }, i) => userId < (joined[i - 1]?.userId ?? '')))
    joined.sort((a, b) => (a.userId < b.userId ? -1 : 1));
  shownMembers.set(overlay, lists.set(conversationId, { rows, profiles, all }));
  return joined;
}

const RANK = { member: 0, admin: 1, owner: 2 };

/** Lays the pending mutations of one conversation over its record (rule E5). */
export function overlayConversation<K extends MessageKinds>(
  confirmed: ConversationRecord,
  pending: readonly PendingMutation[],
  context: ConversationContext<K>,
): Conversation<K> {
  const changes = changesIn(pending);
  const record = withPendingSettings(confirmed, changes);
  const { me } = record;
  const joined = toMembers(record.id, context);
  const profileOf = (userId: string) => toProfile(userId, context.profiles[userId]);
  const members = withPendingMembers(joined, changes, profileOf);
  // What is confirmed the server has counted already, though the members themselves come with the next pull.
  const unconfirmed = changes.filter(({ status }) => status === 'pending');
  const counted = withPendingMembers(joined, unconfirmed, profileOf);
  const lastSend = pending.findLast(isSend);
  const isShown = lastSend && !isKnown(record, lastSend.mutation.id, context.window(record.id));
  const lastReadSeq = readCursor(record, pending, context.readAll);
  const unread = unreadOf(record, lastReadSeq, context);
  return {
    // One literal, not the record spread: that costs more than all the rest here, with every message.
    id: record.id,
    kind: record.kind,
    title: record.title,
    description: record.description,
    avatarUrl: record.avatarUrl,
    data: record.data,
    contextType: record.contextType,
    contextId: record.contextId,
    lastSeq: record.lastSeq,
    isLocked: record.isLocked,
    canPost:
      RANK[me.role] >= Math.max(RANK[record.postRole ?? 'member'], record.isLocked ? RANK.admin : 0) &&
      // Nobody leaves a direct conversation but a user who is deleted.
      (record.kind !== 'direct' || record.memberCount > 1),
    slowModeSeconds: record.slowModeSeconds,
    unreadThreadCount:
      context.readAll && readAllUpTo(context.readAll, record.id) >= record.lastSeq ? 0 : record.unreadThreads,
    role: me.role,
    isPinned: me.pinnedAt !== null,
    isArchived: me.archivedAt !== null,
    // What one is leaving is out of sight at once, and back if one may not leave.
    isHidden: me.isHidden || me.state === 'left',
    mutedUntil: me.mutedUntil,
    invitedBy: me.state === 'invited' ? me.invitedBy : null,
    name: record.title ?? (namesOf(members, context.currentUserId) || formerNames(record.id, context)),
    members,
    memberCount: record.memberCount + counted.length - joined.length,
    lastMessage: isShown ? unsentMessage(lastSend, pending, context) : lastMessage(record, pending, context),
    lastActivityAt: isShown ? laterOf(record.lastActivityAt, lastSend.createdAt) : record.lastActivityAt,
    unreadCount: unread.messages,
    unreadMentionCount: unread.mentions,
    lastReadSeq,
    status: 'sent',
    error: null,
  };
}

/** A conversation whose creation is not confirmed yet. */
export function pendingConversation<K extends MessageKinds>(
  { mutation, createdAt, status, error }: PendingMutation & { readonly mutation: CreateConversation },
  pending: readonly PendingMutation[],
  context: ConversationContext<K>,
): Conversation<K> {
  const { id, args } = mutation;
  const userIds = [
    ...new Set([...args.member_ids, ...(context.currentUserId ? [context.currentUserId] : [])]),
  ];
  const members = userIds
    .sort()
    .map((userId) =>
      newMember(
        userId,
        toProfile(userId, context.profiles[userId]),
        userId === context.currentUserId ? 'owner' : 'member',
      ),
    );
  const lastSend = pending.findLast(isSend);
  return {
    id,
    kind: args.kind,
    title: args.title ?? null,
    name: args.title ?? namesOf(members, context.currentUserId),
    description: args.description ?? null,
    avatarUrl: args.avatar_url ?? null,
    data: args.data ?? {},
    contextType: args.context_type ?? null,
    contextId: args.context_id ?? null,
    memberCount: members.length,
    members,
    lastMessage: lastSend ? unsentMessage(lastSend, pending, context) : null,
    lastActivityAt: new Date(lastSend?.createdAt ?? createdAt).toISOString(),
    unreadCount: 0,
    unreadMentionCount: 0,
    unreadThreadCount: 0,
    lastReadSeq: 0,
    lastSeq: 0,
    role: 'owner',
    isPinned: false,
    isArchived: false,
    isHidden: false,
    mutedUntil: null,
    isLocked: false,
    canPost: true,
    slowModeSeconds: 0,
    invitedBy: null,
    status: status === 'failed' ? 'failed' : 'pending',
    error,
  };
}

/** What is after it is unread: the confirmed cursor, moved by what is pending, in order. */
export function readCursor(
  record: ConversationRecord,
  pending: readonly PendingMutation[],
  readAll?: PendingMutation,
): number {
  const changes = changesIn(pending);
  // What a message says to have been seen, those before it have said too, at most.
  const send =
    changes === pending ? undefined : pending.findLast((one) => isSend(one) && one.status !== 'failed');
  const apart = [send ?? [], readAll ?? []].flat();
  const moves = apart.length > 0 ? changes.filter(isMove).concat(apart).sort(byId) : changes;
  return moves.reduce((cursor, one) => {
    const { mutation, status } = one;
    if (status === 'failed') return cursor;
    const { type, args } = mutation;
    if (type === 'mark_all_read')
      return Math.max(cursor, Math.min(readAllUpTo(one, record.id), lastTimelineSeq(record)));
    if (type === 'mark_read') return Math.max(cursor, args.seq);
    if (type === 'send_message' || type === 'forward_message') return Math.max(cursor, args.seen_seq ?? 0);
    return type === 'mark_unread' ? Math.min(cursor, args.seq - 1) : cursor;
  }, record.me.unreadAfterSeq);
}

const isMove = ({ mutation: { type } }: PendingMutation) =>
  type === 'mark_read' || type === 'mark_unread' || type === 'forward_message';

/** Ids tell which came first, whatever became of the clock in between (rule E2). */
const byId = (a: PendingMutation, b: PendingMutation) => (a.mutation.id < b.mutation.id ? -1 : 1);

/**
 * Unread under a cursor that was moved here: none when it reaches the end; otherwise what is loaded after it, if all of
 * that is loaded; else the server's count until it answers.
 */
function unreadOf<K extends MessageKinds>(
  record: ConversationRecord,
  cursor: number,
  context: ConversationContext<K>,
): Unread {
  const said = { messages: record.unread, mentions: record.unreadMentions };
  if (cursor === record.me.unreadAfterSeq) return said;
  if (cursor >= lastTimelineSeq(record)) return { messages: 0, mentions: 0 };
  return unreadAfter(context.window(record.id), cursor, context.currentUserId) ?? said;
}

/** An unsent message with the unsent edits and deletions of it. */
function unsentMessage<K extends MessageKinds>(
  send: PendingMutation & { readonly mutation: SendMessage },
  pending: readonly PendingMutation[],
  { overlay }: ConversationContext<K>,
): Message<K> {
  const { id } = send.mutation;
  const changes = changesIn(pending);
  if (changes.length === 0) return overlay.pendingMessage(send);
  return (
    overlay.messages(undefined, [send, ...changes]).findLast((message) => message.id === id) ??
    overlay.pendingMessage(send)
  );
}

/** Whether the row of a message has arrived. It may be followed by others before the push that made it is answered. */
function isKnown(record: ConversationRecord, messageId: string, window: MessageWindow | undefined): boolean {
  if (record.lastMessage?.id === messageId) return true;
  return window?.pages.some((page) => page.some((row) => row.id === messageId)) ?? false;
}

/** A message that was refused an hour ago does not make the conversation an hour older. */
function laterOf(iso: string, ms: number): string {
  return Date.parse(iso) > ms ? iso : new Date(ms).toISOString();
}

function lastMessage<K extends MessageKinds>(
  record: ConversationRecord,
  pending: readonly PendingMutation[],
  { overlay, window: windowOf }: ConversationContext<K>,
): Message<K> | null {
  const last = record.lastMessage?.isHidden
    ? windowOf(record.id)
        ?.pages.flat()
        .findLast((row) => !row.isHidden)
    : record.lastMessage;
  if (!last) return null;
  const changes = changesIn(pending);
  if (changes.length === 0) return overlay.message(last);
  const { seq, version } = last;
  const window = {
    version,
    covers: { from: seq, to: seq },
    hasOlder: false,
    hasNewer: false,
    pages: [[last]],
  };
  return overlay.messages(window, changes)[0] ?? null;
}

/** Of those who have gone, where nobody else is left to name the conversation after. */
function formerNames<K extends MessageKinds>(
  conversationId: string,
  { members, profiles, currentUserId }: ConversationContext<K>,
): string {
  const gone = membersIn(members, conversationId)?.filter(
    ({ state }) => state === 'left' || state === 'removed',
  );
  return namesOf(gone?.map((row) => toMember(row, profiles)) ?? [], currentUserId);
}

function namesOf(members: readonly Member[], currentUserId: string | null): string {
  const others = members.filter((member) => member.userId !== currentUserId);
  const names = others.map((member) => member.profile.displayName);
  return names.filter((name) => name !== '').join(', ');
}
