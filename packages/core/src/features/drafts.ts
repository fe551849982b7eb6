import { draftKey, keys, type Drafts as KnownDrafts } from '../cache/cache';
import { queryState } from '../cache/query-readable';
import { derive, type Readable } from '../lib/readable';
import type { MessageKinds } from '../model/kinds';
import type { DraftRecord, JsonObject } from '../model/records';
import type { Queued } from '../model/view';
import { decode } from '../model/wire';
import { createFeature, type FeatureDeps } from './feature';
import { assertId } from './input';
import { isSameArray } from './views';

/** What the current user has begun to write. */
export type Draft = Omit<DraftRecord, 'changed'>;

/** What `drafts.save` takes. */
export interface DraftInput {
  /** Blank or null empties the draft, which takes it from the list. */
  readonly content: string | null;
  /** What else the app needs to go on. */
  readonly data?: JsonObject;
  readonly replyToId?: string;
  /** Where the draft is a reply in a thread. */
  readonly threadRootId?: string;
}

/** Unsent text, one per conversation and thread, the same on all devices of a user: the one saved last wins. */
export interface Drafts {
  /** All that hold something, the last saved first; watching it loads them and keeps them up to date. */
  list(): Readable<readonly Draft[]>;
  /** The draft of a conversation, or of a thread in it; null when there is none. Watching it loads it. */
  get(conversationId: string, threadRootId?: string): Readable<Draft | null>;
  /**
   * Saves what is written so far; call it when writing pauses, not on every key. Resolves once stored.
   *
   * @throws ConfabError `invalid`, `unauthenticated`
   * @example
   * ```ts
   * await confab.drafts.save(conversationId, { content: 'Shall we ' });
   * ```
   */
  save(conversationId: string, input: DraftInput): Promise<Queued<Draft>>;
}

const MAX_DRAFTS = 200;

export function createDrafts<K extends MessageKinds>(deps: FeatureDeps<K>): Drafts {
  const { engine, cache, clock } = deps;
  const { write } = createFeature(deps);
  const load = (): Promise<KnownDrafts> =>
    engine.loadAlone(async () => {
      const { drafts } = decode.drafts(await engine.call('drafts', { max_rows: MAX_DRAFTS }));
      return Object.fromEntries(drafts.map((draft) => [draftKey(draft), draft]));
    });
  const state = queryState<KnownDrafts>(cache, keys.drafts, load);
  const list = derive(
    [state],
    (query) =>
      Object.values(query?.data ?? {})
        .filter(({ content }) => content !== null)
        .sort((a, b) => Date.parse(b.savedAt) - Date.parse(a.savedAt)),
    isSameArray,
  );
  return {
    list: () => list,
    get(conversationId, threadRootId = conversationId) {
      assertId(conversationId, 'open the draft');
      return derive([list], (drafts) => drafts.find((draft) => draftKey(draft) === threadRootId) ?? null);
    },
    save(conversationId, { content, data, replyToId, threadRootId }) {
      const args = {
        content,
        data,
        reply_to_id: replyToId,
        thread_root_id: threadRootId,
        saved_at: new Date(clock.now()).toISOString(),
      };
      return write('save_draft', conversationId, args, decode.draft);
    },
  };
}
