import type * as z from 'zod/mini';
import { keys, type Cache } from '../cache/cache';
import { readCursor } from '../cache/conversation-overlay';
import { openWindow, prependOlder, type MessageWindow } from '../cache/message-window';
import { loadState, queryState } from '../cache/query-readable';
import { ConfabError, toConfabError } from '../errors/confab-error';
import { object, read } from '../lib/decode';
import { createWritable, derive, type Readable } from '../lib/readable';
import type { MessageInput, MessageKinds } from '../model/kinds';
import type { Mutation } from '../model/mutation';
import type { JsonObject } from '../model/records';
import type { ConversationView, Member, Message, MessagesView, Queued } from '../model/view';
import { decode, type HistoryPage } from '../model/wire';
import { isUnsent } from '../outbox/machine';
import type { Ids } from '../ports';
import type { Engine } from '../sync/engine';
import type { Settled } from '../sync/outbox-driver';
import { assertId, assertStorable } from './input';
import type { Sources } from './views';

/** The messages of one conversation; watching it loads the newest ones and keeps them up to date. */
export interface MessageList<K extends MessageKinds> extends Readable<MessagesView<K>> {
  /**
   * Loads the page before the oldest message; resolves when it is in the view, at once when there is none. Rejects with
   * a `ConfabError`; the view keeps what it has.
   */
  fetchOlder(): Promise<void>;
}

/** Reading and writing messages. All writes go through the outbox and work offline. */
export interface Messages<K extends MessageKinds> {
  /**
   * The messages of a conversation, oldest first, pending ones included (rules E5, E6). The same object for the same id;
   * watching it loads the newest 50.
   *
   * @throws ConfabError `invalid` for a malformed id
   * @example
   * ```ts
   * const list = confab.messages.list(conversationId);
   * const stop = list.subscribe(() => console.log(list.get().messages.length));
   * ```
   */
  list(conversationId: string): MessageList<K>;
  /**
   * Sends a message. Resolves once it is stored on this device (rule E1) and shown by {@link Messages.list}; what the
   * server says comes with `confirmed` and in the message's `status`.
   *
   * @throws ConfabError `invalid` when the input does not fit its kind, `content_empty`, `unauthenticated`
   * @example
   * ```ts
   * const { id, confirmed } = await confab.messages.send(conversationId, { content: 'Hello' });
   * const outcome = await confirmed;
   * if (!outcome.ok) console.log(id, 'was refused:', outcome.error.code);
   * ```
   */
  send(conversationId: string, input: MessageInput<K>): Promise<Queued<Message<K>>>;
  /**
   * Replaces the text of an own message, and its data if given. Settles like {@link Messages.send}; the outcome may be
   * `forbidden`, `edit_window_closed` or `message_deleted`.
   *
   * @throws ConfabError `content_empty`, `invalid`, `unauthenticated`
   * @example
   * ```ts
   * await confab.messages.edit(conversationId, messageId, { content: 'Hello again' });
   * ```
   */
  edit(
    conversationId: string,
    messageId: string,
    input: { readonly content: string; readonly data?: JsonObject },
  ): Promise<Queued<Message<K>>>;
  /**
   * Deletes an own message for everybody; a tombstone stays in its place (rule D5). Settles like {@link Messages.send}.
   *
   * @throws ConfabError `invalid`, `unauthenticated`
   * @example
   * ```ts
   * await confab.messages.delete(conversationId, messageId);
   * ```
   */
  delete(conversationId: string, messageId: string): Promise<Queued<Message<K>>>;
  /**
   * Moves the own read cursor to `seq`, by default to the newest message loaded; it never moves back (rule D6). Resolves
   * once stored; does nothing when all of that is read already.
   */
  markRead(conversationId: string, seq?: number): Promise<void>;
  /**
   * Sends a failed message, edit or deletion again, under the same id (rule E4). Settles like {@link Messages.send}.
   *
   * @throws ConfabError `not_found` when nothing of this message has failed
   * @example
   * ```ts
   * for (const message of confab.messages.list(conversationId).get().messages) {
   *   if (message.status === 'failed') await confab.messages.retry(message.id);
   * }
   * ```
   */
  retry(messageId: string): Promise<Queued<Message<K>>>;
  /**
   * Gives up a failed message, edit or deletion; resolves when it has left the view and the device.
   *
   * @throws ConfabError `not_found` when nothing of this message has failed
   * @example
   * ```ts
   * await confab.messages.discard(messageId);
   * ```
   */
  discard(messageId: string): Promise<void>;
}

