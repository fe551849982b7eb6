import { keys, membersIn } from '../cache/cache';
import {
  conversationIn,
  listed,
  openList,
  unreadOf,
  withPage,
  type ConversationList,
} from '../cache/conversation-list';
import {
  overlayConversation,
  pendingConversation,
  type ConversationContext,
} from '../cache/conversation-overlay';
import { loadState, queryState } from '../cache/query-readable';
import { ConfabError } from '../errors/confab-error';
import { changedIn } from '../lib/buckets';
import { defined } from '../lib/defined';
import { derive, type Readable } from '../lib/readable';
import { remembered } from '../lib/remembered';
import { isSame, isSameArray } from '../lib/same';
import type { MessageKinds } from '../model/kinds';
import { isCreation, isUnsent, type OutboxView, type PendingMutation } from '../model/pending';
import type { ConversationRecord } from '../model/records';
import type { Conversation, ConversationsView, ConversationView } from '../model/view';
import type { Engine } from '../sync/engine';
import { createFeature, type FeatureDeps } from './feature';
import { assertId } from './input';
import { createPaging } from './paging';

/** The current user's conversations; watching it loads the first page and keeps all loaded ones up to date. */
export interface ConversationsList<K extends MessageKinds> extends Readable<ConversationsView<K>> {
  /** Loads the next page; resolves when it is in the view, at once when there is none. Rejects with a `ConfabError`. */
  fetchNextPage(): Promise<void>;
}

/** What is loaded of conversations, with what is pending laid over it. */
interface ConversationViews<K extends MessageKinds> {
  readonly list: ConversationsList<K>;
  readonly held: Readable<readonly Conversation<K>[]>;
  readonly unreadCount: Readable<number | null>;
  get(conversationId: string): Readable<ConversationView<K>>;
}

