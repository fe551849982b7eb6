import { derive, type Message } from '@confab/core';
import { useMemo } from 'react';
import type { RegisteredKinds } from './register';
import { useConfab } from './use-confab';
import { followMessage, isSameItems, usePages, type Pages } from './use-pages';
import { useReadable } from './use-readable';

export interface UsePinnedMessagesResult extends Pages {
  /** The one pinned last first. */
  readonly messages: readonly Message<RegisteredKinds>[];
}

/**
 * The pinned messages of a conversation, the one pinned last first, 50 to a page. What happens to them shows at once.
 *
 * `error` has the code `not_member`, `offline` or `unauthenticated`.
 *
 * @throws ConfabError `invalid` for a malformed id
 * @example
 * ```tsx
 * function Pinned() {
 *   const { messages } = usePinnedMessages(conversationId);
 *   return messages.map(({ id, content }) => <p key={id}>{content}</p>);
 * }
 * ```
 */
export function usePinnedMessages(conversationId: string): UsePinnedMessagesResult {
  const { messages } = useConfab();
  const list = messages.list(conversationId);
  const pins = useMemo(
    () =>
      derive([list], (view) =>
        view.messages.flatMap(({ id, pinnedAt }) => (pinnedAt ? [id + pinnedAt] : [])).join(),
      ),
    [list],
  );
  const pages = usePages(
    'messages',
    ['pinned', conversationId],
    (page) => messages.pinned(conversationId, page),
    {
      outdatedBy: pins,
      follow: followMessage,
    },
  );
  const { messages: items } = pages;
  const shown = useMemo(
    () =>
      derive(
        [list],
        (view) => {
          const byId = new Map(items.map((message) => [message.id, message]));
          for (const message of view.messages)
            if (byId.has(message.id) || message.pinnedAt) byId.set(message.id, message);
          return [...byId.values()]
            .filter(({ pinnedAt }) => pinnedAt)
            .sort((a, b) => Date.parse(b.pinnedAt ?? '') - Date.parse(a.pinnedAt ?? ''));
        },
        // A message that is not pinned renders nothing here.
        isSameItems,
      ),
    [list, items],
  );
  const pinned = useReadable(shown);
  return useMemo(() => ({ ...pages, messages: pinned }), [pages, pinned]);
}
