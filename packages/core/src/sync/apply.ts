import type { Cache } from '../cache/cache';
import { applyToConversation, mergeMember, newerConversation } from '../cache/conversation-changes';
import { withoutConversations, withTotal } from '../cache/conversation-list';
import { applyChange, applyChanges, unreadAfter } from '../cache/message-window';
import type { ConversationRecord, MemberRecord, MessageRecord } from '../model/records';
import type { ConversationPage, HistoryPage, LiveChange, PullResponse } from '../model/wire';
import type { Logger } from '../ports';

/** Brings confirmed rows into the cache, from wherever they come; the only writer of conversations and windows. */
export interface Applier {
  /** Returns whether changes before this one are missing, so that a pull is needed (rule E6). */
  live(change: LiveChange): boolean;
  /** Like {@link live}, for the answer to a push. */
  acknowledged(message: MessageRecord): boolean;
  cursor(member: MemberRecord, unread: number | undefined): void;
  /** `windows`: the versions the pull was asked from. */
  pull(response: PullResponse, windows: Readonly<Record<string, number>>): void;
  /** A row that came by itself, as an answer. */
  conversation(conversation: ConversationRecord): void;
  page(page: ConversationPage): void;
  history(history: HistoryPage): void;
  /** Whether a window misses changes that were heard of before it was loaded. */
  isBehind(): boolean;
  /** Forgets everything; what is being watched loads anew. */
  reset(): void;
}

export function createApplier(cache: Cache, currentUserId: () => string | null, logger: Logger): Applier {
  /** The highest version heard of, by conversation, also of those that are not loaded. */
  const heard = new Map<string, number>();
  const hear = (conversationId: string, version: number) =>
    heard.set(conversationId, Math.max(version, heard.get(conversationId) ?? 0));

  /** Returns whether it left a gap in the conversation or its window. */
  const applyMessage = (message: MessageRecord, version: number, cause: 'live' | 'push-ack'): boolean => {
    const { conversationId } = message;
    hear(conversationId, version);
    let hasGap = false;
    const conversation = cache.conversation(conversationId);
    if (conversation) {
      const applied = applyToConversation(conversation, { message, version }, currentUserId() ?? '');
      cache.setConversation(applied.conversation);
      hasGap ||= applied.outcome === 'gap';
    } else {
      // Known to the server, not to us: the pull brings it.
      hasGap = cause === 'live';
    }
    const window = cache.window(conversationId);
    if (window) {
      const applied = applyChange(window, message, version);
      cache.setWindow(conversationId, applied.window);
      hasGap ||= applied.outcome === 'gap';
    }
    const sender = message.senderId === null ? undefined : cache.member(conversationId, message.senderId);
    // Whoever writes has read what came before; the server sends no event of its own for that (rule D6).
    if (sender) cache.mergeMembers([{ ...sender, lastReadSeq: message.seq, lastDeliveredSeq: message.seq }]);
    logger({ level: 'debug', event: 'message', cause, detail: { conversationId, version, hasGap } });
    return hasGap;
  };

  const applyCursor = (member: MemberRecord, unread: number | undefined) => {
    cache.mergeMembers([member]);
    const conversation = cache.conversation(member.conversationId);
    if (!conversation || member.userId !== currentUserId()) return;
    const me = mergeMember(conversation.me, member);
    const isMoved = me.lastReadSeq > conversation.me.lastReadSeq;
    cache.setConversation({
      ...conversation,
      me,
      unread: isMoved ? unreadFrom(conversation, me.lastReadSeq, unread) : conversation.unread,
    });
  };

  /**
   * The server's number belongs to its version, which may be ahead of ours; what we can count ourselves fits the
   * version we have, so that later events add to it correctly (rule D7).
   */
  const unreadFrom = (conversation: ConversationRecord, seq: number, stated: number | undefined): number => {
    if (seq >= conversation.lastSeq) return 0;
    const window = cache.window(conversation.id);
    const counted =
      window?.version === conversation.version ? unreadAfter(window, seq, currentUserId()) : null;
    return counted ?? stated ?? conversation.unread;
  };

  return {
    live(change) {
      switch (change.type) {
        case 'conversation':
          return true;
        case 'member':
          if (change.profile) cache.mergeProfiles([change.profile]);
          applyCursor(change.member, change.unread);
          return change.member.state !== 'joined';
        case 'message': {
          if (change.profile) cache.mergeProfiles([change.profile]);
          return change.message ? applyMessage(change.message, change.version, 'live') : true;
        }
      }
    },
    acknowledged: (message) => applyMessage(message, message.version, 'push-ack'),
    cursor: applyCursor,
    pull(response, windows) {
      cache.mergeProfiles(response.profiles);
      cache.mergeMembers(response.members);
      const changes = groupBy(response.messages, (message) => message.conversationId);
      for (const [conversationId, messages] of changes) {
        const window = cache.window(conversationId);
        if (window) cache.setWindow(conversationId, applyChanges(window, messages, windows[conversationId]));
      }
      for (const conversation of response.conversations) {
        hear(conversation.id, conversation.version);
        cache.setConversation(newerConversation(cache.conversation(conversation.id), conversation));
      }
      for (const id of response.removed) cache.dropConversation(id);
      cache.updateList((list) =>
        withTotal(withoutConversations(list, response.removed), response.unread_total),
      );
    },
    conversation(conversation) {
      hear(conversation.id, conversation.version);
      cache.setConversation(newerConversation(cache.conversation(conversation.id), conversation));
    },
    page(page) {
      cache.mergeProfiles(page.profiles);
      cache.mergeMembers(page.members);
    },
    history(history) {
      cache.mergeProfiles(history.profiles);
    },
    isBehind: () =>
      cache.windows().some((id) => {
        const known = Math.max(heard.get(id) ?? 0, cache.conversation(id)?.version ?? 0);
        return known > (cache.window(id)?.version ?? 0);
      }),
    reset() {
      heard.clear();
      cache.reset();
    },
  };
}

function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}
