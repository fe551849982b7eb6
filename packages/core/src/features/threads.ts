import { keys, type Threads as KnownThreads } from '../cache/cache';
import { queryData } from '../cache/query-readable';
import { withPendingThread } from '../cache/thread-overlay';
import { defined } from '../lib/defined';
import { derive, type Readable } from '../lib/readable';
import { remembered } from '../lib/remembered';
import { isSame } from '../lib/same';
import type { MessageKinds } from '../model/kinds';
import type { PendingMutation } from '../model/pending';
import type { ThreadRecord } from '../model/records';
import type { Message, Page, Queued } from '../model/view';
import { decode } from '../model/wire';
import { createFeature, type PageOptions } from './feature';
import { assertId } from './input';
import type { MessageList, MessagesDeps } from './message-list';
import { createSeen } from './seen';

/** How the current user stands to a thread. */
export type ThreadState = Pick<
  ThreadRecord,
  'rootId' | 'conversationId' | 'lastReadSeq' | 'isFollowing' | 'unread'
>;

/** A thread the current user follows. */
export interface Thread<K extends MessageKinds> extends ThreadState {
  /** The message it hangs under; its `thread` says how many replies there are. */
  readonly root: Message<K>;
}

/** Replies under a message. They are sent by `messages.send` with `threadRootId`. */
export interface Threads<K extends MessageKinds> {
  /**
   * The threads the current user follows, newest reply first, 30 to a page.
   *
   * @throws ConfabError `offline`, `invalid`, `unauthenticated`
   * @example
   * ```ts
   * const { items } = await confab.threads.list({ onlyUnread: true });
   * ```
   */
  list(options?: PageOptions & { readonly onlyUnread?: boolean }): Promise<Page<Thread<K>>>;
  /**
   * The replies of a thread, oldest first; the first page is the newest 50, the next one those before it.
   *
   * @throws ConfabError `not_member`, `not_found`, `offline`, `invalid`, `unauthenticated`
   * @example
   * ```ts
   * await confab.messages.send(conversationId, { content: 'Agreed', threadRootId: messageId });
   * const { items } = await confab.threads.history(conversationId, messageId);
   * ```
   */
  history(conversationId: string, rootId: string, options?: PageOptions): Promise<Page<Message<K>>>;
  /**
   * The replies of a thread, oldest first, pending ones included. The same object for the same thread; watching it loads
   * the newest 50 and keeps them up to date.
   *
   * @throws ConfabError `invalid` for a malformed id
   * @example
   * ```ts
   * const replies = confab.threads.replies(conversationId, messageId);
   * const stop = replies.subscribe(() => console.log(replies.get().messages.length));
   * ```
   */
  replies(conversationId: string, rootId: string): MessageList<K>;
  /** How the current user stands to a thread, as far as this device has heard; null when it has not. */
  state(rootId: string): Readable<ThreadState | null>;
  /** The same of all threads this device has heard of, by their roots. */
  states(): Readable<Readonly<Record<string, ThreadState>>>;
  /**
   * Marks a thread as read up to `seq` (rule D7). Resolves once stored; the outcome is null for who does not follow it.
   *
   * @throws ConfabError `invalid`, `unauthenticated`
   */
  markRead(conversationId: string, rootId: string, seq: number): Promise<Queued<ThreadState | null>>;
  /**
   * Begins or stops to follow a thread. Who wrote its root, replies or is mentioned in it follows it anyway. Resolves
   * once stored.
   *
   * @throws ConfabError `invalid`, `unauthenticated`
   */
  follow(conversationId: string, rootId: string, isFollowing?: boolean): Promise<Queued<ThreadState | null>>;
}

export function createThreads<K extends MessageKinds>(deps: MessagesDeps<K>): Threads<K> {
  const { engine, cache, lists, sources } = deps;
  const { write, page, showMessage } = createFeature(deps);
  const seen = createSeen(cache, sources);
  const known = queryData<KnownThreads>(cache, keys.threads, {});
  const stateOf = remembered((rootId) =>
    derive(
      [known, sources.outbox, sources.readAll],
      (threads, outbox, readAll): ThreadState | null => {
        const pending = outbox.about(rootId);
        const following = pending.findLast(({ mutation: { type } }) => type === 'follow_thread');
        const thread = threads[rootId] ?? (following && heardOf(rootId, following));
        return thread ? withPendingThread(thread, [...pending, readAll]) : null;
      },
      (a, b) => a === b || (a !== null && b !== null && isSame(a, b)),
    ),
  );
  const states = derive(
    [known, sources.outbox, sources.readAll],
    (threads, outbox, readAll): Readonly<Record<string, ThreadState>> => {
      const laid = Object.keys(threads).flatMap((id) => {
        const state = readAll || outbox.about(id).length > 0 ? stateOf(id).get() : null;
        return state ? [[id, state] as const] : [];
      });
      return laid.length > 0 ? { ...threads, ...Object.fromEntries(laid) } : threads;
    },
    isSame,
  );
  const asState = (result: unknown) => (result === null ? null : decode.thread(result));
  return {
    async list({ after, limit, onlyUnread } = {}) {
      const args = { before: after, max_rows: limit, only_unread: onlyUnread };
      const found = decode.threadPage(await engine.call('threads', defined(args)));
      cache.batch('history', () => cache.mergeThreads(found.threads));
      const roots = new Map(found.messages.map((root) => [root.id, root]));
      const { items, next } = page(found, found.threads, (thread) => {
        const root = roots.get(thread.rootId);
        return root ? [{ ...thread, root: showMessage(root) }] : [];
      });
      return { items: items.flat(), next };
    },
    async history(conversationId, rootId, { after, limit } = {}) {
      const found = decode.history(
        await engine.call(
          'history',
          defined({
            conversation_id: conversationId,
            thread_root_id: rootId,
            before_seq: after === undefined ? undefined : Number(after),
            max_rows: limit,
          }),
        ),
      );
      const next = found.has_older ? String(found.covers.from) : null;
      return page({ ...found, next }, found.messages, showMessage);
    },
    replies(conversationId, rootId) {
      for (const id of [conversationId, rootId]) assertId(id, 'open the thread');
      return lists(conversationId, rootId);
    },
    states: () => states,
    state(rootId) {
      assertId(rootId, 'watch the thread');
      return stateOf(rootId);
    },
    markRead(conversationId, rootId, seq) {
      const args = { thread_root_id: rootId, seq: seen.atMost(conversationId, seq, rootId) };
      return write('mark_thread_read', conversationId, args, asState);
    },
    follow(conversationId, rootId, isFollowing = true) {
      const seenSeq = cache.conversation(conversationId)?.lastSeq;
      const args = { thread_root_id: rootId, is_following: isFollowing, seen_seq: seenSeq };
      return write('follow_thread', conversationId, args, asState);
    },
  };
}

/** A thread that one begins to follow, as far as this device knows. */
function heardOf(rootId: string, { mutation, status }: PendingMutation): ThreadRecord | undefined {
  if (status === 'failed') return undefined;
  const { conversation_id: conversationId } = mutation;
  const nothing = { lastReadSeq: 0, isFollowing: false, unread: false, lastReplySeq: 0, rootVersion: 0 };
  return { rootId, conversationId, ...nothing, changed: -1 };
}
