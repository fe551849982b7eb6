import type { Cache, Cause } from '../cache/cache';
import {
  applyToConversation,
  endOf,
  lastTimelineSeq,
  mergeOwnMember,
  newerConversation,
  withOwnMessage,
  type MessageChange,
} from '../cache/conversation-changes';
import { withoutConversations, withTotal } from '../cache/conversation-list';
import { hide } from '../cache/merge-message';
import {
  applyChange,
  applyChanges,
  hideMessage,
  latestWindow,
  messageAt,
  messageById,
  showMessage,
  type LoadedMessages,
} from '../cache/loaded-messages';
import { unreadAfter, type Unread } from '../cache/message-window';
import { quoteOf, quoting } from '../cache/quotes';
import type {
  ConversationRecord,
  DraftRecord,
  MemberRecord,
  MessageRecord,
  OwnMemberRecord,
  ProfileRecord,
  ThreadRecord,
} from '../model/records';
import type { ConversationPage, CursorAnswer, HiddenMark, LiveChange, PullResponse } from '../model/wire';
import { createFound, type Found } from './found';

type ThreadChange = Extract<LiveChange, { type: 'thread' }>;

/** Brings confirmed rows into the cache, from wherever they come; the only writer of conversations and messages. */
export interface Applier {
  /** Returns whether changes before this one are missing, so that a pull is needed (rule E6). */
  live(change: LiveChange): boolean;
  /** Like {@link live}, for the answer to a push. `seen`: up to where the sender of a new message had seen the timeline. */
  acknowledged(message: MessageRecord, seen?: number): boolean;
  /** The user has hidden a message from themselves, or shows it again, as the transaction `changed` has it. */
  marked(message: MessageRecord, changed: number): void;
  /** The own membership as an answer has it. */
  cursor(answer: CursorAnswer): void;
  thread(thread: ThreadRecord): void;
  draft(draft: DraftRecord): void;
  /** `windows`: the versions the pull was asked from. */
  pull(response: PullResponse, windows: Readonly<Record<string, number>>): void;
  /** A row that came by itself, as an answer. */
  conversation(conversation: ConversationRecord): void;
  page(page: ConversationPage): void;
  /** People who came with an answer. */
  profiles(profiles: readonly ProfileRecord[]): void;
  readonly found: Found;
  /** Whether loaded messages miss changes that were heard of before they were loaded. */
  isBehind(): boolean;
  /** A load has ended: what was hidden, or shown again, on its way is so now. */
  loaded(): void;
  /** How often everything was forgotten: an answer from before that belongs to another history. */
  resets(): number;
  /** Forgets everything; what is being watched loads anew. */
  reset(): void;
}