const PAGE_SIZE = 50;

interface MessagesDeps<K extends MessageKinds> {
  readonly engine: Engine;
  readonly cache: Cache;
  readonly ids: Ids;
  readonly kinds: K;
  readonly sources: Sources<K>;
  readonly conversation: (conversationId: string) => Readable<ConversationView<K>>;
}

export function createMessages<K extends MessageKinds>(deps: MessagesDeps<K>): Messages<K> {
  const { engine, cache, ids, kinds, sources } = deps;
  const { outbox } = engine;
  const lists = new Map<string, MessageList<K>>();

  const queued = (id: string, { outcome }: Settled): Queued<Message<K>> => ({
    id,
    confirmed: outcome.then((answer) => {
      if (!answer.ok) return answer;
      try {
        return { ok: true, value: sources.overlay.get().message(decode.message(answer.result)) };
      } catch (error) {
        return { ok: false, error: toConfabError(error, 'read the answer') };
      }
    }),
  });

  const enqueue = async (mutation: Mutation): Promise<Settled> => {
    // Known at once when signed in, so that the message is shown in the same tick.
    if (!engine.currentUser.get()) await engine.requireUser();
    return outbox.enqueue(mutation);
  };
  const write = async (mutation: Mutation) => queued(mutation.id, await enqueue(mutation));

  /** Pending edits and deletions are known to the app by their message. */
  const refusedId = (messageId: string): string =>
    outbox.state
      .get()
      .entries.find(
        ({ status, mutation }) =>
          status === 'failed' &&
          (mutation.id === messageId ||
            ('message_id' in mutation.args && mutation.args.message_id === messageId)),
      )?.mutation.id ?? messageId;

  return {
    list(conversationId) {
      assertId(conversationId, 'open the conversation');
      const known = lists.get(conversationId) ?? createMessageList(conversationId, deps);
      lists.set(conversationId, known);
      return known;
    },
    async send(conversationId, input) {
      assertId(conversationId, 'send the message');
      const kind = input.kind ?? 'text';
      const schema = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
      const data = schema ? checkedData(schema, kind, input.data) : (input.data ?? {});
      const content = input.content ?? null;
      if (kind === 'text' && (content === null || content.trim() === '')) {
        throw new ConfabError({ code: 'content_empty', message: 'unable to send the message; it is empty' });
      }
      const args = {
        content,
        kind,
        data,
        ...(input.replyToId === undefined ? {} : { reply_to_id: input.replyToId }),
        ...(input.occursOn === undefined ? {} : { occurs_on: input.occursOn }),
      };
      assertStorable(args, 'send the message');
      engine.rooms.noteSent(conversationId);
      return write({ type: 'send_message', id: ids.next(), conversation_id: conversationId, args });
    },
    async edit(conversationId, messageId, { content, data }) {
      assertId(conversationId, 'edit the message');
      assertId(messageId, 'edit the message');
      if (content.trim() === '') {
        throw new ConfabError({
          code: 'content_empty',
          message: 'unable to edit the message; it would be empty',
        });
      }
      const args = { message_id: messageId, content, ...(data === undefined ? {} : { data: { ...data } }) };
      assertStorable(args, 'edit the message');
      return write({ type: 'edit_message', id: ids.next(), conversation_id: conversationId, args });
    },
    async delete(conversationId, messageId) {
      assertId(conversationId, 'delete the message');
      assertId(messageId, 'delete the message');
      const args = { message_id: messageId };
      return write({ type: 'delete_message', id: ids.next(), conversation_id: conversationId, args });
    },
    async markRead(conversationId, seq) {
      assertId(conversationId, 'mark the conversation as read');
      const conversation = cache.conversation(conversationId);
      // What is not in the window yet cannot have been seen, even if the conversation knows of it already.
      const newest = cache.window(conversationId)?.covers.to ?? conversation?.lastSeq ?? 0;
      const target = seq ?? newest;
      const cursor = conversation ? readCursor(conversation, sources.pendingOf(conversationId).get()) : 0;
      if (target <= cursor) return;
      await enqueue({
        type: 'mark_read',
        id: ids.next(),
        conversation_id: conversationId,
        args: { seq: target },
      });
    },
    async retry(messageId) {
      const id = refusedId(messageId);
      return queued(id, await outbox.retry(id));
    },
    discard: (messageId) => outbox.discard(refusedId(messageId)),
  };
}

