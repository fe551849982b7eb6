import type { JsonObject } from '../../model/records';
import { appendMessage, changeMessage, recountThread, type NewMessage } from './append';
import { fail, requireData } from './arguments';
import {
  hasRole,
  isOlderThan,
  kindOf,
  membersAmong,
  mentionPlaces,
  requireContent,
  requireMember,
  requireMessage,
  requireOpenMessage,
  requireUnlocked,
} from './checks';
import { emitHidden, emitOwnMember } from './events';
import type { MessageRow } from './rows';
import type { Db, Member, Message } from './state';
import { isHiddenBy } from './unread';
import { messageFor, sentMessageOf } from './wire';

/** The answer to a send that is repeated: the message as it is now; null when it is new. */
function sentBefore(db: Db, id: string, conversationId: string | null, me: string): MessageRow | null {
  const message = db.messages.get(id);
  if (!message) return null;
  if (message.senderId !== me || message.conversation.id !== conversationId)
    fail('id_taken', 'unable to send the message; its id belongs to another message');
  return messageFor(db, me, message) ?? sentMessageOf(db, message);
}

/** Rule D12: takes one message from the user's bucket, once nothing else is in the way. */
function charge(db: Db, me: string): () => void {
  const { rate_limit_burst: burst, rate_limit_per_second: rate } = db.settings;
  if (burst === 0 || rate === 0) return () => undefined;
  const user = db.user(me);
  // A manual clock stands still, so that its microseconds only count calls: whoever waits as long as told must be let in.
  const now = Math.floor(db.now() / 1000) * 1000;
  const { tokens, refilledAt } = user.bucket ?? { tokens: burst, refilledAt: now };
  const left = Math.min(burst, tokens + rate * Math.max(0, (now - refilledAt) / 1_000_000));
  if (left < 1) {
    const seconds = Math.max(1, Math.ceil((1 - left) / rate));
    fail('rate_limited', 'unable to send the message; too many messages in a short time', seconds);
  }
  return () => {
    user.bucket = { tokens: left - 1, refilledAt: Math.max(now, refilledAt) };
  };
}

function requireNeighbour(db: Db, id: string | null, member: Member, isRoot: boolean): void {
  if (id === null) return;
  const message = db.messages.get(id);
  const isThere = message?.conversation === member.conversation && message.seq >= member.visibleFromSeq;
  if (!isThere || (isRoot && message.threadRootId !== null)) {
    const what = isRoot ? 'the root of the thread' : 'the message it replies to';
    fail('not_found', `unable to send the message; ${what} does not exist`);
  }
}

function requireSlowness(db: Db, { conversation, lastSentSeq }: Member, seconds: number): void {
  const last = conversation.messages[lastSentSeq - 1];
  if (!last) return;
  const wait = seconds - Math.round((db.now() - last.createdAt) / 1000) / 1000;
  if (wait > 0)
    fail('slow_mode', 'unable to send the message; the conversation is in slow mode', Math.ceil(wait));
}

type Hiding = (MessageRow & { readonly changed: number }) | null;

interface Sending extends Omit<NewMessage, 'id' | 'senderId' | 'counts' | 'data' | 'mentions'> {
  readonly id: string | null;
  readonly data: unknown;
  readonly mentioned: readonly string[] | null;
  readonly places: unknown;
  readonly seenSeq: number | null;
}

/** Checks everything about a message from the caller and appends it. */
function sendNew(db: Db, me: string, conversationId: string | null, sending: Sending): MessageRow | null {
  const doing = 'send the message';
  const { id, mentioned, places, data: givenData, seenSeq, ...rest } = sending;
  if (id === null) return fail('invalid', 'unable to send the message; id is missing');
  const sent = sentBefore(db, id, conversationId, me);
  if (sent) return sent;
  const member = requireMember(db, conversationId, me, doing);
  const room = member.conversation;
  const rules = db.messageKinds.get(rest.kind);
  if (!rules) return fail('unknown_kind', `unable to ${doing}; no such kind of message`);
  const isAllowed =
    rules.isSendable &&
    hasRole(member.role, rules.postRole) &&
    hasRole(member.role, kindOf(db, room).postRole);
  if (!isAllowed) fail('forbidden', `unable to ${doing}; you may not send this kind of message here`);
  requireContent(db, rest.content, rules.needsContent, doing);
  const data = requireData(givenData, db.settings.max_data_bytes, doing);
  if (rules.needsOccursOn && (rest.occursOn ?? null) === null)
    fail('invalid', `unable to ${doing}; this kind needs occurs_on`);
  requireNeighbour(db, rest.replyToId ?? null, member, false);
  requireNeighbour(db, rest.threadRootId ?? null, member, true);

  const pay = charge(db, me);
  requireUnlocked(member, doing);
  if (room.slowModeSeconds > 0 && member.role === 'member') requireSlowness(db, member, room.slowModeSeconds);
  const mentionedUserIds = membersAmong(room, mentioned);
  const mentions = mentionPlaces(places, rest.content, mentionedUserIds, rest.mentionsEveryone ?? false);
  pay();
  const counts = rules.countsAsUnread && (rest.threadRootId ?? null) === null;
  const added = { ...rest, id, senderId: me, data, counts, mentionedUserIds, mentions };
  const message = appendMessage(db, room, added, seenSeq);
  return messageFor(db, me, message);
}

