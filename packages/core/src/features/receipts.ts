import { defined } from '../lib/defined';
import type { MessageKinds } from '../model/kinds';
import type { Page, Profile, Queued } from '../model/view';
import { decode } from '../model/wire';
import { createFeature, type FeatureDeps, type PageOptions } from './feature';

/** Somebody who has read a message. */
export interface Reader {
  readonly profile: Profile;
  /** ISO 8601; null when it is not known. */
  readonly readAt: string | null;
}

/** A page of readers. */
export interface Readers extends Page<Reader> {
  /** Up to 200 members who have received the message and not read it; on the first page only. */
  readonly deliveredTo: readonly string[];
}

/** Who has read what (rule D6). Ticks for whole conversations are in `messages.list`. */
export interface Receipts {
  /**
   * Who has read a message, the first one first, 50 to a page.
   *
   * @throws ConfabError `not_member`, `not_found`, `forbidden` where the kind has no receipts, `offline`, `invalid`,
   * `unauthenticated`
   * @example
   * ```ts
   * for (const { profile, readAt } of (await confab.receipts.readers(messageId)).items)
   *   console.log(profile.displayName, readAt);
   * ```
   */
  readers(messageId: string, options?: PageOptions): Promise<Readers>;
}

/** What is unread in all conversations of the current user. */
export interface UnreadCounts {
  readonly messages: number;
  /** Those with unread messages. */
  readonly conversations: number;
  /** Unread messages that mention the current user or everyone. */
  readonly mentions: number;
  /** Followed threads with unread replies. */
  readonly threads: number;
}

/** What is unread, over all conversations (rule D7). Single ones say it themselves. */
export interface Unread {
  /**
   * Counts on the server.
   *
   * @throws ConfabError `offline`, `unauthenticated`
   */
  counts(): Promise<UnreadCounts>;
  /**
   * Marks everything as read that there is by now, threads too: what arrives before the server hears of it stays unread.
   * Resolves once stored.
   *
   * @throws ConfabError `unauthenticated`
   * @example
   * ```ts
   * await confab.unread.markAllRead();
   * ```
   */
  markAllRead(): Promise<Queued<null>>;
}

export function createReceipts<K extends MessageKinds>(deps: FeatureDeps<K>): Receipts {
  const { page, showPerson } = createFeature(deps);
  return {
    async readers(messageId, { after, limit } = {}) {
      const args = { message_id: messageId, after, max_rows: limit };
      const found = decode.readerPage(await deps.engine.call('readers', defined(args)));
      const readers = page(found, found.readers, ({ userId, readAt }) => ({
        profile: showPerson(userId),
        readAt,
      }));
      return { ...readers, deliveredTo: found.delivered };
    },
  };
}

export function createUnread<K extends MessageKinds>(deps: FeatureDeps<K>): Unread {
  const { engine, cache } = deps;
  const { write } = createFeature(deps);
  return {
    counts: async () => decode.unreadCounts(await engine.call('unread_counts', {})),
    markAllRead() {
      const list = cache.list();
      const seen = list && Object.fromEntries(list.items.map(({ id, lastSeq }) => [id, lastSeq]));
      return write('mark_all_read', null, { seen, rest_after: list?.next }, () => null);
    },
  };
}
