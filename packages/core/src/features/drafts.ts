import { draftKey, keys, type Drafts as KnownDrafts } from '../cache/cache';
import { queryState } from '../cache/query-readable';
import { isBlank } from '../lib/blank';
import { derive, type Readable } from '../lib/readable';
import { remembered } from '../lib/remembered';
import { isSameArray } from '../lib/same';
import type { ConfabError } from '../errors/confab-error';
import type { MessageKinds } from '../model/kinds';
import type { PendingMutation } from '../model/pending';
import type { DraftRecord, JsonObject } from '../model/records';
import type { Queued } from '../model/view';
import { decode } from '../model/wire';
import { createFeature, type FeatureDeps } from './feature';
import { assertId } from './input';

/** What the current user has begun to write. */
export interface Draft extends Omit<DraftRecord, 'changed'> {
  /** Why the server does not keep it, `content_too_long` for instance: then it is on this device only. */
  readonly error?: ConfabError;
}

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

/**
 * Unsent text, one per conversation and thread, the same on all devices of a user: what was written after having seen a
 * draft replaces it, whatever the clocks of devices say. One that the server refuses stays on this device, over reloads too.
 */
export interface Drafts {
  /** All that hold something, the last saved first, unsent ones included; watching it loads them and keeps them up to date. */
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
  /**
   * Saves once nothing else was written for a second: for every key. What cannot be saved (`invalid`, `unauthenticated`) is
   * dropped.
   *
   * @example
   * ```ts
   * confab.drafts.saveSoon(conversationId, { content: 'Shall w' });
   * confab.drafts.flush(conversationId);
   * ```
   */
  saveSoon(conversationId: string, input: DraftInput): void;
  /** Saves what waits of a conversation, or of a thread in it, now: when the field is left. */
  flush(conversationId: string, threadRootId?: string): void;
}

const MAX_DRAFTS = 200;
const PAUSE_MS = 1_000;

export function createDrafts<K extends MessageKinds>(deps: FeatureDeps<K>): Drafts {
  const { engine, cache, clock, sources } = deps;
  const { write } = createFeature(deps);
  const load = (): Promise<KnownDrafts> =>
    engine.loadAlone(async () => {
      const { drafts } = decode.drafts(await engine.call('drafts', { max_rows: MAX_DRAFTS }));
      return Object.fromEntries(drafts.map((draft) => [draftKey(draft), draft]));
    });
  const state = queryState<KnownDrafts>(cache, keys.drafts, load);
  /** What is saved here and not confirmed, with the same object for the same write. */
  const byPending = new WeakMap<PendingMutation, Draft>();
  const unsent = derive(
    [sources.outbox],
    (outbox) =>
      [...outbox.lanes()].flatMap((id) =>
        outbox.lane(id).flatMap((pending) => {
          const draft = byPending.get(pending) ?? draftOf(pending);
          if (draft) byPending.set(pending, draft);
          return draft ?? [];
        }),
      ),
    isSameArray,
  );
  /** By place, emptied ones too. */
  const latest = derive([state, unsent], (query, pending) => {
    const all = new Map<string, Draft>(Object.entries(query?.data ?? {}));
    for (const draft of pending) {
      const known = all.get(draftKey(draft));
      // The one saved last wins, here as on the server; what is nowhere else is not given up for another.
      if (!known || draft.error || timeOf(draft) >= timeOf(known)) all.set(draftKey(draft), draft);
    }
    return all;
  });
  const list = derive(
    [latest],
    (all) =>
      [...all.values()]
        .filter(({ content, error }) => content !== null && error?.code !== 'not_member')
        .sort((x, y) => timeOf(y) - timeOf(x)),
    isSameArray,
  );
  const single = remembered((key) =>
    derive([latest], (all) => {
      const draft = all.get(key);
      return draft && draft.content !== null ? draft : null;
    }),
  );
  /**
   * A time after all that this device has seen, also where its clock is slow: what was written later is later (rule E5.16).
   * The activity stands for what a draft was emptied by, which this device may have no row of.
   */
  const timeFor = (conversationId: string, place: string): string => {
    const known = latest.get().get(place);
    const activity = Date.parse(cache.conversation(conversationId)?.lastActivityAt ?? '') || 0;
    const seen = Math.max(known ? timeOf(known) : 0, activity);
    return new Date(Math.max(clock.now(), seen + 1)).toISOString();
  };
  /** What is to be saved, by the place of the draft. */
  const waiting = new Map<string, { readonly cancel: () => void; readonly save: () => void }>();
  const stopWaiting = (place: string) => {
    waiting.get(place)?.cancel();
    waiting.delete(place);
  };
  const drafts: Drafts = {
    list: () => list,
    get(conversationId, threadRootId = conversationId) {
      assertId(conversationId, 'open the draft');
      return single(threadRootId);
    },
    saveSoon(conversationId, input) {
      const place = input.threadRootId ?? conversationId;
      const save = () => {
        // Sent before anything of it was saved: there is nothing to empty.
        if (isBlank(input.content) && !drafts.get(conversationId, place).get()) return stopWaiting(place);
        drafts.save(conversationId, input).catch(() => undefined);
      };
      stopWaiting(place);
      waiting.set(place, { cancel: clock.after(PAUSE_MS, save), save });
    },
    flush: (conversationId, threadRootId = conversationId) => waiting.get(threadRootId)?.save(),
    async save(conversationId, { content, data, replyToId, threadRootId }) {
      stopWaiting(threadRootId ?? conversationId);
      const args = {
        content,
        data,
        reply_to_id: replyToId,
        thread_root_id: threadRootId,
        saved_at: timeFor(conversationId, threadRootId ?? conversationId),
      };
      return write('save_draft', conversationId, args, decode.draft);
    },
  };
  return drafts;
}

const timeOf = ({ savedAt }: Draft): number => Date.parse(savedAt);

/** The draft a pending write makes, or one that was refused. */
function draftOf({ mutation, error }: PendingMutation): Draft | null {
  if (mutation.type !== 'save_draft') return null;
  const { content, data = {}, thread_root_id, reply_to_id, saved_at } = mutation.args;
  return {
    conversationId: mutation.conversation_id,
    threadRootId: thread_root_id ?? null,
    content: isBlank(content) ? null : content,
    data,
    replyToId: reply_to_id ?? null,
    savedAt: saved_at,
    ...(error && { error }),
  };
}