export interface SendArguments {
  readonly id: string | null;
  readonly conversationId: string | null;
  readonly content: string | null;
  readonly kind: string | null;
  readonly data: unknown;
  readonly replyToId: string | null;
  readonly threadRootId: string | null;
  readonly occursOn: string | null;
  readonly mentioned: readonly string[] | null;
  readonly mentionsEveryone: boolean | null;
  /** Where in the content they are mentioned. */
  readonly places: unknown;
  readonly seenSeq: number | null;
}

export function sendMessage(db: Db, me: string, args: SendArguments): MessageRow | null {
  const { conversationId, kind, mentionsEveryone, ...rest } = args;
  return sendNew(db, me, conversationId, {
    ...rest,
    kind: kind ?? 'text',
    mentionsEveryone: mentionsEveryone ?? false,
  });
}

export function forwardMessage(
  db: Db,
  me: string,
  id: string | null,
  messageId: string | null,
  conversationId: string | null,
  seenSeq: number | null,
): MessageRow | null {
  const doing = 'forward the message';
  if (id === null || conversationId === null)
    return fail('invalid', `unable to ${doing}; id or conversation_id is missing`);
  // Before the original is looked at: a copy that was made stays one when the original goes.
  const sent = sentBefore(db, id, conversationId, me);
  if (sent) return sent;
  const original = requireMessage(db, messageId, me, doing);
  if (original.deletedAt !== null) fail('message_deleted', `unable to ${doing}; it has been deleted`);
  const { kind, content, data, occursOn } = original;
  return sendNew(db, me, conversationId, {
    id,
    kind,
    content,
    data,
    occursOn,
    forwardedFromId: original.id,
    mentioned: null,
    places: null,
    seenSeq,
  });
}

export interface EditArguments {
  readonly id: string | null;
  readonly messageId: string | null;
  readonly content: string | null;
  readonly data: JsonObject | null;
  readonly mentioned: readonly string[] | null;
  readonly mentionsEveryone: boolean | null;
  readonly places: unknown;
}

export function editMessage(db: Db, me: string, args: EditArguments): MessageRow | null {
  const doing = 'edit the message';
  const { id, content } = args;
  if (id === null) return fail('invalid', `unable to ${doing}; id is missing`);
  const message = requireMessage(db, args.messageId, me, doing);
  if (message.senderId !== me) fail('forbidden', `unable to ${doing}; it is not yours`);
  const { conversation: room } = message;
  requireUnlocked(requireMember(db, room.id, me, doing), doing);
  if (wasApplied(db, me, id, message.id, doing)) return messageFor(db, me, message);
  if (message.deletedAt !== null) fail('message_deleted', `unable to ${doing}; it has been deleted`);
  const kind = db.messageKinds.get(message.kind);
  const window = kind?.editWindowSeconds ?? db.settings.edit_window_seconds;
  if (isOlderThan(db, message.createdAt, window))
    fail('edit_window_closed', `unable to ${doing}; it is older than ${window} seconds`);
  requireContent(db, content, kind?.needsContent ?? true, doing);
  const mentionedUserIds =
    args.mentioned === null ? message.mentionedUserIds : membersAmong(room, args.mentioned);
  const mentionsEveryone = args.mentionsEveryone ?? message.mentionsEveryone;
  // Those that are stored are places in the content that was.
  const places = args.places ?? (content === message.content ? message.mentions : null);
  const mentions = mentionPlaces(places, content, mentionedUserIds, mentionsEveryone);
  const data = args.data === null ? message.data : requireData(args.data, db.settings.max_data_bytes, doing);

  const now = db.now();
  message.versions.push({ content: message.content, data: message.data, at: now });
  if (message.threadRootId === null && (mentionsEveryone || mentionedUserIds.length > 0))
    room.lastMentionSeq = Math.max(room.lastMentionSeq, message.seq);
  db.user(me).applied.set(id, message.id);
  const changes = { content, data, mentionedUserIds, mentionsEveryone, mentions, editedAt: now };
  return changeMessage(db, message, changes, me);
}