function createMessageList<K extends MessageKinds>(
  conversationId: string,
  { engine, cache, sources, conversation }: MessagesDeps<K>,
): MessageList<K> {
  /** The newest page, or the one before a seq. */
  const history = async (before?: number): Promise<HistoryPage> => {
    const newest = { conversation_id: conversationId, max_rows: PAGE_SIZE };
    const args = before === undefined ? newest : { ...newest, before_seq: before };
    const page = decode.history(await engine.call('history', args));
    engine.applier.history(page);
    return page;
  };
  const load = async (): Promise<MessageWindow> => {
    await engine.requireUser();
    if (isUnsent(engine.outbox.state.get(), conversationId))
      return { version: 0, covers: { from: 1, to: 0 }, hasOlder: false, hasNewer: false, pages: [] };
    await engine.readyToLoad();
    return openWindow(await history());
  };

  const state = queryState<MessageWindow>(cache.queryClient, keys.messages(conversationId), load);
  const pending = sources.pendingOf(conversationId);
  const window = derive([state], (query) => query?.data);
  const messages = derive([window, pending, sources.overlay], (loaded, mutations, overlay) =>
    overlay.messages(loaded, mutations),
  );
  // Watching messages keeps their conversation loaded too: without it nothing tells which changes are missing.
  const receipts = derive(
    [conversation(conversationId), engine.currentUser],
    (view, currentUserId) => receiptsOf(view.conversation?.members ?? [], currentUserId),
    (a, b) => a.readByAllSeq === b.readByAllSeq && a.deliveredToAllSeq === b.deliveredToAllSeq,
  );
  const loadingState = derive(
    [state],
    loadState,
    (a, b) => a.isPending === b.isPending && a.error === b.error,
  );
  const isFetchingOlder = createWritable(false);
  const hasOlder = derive([window], (loaded) => loaded?.hasOlder ?? false);
  const view = derive(
    [loadingState, messages, hasOlder, isFetchingOlder, receipts],
    (loaded, list, more, isFetching, cursors): MessagesView<K> => ({
      ...loaded,
      messages: list,
      hasOlder: more,
      isFetchingOlder: isFetching,
      ...cursors,
    }),
  );

  let fetching: Promise<void> | null = null;
  const fetchOlder = async (): Promise<void> => {
    const before = cache.window(conversationId);
    if (!before?.hasOlder) return;
    isFetchingOlder.set(true);
    try {
      const page = await history(before.covers.from);
      const now = cache.window(conversationId);
      if (!now) return;
      const next = prependOlder(now, page);
      cache.setWindow(conversationId, next);
      if (next.version < now.version) engine.requestPull();
    } catch (error) {
      throw toConfabError(error, 'load older messages');
    } finally {
      isFetchingOlder.set(false);
    }
  };

  return {
    ...view,
    fetchOlder() {
      fetching ??= fetchOlder().finally(() => {
        fetching = null;
      });
      return fetching;
    },
  };
}

function receiptsOf(members: readonly Member[], currentUserId: string | null | undefined) {
  const others = members.filter(({ userId }) => userId !== currentUserId);
  if (others.length === 0) return { readByAllSeq: 0, deliveredToAllSeq: 0 };
  const read = others.map((member) => member.lastReadSeq);
  const delivered = others.map((member) => Math.max(member.lastReadSeq, member.lastDeliveredSeq));
  return { readByAllSeq: Math.min(...read), deliveredToAllSeq: Math.min(...delivered) };
}

function checkedData(schema: z.core.$ZodType, kind: string, data: unknown): JsonObject {
  const result = read(schema, data);
  const plain = read(object, data);
  if (result.ok && plain.ok) return plain.value;
  throw new ConfabError({
    code: 'invalid',
    message: `unable to send the message; data of kind ${kind}: ${result.ok ? 'not an object' : result.reason}`,
  });
}
