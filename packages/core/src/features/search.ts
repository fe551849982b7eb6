import { defined } from '../lib/defined';
import type { MessageKinds } from '../model/kinds';
import type { Message, Page } from '../model/view';
import { decode } from '../model/wire';
import { createFeature, type FeatureDeps, type PageOptions } from './feature';
import { toInstant } from './input';

/** What to look for, and where. */
export interface MessageQuery extends PageOptions {
  /**
   * Words that all have to be in the message, or phrases in quotes. Nothing else in it has a meaning, so text that is pasted
   * finds itself; of a longer one the first 200 characters count.
   */
  readonly query: string;
  /** Words, or phrases in quotes, of which none may be in the message; at most 200 characters. */
  readonly excluding?: string;
  /** Only in this conversation; without it in all. */
  readonly conversationId?: string;
  readonly threadRootId?: string;
  readonly senderId?: string;
  readonly kind?: string;
  /**
   * ISO 8601: written at this time or later. A day, `2026-03-10`, begins when it does on the device; so does a time without
   * a zone count.
   */
  readonly from?: string;
  /** Written before this time, or before this day begins. */
  readonly to?: string;
  readonly hasAttachment?: boolean;
  /** By default `newest`. */
  readonly sort?: 'newest' | 'relevance';
}

/** A piece of an excerpt. */
export interface SnippetPart {
  readonly text: string;
  readonly isMatch: boolean;
}

/** A message that was found. */
export interface SearchResult<K extends MessageKinds> {
  readonly message: Message<K>;
  /** An excerpt of its text, cut where matches begin and end: nothing in it needs escaping. */
  readonly snippet: readonly SnippetPart[];
}

/** Finding messages; conversations are found by `conversations.find`, people by `members.list`. */
export interface Search<K extends MessageKinds> {
  /**
   * Messages that fit, 20 to a page.
   *
   * @throws ConfabError `not_member`, `offline`, `invalid`, `unauthenticated`
   * @example
   * ```ts
   * const { items } = await confab.search.messages({ query: 'sunday hike', sort: 'relevance' });
   * for (const { snippet } of items)
   *   console.log(snippet.map(({ text, isMatch }) => (isMatch ? `*${text}*` : text)).join(''));
   * ```
   */
  messages(query: MessageQuery): Promise<Page<SearchResult<K>>>;
}

export function createSearch<K extends MessageKinds>(deps: FeatureDeps<K>): Search<K> {
  const { page, showMessage } = createFeature(deps);
  return {
    async messages({ query, excluding, sort, after, limit, ...where }) {
      const args = {
        query,
        excluding,
        conversation_id: where.conversationId,
        thread_root_id: where.threadRootId,
        sender_id: where.senderId,
        kind: where.kind,
        from_time: where.from === undefined ? undefined : toInstant(where.from, 'search'),
        to_time: where.to === undefined ? undefined : toInstant(where.to, 'search'),
        has_attachment: where.hasAttachment,
        sort,
        before: after,
        max_rows: limit,
      };
      const found = decode.searchPage(await deps.engine.call('search_messages', defined(args)));
      const messages = found.results.map(({ message }) => message);
      return page({ ...found, messages }, found.results, ({ message, snippet }) => ({
        message: showMessage(message),
        snippet: toParts(snippet),
      }));
    },
  };
}

/** Matches stand between two characters that nobody writes, so that the text needs no escaping. */
export function toParts(snippet: string): readonly SnippetPart[] {
  return snippet
    .split('\uE000')
    .flatMap((piece, i) => {
      const [match = '', rest = ''] = i === 0 ? ['', piece] : piece.split('\uE001');
      return [
        { text: match, isMatch: true },
        { text: rest, isMatch: false },
      ];
    })
    .filter(({ text }) => text !== '');
}