/** Rule E2: whether this mutation was applied before; `id_taken` when it was another one. */
export function wasApplied(db: Db, me: string, id: string, targetId: string | null, doing: string): boolean {
  const known = db.user(me).applied.get(id);
  if (known === undefined) return false;
  if (known !== targetId) fail('id_taken', `unable to ${doing}; the id of the mutation was used before`);
  return true;
}

export function deleteMessage(db: Db, me: string, messageId: string | null): MessageRow | null {
  const doing = 'delete the message';
  const message = requireMessage(db, messageId, me, doing);
  const { conversation: room } = message;
  const member = requireMember(db, room.id, me, doing);
  if (message.senderId !== me && member.role === 'member')
    fail('forbidden', `unable to ${doing}; it is not yours`);
  requireUnlocked(member, doing, true);
  if (message.deletedAt !== null) return messageFor(db, me, message);
  if (member.role === 'member') {
    const window =
      db.messageKinds.get(message.kind)?.deleteWindowSeconds ?? db.settings.delete_window_seconds;
    if (isOlderThan(db, message.createdAt, window))
      fail('delete_window_closed', `unable to ${doing}; it is older than ${window} seconds`);
  }
  const answer = buryMessage(db, message, me);
  const root = message.threadRootId === null ? undefined : db.messages.get(message.threadRootId);
  if (root) recountThread(db, root);
  return answer;
}

/** Rule D5: empties a message and everything added to it; a tombstone with a new version stays. */
function buryMessage(db: Db, message: Message, by: string): MessageRow {
  const { conversation: room } = message;
  if (message.counts) room.lastDeletedSeq = Math.max(room.lastDeletedSeq, message.seq);
  message.reactions.clear();
  message.versions.length = 0;
  const nothing = { content: null, data: {}, mentionedUserIds: [], mentionsEveryone: false, mentions: null };
  const tombstone = { ...nothing, pinnedAt: null, pinnedBy: null, deletedAt: db.now(), deletedBy: by };
  return changeMessage(db, message, tombstone, by);
}

/** Deletes a message for the caller alone, or takes that back. */
export function setHidden(db: Db, me: string, messageId: string | null, isHidden: boolean): Hiding {
  const doing = isHidden ? 'delete the message for yourself' : 'take back its deletion for yourself';
  const message = requireMessage(db, messageId, me, doing);
  const { conversation: room } = message;
  const member = requireMember(db, room.id, me, doing);
  if (isHiddenBy(db, me, message) !== isHidden) {
    if (isHidden) member.lastHiddenSeq = Math.max(member.lastHiddenSeq, message.seq);
    member.changed = db.xid();
    const mark = { message, isHidden, changed: db.xid() };
    db.user(me).hidden.set(message.id, mark);
    emitHidden(db, me, mark);
    const countsAsUnread =
      message.counts &&
      message.seq > member.unreadAfterSeq &&
      message.senderId !== me &&
      message.deletedAt === null;
    if (countsAsUnread) emitOwnMember(db, member);
  }
  return hiddenAnswer(db, me, message);
}

/** What hiding a message and showing it again are answered. */
export function hiddenAnswer(db: Db, me: string, message: Message): Hiding {
  const row = messageFor(db, me, message);
  return row && { ...row, changed: db.user(me).hidden.get(message.id)?.changed ?? 0 };
}

export function setPinned(
  db: Db,
  me: string,
  messageId: string | null,
  isPinned: boolean,
): MessageRow | null {
  const doing = isPinned ? 'pin the message' : 'unpin the message';
  const message = requireOpenMessage(db, messageId, me, doing);
  const member = requireMember(db, message.conversation.id, me, doing);
  const kind = kindOf(db, message.conversation);
  // The two of a direct conversation are equals, whatever their roles are called.
  if (!kind.isDirect && !hasRole(member.role, kind.pinRole))
    fail('forbidden', `unable to ${doing}; you may not pin here`);
  if ((message.pinnedAt !== null) === isPinned) return messageFor(db, me, message);
  const values = isPinned ? { pinnedAt: db.now(), pinnedBy: me } : { pinnedAt: null, pinnedBy: null };
  return changeMessage(db, message, values, me);
}
