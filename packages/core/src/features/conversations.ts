import { keys, type Cache } from '../cache/cache';
import { listed, openList, unreadOf, withPage, type ConversationList } from '../cache/conversation-list';
import {
  overlayConversation,
  pendingConversation,
  type ConversationContext,
} from '../cache/conversation-overlay';
import { loadState, queryState } from '../cache/query-readable';
import { ConfabError, toConfabError } from '../errors/confab-error';
import { createWritable, derive, type Readable } from '../lib/readable';
import type { MessageKinds } from '../model/kinds';
import type { CreateConversation } from '../model/mutation';
import type { PendingMutation } from '../model/pending';
import type { ConversationRecord, JsonObject } from '../model/records';
import type { Conversation, ConversationsView, ConversationView, Queued } from '../model/view';
import { decode, type ConversationPage } from '../model/wire';
import { isUnsent } from '../outbox/machine';
import type { Ids } from '../ports';
import type { Engine } from '../sync/engine';
import { assertId, assertStorable } from './input';
import { isSameArray, type Sources } from './views';

/** The current user's conversations; watching it loads the first page and keeps all loaded ones up to date. */
export interface ConversationsList<K extends MessageKinds> extends Readable<ConversationsView<K>> {
  /** Loads the next page; resolves when it is in the view, at once when there is none. Rejects with a `ConfabError`. */
  fetchNextPage(): Promise<void>;
}

/** What `conversations.create` takes. */
export interface ConversationInput {
  /** A kind of the table `conversation_kinds`. */
  readonly kind: string;
  readonly title?: string;
  /** The other members. */
  readonly memberIds: readonly string[];
  /** The app's own data, at most 64 kB. */
  readonly data?: JsonObject;
  /** What the conversation belongs to in the app: a course, an order, … */
  readonly context?: { readonly type: string; readonly id: string };
}

/** Conversations of the current user. */
export interface Conversations<K extends MessageKinds> {
  /**
   * All of them, newest activity first, unsent ones included, 30 to a page. Always the same object.
   *
   * @example
   * ```ts
   * const list = confab.conversations.list();
   * const stop = list.subscribe(() => console.log(list.get().conversations[0]?.name));
   * if (list.get().hasNextPage) await list.fetchNextPage();
   * ```
   */
  list(): ConversationsList<K>;
  /** One of them; watching it loads it if it is not in the list. */
  get(conversationId: string): Readable<ConversationView<K>>;
  /** Unread messages over all conversations, loaded or not (rule D7); null until known. */
  unreadCount(): Readable<number | null>;
  /**
   * The direct conversation with a user, made when there is none: the same one whoever asks (rule D8). Resolves with
   * its id; needs the server.
   *
   * @throws ConfabError `not_found` for an unknown user, `invalid`, `offline`, `unauthenticated`
   * @example
   * ```ts
   * const id = await confab.conversations.direct(userId);
   * await confab.messages.send(id, { content: 'Hello' });
   * ```
   */
  direct(userId: string): Promise<string>;
  /**
   * Creates a conversation. Resolves once stored on this device; messages can be sent to its id at once, also offline.
   *
   * @throws ConfabError `invalid`, `unauthenticated`
   * @example
   * ```ts
   * const { id } = await confab.conversations.create({ kind: 'group', title: 'Hike', memberIds: [userId] });
   * ```
   */
  create(input: ConversationInput): Promise<Queued<Conversation<K>>>;
}

interface ConversationsDeps<K extends MessageKinds> {
  readonly engine: Engine;
  readonly cache: Cache;
  readonly ids: Ids;
  readonly sources: Sources<K>;
}

