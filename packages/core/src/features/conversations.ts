import { keys, type Invites } from '../cache/cache';
import { withFound } from '../cache/conversation-list';
import { queryState } from '../cache/query-readable';
import { trimmed } from '../lib/blank';
import { defined, snakeCased } from '../lib/defined';
import { derive, type Readable } from '../lib/readable';
import { isSameArray } from '../lib/same';
import type { MessageKinds } from '../model/kinds';
import type { JsonObject, MemberState } from '../model/records';
import type { Conversation, ConversationView, Page, Queued } from '../model/view';
import { decode } from '../model/wire';
import { createConversationViews, type ConversationsList } from './conversation-views';
import { createFeature, type FeatureDeps, type PageOptions } from './feature';
import { assertId, toInstant } from './input';

/** What `conversations.create` takes. */
export interface ConversationInput {
  /** A kind of the table `conversation_kinds`. */
  readonly kind: string;
  /** At most 200 characters. */
  readonly title?: string;
  /** At most 2,000 characters. */
  readonly description?: string;
  readonly avatarUrl?: string;
  /** The other members. */
  readonly memberIds: readonly string[];
  /** The app's own data, at most 64 kB. */
  readonly data?: JsonObject;
  /** What the conversation belongs to in the app: a course, an order, … */
  readonly context?: { readonly type: string; readonly id: string };
}

/** What `conversations.update` changes; null empties a text. */
export interface ConversationChanges {
  readonly title?: string | null;
  readonly description?: string | null;
  readonly avatarUrl?: string | null;
  /** Takes the place of the data it has. */
  readonly data?: JsonObject;
  /** Whether only owners and admins may write. */
  readonly isLocked?: boolean;
  /** How long members wait between two messages; 0 to end it. */
  readonly slowModeSeconds?: number;
}

/** What `conversations.setMembership` changes: for the current user alone. */
export interface MembershipChanges {
  readonly isPinned?: boolean;
  readonly isArchived?: boolean;
  /** A hidden conversation leaves the list until its next message. */
  readonly isHidden?: boolean;
  /**
   * ISO 8601, `infinity` for good, null to end it. A day, `2026-03-10`, is its beginning on the device; so does a time
   * without a zone count.
   */
  readonly mutedUntil?: string | null;
}

/** What `conversations.find` looks for; without anything all of them. */
export interface ConversationFilter extends PageOptions {
  readonly kind?: string;
  readonly state?: Extract<MemberState, 'joined' | 'invited'>;
  readonly context?: { readonly type: string; readonly id?: string };
  readonly isArchived?: boolean;
  readonly isPinned?: boolean;
  readonly isMuted?: boolean;
  readonly isHidden?: boolean;
  readonly isUnread?: boolean;
  /** Part of the title or of a member's name; case and accents do not matter. */
  readonly query?: string;
}

/** Conversations of the current user. */
export interface Conversations<K extends MessageKinds> {
  /**
   * All of them but hidden ones and invitations, newest activity first, unsent ones included, 30 to a page. Always the
   * same object.
   *
   * @example
   * ```ts
   * const list = confab.conversations.list();
   * const stop = list.subscribe(() => console.log(list.get().conversations[0]?.name));
   * if (list.get().hasNextPage) await list.fetchNextPage();
   * ```
   */
  list(): ConversationsList<K>;
  /**
   * All that this device holds: listed, hidden, and found by {@link Conversations.find}, newest activity first. For lists
   * by other rules; watching it loads the first page.
   */
  held(): Readable<readonly Conversation<K>[]>;
  /** One of them; watching it loads it if it is not in the list. */
  get(conversationId: string): Readable<ConversationView<K>>;
  /** Unread messages over all conversations, loaded or not (rule D7); null until known. */
  unreadCount(): Readable<number | null>;
  /**
   * The direct conversation with a user, made when there is none: the same one whoever asks (rule D8). Resolves with
   * its id; needs the server.
   *
   * @throws ConfabError `not_found` for an unknown user, `invalid`, `offline`, `unauthenticated`
   * @example
   * ```ts
   * const id = await confab.conversations.direct(userId);
   * await confab.messages.send(id, { content: 'Hello' });
   * ```
   */
  direct(userId: string): Promise<string>;
  /**
   * Creates a conversation. Resolves once stored on this device; messages can be sent to its id at once, also offline.
   *
   * @throws ConfabError `invalid`, `unauthenticated`
   * @example
   * ```ts
   * const { id } = await confab.conversations.create({ kind: 'group', title: 'Hike', memberIds: [userId] });
   * ```
   */
  create(input: ConversationInput): Promise<Queued<Conversation<K>>>;
  /**
   * Changes what all members see. Settles like {@link Conversations.create}; the outcome may be `forbidden`, `locked` or
   * `invalid`.
   *
   * @throws ConfabError `invalid`, `unauthenticated`
   * @example
   * ```ts
   * await confab.conversations.update(conversationId, { title: 'Hike on Sunday' });
   * ```
   */
  update(conversationId: string, changes: ConversationChanges): Promise<Queued<Conversation<K> | null>>;
  /**
   * Pins, archives, hides or mutes a conversation for the current user. Settles like {@link Conversations.create}.
   *
   * @throws ConfabError `invalid`, `unauthenticated`
   * @example
   * ```ts
   * await confab.conversations.setMembership(conversationId, { isPinned: true, mutedUntil: 'infinity' });
   * ```
   */
  setMembership(conversationId: string, changes: MembershipChanges): Promise<Queued<Conversation<K> | null>>;
  /**
   * The conversations that fit, newest activity first, 30 to a page, as they are now; needs the server. Once the list is
   * loaded, {@link Conversations.held} shows them too, and keeps them up to date.
   *
   * @throws ConfabError `offline`, `invalid`, `unauthenticated`
   * @example
   * ```ts
   * const { items, next } = await confab.conversations.find({ query: 'hike', isArchived: false });
   * ```
   */
  find(filter?: ConversationFilter): Promise<Page<Conversation<K>>>;
  /** What the current user is invited to, newest activity first; watching it loads it and keeps it up to date. */
  invites(): Readable<readonly Conversation<K>[]>;
}

