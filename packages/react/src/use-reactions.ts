import type { Message, Queued, Reaction, Reactor } from '@confab/core';
import { useMemo } from 'react';
import { heard } from './heard';
import type { RegisteredKinds } from './register';
import { useConfab } from './use-confab';
import { usePages, type Pages } from './use-pages';

type React = (emoji: string) => Promise<Queued<Message<RegisteredKinds>>>;

export interface UseReactionsResult {
  readonly reactions: readonly Reaction[];
  /** Adds a reaction, or takes it back where it is one's own. */
  readonly toggle: React;
  readonly add: React;
  readonly remove: React;
}

/**
 * The reactions to a message, pending ones included, and what gives and takes one: any single emoji, at most 20 of one's
 * own to a message. The functions keep their reference while the message does; they resolve once stored (rule E1), the
 * outcome may be `too_many_reactions`, `locked`, `message_deleted` or `invalid`.
 *
 * @example
 * ```tsx
 * import type { RegisteredConfab } from '@confab/react';
 *
 * type Message = ReturnType<ReturnType<RegisteredConfab['messages']['list']>['get']>['messages'][number];
 *
 * function Reactions({ message }: { message: Message }) {
 *   const { reactions, toggle } = useReactions(message);
 *   return reactions.map(({ emoji, count, isOwn }) => (
 *     <button key={emoji} aria-pressed={isOwn} onClick={() => void toggle(emoji)}>
 *       {emoji} {count}
 *     </button>
 *   ));
 * }
 * ```
 */
export function useReactions(
  message: Pick<Message<RegisteredKinds>, 'id' | 'conversationId' | 'reactions'>,
): UseReactionsResult {
  const { reactions } = useConfab();
  return useMemo(
    () => ({
      reactions: message.reactions,
      ...heard<Record<'toggle' | 'add' | 'remove', React>>({
        toggle: (emoji) => reactions.toggle(message, emoji),
        add: (emoji) => reactions.add(message.conversationId, message.id, emoji),
        remove: (emoji) => reactions.remove(message.conversationId, message.id, emoji),
      }),
    }),
    [reactions, message],
  );
}

export interface UseReactorsOptions {
  /** Only who reacted with this one. */
  readonly emoji?: string;
  /** False loads nothing: until somebody opens the list. */
  readonly enabled?: boolean;
}

export interface UseReactorsResult extends Pages {
  readonly reactors: readonly Reactor[];
}

/**
 * Who reacted to a message and with what, the first one first, 50 to a page.
 *
 * `error` has the code `not_member`, `not_found`, `offline` or another of the server.
 *
 * @example
 * ```tsx
 * function Reactors() {
 *   const { reactors, hasNextPage, fetchNextPage } = useReactors(messageId, { emoji: '👍' });
 *   return (
 *     <>
 *       {reactors.map(({ profile }) => (
 *         <p key={profile.id}>{profile.displayName}</p>
 *       ))}
 *       {hasNextPage && <button onClick={() => void fetchNextPage()}>More</button>}
 *     </>
 *   );
 * }
 * ```
 */
export function useReactors(
  messageId: string,
  { emoji, enabled = true }: UseReactorsOptions = {},
): UseReactorsResult {
  const { reactions } = useConfab();
  return usePages(
    'reactors',
    ['reactors', messageId, emoji ?? null],
    (page) => reactions.list(messageId, emoji === undefined ? page : { ...page, emoji }),
    { isEnabled: enabled },
  );
}