export function createApplier(cache: Cache, currentUserId: () => string | null): Applier {
  /** Whatever it writes has this cause (rule E14). */
  const as =
    <A extends readonly unknown[], R>(cause: Cause, write: (...args: A) => R) =>
    (...args: A): R =>
      cache.batch(cause, () => write(...args));
  /** The highest version heard of, by conversation, also of those that are not loaded. */
  const heard = new Map<string, number>();
  /** Conversations the user is not in, as far as pulls say, and since when: an event or answer may be late. */
  const outside = new Map<string, number>();
  /**
   * Up to which change of one's own membership pulls have told: of a transaction that changes it more than once they say
   * how it ended, events and answers also what was in between.
   */
  const told = new Map<string, number>();
  /** The version of the conversation when an event told of a member's cursors last, by conversation and member. */
  const cursorsAt = new Map<string, number>();
  const mergeDrafts = (drafts: readonly DraftRecord[]) =>
    cache.mergeDrafts(drafts.filter(({ conversationId }) => !outside.has(conversationId)));
  const found = createFound();
  let resets = 0;
  const hear = (conversationId: string, version: number) =>
    heard.set(conversationId, Math.max(version, heard.get(conversationId) ?? 0));

  /**
   * A new message with what it quotes, where its event has left that out because not everybody may see it. Undefined
   * where only the server knows.
   */
  const withQuote = (message: MessageRecord, home: LoadedMessages | undefined): MessageRecord | undefined => {
    const { replyToId, replyTo, isHidden, conversationId } = message;
    if (replyToId === null || replyTo || isHidden !== null || !home || messageAt(home, message.seq))
      return message;
    const quoted = messageById(home, replyToId) ?? messageById(cache.messages(conversationId), replyToId);
    return quoted && (quoted.isHidden ? message : { ...message, replyTo: quoteOf(quoted) });
  };

  /** Returns whether it left a gap in the conversation or what is loaded of its messages. */
  const applyMessage = (
    told: MessageRecord,
    version: number,
    cause: 'live' | 'push-ack',
    mentioned: MessageChange['mentioned'],
    seen?: number,
  ): boolean => {
    const { conversationId } = told;
    hear(conversationId, version);
    found.changed(told);
    const home = cache.messages(conversationId, told.threadRootId);
    const quoted = withQuote(told, home);
    const message = quoted ?? told;
    let hasGap = !quoted;
    const conversation = cache.conversation(conversationId);
    const last = conversation?.lastMessage;
    const held = messageAt(home, message.seq);
    const before = held ?? (last?.id === message.id ? last : undefined);
    if (conversation) {
      const change = { message, version, before, mentioned, seen };
      const applied = applyToConversation(conversation, change, currentUserId() ?? '');
      cache.setConversation(applied.conversation);
      hasGap ||= applied.outcome === 'gap' || applied.isUncertain === true;
      if (applied.outcome === 'applied') passOver(conversation, message, seen);
    } else {
      // Known to the server, not to us: the pull brings it.
      hasGap = cause === 'live';
    }
    // Without its quote it is left to the pull.
    if (quoted)
      cache.updateMessages(conversationId, (loaded) => {
        const applied = applyChange(loaded, message, version);
        hasGap ||= applied.outcome === 'gap';
        return applied.loaded;
      });
    // Who follows a thread is told of a reply by the root alone.
    const thread = cache.thread(message.id);
    const { lastReplySeq = 0 } = message.thread ?? {};
    if (thread) cache.mergeThreads([{ ...thread, lastReplySeq, rootVersion: message.version }]);
    return hasGap;
  };

  /**
   * Brings the cursors of the sender of a new message, as far as they had reached the end, past it. Cursors that an event
   * has told of a later moment are right already.
   */
  const passOver = (before: ConversationRecord, message: MessageRecord, seen = 0) => {
    const { senderId, seq, threadRootId } = message;
    if (senderId === null || threadRootId !== null || seq <= before.lastSeq) return;
    if (message.version <= (cursorsAt.get(`${before.id} ${senderId}`) ?? 0)) return;
    const sender = cache.member(before.id, senderId);
    if (sender) cache.mergeMembers([withOwnMessage(sender, { seq, end: endOf(before), seen })]);
  };

  /** Returns whether a pull has to say how much is unread. */
  const applyOwnMember = ({ member, unread, unread_mentions, unread_threads }: CursorAnswer): boolean => {
    cache.mergeMembers([member]);
    const conversation = cache.conversation(member.conversationId);
    if (!conversation) return false;
    // Since where one may look back is for pulls to say, which load anew what is there.
    const { visibleFromSeq } = conversation.me;
    const isTold = member.changed <= (told.get(conversation.id) ?? -1);
    const me = isTold ? conversation.me : mergeOwnMember(conversation.me, { ...member, visibleFromSeq });
    const isMoved = me.unreadAfterSeq !== conversation.me.unreadAfterSeq;
    // Counts that come late, or again, are of before what a pull or an event has told since.
    const isNews = isMoved || member.changed > conversation.me.changed;
    const isCurrent = isNews && me.unreadAfterSeq === member.unreadAfterSeq;
    const counted = isMoved ? unreadFrom(conversation, me.unreadAfterSeq) : null;
    const stated = isMoved ? unread : undefined;
    cache.setConversation({
      ...conversation,
      me,
      unread: counted?.messages ?? stated ?? conversation.unread,
      unreadMentions:
        counted?.mentions ?? (isCurrent ? unread_mentions : undefined) ?? conversation.unreadMentions,
      unreadThreads: (isNews ? unread_threads : undefined) ?? conversation.unreadThreads,
    });
    const { unreadMentions, unreadThreads } = conversation;
    // Of one transaction there may be several, and which came first is not known.
    return (
      !isNews &&
      ((unread_mentions ?? unreadMentions) !== unreadMentions ||
        (unread_threads ?? unreadThreads) !== unreadThreads)
    );
  };

  /**
   * The server's number belongs to its version, which may be ahead of ours; what we can count ourselves fits the
   * version we have, so that later events add to it correctly (rule D7).
   */
  const unreadFrom = (conversation: ConversationRecord, seq: number): Unread | null => {
    if (seq >= lastTimelineSeq(conversation)) return { messages: 0, mentions: 0 };
    const loaded = cache.messages(conversation.id);
    return loaded?.version === conversation.version
      ? unreadAfter(latestWindow(loaded), seq, currentUserId())
      : null;
  };

  /** Returns whether a pull has to say how many threads are unread. */
  const applyThread = ({ thread, version, unread_threads: unreadThreads }: ThreadChange): boolean => {
    cache.mergeThreads([thread]);
    const conversation = cache.conversation(thread.conversationId);
    if (!conversation || unreadThreads === undefined || unreadThreads === conversation.unreadThreads)
      return false;
    // A count is of a version. Of before what is known by now it says nothing any more.
    const isLate = (version ?? 0) < conversation.version;
    if (isLate || cache.thread(thread.rootId)?.unread !== thread.unread) return true;
    cache.setConversation({ ...conversation, unreadThreads });
    return false;
  };

  const applyConversation = (conversation: ConversationRecord) => {
    hear(conversation.id, conversation.version);
    const isJoined = conversation.me.state === 'joined';
    cache.mergeInvites(isJoined ? [] : [conversation], isJoined ? [conversation.id] : []);
    if (!isJoined) return;
    outside.delete(conversation.id);
    const known = cache.conversation(conversation.id);
    const { visibleFromSeq } = conversation.me;
    const end = latestWindow(cache.messages(conversation.id))?.covers.to ?? visibleFromSeq;
    // Who has gone and come back may look further back, or less far: what is loaded ends where it did before.
    if ((known ? known.me.visibleFromSeq : visibleFromSeq) !== visibleFromSeq || end + 1 < visibleFromSeq)
      cache.dropConversation(conversation.id);
    cache.setConversation(newerConversation(known, conversation));
  };

  /** What was hidden or shown again while a page that may hold it, from the server or from storage, was on its way. */
  const early: HiddenMark[] = [];
  /** By message, the transaction in which the user has hidden it or shown it again last: the later one counts. */
  const marks = new Map<string, number>();
  const applyHidden = (mark: HiddenMark) => {
    const { conversationId, messageId, changed, message } = mark;
    if (changed < (marks.get(messageId) ?? 0)) return;
    marks.set(messageId, changed);
    found.hidden(messageId, message);
    if (cache.isAwaitingMessages(conversationId)) early.push(mark);
    cache.updateMessages(conversationId, (loaded) =>
      message ? showMessage(loaded, message) : hideMessage(loaded, messageId),
    );
    // What is stored of it may hold the message as it was where this client does not.
    cache.forgotten.add(conversationId);
    const conversation = cache.conversation(conversationId);
    const last = conversation?.lastMessage;
    if (conversation && last?.id === messageId)
      cache.setConversation({ ...conversation, lastMessage: message ?? hide(last) });
    else if (conversation && last?.replyToId === messageId) {
      const lastMessage = message ? quoting(last, message) : last.replyTo ? { ...last, replyTo: null } : last;
      cache.setConversation({ ...conversation, lastMessage });
    }
  };

  return {
    live: as('live', (change) => {
      switch (change.type) {
        case 'conversation':
          return true;
        case 'profile':
          cache.mergeProfiles([change.profile]);
          return false;
        case 'draft':
          mergeDrafts([change.draft]);
          return false;
        case 'thread':
          return applyThread(change);
        case 'hidden':
          // Of a transaction that hides and shows, what is known already tells how it ended.
          if (change.is_hidden && change.changed > (marks.get(change.message_id) ?? 0))
            applyHidden({
              conversationId: change.conversation_id,
              messageId: change.message_id,
              changed: change.changed,
              message: null,
            });
          // It may count as unread: the pull brings the new count, and what a message says that is shown again.
          return true;
        case 'member': {
          const { member, profile, version = 0 } = change;
          const key = `${member.conversationId} ${member.userId}`;
          if (version > (cursorsAt.get(key) ?? 0)) cursorsAt.set(key, version);
          if (profile) cache.mergeProfiles([profile]);
          if (isOwn(member)) return applyOwnMember({ ...change, member }) || member.state !== 'joined';
          cache.mergeMembers([member]);
          return member.state !== 'joined';
        }
        case 'message': {
          if (change.profile) cache.mergeProfiles([change.profile]);
          return change.message
            ? applyMessage(change.message, change.version, 'live', mentionedIn(change))
            : true;
        }
      }
    }),
    acknowledged: as('push-ack', (message, seen) =>
      applyMessage(message, message.version, 'push-ack', null, seen),
    ),
    marked: as('push-ack', (message, changed) => {
      const { conversationId, id, isHidden } = message;
      applyHidden({ conversationId, messageId: id, changed, message: isHidden ? null : message });
    }),
    cursor: as('push-ack', applyOwnMember),
    thread: as('push-ack', (thread) => cache.mergeThreads([thread])),
    draft: as('push-ack', (draft) => mergeDrafts([draft])),
    pull: as('pull', (response, windows) => {
      cache.mergeProfiles(response.profiles);
      cache.mergeMembers(response.members);
      cache.mergeThreads(response.threads);
      const reached = new Map(response.conversations.map(({ id, version }) => [id, version]));
      const changes = new Map<string, MessageRecord[]>();
      for (const message of response.messages) {
        found.changed(message);
        const known = changes.get(message.conversationId);
        if (known) known.push(message);
        else changes.set(message.conversationId, [message]);
      }
      for (const [conversationId, since] of Object.entries(windows)) {
        // What is cut off or left out is not reached yet.
        const isWhole = !response.has_more && !response.truncated.includes(conversationId);
        const upTo = isWhole ? reached.get(conversationId) : undefined;
        cache.updateMessages(conversationId, (loaded) =>
          applyChanges(loaded, changes.get(conversationId) ?? [], since, upTo),
        );
      }
      for (const conversation of response.conversations) {
        applyConversation(conversation);
        told.set(conversation.id, conversation.me.changed);
      }
      response.hidden.forEach(applyHidden);
      // Who was removed and invited meanwhile is told of the invitation, and of the end only where a window was held.
      const invites = new Map(
        response.conversations.flatMap(({ id, me }) => (me.state === 'joined' ? [] : [[id, me.changed]])),
      );
      const gone = [...response.removed, ...invites.keys()];
      for (const id of gone) {
        cache.dropConversation(id);
        outside.set(id, invites.get(id) ?? Infinity);
      }
      cache.dropDrafts(gone);
      mergeDrafts(response.drafts);
      cache.mergeInvites(
        [],
        response.removed.filter((id) => !invites.has(id)),
      );
      cache.updateList((list) => withTotal(withoutConversations(list, gone), response.unread_total));
    }),
    conversation: as('push-ack', (conversation) => {
      // Another tab may tell of an answer long after. Where the user is back, the pull says so.
      if (conversation.me.changed > (outside.get(conversation.id) ?? -1)) applyConversation(conversation);
    }),
    page: as('history', (page) => {
      cache.mergeProfiles(page.profiles);
      cache.mergeMembers(page.members);
    }),
    profiles: as('history', (profiles) => cache.mergeProfiles(profiles)),
    found,
    isBehind: () =>
      [...cache.versions()].some(
        ([id, version]) => version < Math.max(heard.get(id) ?? 0, cache.conversation(id)?.version ?? 0),
      ),
    loaded() {
      early.splice(0).forEach(applyHidden);
    },
    resets: () => resets,
    reset() {
      resets++;
      heard.clear();
      outside.clear();
      told.clear();
      cursorsAt.clear();
      early.length = 0;
      marks.clear();
      found.reset();
      cache.reset();
    },
  };
}

function mentionedIn({ mentioned }: Extract<LiveChange, { type: 'message' }>): MessageChange['mentioned'] {
  return mentioned && { mentionedUserIds: mentioned.user_ids, mentionsEveryone: mentioned.everyone };
}

/** Of one's own membership one is told more. */
function isOwn(member: MemberRecord): member is OwnMemberRecord {
  return 'unreadAfterSeq' in member;
}