export function createConversations<K extends MessageKinds>(deps: ConversationsDeps<K>): Conversations<K> {
  const { engine, cache, ids, sources } = deps;
  const received = (answer: unknown): ConversationPage => {
    const page = decode.conversationPage(answer);
    engine.applier.page(page);
    return page;
  };
  const loadPage = async (before?: string) =>
    received(await engine.call('conversations', before === undefined ? {} : { before }));
  const loadSingle = async (id: string) =>
    received(await engine.call('conversation', { conversation_id: id }));
  const context = derive(
    [sources.members, sources.profiles, sources.overlay, engine.currentUser],
    (members, profiles, overlay, currentUserId): ConversationContext<K> => ({
      members,
      profiles,
      overlay,
      currentUserId: currentUserId ?? null,
      window: cache.window,
    }),
  );
  const toView = createConversationViews<K>();

  const load = async (): Promise<ConversationList> => {
    return engine.loadAlone(async () => openList(await loadPage()));
  };
  const state = queryState<ConversationList>(cache.queryClient, keys.conversations, load);
  const data = derive([state], (query) => query?.data);
  const conversations = derive(
    [data, sources.pending, context],
    (list, pending, ctx) => {
      const records = list ? listed(list) : [];
      const ids = new Set(records.map(({ id }) => id));
      const unsent = pending
        .filter(isCreation)
        .filter(({ mutation }) => !ids.has(mutation.id))
        .map((creation) => pendingConversation(creation, ofConversation(pending, creation.mutation.id), ctx));
      return [...unsent, ...records.map((record) => toView(record, pending, ctx))].sort(byActivity);
    },
    isSameArray,
  );
  const loadingState = derive(
    [state],
    loadState,
    (a, b) => a.isPending === b.isPending && a.error === b.error,
  );
  const hasNextPage = derive([data], (list) => (list ? list.next !== null : false));
  const isFetchingNextPage = createWritable(false);
  const view = derive(
    [loadingState, conversations, hasNextPage, isFetchingNextPage],
    (loading, list, more, isFetching): ConversationsView<K> => ({
      ...loading,
      conversations: list,
      hasNextPage: more,
      isFetchingNextPage: isFetching,
    }),
  );
  const fetchNextPage = async (): Promise<void> => {
    const before = cache.list()?.next;
    if (!before) return;
    isFetchingNextPage.set(true);
    try {
      await engine.loadAlone(async () => {
        const next = await loadPage(before);
        // After a reset meanwhile it would be a page of another list.
        cache.updateList((list) => (list.next === before ? withPage(list, next) : list));
      });
    } catch (error) {
      throw toConfabError(error, 'load more conversations');
    } finally {
      isFetchingNextPage.set(false);
    }
  };
  let fetching: Promise<void> | null = null;
  const list: ConversationsList<K> = {
    ...view,
    fetchNextPage() {
      fetching ??= fetchNextPage().finally(() => {
        fetching = null;
      });
      return fetching;
    },
  };
  const singles = new Map<string, Readable<ConversationView<K>>>();
  const unreadCount = derive([data, conversations], (known, shown) => {
    if (!known) return null;
    // Conversations outside the listed pages count as the server said; listed ones as shown, pending reads included.
    const unlisted = unreadOf(known.items) - unreadOf(listed(known));
    return known.unreadElsewhere + unlisted + shown.reduce((sum, { unreadCount: n }) => sum + n, 0);
  });

  const single = (conversationId: string): Readable<ConversationView<K>> => {
    const loadOne = async (): Promise<ConversationRecord> => {
      await engine.requireUser();
      await creationSent(engine, conversationId);
      const known = cache.list()?.items.find(({ id }) => id === conversationId);
      if (known) return known;
      const response = await engine.loadAlone(() => loadSingle(conversationId));
      const record = response.conversations[0];
      if (!record)
        throw new ConfabError({
          code: 'not_found',
          message: 'unable to open the conversation; there is none',
        });
      return record;
    };
    const one = queryState<ConversationRecord>(cache.queryClient, keys.conversation(conversationId), loadOne);
    return derive(
      [one, data, sources.pending, context],
      (query, loaded, pending, ctx): ConversationView<K> => {
        const record = loaded?.items.find(({ id }) => id === conversationId) ?? query?.data;
        if (record) return { conversation: toView(record, pending, ctx), isPending: false, error: null };
        const creation = pending.filter(isCreation).find(({ mutation }) => mutation.id === conversationId);
        if (!creation) return { conversation: null, ...loadState(query) };
        const unsent = pendingConversation(creation, ofConversation(pending, conversationId), ctx);
        return { conversation: unsent, isPending: false, error: null };
      },
      (a, b) => a.conversation === b.conversation && a.isPending === b.isPending && a.error === b.error,
    );
  };

  return {
    list: () => list,
    get(conversationId) {
      assertId(conversationId, 'open the conversation');
      const known = singles.get(conversationId) ?? single(conversationId);
      singles.set(conversationId, known);
      return known;
    },
    unreadCount: () => unreadCount,
    async direct(userId) {
      assertId(userId, 'open the direct conversation');
      const record = decode.conversation(await engine.call('get_or_create_direct', { user_id: userId }));
      // Members and their names come with it only here; without a cursor the next pull would not bring them.
      await loadSingle(record.id);
      engine.applier.conversation(record);
      return record.id;
    },
    async create({ kind, title, memberIds, data: appData, context: about }) {
      for (const memberId of memberIds) assertId(memberId, 'create the conversation');
      const id = ids.next();
      const args = {
        kind,
        member_ids: [...memberIds],
        ...(title === undefined ? {} : { title }),
        ...(appData === undefined ? {} : { data: { ...appData } }),
        ...(about === undefined ? {} : { context_type: about.type, context_id: about.id }),
      };
      assertStorable(args, 'create the conversation');
      await engine.requireUser();
      const { outcome } = await engine.outbox.enqueue({
        type: 'create_conversation',
        id,
        conversation_id: id,
        args,
      });
      const confirmed = outcome.then((answer) =>
        answer.ok
          ? { ok: true as const, value: toView(decode.conversation(answer.result), [], context.get()) }
          : answer,
      );
      return { id, confirmed };
    },
  };
}