const MAX_INVITES = 200;

export function createConversations<K extends MessageKinds>(deps: FeatureDeps<K>): Conversations<K> {
  const { engine, cache, sources } = deps;
  const { write, asConversation, showConversation, conversationsOf } = createFeature(deps);
  const views = createConversationViews(deps);
  const loadInvites = (): Promise<Invites> =>
    engine.loadAlone(async () => {
      const args = { filter: { state: 'invited' }, max_rows: MAX_INVITES };
      const { conversations } = conversationsOf(await engine.call('conversations', args));
      return Object.fromEntries(conversations.map((invite) => [invite.id, invite]));
    });
  const invited = queryState<Invites>(cache, keys.invites, loadInvites);
  const invites = derive(
    [invited, sources.context],
    (state) =>
      Object.values(state?.data ?? {})
        .sort((a, b) => (a.lastActivityAt < b.lastActivityAt ? 1 : -1))
        .map(showConversation),
    isSameArray,
  );

  return {
    list: () => views.list,
    held: () => views.held,
    get: (conversationId) => views.get(conversationId),
    unreadCount: () => views.unreadCount,
    invites: () => invites,
    async direct(userId) {
      assertId(userId, 'open the direct conversation');
      const record = decode.conversation(await engine.call('get_or_create_direct', { user_id: userId }));
      // Members and their names come with it only here; without a cursor the next pull would not bring them.
      conversationsOf(await engine.call('conversation', { conversation_id: record.id }));
      engine.applier.conversation(record);
      return record.id;
    },
    create({ kind, title, description, avatarUrl, memberIds, data, context }) {
      const args = {
        kind,
        member_ids: [...memberIds],
        title: shown(title),
        description: shown(description),
        avatar_url: avatarUrl,
        data,
        context_type: context?.type,
        context_id: context?.id,
      };
      return write('create_conversation', null, args, (result) =>
        showConversation(decode.conversation(result)),
      );
    },
    update: (id, changes) =>
      write('update_conversation', id, { changes: snakeCased(shownChanges(changes)) }, asConversation),
    async setMembership(id, { mutedUntil, ...changes }) {
      const isTime = mutedUntil != null && mutedUntil !== 'infinity';
      const until = isTime ? toInstant(mutedUntil, 'mute the conversation') : mutedUntil;
      return write(
        'set_membership',
        id,
        { changes: snakeCased({ ...changes, mutedUntil: until }) },
        asConversation,
      );
    },
    async find({ after, limit, context, ...is } = {}) {
      const filter = snakeCased({ ...is, contextType: context?.type, contextId: context?.id });
      const args = defined({ before: after, max_rows: limit, filter });
      const { conversations, next } = await engine.loadAlone(async () => {
        const page = conversationsOf(await engine.call('conversations', args));
        cache.batch('history', () => cache.updateList((list) => withFound(list, page.conversations)));
        return page;
      });
      return { items: conversations.map(showConversation), next };
    },
  };
}

/** A text as the server will keep it, so that it shows as it will be: none when nothing of it shows. */
const shown = (text: string | null | undefined): string | undefined => trimmed(text ?? '') ?? undefined;

function shownChanges({ title, description, ...changes }: ConversationChanges): ConversationChanges {
  return {
    ...changes,
    ...(title !== undefined && { title: shown(title) ?? null }),
    ...(description !== undefined && { description: shown(description) ?? null }),
  };
}
