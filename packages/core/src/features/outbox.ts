import type { ConfabError } from '../errors/confab-error';
import { derive, type Readable } from '../lib/readable';
import type { MutationType } from '../model/mutation';
import type { OutboxView, PendingMutation } from '../model/pending';
import type { Engine } from '../sync/engine';
import type { OutboxDriver } from '../sync/outbox-driver';

/** A write that the server has not confirmed. */
export interface OutboxItem {
  /** Of the write, and of what it creates. */
  readonly id: string;
  /** What it does, by the name of its function in the database. */
  readonly type: MutationType;
  readonly conversationId: string;
  /** The message it is about, or that it sends. */
  readonly messageId: string | null;
  /** The text it carries. */
  readonly content: string | null;
  /** ISO 8601, by the clock of the device. */
  readonly createdAt: string;
  /** `failed` waits for the user, `pending` for the server, or for something failed that it is about. */
  readonly status: 'pending' | 'failed';
  /** How often it was tried in vain. */
  readonly attempts: number;
  /** When it may be tried next, at the earliest; null when nobody can tell. */
  readonly nextAttemptAt: string | null;
  /** Why the server refused it. */
  readonly error: ConfabError | null;
}

/** What waits on this device. */
export interface OutboxItems {
  /** Oldest first. */
  readonly items: readonly OutboxItem[];
  /** What an earlier or later version has stored and this one cannot read, as it is; it is kept until it is removed. */
  readonly unreadable: readonly { readonly key: string; readonly value: unknown }[];
}

/**
 * Writes that the server has not confirmed, by what they are: for a list from which users retry or give up what failed
 * (rule E4). The messages among them are in the lists of messages too.
 *
 * @example
 * ```ts
 * for (const { id, type, error } of confab.outbox.get().items) {
 *   if (error?.code === 'not_member') await confab.outbox.discard(id);
 *   else console.log(type, 'waits', error?.message ?? 'for the server');
 * }
 * ```
 */
export interface Outbox extends Readable<OutboxItems> {
  /**
   * Sends a failed write again, under its id and in its place. Resolves once that is stored; how it ends is told by the
   * views.
   *
   * @throws ConfabError `not_found` when it has not failed
   */
  retry(id: string): Promise<void>;
  /**
   * The same with everything that failed.
   *
   * @example
   * ```ts
   * await confab.outbox.retryAll();
   * ```
   */
  retryAll(): Promise<void>;
  /**
   * Gives up a failed write, and all that is about what it would have created: edits of a message, messages in a
   * conversation. Resolves when they have left the device.
   *
   * @throws ConfabError `not_found` when it has not failed
   */
  discard(id: string): Promise<void>;
  /** Removes a stored write that cannot be read, by its key. */
  discardUnreadable(key: string): Promise<void>;
}

export function createOutbox({ outbox }: Engine): Outbox {
  const items = derive([outbox.view, outbox.unreadable], (view, unreadable) => ({
    items: itemsOf(view, outbox),
    unreadable,
  }));
  return {
    ...items,
    async retry(id) {
      await outbox.retry(id);
    },
    async retryAll() {
      const failed = items.get().items.filter(({ status }) => status === 'failed');
      await Promise.all(failed.map(({ id }) => outbox.retry(id)));
    },
    discard: (id) => outbox.discard(id),
    discardUnreadable: (key) => outbox.dropUnreadable(key),
  };
}

function itemsOf(view: OutboxView, outbox: OutboxDriver): readonly OutboxItem[] {
  return (
    [...view.lanes()]
      .flatMap((id) => view.lane(id))
      .filter(({ status, mutation: { type } }) => status !== 'confirmed' && type !== 'mark_delivered')
      // Its field says what is wrong with it.
      .filter(({ status, mutation: { type } }) => status !== 'failed' || type !== 'save_draft')
      .sort((a, b) => a.createdAt - b.createdAt)
      .map((pending) => toItem(pending, outbox))
  );
}

function toItem({ mutation, createdAt, status, error }: PendingMutation, outbox: OutboxDriver): OutboxItem {
  const { id, type, conversation_id: conversationId, args } = mutation;
  const { attempts, nextAt } = outbox.progress(id);
  return {
    id,
    type,
    conversationId,
    messageId: 'message_id' in args ? args.message_id : type === 'send_message' ? id : null,
    content: 'content' in args ? args.content : null,
    createdAt: new Date(createdAt).toISOString(),
    status: status === 'failed' ? status : 'pending',
    attempts,
    nextAttemptAt: nextAt === null ? null : new Date(nextAt).toISOString(),
    error,
  };
}