/** Resolves when the server knows the conversation, as far as this device can tell. */
function creationSent(engine: Engine, conversationId: string): Promise<void> {
  const { state } = engine.outbox;
  return new Promise((resolve) => {
    if (!isUnsent(state.get(), conversationId)) return resolve();
    const stop = state.subscribe(() => {
      if (isUnsent(state.get(), conversationId)) return;
      stop();
      resolve();
    });
  });
}

/** Views of conversations that keep their reference while everything they show is the same. */
function createConversationViews<K extends MessageKinds>() {
  const known = new Map<
    string,
    {
      record: ConversationRecord;
      pending: readonly PendingMutation[];
      context: ConversationContext<K>;
      view: Conversation<K>;
    }
  >();
  return (record: ConversationRecord, all: readonly PendingMutation[], context: ConversationContext<K>) => {
    const pending = ofConversation(all, record.id);
    const last = known.get(record.id);
    const isSame =
      last?.record === record &&
      isSameArray(last.pending, pending) &&
      last.context.members[record.id] === context.members[record.id] &&
      last.context.profiles === context.profiles &&
      last.context.overlay === context.overlay;
    if (isSame) return last.view;
    const view = overlayConversation(record, pending, context);
    known.set(record.id, { record, pending, context, view });
    return view;
  };
}

function isCreation(
  pending: PendingMutation,
): pending is PendingMutation & { readonly mutation: CreateConversation } {
  return pending.mutation.type === 'create_conversation';
}

function ofConversation(pending: readonly PendingMutation[], id: string): readonly PendingMutation[] {
  return pending.filter(({ mutation }) => mutation.conversation_id === id);
}

function byActivity(a: { lastActivityAt: string }, b: { lastActivityAt: string }): number {
  return a.lastActivityAt < b.lastActivityAt ? 1 : a.lastActivityAt > b.lastActivityAt ? -1 : 0;
}
