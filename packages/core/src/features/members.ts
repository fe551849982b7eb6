import { toMember } from '../cache/conversation-overlay';
import { defined } from '../lib/defined';
import type { MessageKinds } from '../model/kinds';
import type { Mutation } from '../model/mutation';
import type { MemberRole, MemberState } from '../model/records';
import type { Conversation, Member, Page, Queued } from '../model/view';
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

type MembershipWrite = Extract<
  Mutation,
  {
    type:
      | 'add_members'
      | 'invite_members'
      | 'accept_invite'
      | 'decline_invite'
      | 'remove_member'
      | 'leave_conversation'
      | 'set_role'
      | 'transfer_ownership';
  }
>;

export function createMembers<K extends MessageKinds>(deps: FeatureDeps<K>): Members<K> {
  const { engine, ids, sources } = deps;
  const { write: enqueue, page, asConversation } = createFeature(deps);
  const write = (mutation: MembershipWrite) => enqueue(mutation, asConversation);
  /** What every mutation of a conversation begins with. */
  const of = (conversationId: string) => ({ id: ids.next(), conversation_id: conversationId });
  const join = (userIds: readonly string[], { showsHistory }: JoinOptions = {}) => ({
    user_ids: [...userIds],
    shows_history: showsHistory,
  });
  return {
    async list(conversationId, { query, role, state, after, limit } = {}) {
      const args = { conversation_id: conversationId, query, role, state, after, max_rows: limit };
      const found = decode.memberPage(await engine.call('members', defined(args)));
      return page(found, found.members, (member) => toMember(member, sources.profiles.get()));
    },
    add: (id, userIds, options) => write({ type: 'add_members', ...of(id), args: join(userIds, options) }),
    invite: (id, userIds, options) =>
      write({ type: 'invite_members', ...of(id), args: join(userIds, options) }),
    acceptInvite: (id) => write({ type: 'accept_invite', ...of(id), args: {} }),
    declineInvite: (id) => write({ type: 'decline_invite', ...of(id), args: {} }),
    remove: (id, userId) => write({ type: 'remove_member', ...of(id), args: { user_id: userId } }),
    leave: (id) => write({ type: 'leave_conversation', ...of(id), args: {} }),
    setRole: (id, userId, role) => write({ type: 'set_role', ...of(id), args: { user_id: userId, role } }),
    transferOwnership: (id, userId) =>
      write({ type: 'transfer_ownership', ...of(id), args: { user_id: userId } }),
  };
}
