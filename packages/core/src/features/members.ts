import { toMember } from '../cache/conversation-overlay';
import { defined } from '../lib/defined';
import type { Readable } from '../lib/readable';
import type { MessageKinds } from '../model/kinds';
import type { MemberRole, MemberState } from '../model/records';
import type { Conversation, Member, Page, Profile, Queued } from '../model/view';
import { decode } from '../model/wire';
import { createFeature, type FeatureDeps, type PageOptions } from './feature';

/** Which members to list; without anything all joined ones. */
export interface MemberFilter extends PageOptions {
  /** Part of the name; case and accents do not matter. */
  readonly query?: string;
  readonly role?: MemberRole;
  /** `left` and `removed` are for admins and owners. */
  readonly state?: MemberState;
}

/** How people join. */
export interface JoinOptions {
  /** Whether they see what was there before them; by default what the kind of the conversation says. */
  readonly showsHistory?: boolean;
}

/**
 * Who belongs to conversations. Writes resolve once stored; their outcome is the conversation as the current user sees it
 * then, null when no longer in it. It may be `forbidden`, `last_owner`, `too_many_members` or `not_found`. All of them
 * throw `invalid` for malformed ids and `unauthenticated`.
 */
export interface Members<K extends MessageKinds> {
  /**
   * Everybody this device knows by name, by id: members, and former ones as far as what is loaded names them (system
   * messages, mentions, quotes).
   *
   * @example
   * ```ts
   * const name = confab.members.profiles.get()[userId]?.displayName ?? 'Somebody';
   * ```
   */
  readonly profiles: Readable<Readonly<Record<string, Profile>>>;
  /**
   * The members of a conversation by name, 50 to a page; also of those too large to be listed in the conversation.
   *
   * @throws ConfabError `not_member`, `forbidden`, `offline`, `invalid`, `unauthenticated`
   * @example
   * ```ts
   * const { items } = await confab.members.list(conversationId, { query: 'ali' });
   * ```
   */
  list(conversationId: string, filter?: MemberFilter): Promise<Page<Member>>;
  /**
   * Adds people at once.
   *
   * @example
   * ```ts
   * await confab.members.add(conversationId, [userId], { showsHistory: false });
   * ```
   */
  add(
    conversationId: string,
    userIds: readonly string[],
    options?: JoinOptions,
  ): Promise<Queued<Conversation<K> | null>>;
  /** Invites people, who join when they accept; see `conversations.invites()`. */
  invite(
    conversationId: string,
    userIds: readonly string[],
    options?: JoinOptions,
  ): Promise<Queued<Conversation<K> | null>>;
  /** Joins a conversation one is invited to; the outcome may be `not_invited`. */
  acceptInvite(conversationId: string): Promise<Queued<Conversation<K> | null>>;
  declineInvite(conversationId: string): Promise<Queued<Conversation<K> | null>>;
  /** Removes a member, or takes an invitation back. */
  remove(conversationId: string, userId: string): Promise<Queued<Conversation<K> | null>>;
  /** Leaves; the only owner of a group with others in it cannot (`last_owner`). */
  leave(conversationId: string): Promise<Queued<Conversation<K> | null>>;
  setRole(conversationId: string, userId: string, role: MemberRole): Promise<Queued<Conversation<K> | null>>;
  /** Makes another member the owner, and the current user an admin. */
  transferOwnership(conversationId: string, userId: string): Promise<Queued<Conversation<K> | null>>;
}

export function createMembers<K extends MessageKinds>(deps: FeatureDeps<K>): Members<K> {
  const { engine, sources } = deps;
  const { write, page, asConversation } = createFeature(deps);
  const join = (userIds: readonly string[], { showsHistory }: JoinOptions = {}) => ({
    user_ids: [...userIds],
    shows_history: showsHistory,
  });
  return {
    profiles: sources.people,
    async list(conversationId, { query, role, state, after, limit } = {}) {
      const args = { conversation_id: conversationId, query, role, state, after, max_rows: limit };
      const found = decode.memberPage(await engine.call('members', defined(args)));
      return page(found, found.members, (member) => toMember(member, sources.profiles.get()));
    },
    add: (id, userIds, options) => write('add_members', id, join(userIds, options), asConversation),
    invite: (id, userIds, options) => write('invite_members', id, join(userIds, options), asConversation),
    acceptInvite: (id) => write('accept_invite', id, {}, asConversation),
    declineInvite: (id) => write('decline_invite', id, {}, asConversation),
    remove: (id, userId) => write('remove_member', id, { user_id: userId }, asConversation),
    leave: (id) => write('leave_conversation', id, {}, asConversation),
    setRole: (id, userId, role) => write('set_role', id, { user_id: userId, role }, asConversation),
    transferOwnership: (id, userId) => write('transfer_ownership', id, { user_id: userId }, asConversation),
  };
}
