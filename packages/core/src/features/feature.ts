import type { Cache } from '../cache/cache';
import { overlayConversation } from '../cache/conversation-overlay';
import { toConfabError } from '../errors/confab-error';
import type { MessageKinds } from '../model/kinds';
import type { Mutation, MutationType } from '../model/mutation';
import type { ConversationRecord, MessageRecord, ProfileRecord } from '../model/records';
import type { Conversation, Message, Page, Profile, Queued } from '../model/view';
import { decode, type ConversationPage } from '../model/wire';
import type { Clock, Ids } from '../ports';
import type { Engine } from '../sync/engine';
import type { Settled } from '../sync/outcomes';
import { assertMutation } from './input';
import type { Sources } from './views';

/** What features are made of. */
export interface FeatureDeps<K extends MessageKinds> {
  readonly engine: Engine;
  readonly cache: Cache;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly kinds: K;
  readonly sources: Sources<K>;
}

/** Which page to read. */
export interface PageOptions {
  /** The `next` of the page before; without it the first page. */
  readonly after?: string;
  /** 1 to 200. */
  readonly limit?: number;
}

type ArgsOf<M extends MutationType> = Extract<Mutation, { readonly type: M }>['args'];

/** What features do alike: queue writes, and show what was answered. */
export interface Feature<K extends MessageKinds> {
  /**
   * Resolves once the mutation is stored (rule E1); `read` makes the outcome of the answer. Throws `invalid` for what
   * cannot be stored. Without a conversation it has a lane of its own, under its id.
   */
  readonly write: <M extends MutationType, T>(
    type: M,
    conversationId: string | null,
    args: ArgsOf<M>,
    read: (result: unknown) => T,
  ) => Promise<Queued<T>>;
  /** A write that waits in the queue already. */
  readonly queued: <T>(id: string, settled: Settled, read: (result: unknown) => T) => Queued<T>;
  /** Readers of answers. */
  readonly asMessage: (result: unknown) => Message<K>;
  /** Null when the user is no longer in it. */
  readonly asConversation: (result: unknown) => Conversation<K> | null;
  readonly showMessage: (record: MessageRecord) => Message<K>;
  readonly showConversation: (record: ConversationRecord) => Conversation<K>;
  readonly showPerson: (userId: string) => Profile;
  /** A page of conversations, with its people in the cache. */
  readonly conversationsOf: (answer: unknown) => ConversationPage;
  /** A page of what `show` makes of the rows; the messages on it are followed from then on. */
  readonly page: <R, T>(
    answer: {
      readonly profiles: readonly ProfileRecord[];
      readonly messages?: readonly MessageRecord[];
      readonly next: string | null;
    },
    rows: readonly R[],
    show: (row: R) => T,
  ) => Page<T>;
}

export function createFeature<K extends MessageKinds>({ engine, ids, sources }: FeatureDeps<K>): Feature<K> {
  const showMessage = (record: MessageRecord) => sources.overlay.get().message(record);
  const showConversation = (record: ConversationRecord) =>
    overlayConversation(record, sources.pendingOf(record.id).get(), sources.context.get());
  const queued: Feature<K>['queued'] = (id, { outcome }, read) => ({
    id,
    confirmed: outcome.then((answer) => {
      if (!answer.ok) return answer;
      try {
        return { ok: true, value: read(answer.result) };
      } catch (error) {
        return { ok: false, error: toConfabError(error, 'read the answer') };
      }
    }),
  });
  return {
    async write(type, conversationId, args, read) {
      const id = ids.next();
      // What is created goes by the id of its creation.
      const mutation = { type, id, conversation_id: conversationId ?? id, args } as Mutation;
      assertMutation(mutation);
      // Known at once when signed in, so that what is written is shown in the same tick.
      if (!engine.currentUser.get()) await engine.requireUser();
      return queued(mutation.id, await engine.outbox.enqueue(mutation), read);
    },
    queued,
    asMessage: (result) => showMessage(decode.message(result)),
    asConversation: (result) => (result === null ? null : showConversation(decode.conversation(result))),
    showMessage,
    showConversation,
    showPerson: sources.person,
    conversationsOf(answer) {
      const found = decode.conversationPage(answer);
      engine.applier.page(found);
      return found;
    },
    page({ profiles, messages = [], next }, rows, show) {
      engine.applier.profiles(profiles);
      if (messages.length > 0) engine.applier.found.add(messages);
      return { items: rows.map(show), next };
    },
  };
}
