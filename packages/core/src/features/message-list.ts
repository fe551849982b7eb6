import { keys } from '../cache/cache';
import {
  latestWindow,
  messageAt,
  messageById,
  noMessages,
  openMessages,
  windowAt,
  withPage,
  type LoadedMessages,
} from '../cache/loaded-messages';
import type { MessageWindow } from '../cache/message-window';
import { loadState, queryState } from '../cache/query-readable';
import { ConfabError, toConfabError } from '../errors/confab-error';
import { defined } from '../lib/defined';
import { remembered } from '../lib/remembered';
import { createWritable, derive, extended, type Readable } from '../lib/readable';
import { isSame, isSameArray } from '../lib/same';
import type { MessageKinds } from '../model/kinds';
import { isMessage, isUnsent } from '../model/pending';
import type { Conversation, ConversationView, MessagesView, MessageView } from '../model/view';
import { decode, type HistoryPage } from '../model/wire';
import type { FeatureDeps } from './feature';
import { assertId, toInstant } from './input';
import { createPaging } from './paging';

/** Where to jump to. */
export type JumpTarget =
  | {
      /** A message of this conversation; of one in a thread, the place among the messages of the timeline. */
      readonly messageId: string;
    }
  | {
      /** The position of a message, as search results and quotes have it. */
      readonly seq: number;
    }
  | {
      /**
       * The first message at or after it. Text is ISO 8601: `2026-03-10` is the day, under whose line one lands; a time may
       * follow, with its zone (`2026-03-10T09:30:00+01:00`) or as clocks say it.
       */
      readonly date: Date | string;
      /** Of a day, or a time without a zone, as `Intl` names it; by default that of the list, else of the device. */
      readonly timeZone?: string;
    };

/**
 * The messages of one conversation, or of a thread; watching it loads the newest ones and keeps them up to date. It shows
 * one stretch without holes (rule E6), which mostly ends with the newest message.
 */
export interface MessageList<K extends MessageKinds> extends Readable<MessagesView<K>> {
  /**
   * Loads the page before the oldest message; resolves when it is in the view, at once when there is none. Rejects with
   * a `ConfabError`; the view keeps what it has.
   */
  fetchOlder(): Promise<void>;
  /** Loads the page after the newest message, as {@link MessageList.fetchOlder} does. */
  fetchNewer(): Promise<void>;
  /**
   * Shows the messages around another one; loads them if they are not. Resolves with its position when they are in the
   * view (the nearest one where there is none at that position), or rejects, and the view stays where it is. Of several
   * jumps the last one counts.
   *
   * @throws ConfabError `not_found` for an unknown message, `not_member`, `offline`, `invalid`, `unauthenticated`
   * @example
   * ```ts
   * const list = confab.messages.list(conversationId);
   * const seq = await list.jumpTo({ date: '2030-01-31' });
   * ```
   */
  jumpTo(target: JumpTarget): Promise<number>;
  /** Shows the newest messages again; resolves when they are in the view. */
  jumpToLatest(): Promise<void>;
}

/** A list that can look for one of its messages. */
export interface SearchableList<K extends MessageKinds> extends MessageList<K> {
  /** One message; watching it loads what is around it, after the newest messages, unless it is known. */
  one(messageId: string): Readable<MessageView<K>>;
}

/** What a list shows besides messages. */
interface ListDeps<K extends MessageKinds> extends FeatureDeps<K> {
  readonly conversation: (conversationId: string) => Readable<ConversationView<K>>;
}

/** The list of a timeline, or of a thread: the same object for the same one. */
type Lists<K extends MessageKinds> = (
  conversationId: string,
  threadRootId?: string | null,
) => SearchableList<K>;

export interface MessagesDeps<K extends MessageKinds> extends FeatureDeps<K> {
  readonly lists: Lists<K>;
}

export function createLists<K extends MessageKinds>(deps: ListDeps<K>): Lists<K> {
  const listOf = remembered((id, conversationId: string) =>
    createMessageList(conversationId, id === conversationId ? null : id, deps),
  );
  return (conversationId, threadRootId) => listOf(threadRootId ?? conversationId, conversationId);
}

type HistoryArgs = Readonly<Record<string, string | number>>;

const PAGE_SIZE = 50;

