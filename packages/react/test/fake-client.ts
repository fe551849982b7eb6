import {
  ConfabError,
  type Confab,
  type ConnectionView,
  type Conversation,
  type ConversationsView,
  type ConversationView,
  type Message,
  type MessageInput,
  type MessagesView,
  type OutboxItems,
  type PresenceView,
  type Profile,
  type Readable,
  type TypingView,
} from '@confab/core';
import { QueryClient } from '@tanstack/react-query';
import * as z from 'zod/mini';

export const kinds = { daily_note: z.object({ mood: z.string() }) };
export type Kinds = typeof kinds;

declare module '../src/register' {
  interface Register {
    confab: Confab<Kinds>;
  }
}

export const conversationId = '0190a000-0000-7000-8000-000000000001';

/** A readable that tests set, and that knows how many watch it. */
export interface Source<T> extends Readable<T> {
  set(value: T): void;
  readonly watchers: number;
}

function createSource<T>(initial: T): Source<T> {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    subscribe(listener) {
      // Not the listener itself: the same one may be added twice.
      const watcher = () => listener();
      listeners.add(watcher);
      return () => listeners.delete(watcher);
    },
    set(next) {
      value = next;
      for (const listener of [...listeners]) listener();
    },
    get watchers() {
      return listeners.size;
    },
  };
}

const alice: Profile = { id: 'alice', displayName: 'Alice', avatarUrl: null };

export function createMessage(seq: number, content = `Message ${seq}`): Message<Kinds> {
  return {
    kind: 'text',
    data: {},
    id: `message-${seq}`,
    conversationId,
    seq,
    senderId: alice.id,
    sender: alice,
    isOwn: false,
    content,
    replyToId: null,
    replyTo: null,
    threadRootId: null,
    thread: null,
    forwardedFromId: null,
    reactions: [],
    mentionedUserIds: [],
    mentionsEveryone: false,
    pinnedAt: null,
    pinnedBy: null,
    occursOn: null,
    createdAt: '2026-01-01T00:00:00.000Z',
    editedAt: null,
    deletedAt: null,
    deletedBy: null,
    status: 'sent',
    error: null,
    hasPendingChange: false,
  };
}

export function createConversation(name: string): Conversation<Kinds> {
  return {
    id: conversationId,
    kind: 'group',
    title: name,
    name,
    description: null,
    avatarUrl: null,
    data: {},
    contextType: null,
    contextId: null,
    memberCount: 2,
    members: [],
    lastMessage: null,
    lastActivityAt: '2026-01-01T00:00:00.000Z',
    unreadCount: 0,
    unreadMentionCount: 0,
    unreadThreadCount: 0,
    lastReadSeq: 0,
    lastSeq: 0,
    role: 'member',
    isPinned: false,
    isArchived: false,
    isHidden: false,
    mutedUntil: null,
    isLocked: false,
    canPost: true,
    slowModeSeconds: 0,
    invitedBy: null,
    status: 'sent',
    error: null,
  };
}

/** A client of plain readables that remembers what it was asked to do. */
export function createFakeClient() {
  const calls: string[] = [];
  const note = (call: string) => {
    calls.push(call);
  };
  const sent: MessageInput<Kinds>[] = [];
  const sources = {
    conversations: createSource<ConversationsView<Kinds>>({
      isPending: true,
      error: null,
      conversations: [],
      hasNextPage: false,
      isFetchingNextPage: false,
    }),
    conversation: createSource<ConversationView<Kinds>>({ isPending: true, error: null, conversation: null }),
    messages: createSource<MessagesView<Kinds>>({
      isPending: true,
      error: null,
      messages: [],
      hasOlder: false,
      isFetchingOlder: false,
      hasNewer: false,
      isFetchingNewer: false,
      readByAllSeq: 0,
      deliveredToAllSeq: 0,
    }),
    unread: createSource<number | null>(null),
    typing: createSource<TypingView>([]),
    presence: createSource<PresenceView>({}),
    connection: createSource<ConnectionView>({
      type: 'idle',
      unsentCount: 0,
      failedCount: 0,
      isDurable: true,
      unreadableCount: 0,
      unreadableEventCount: 0,
      tab: 'single',
    }),
    currentUser: createSource<string | null | undefined>(undefined),
  };
  const unused = () => Promise.reject(new ConfabError({ code: 'invalid', message: 'unable to; not faked' }));
  const list = { ...sources.conversations, fetchNextPage: async () => note('fetchNextPage') };
  const messages = {
    ...sources.messages,
    fetchOlder: async () => note('fetchOlder'),
    fetchNewer: unused,
    jumpTo: unused,
    jumpToLatest: unused,
  };
  const typing = {
    ...sources.typing,
    keystroke: () => note('keystroke'),
    stop: () => note('stop'),
  };
  const connection = { ...sources.connection, retry: () => note('retry') };
  const client: Confab<Kinds> = {
    conversations: {
      list: () => list,
      held: () => createSource([]),
      get: () => sources.conversation,
      unreadCount: () => sources.unread,
      direct: unused,
      create: unused,
      update: unused,
      setMembership: unused,
      find: unused,
      invites: () => createSource([]),
    },
    messages: {
      list: () => messages,
      get: () => createSource({ message: null, isPending: true, error: null }),
      async send(_conversationId, input) {
        sent.push(input);
        return { id: 'message-1', confirmed: Promise.resolve({ ok: true, value: createMessage(1) }) };
      },
      edit: unused,
      delete: unused,
      async markRead(_conversationId, seq) {
        note(`markRead ${seq ?? 'newest'}`);
      },
      retry: unused,
      discard: unused,
      markUnread: unused,
      hide: unused,
      forward: unused,
      pin: unused,
      unpin: unused,
      pinned: unused,
      mentions: unused,
      versions: unused,
      byDate: unused,
    },
    threads: {
      list: unused,
      history: unused,
      replies: () => messages,
      state: () => createSource(null),
      states: () => createSource({}),
      markRead: unused,
      follow: unused,
    },
    reactions: { add: unused, remove: unused, toggle: unused, list: unused },
    members: {
      profiles: createSource({}),
      list: unused,
      add: unused,
      invite: unused,
      acceptInvite: unused,
      declineInvite: unused,
      remove: unused,
      leave: unused,
      setRole: unused,
      transferOwnership: unused,
    },
    receipts: { readers: unused },
    unread: { counts: unused, markAllRead: unused },
    search: { messages: unused },
    drafts: {
      list: () => createSource([]),
      get: () => createSource(null),
      save: unused,
      saveSoon: () => undefined,
      flush: () => undefined,
    },
    account: {
      exportData: () => {
        throw new ConfabError({ code: 'invalid', message: 'unable to; not faked' });
      },
    },
    typing: { in: () => typing },
    presence: {
      in: () => sources.presence,
      own: () => createSource({ state: 'online', chosen: null }),
      set: () => undefined,
    },
    connection,
    outbox: {
      ...createSource<OutboxItems>({ items: [], unreadable: [] }),
      retry: unused,
      retryAll: unused,
      discard: unused,
      discardUnreadable: unused,
    },
    currentUser: sources.currentUser,
    queryClient: new QueryClient(),
    close: () => note('close'),
  };
  return {
    client,
    sources,
    calls,
    sent,
    countWatchers: () => Object.values(sources).reduce((sum, { watchers }) => sum + watchers, 0),
    mostWatchers: () => Math.max(...Object.values(sources).map(({ watchers }) => watchers)),
  };
}
