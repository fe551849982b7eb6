import {
  derive,
  findByName,
  type JoinOptions,
  type Member,
  type MemberFilter,
  type MemberRole,
} from '@confab/core';
import { useMemo } from 'react';
import { heard } from './heard';
import { useConfab } from './use-confab';
import type { QueuedConversation } from './use-conversation';
import { usePages, type Pages } from './use-pages';
import { useReadable } from './use-readable';
import { useStable } from './use-stable';

/** What can be done with members. Stable references, which resolve once stored and work offline. */
export interface MemberActions {
  /** Adds people at once. */
  readonly add: (userIds: readonly string[], options?: JoinOptions) => Promise<QueuedConversation>;
  /** Invites people, who join when they accept. */
  readonly invite: (userIds: readonly string[], options?: JoinOptions) => Promise<QueuedConversation>;
  /** Removes a member, or takes an invitation back. */
  readonly remove: (userId: string) => Promise<QueuedConversation>;
  readonly setRole: (userId: string, role: MemberRole) => Promise<QueuedConversation>;
  /** Makes another member the owner, and the current user an admin. */
  readonly transferOwnership: (userId: string) => Promise<QueuedConversation>;
}

export interface UseMembersResult extends Pages, MemberActions {
  /** By name; with a query those whose names begin with it first. */
  readonly members: readonly Member[];
}

/**
 * The members of a conversation by name, all joined ones or those that fit `filter`: `role`, `query` (part of the name, for
 * which the server is asked when typing has paused for 250 ms), `state` (`invited`; `left` and `removed` for admins and
 * owners), and what can be done with them. Those of conversations that list their members (up to 50 by default) come from
 * this device and follow what happens, unsent changes included; of larger ones the server is asked, 50 to a page.
 *
 * `error` has the code `not_member`, `not_found`, `forbidden`, `offline` or `unauthenticated`. Actions reject with
 * `invalid` and `unauthenticated`; that the server refused one (`forbidden`, `last_owner`, `too_many_members`,
 * `not_found`) comes with `confirmed`.
 *
 * @throws ConfabError `invalid` for a malformed id
 * @example
 * ```tsx
 * function Members() {
 *   const { members, remove } = useMembers(conversationId);
 *   return (
 *     <ul>
 *       {members.map(({ userId, profile, role }) => (
 *         <li key={userId}>
 *           {profile.displayName} {role} <button onClick={() => void remove(userId)}>Remove</button>
 *         </li>
 *       ))}
 *     </ul>
 *   );
 * }
 * ```
 */
export function useMembers(
  conversationId: string,
  { query, ...given }: Omit<MemberFilter, 'after' | 'limit'> = {},
): UseMembersResult {
  const { conversations, members: feature, queryClient } = useConfab();
  const filter = useStable<MemberFilter>(query?.trim() ? { ...given, query } : given);
  const readable = conversations.get(conversationId);
  const { conversation, isPending, error } = useReadable(readable);
  const count = useMemo(() => derive([readable], (view) => view.conversation?.memberCount), [readable]);
  const isListed =
    conversation?.members.length === conversation?.memberCount && (filter.state ?? 'joined') === 'joined';
  const pages = usePages(
    'members',
    ['members', conversationId, filter],
    (page) => feature.list(conversationId, { ...filter, ...page }),
    {
      isEnabled: conversation?.status === 'sent' && !isListed,
      delayMs: filter.query ? 250 : 0,
      keepsPrevious: true,
      outdatedBy: count,
    },
  );
  const all = conversation?.members;
  const listed = useMemo(() => {
    const fitting = (all ?? []).filter(({ role }) => role === (filter.role ?? role));
    return findByName(fitting, filter.query ?? '');
  }, [all, filter]);
  const actions = useMemo(() => {
    /** What it changes of the pages is there once the server has it. */
    const reload = async (writing: Promise<QueuedConversation>) => {
      const queued = await writing;
      void queued.confirmed.then(() =>
        queryClient.invalidateQueries({ queryKey: ['confab', 'pages', 'members', conversationId] }),
      );
      return queued;
    };
    return heard<MemberActions>({
      add: (userIds, options) => reload(feature.add(conversationId, userIds, options)),
      invite: (userIds, options) => reload(feature.invite(conversationId, userIds, options)),
      remove: (userId) => reload(feature.remove(conversationId, userId)),
      setRole: (userId, role) => reload(feature.setRole(conversationId, userId, role)),
      transferOwnership: (userId) => reload(feature.transferOwnership(conversationId, userId)),
    });
  }, [feature, conversationId, queryClient]);
  return useMemo(
    () => ({
      ...pages,
      ...(isListed && { members: listed }),
      isPending: isPending || pages.isPending,
      error: error ?? pages.error,
      ...actions,
    }),
    [pages, isListed, listed, isPending, error, actions],
  );
}