function createMessageList<K extends MessageKinds>(
  conversationId: string,
  threadRootId: string | null,
  { engine, cache, sources, conversation }: ListDeps<K>,
): SearchableList<K> {
  const { applier } = engine;
  const held = () => cache.messages(conversationId, threadRootId);

  const history = async (args: HistoryArgs): Promise<HistoryPage> => {
    const where = { conversation_id: conversationId, thread_root_id: threadRootId ?? undefined };
    const page = decode.history(
      await engine.call('history', { max_rows: PAGE_SIZE, ...defined(where), ...args }),
    );
    applier.profiles(page.profiles);
    return page;
  };
  const added = (page: HistoryPage): LoadedMessages => {
    const now = held();
    return now ? withPage(now, page) : openMessages(page, threadRootId);
  };
  const load = async (): Promise<LoadedMessages> => {
    await engine.requireUser();
    if (isUnsent(engine.outbox.view.get(), conversationId)) return noMessages(threadRootId);
    const stored = threadRootId === null ? await engine.persistence?.messages(conversationId) : null;
    // What this device kept of an earlier membership may end before what one may see now: between there is a hole.
    const { visibleFromSeq = 0 } = cache.conversation(conversationId)?.me ?? {};
    if (stored && visibleFromSeq <= stored.covers.to + 1) return added(stored);
    await engine.readyToLoad();
    return added(await history({}));
  };
  /** Loads another page next to what is loaded. */
  const fetchPage = (args: HistoryArgs): Promise<HistoryPage> =>
    cache.whileLoading(conversationId, async () => {
      await engine.requireUser();
      await engine.readyToLoad();
      for (;;) {
        const resets = applier.resets();
        const page = await history(args);
        await cache.settled(conversationId, threadRootId);
        // What was answered from another history of the database must not get among the messages of this one.
        if (resets !== applier.resets()) continue;
        cache.batch('history', () => {
          cache.setMessages(conversationId, added(page));
          applier.loaded();
        });
        if (applier.isBehind()) engine.requestPull();
        return page;
      }
    });

  const state = queryState<LoadedMessages>(cache, keys.messages(conversationId, threadRootId), load);
  /** A seq in the window that is shown; null for the newest one. */
  const place = createWritable<number | null>(null);
  const windowOf = (loaded: LoadedMessages | undefined, seq: number | null): MessageWindow | undefined =>
    (seq === null ? undefined : windowAt(loaded, seq)) ?? loaded?.windows.at(-1);
  const shown = () => windowOf(held(), place.get());
  const window = derive([state, place], (query, seq) => windowOf(query?.data, seq));
  const part = { threadRootId };
  const messages = derive(
    [window, sources.pendingOf(conversationId), sources.overlay],
    (rows, pending, overlay) => overlay.messages(rows, pending, part),
  );

  /** The page next to the window that is shown. */
  const fetchNext = async (argsOf: (window: MessageWindow) => HistoryArgs): Promise<void> => {
    const before = shown();
    if (!before) return;
    const seq = place.get();
    const { covers } = await fetchPage(argsOf(before));
    // Where too much is loaded its far side goes, and what marks the place with it.
    const { from } = covers;
    if (place.get() === seq && windowAt(held(), from)?.hasNewer) place.set(from);
  };
  const older = createPaging(
    () => fetchNext(({ covers }) => ({ before_seq: covers.from })),
    'load older messages',
  );
  const newer = createPaging(
    () => fetchNext(({ covers }) => ({ after_seq: covers.to })),
    'load newer messages',
  );

  let jumps = 0;
  /** Goes where `find` says, unless another jump has begun meanwhile. */
  const jump = async <T extends number | null>(find: () => T | Promise<T>): Promise<T> => {
    const own = ++jumps;
    try {
      const seq = await find();
      if (own === jumps) place.set(seq);
      return seq;
    } catch (error) {
      throw toConfabError(error, 'show other messages');
    }
  };
  const findSeq = async (wanted: number): Promise<number> => {
    if (windowAt(held(), wanted)) return wanted;
    const { covers } = await fetchPage({ around_seq: wanted });
    return Math.max(covers.from, Math.min(wanted, covers.to));
  };
  const findDate = async (date: Date | string, timeZone?: string): Promise<number> => {
    const at = toInstant(date, 'show a day', timeZone);
    const { messages: rows, covers } = await fetchPage({ around_time: at });
    return rows.find((row) => Date.parse(row.createdAt) >= Date.parse(at))?.seq ?? covers.to;
  };
  const findMessage = async (id: string): Promise<number> => {
    assertId(id, 'show the message');
    const known = messageById(held(), id);
    if (known) return known.seq;
    const page = await fetchPage({ around_message_id: id });
    const row = page.messages.find((other) => other.id === id) ?? page.messages[page.messages.length >> 1];
    return row?.seq ?? page.covers.from;
  };

  const one = (messageId: string): Readable<MessageView<K>> => {
    let seq = 0;
    const row = derive([state], (query) => {
      const at = messageAt(query?.data, seq);
      const found = at?.id === messageId ? at : messageById(query?.data, messageId);
      seq = found?.seq ?? 0;
      return found;
    });
    const pending = derive(
      [engine.outbox.view, row],
      (all, found) => {
        const own = all.find(messageId);
        const send = own && isMessage(own) ? own : undefined;
        const quotedId = found?.replyToId ?? send?.mutation.args.reply_to_id;
        return [...(send ? [send] : []), ...all.about(messageId), ...(quotedId ? all.about(quotedId) : [])];
      },
      isSameArray,
    );
    const shownIn = { threadRootId };
    const message = derive(
      [row, pending, sources.overlay],
      (found, changes, overlay) =>
        overlay.messages(found && { pages: [[found]] }, changes, shownIn)[0] ?? null,
    );
    const search = async (): Promise<boolean> => {
      const isKnown = () => message.get() !== null;
      // An older window alone would be taken for all that is loaded.
      const stop = state.subscribe(() => undefined);
      try {
        if (!isKnown()) await cache.settled(conversationId, threadRootId);
        if (!isKnown()) await findMessage(messageId);
        if (!isKnown() && !messageById(held(), messageId))
          throw new ConfabError({ code: 'not_found', message: 'unable to open the message; it is not here' });
      } finally {
        stop();
      }
      return true;
    };
    const found = queryState(cache, keys.message(messageId), search);
    return derive(
      [message, found, state],
      (known, searching, all): MessageView<K> => {
        if (known) return { message: known, isPending: false, error: null };
        const { isPending, error } = loadState(searching);
        return { message: null, isPending, error: error ?? loadState(all).error };
      },
      isSame,
    );
  };

  const view = derive(
    // Watching messages keeps their conversation loaded too: without it nothing tells which changes are missing.
    [
      state,
      window,
      messages,
      conversation(conversationId),
      sources.currentUser,
      older.isFetching,
      newer.isFetching,
    ],
    (
      query,
      rows,
      list,
      { conversation: about },
      currentUserId,
      isFetchingOlder,
      isFetchingNewer,
    ): MessagesView<K> => {
      const { isPending, error } = loadState(query);
      const { read, delivered } = receiptsOf(about, currentUserId);
      return {
        isPending,
        error,
        messages: list,
        hasOlder: rows?.hasOlder ?? false,
        hasNewer: rows?.hasNewer ?? false,
        isFetchingOlder,
        isFetchingNewer,
        readByAllSeq: read,
        deliveredToAllSeq: delivered,
      };
    },
    isSame,
  );
  const actions: Omit<SearchableList<K>, 'get' | 'subscribe'> = {
    one,
    fetchOlder: () => (shown()?.hasOlder ? older.fetch() : Promise.resolve()),
    fetchNewer: () => (shown()?.hasNewer ? newer.fetch() : Promise.resolve()),
    jumpTo: (target) =>
      jump(() =>
        'seq' in target
          ? findSeq(target.seq)
          : 'date' in target
            ? findDate(target.date, target.timeZone)
            : findMessage(target.messageId),
      ),
    async jumpToLatest() {
      await jump(async () => {
        if (!latestWindow(held())) await fetchPage({});
        return null;
      });
    },
  };
  return extended(view, actions);
}

/** Zero where not all members are known: who is not listed may have read nothing. */
function receiptsOf(
  about: Pick<Conversation, 'members' | 'memberCount'> | null | undefined,
  currentUserId: string | null | undefined,
) {
  const members = about && about.members.length >= about.memberCount ? about.members : [];
  // Not from infinity on, which no small integer is.
  let read = -1;
  let delivered = -1;
  for (const { userId, lastReadSeq, lastDeliveredSeq } of members) {
    if (userId === currentUserId) continue;
    const received = lastReadSeq > lastDeliveredSeq ? lastReadSeq : lastDeliveredSeq;
    if (read < 0 || lastReadSeq < read) read = lastReadSeq;
    if (delivered < 0 || received < delivered) delivered = received;
  }
  return read < 0 ? { read: 0, delivered: 0 } : { read, delivered };
}
