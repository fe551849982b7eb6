import { readCursor } from '../cache/conversation-overlay';
import { ConfabError } from '../errors/confab-error';
import { isBlank } from '../lib/blank';
import { object, read, readBy } from '../lib/decode';
import type { StandardSchema } from '../lib/standard-schema';
import { defined } from '../lib/defined';
import type { Readable } from '../lib/readable';
import type { MessageInput, MessageKinds } from '../model/kinds';
import type { MutationType } from '../model/mutation';
import { changesIn, isMessage } from '../model/pending';
import type { JsonObject, Mention } from '../model/records';
import type { Message, MessageView, Page, Queued } from '../model/view';
import { decode } from '../model/wire';
import { createFeature, type PageOptions } from './feature';
import { createFoundView, type FoundView } from './found';
import { assertId } from './input';
import type { MessageList, MessagesDeps } from './message-list';
import { createSeen } from './seen';

/** What `messages.edit` takes. */
export interface MessageEdit {
  readonly content: string;
  /** Takes the place of the message's data. */
  readonly data?: JsonObject;
  /** Take the place of who is mentioned; without them nothing changes. */
  readonly mentionedUserIds?: readonly string[];
  readonly mentionsEveryone?: boolean;
  /** Where in the new content they are mentioned; without them nowhere, unless the content stays as it is. */
  readonly mentions?: readonly Mention[];
}

/** What a message was before an edit. */
export interface MessageVersion {
  /** 1 for the original. */
  readonly number: number;
  readonly content: string | null;
  readonly data: JsonObject;
  readonly replacedAt: string;
}