export function createConversationViews<K extends MessageKinds>(deps: FeatureDeps<K>): ConversationViews<K> {
  const { engine, cache, sources } = deps;
  const { conversationsOf } = createFeature(deps);
  const loadPage = async (before?: string) =>
    conversationsOf(await engine.call('conversations', defined({ before })));
  const loadSingle = async (id: string) =>
    conversationsOf(await engine.call('conversation', { conversation_id: id }));
  const { context } = sources;
  const toView = rememberViews<K>();

  const load = async (): Promise<ConversationList> => {
    return engine.loadAlone(async () => openList(await loadPage()));
  };
  const state = queryState<ConversationList>(cache, keys.conversations, load);
  const data = derive([state], (query) => query?.data);
  const show = (recordsOf: (list: ConversationList) => readonly ConversationRecord[]) => {
    const toViews = rememberLists(toView);
    return derive(
      [data, sources.outbox, context],
      (list, pending, ctx) => {
        const records = list ? recordsOf(list) : [];
        const shown = toViews(records, (id) => conversationIn(list, id), pending, ctx);
        // Only what is pending moves a conversation from where the list has it.
        if (pending.lanes()[Symbol.iterator]().next().done) return shown;
        const creations = pending.creations();
        const ids = new Set(creations.length > 0 ? records.map(({ id }) => id) : []);
        const unsent = creations
          .filter(({ mutation }) => !ids.has(mutation.id))
          .map((creation) => pendingConversation(creation, pending.lane(creation.mutation.id), ctx));
        return [...unsent, ...shown].sort(byActivity);
      },
      isSameArray,
    );
  };
  const views = show(listed);
  // Hidden ones stay loaded: they show themselves again with their next message.
  const conversations = derive(
    [views],
    (all) => (all.some(({ isHidden }) => isHidden) ? all.filter(({ isHidden }) => !isHidden) : all),
    isSameArray,
  );
  const further = createPaging(async () => {
    const before = cache.list()?.next ?? undefined;
    await engine.loadAlone(async () => {
      const next = await loadPage(before);
      // After a reset meanwhile it would be a page of another list.
      cache.batch('history', () =>
        cache.updateList((list) => (list.next === before ? withPage(list, next) : list)),
      );
    });
  }, 'load more conversations');
  const view = derive(
    [state, conversations, further.isFetching],
    (query, list, isFetching): ConversationsView<K> => {
      const { isPending, error } = loadState(query);
      const hasNextPage = Boolean(query?.data?.next);
      return { isPending, error, conversations: list, hasNextPage, isFetchingNextPage: isFetching };
    },
    isSame,
  );
  const list: ConversationsList<K> = {
    ...view,
    fetchNextPage: () => (data.get()?.next ? further.fetch() : Promise.resolve()),
  };
  const unreadCount = derive([data, views, sources.readAll], (known, shown, readAll) => {
    if (!known) return null;
    // Conversations outside the list count as the server said; listed ones as shown, pending reads included.
    const unlisted = unreadOf(known.items) - unreadOf(listed(known));
    const elsewhere = readAll ? 0 : known.unreadElsewhere + unlisted;
    return elsewhere + shown.reduce((sum, { unreadCount: n }) => sum + n, 0);
  });

  const single = remembered((conversationId): Readable<ConversationView<K>> => {
    const loadOne = async (): Promise<ConversationRecord> => {
      await engine.requireUser();
      await creationSent(engine, conversationId);
      const known = conversationIn(cache.list(), conversationId);
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
    const one = queryState<ConversationRecord>(cache, keys.conversation(conversationId), loadOne);
    return derive(
      [one, data, sources.outbox, context],
      (query, loaded, pending, ctx): ConversationView<K> => {
        const record = conversationIn(loaded, conversationId) ?? query?.data;
        if (record) return { conversation: toView(record, pending, ctx), isPending: false, error: null };
        const creation = pending.find(conversationId);
        if (!creation || !isCreation(creation)) return { conversation: null, ...loadState(query) };
        const unsent = pendingConversation(creation, pending.lane(conversationId), ctx);
        return { conversation: unsent, isPending: false, error: null };
      },
      isSame,
    );
  });

  return {
    list,
    held: show(({ items }) => items),
    unreadCount,
    get(conversationId) {
      assertId(conversationId, 'open the conversation');
      return single(conversationId);
    },
  };
}

/** Resolves when the server knows the conversation, as far as this device can tell. */
function creationSent(engine: Engine, conversationId: string): Promise<void> {
  const { view } = engine.outbox;
  return new Promise((resolve) => {
    if (!isUnsent(view.get(), conversationId)) return resolve();
    const stop = view.subscribe(() => {
      if (isUnsent(view.get(), conversationId)) return;
      stop();
      resolve();
    });
  });
}

/** Views of conversations that keep their reference while everything they show is the same. */
function rememberViews<K extends MessageKinds>() {
  const known = new Map<
    string,
    {
      record: ConversationRecord;
      pending: readonly PendingMutation[];
      context: ConversationContext<K>;
      view: Conversation<K>;
    }
  >();
  return (record: ConversationRecord, outbox: OutboxView, context: ConversationContext<K>) => {
    const pending = outbox.lane(record.id);
    const last = known.get(record.id);
    const isSame =
      last?.record === record &&
      last.pending === pending &&
      membersIn(last.context.members, record.id) === membersIn(context.members, record.id) &&
      last.context.profiles === context.profiles &&
      last.context.overlay === context.overlay &&
      last.context.readAll === context.readAll;
    if (isSame) return last.view;
    const view = overlayConversation(record, pending, context);
    known.set(record.id, { record, pending, context, view });
    return view;
  };
}

/**
 * Views of a list, of which a change concerns few: the others are taken from the list before, in one pass that compares
 * references.
 */
function rememberLists<K extends MessageKinds>(toView: ReturnType<typeof rememberViews<K>>) {
  type Records = readonly ConversationRecord[];
  let last:
    | {
        readonly records: Records;
        readonly outbox: OutboxView;
        readonly lanes: Map<string, readonly PendingMutation[]>;
        readonly context: ConversationContext<K>;
        readonly views: readonly Conversation<K>[];
      }
    | undefined;
  return (
    records: Records,
    find: (id: string) => ConversationRecord | undefined,
    outbox: OutboxView,
    context: ConversationContext<K>,
  ) => {
    const before = last;
    const isKept =
      before?.context.profiles === context.profiles &&
      before.context.overlay === context.overlay &&
      before.context.readAll === context.readAll &&
      before.context.currentUserId === context.currentUserId;
    const others = isKept ? changedIn(before.context.members, context.members) : new Set<string>();
    let lanes = before?.lanes ?? new Map<string, readonly PendingMutation[]>();
    if (before?.outbox !== outbox) {
      const known = lanes;
      lanes = new Map();
      for (const id of outbox.lanes()) {
        const lane = outbox.lane(id);
        lanes.set(id, lane);
        if (known.get(id) !== lane) others.add(id);
      }
      for (const id of known.keys()) if (!lanes.has(id)) others.add(id);
    }
    const [old, shown] = isKept ? [before.records, before.views] : [[], []];
    let at = 0;
    const views = records.map((record) => {
      // One that has moved up is missing in its old place.
      if (old[at] !== record && old[at + 1] === record) at++;
      const known = old[at] === record ? shown[at] : undefined;
      if (known || old[at]?.id === record.id) at++;
      return known ?? toView(record, outbox, context);
    });
    // Few, so that looking for them costs less than asking of each whether it is one.
    for (const id of others) {
      const record = find(id);
      const place = record ? records.indexOf(record) : -1;
      if (record && place >= 0) views[place] = toView(record, outbox, context);
    }
    last = { records, outbox, lanes, context, views };
    return views;
  };
}

function byActivity(a: { lastActivityAt: string }, b: { lastActivityAt: string }): number {
  return a.lastActivityAt < b.lastActivityAt ? 1 : a.lastActivityAt > b.lastActivityAt ? -1 : 0;
}
