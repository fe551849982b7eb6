import { keys } from '../cache/cache';
import { openWindow, prependOlder, type MessageWindow } from '../cache/message-window';
import { loading, queryState } from '../cache/query-readable';
import { defined } from '../lib/defined';
import { derive, type Readable } from '../lib/readable';
import type { MessageKinds } from '../model/kinds';
import { isUnsent } from '../model/pending';
import type { ConversationView, Member, MessagesView } from '../model/view';
import { decode, type HistoryPage } from '../model/wire';
import type { FeatureDeps } from './feature';
import { createPaging } from './paging';

/** The messages of one conversation; watching it loads the newest ones and keeps them up to date. */
export interface MessageList<K extends MessageKinds> extends Readable<MessagesView<K>> {
  /**
   * Loads the page before the oldest message; resolves when it is in the view, at once when there is none. Rejects with
   * a `ConfabError`; the view keeps what it has.
   */
  fetchOlder(): Promise<void>;
}

/** What a list shows besides messages. */
export interface MessagesDeps<K extends MessageKinds> extends FeatureDeps<K> {
  readonly conversation: (conversationId: string) => Readable<ConversationView<K>>;
}

const PAGE_SIZE = 50;

export function createMessageList<K extends MessageKinds>(
  conversationId: string,
  { engine, cache, sources, conversation }: MessagesDeps<K>,
): MessageList<K> {
  /** The newest page, or the one before a seq. */
  const history = async (before?: number): Promise<HistoryPage> => {
    const args = { conversation_id: conversationId, max_rows: PAGE_SIZE, before_seq: before };
    const page = decode.history(await engine.call('history', defined(args)));
    engine.applier.profiles(page.profiles);
    return page;
  };
  const load = async (): Promise<MessageWindow> => {
    await engine.requireUser();
    if (isUnsent(engine.outbox.view.get(), conversationId))
      return { version: 0, covers: { from: 1, to: 0 }, hasOlder: false, hasNewer: false, pages: [] };
    await engine.readyToLoad();
    return openWindow(await history());
  };

  const state = queryState<MessageWindow>(cache, keys.messages(conversationId), load);
  const pending = sources.pendingOf(conversationId);
  const window = derive([state], (query) => query?.data);
  const timeline = { threadRootId: null };
  const messages = derive([window, pending, sources.overlay], (loaded, mutations, overlay) =>
    overlay.messages(loaded, mutations, timeline),
  );
  // Watching messages keeps their conversation loaded too: without it nothing tells which changes are missing.
  const receipts = derive(
    [conversation(conversationId), engine.currentUser],
    (view, currentUserId) => receiptsOf(view.conversation?.members ?? [], currentUserId),
    (a, b) => a.readByAllSeq === b.readByAllSeq && a.deliveredToAllSeq === b.deliveredToAllSeq,
  );
  const older = createPaging(async () => {
    const page = await history(cache.window(conversationId)?.covers.from);
    const now = cache.window(conversationId);
    if (!now) return;
    const next = prependOlder(now, page);
    cache.setWindow(conversationId, next);
    if (next.version < now.version) engine.requestPull();
  }, 'load older messages');
  const hasOlder = derive([window], (loaded) => loaded?.hasOlder ?? false);
  const view = derive(
    [loading(state), messages, hasOlder, older.isFetching, receipts],
    (loaded, list, more, isFetching, cursors): MessagesView<K> => ({
      ...loaded,
      messages: list,
      hasOlder: more,
      isFetchingOlder: isFetching,
      ...cursors,
    }),
  );
  return {
    ...view,
    fetchOlder: () => (hasOlder.get() ? older.fetch() : Promise.resolve()),
  };
}

function receiptsOf(members: readonly Member[], currentUserId: string | null | undefined) {
  const others = members.filter(({ userId }) => userId !== currentUserId);
  if (others.length === 0) return { readByAllSeq: 0, deliveredToAllSeq: 0 };
  const read = others.map((member) => member.lastReadSeq);
  const delivered = others.map((member) => Math.max(member.lastReadSeq, member.lastDeliveredSeq));
  return { readByAllSeq: Math.min(...read), deliveredToAllSeq: Math.min(...delivered) };
}