/** Days an entry can belong to, `YYYY-MM-DD`, both included; at most 366 days apart. */
export interface DateRange extends PageOptions {
  readonly from: string;
  readonly to: string;
  /** Only messages of these kinds. */
  readonly kinds?: readonly string[];
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
   * One message, with what is pending of it. A new readable with each call; watching it loads what is around it, unless it
   * is known. The `error` of the view is `not_found` for an unknown message. A reply in a thread needs its root.
   *
   * @throws ConfabError `invalid` for a malformed id
   * @example
   * ```ts
   * const quoted = confab.messages.get(conversationId, messageId);
   * const stop = quoted.subscribe(() => console.log(quoted.get().message?.content));
   * ```
   */
  get(conversationId: string, messageId: string, threadRootId?: string): Readable<MessageView<K>>;
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
   * `forbidden`, `edit_window_closed` or `message_deleted`. A message that is not sent yet is sent as edited, and one that
   * was refused is sent again so (rule E3).
   *
   * @throws ConfabError `content_empty`, `invalid`, `unauthenticated`
   * @example
   * ```ts
   * await confab.messages.edit(conversationId, messageId, { content: 'Hello again' });
   * ```
   */
  edit(conversationId: string, messageId: string, input: MessageEdit): Promise<Queued<Message<K>>>;
  /**
   * Deletes an own message, or as an admin any, for everybody; a tombstone stays in its place (rule D5). Settles like
   * {@link Messages.send}; the outcome may be `forbidden` or `delete_window_closed`. A message that is not sent yet is never
   * sent and leaves no tombstone; the outcome of its sending is `discarded` (rule E3).
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
   * Makes the message at `seq` and all after it unread again (rule D7); what others see as read stays read. Resolves once
   * stored.
   *
   * @throws ConfabError `invalid`, `unauthenticated`
   * @example
   * ```ts
   * const last = confab.messages.list(conversationId).get().messages.at(-1);
   * if (last?.seq) await confab.messages.markUnread(conversationId, last.seq);
   * ```
   */
  markUnread(conversationId: string, seq: number): Promise<void>;
  /**
   * Deletes a message for the current user only: it leaves the view, nobody else is told. Settles like
   * {@link Messages.send}. {@link Messages.unhide} takes it back.
   *
   * @throws ConfabError `invalid`, `unauthenticated`
   */
  hide(conversationId: string, messageId: string): Promise<Queued<Message<K>>>;
  /**
   * Undoes {@link Messages.hide}, on all devices of the user: the message is back in its place, and counts as unread if it
   * would without either. It shows at once while the server does not know that it was hidden; after that with the server's
   * answer, which brings what it says. Settles like {@link Messages.send}.
   *
   * @throws ConfabError `invalid`, `unauthenticated`
   * @example
   * ```ts
   * await confab.messages.hide(conversationId, messageId);
   * // The user has changed their mind:
   * await confab.messages.unhide(conversationId, messageId);
   * ```
   */
  unhide(conversationId: string, messageId: string): Promise<Queued<Message<K>>>;
  /**
   * Sends a copy of a message to a conversation. Settles like {@link Messages.send}; the outcome may be `not_found`,
   * `forbidden` or `message_deleted`.
   *
   * @throws ConfabError `invalid`, `unauthenticated`
   * @example
   * ```ts
   * const { confirmed } = await confab.messages.forward(messageId, conversationId);
   * ```
   */
  forward(messageId: string, toConversationId: string): Promise<Queued<Message<K>>>;
  /**
   * Pins a message for everybody. Settles like {@link Messages.send}; the outcome may be `forbidden`, `locked` or
   * `message_deleted`.
   *
   * @throws ConfabError `invalid`, `unauthenticated`
   * @example
   * ```ts
   * await confab.messages.pin(conversationId, messageId);
   * const { items } = await confab.messages.pinned(conversationId);
   * ```
   */
  pin(conversationId: string, messageId: string): Promise<Queued<Message<K>>>;
  /** Undoes {@link Messages.pin}. */
  unpin(conversationId: string, messageId: string): Promise<Queued<Message<K>>>;
  /**
   * The pinned messages of a conversation, the one pinned last first, 50 to a page.
   *
   * @throws ConfabError `not_member`, `offline`, `invalid`, `unauthenticated`
   */
  pinned(conversationId: string, options?: PageOptions): Promise<Page<Message<K>>>;
  /**
   * Messages of others that mention the current user, in all conversations, newest first, 50 to a page.
   *
   * @throws ConfabError `offline`, `invalid`, `unauthenticated`
   */
  mentions(options?: PageOptions): Promise<Page<Message<K>>>;
  /**
   * What is on pages that were read once (`pinned`, `mentions`, `byDate`, `search.messages`, `threads.list`), by id, as it is
   * now: changed by whoever, pending changes included. Null for what the user has deleted for themselves. The last 2,000.
   *
   * @example
   * ```ts
   * const { items } = await confab.messages.mentions();
   * const stop = observe(confab.messages.found, (now) => {
   *   for (const { id } of items) console.log(now.get(id)?.content);
   * });
   * ```
   */
  readonly found: Readable<FoundView<K>>;
  /**
   * What a message was before each of its edits, oldest first.
   *
   * @throws ConfabError `not_member`, `not_found`, `offline`, `invalid`, `unauthenticated`
   */
  versions(messageId: string): Promise<readonly MessageVersion[]>;
  /**
   * Entries by the day they belong to, newest day first, 50 to a page; replies in threads are among them.
   *
   * @throws ConfabError `not_member`, `unknown_kind`, `offline`, `invalid`, `unauthenticated`
   * @example
   * ```ts
   * const june = { from: '2026-06-01', to: '2026-06-30' };
   * const { items, next } = await confab.messages.byDate(conversationId, june);
   * ```
   */
  byDate(conversationId: string, range: DateRange): Promise<Page<Message<K>>>;
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

export function createMessages<K extends MessageKinds>(deps: MessagesDeps<K>): Messages<K> {
  const { engine, cache, clock, kinds, sources, lists } = deps;
  const { outbox } = engine;
  const seen = createSeen(cache, sources);
  const { write, queued, asMessage, page, showMessage } = createFeature(deps);

  /** A mutation of one message that has no further arguments. */
  const change = (
    type: 'hide_message' | 'unhide_message' | 'pin_message' | 'unpin_message',
    conversationId: string,
    messageId: string,
  ) => write(type, conversationId, { message_id: messageId }, asMessage);
  const messagesOf = (answer: unknown): Page<Message<K>> => {
    const found = decode.messagePage(answer);
    return page(found, found.messages, showMessage);
  };

  /** Pending edits and deletions are known to the app by their message. */
  const refusedId = (messageId: string): string => {
    const view = outbox.view.get();
    const change = view
      .about(messageId)
      .find(({ status, mutation: { type } }) => status === 'failed' && changes.has(type));
    return view.find(messageId) ? messageId : (change?.mutation.id ?? messageId);
  };

  return {
    list(conversationId) {
      assertId(conversationId, 'open the conversation');
      return lists(conversationId);
    },
    get(conversationId, messageId, threadRootId) {
      for (const id of [conversationId, messageId, threadRootId ?? messageId])
        assertId(id, 'open the message');
      return lists(conversationId, threadRootId).one(messageId);
    },
    async send(conversationId, input) {
      const kind = input.kind ?? 'text';
      const schema = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
      const data = schema ? checkedData(schema, input.data) : (input.data ?? {});
      const content = input.content ?? null;
      if (kind === 'text') assertContent(content, 'send');
      const args = {
        content,
        kind,
        data,
        reply_to_id: input.replyToId,
        thread_root_id: input.threadRootId,
        occurs_on: input.occursOn,
        mentioned_user_ids: input.mentionedUserIds && [...input.mentionedUserIds],
        mentions_everyone: input.mentionsEveryone,
        mentions: input.mentions?.map(toRow),
        seen_seq: seen.of(conversationId, input.threadRootId),
      };
      const sending = write('send_message', conversationId, args, asMessage);
      engine.rooms.noteSent(conversationId);
      return sending;
    },
    async edit(conversationId, messageId, input) {
      assertContent(input.content, 'edit');
      const args = {
        message_id: messageId,
        content: input.content,
        data: input.data,
        mentioned_user_ids: input.mentionedUserIds && [...input.mentionedUserIds],
        mentions_everyone: input.mentionsEveryone,
        mentions: input.mentions?.map(toRow),
      };
      return write('edit_message', conversationId, args, asMessage);
    },
    delete(conversationId, messageId) {
      const unsent = outbox.view.get().find(messageId);
      const deletedAt = new Date(clock.now()).toISOString();
      // Null when it took back what was never sent: then there is nothing but what is known here.
      const asDeleted = (result: unknown) =>
        result === null && unsent && isMessage(unsent)
          ? { ...sources.overlay.get().pendingMessage(unsent), content: null, deletedAt }
          : asMessage(result);
      return write('delete_message', conversationId, { message_id: messageId }, asDeleted);
    },
    hide: (conversationId, messageId) => change('hide_message', conversationId, messageId),
    unhide: (conversationId, messageId) => change('unhide_message', conversationId, messageId),
    pin: (conversationId, messageId) => change('pin_message', conversationId, messageId),
    unpin: (conversationId, messageId) => change('unpin_message', conversationId, messageId),
    forward(messageId, toConversationId) {
      const args = { message_id: messageId, seen_seq: seen.of(toConversationId) };
      return write('forward_message', toConversationId, args, asMessage);
    },
    async markRead(conversationId, seq) {
      assertId(conversationId, 'mark the conversation as read');
      const conversation = cache.conversation(conversationId);
      // What is not in the window yet cannot have been seen, even if the conversation knows of it already.
      const newest = cache.messages(conversationId)?.windows.at(-1)?.covers.to ?? conversation?.lastSeq ?? 0;
      const target = seen.atMost(conversationId, seq ?? newest);
      // A message that waits says what was read too, and may be refused, and that with it.
      const pending = changesIn(sources.pendingOf(conversationId).get());
      const own = pending.filter(({ mutation }) => mutation.type !== 'forward_message');
      const cursor = conversation ? readCursor(conversation, own, sources.readAll.get()) : 0;
      if (target <= cursor) return;
      await write('mark_read', conversationId, { seq: target }, () => null);
    },
    async markUnread(conversationId, seq) {
      await write('mark_unread', conversationId, { seq }, () => null);
    },
    async pinned(conversationId, { after, limit } = {}) {
      const args = { conversation_id: conversationId, before: after, max_rows: limit };
      return messagesOf(await engine.call('pinned_messages', defined(args)));
    },
    async mentions({ after, limit } = {}) {
      return messagesOf(await engine.call('mentions', defined({ before: after, max_rows: limit })));
    },
    found: createFoundView(deps),
    async versions(messageId) {
      return decode.versions(await engine.call('message_versions', { message_id: messageId })).versions;
    },
    async byDate(conversationId, { from, to, kinds: only, after, limit }) {
      const args = {
        conversation_id: conversationId,
        from_date: from,
        to_date: to,
        kinds: only && [...only],
        before: after,
        max_rows: limit,
      };
      return messagesOf(await engine.call('history_by_date', defined(args)));
    },
    async retry(messageId) {
      const id = refusedId(messageId);
      return queued(id, await outbox.retry(id), asMessage);
    },
    discard: (messageId) => outbox.discard(refusedId(messageId)),
  };
}

const toRow = ({ userId, start, length }: Mention) => ({ user_id: userId, start, length });

const changes = new Set<MutationType>(['edit_message', 'delete_message']);

function assertContent(content: string | null, doing: string): void {
  if (!isBlank(content)) return;
  throw new ConfabError({ code: 'content_empty', message: `unable to ${doing} the message; it is empty` });
}

function checkedData(schema: StandardSchema, data: unknown): JsonObject {
  const result = readBy(schema, data);
  const plain = read(object, data);
  if (result.ok && plain.ok) return plain.value;
  throw new ConfabError({
    code: 'invalid',
    message: `unable to send the message; data: ${result.ok ? 'not an object' : result.reason}`,
  });
}
