import { derive, type DateRange, type Message } from '@confab/core';
import { useMemo } from 'react';
import type { RegisteredKinds } from './register';
import { useConfab } from './use-confab';
import { followMessage, isSameItems, usePages, type Pages } from './use-pages';
import { useReadable } from './use-readable';
import { useStable } from './use-stable';

type Shown = Message<RegisteredKinds>;

export interface UseMessagesByDateResult extends Pages {
  /** In the order of their days, and in a day in the order they were sent, pending ones included; deleted ones are not. */
  readonly messages: readonly Shown[];
}

/**
 * What belongs to some days (`occursOn`), at most 366 of them, whenever it was written; newest days first, 200 messages to
 * a page. What is written, changed or deleted meanwhile shows at once, one's own also offline.
 *
 * `error` has the code `not_member`, `unknown_kind`, `invalid`, `offline` or `unauthenticated`.
 *
 * @throws ConfabError `invalid` for a malformed id
 * @example
 * ```tsx
 * function June() {
 *   const { messages } = useMessagesByDate(conversationId, { from: '2026-06-01', to: '2026-06-30' });
 *   return messages.map(({ id, occursOn, content }) => <p key={id}>{`${occursOn}: ${content}`}</p>);
 * }
 * ```
 */
export function useMessagesByDate(
  conversationId: string,
  input: Omit<DateRange, 'after' | 'limit'>,
): UseMessagesByDateResult {
  const { messages } = useConfab();
  const list = messages.list(conversationId);
  const range = useStable(input);
  const pages = usePages(
    'messages',
    ['by date', conversationId, range],
    (page) => messages.byDate(conversationId, { ...range, limit: 200, ...page }),
    { keepsPrevious: true, follow: followMessage },
  );
  const { messages: items } = pages;
  const shown = useMemo(
    () =>
      derive(
        [list],
        (view) => {
          const byId = new Map(items.map((message) => [message.id, message]));
          for (const message of view.messages) byId.set(message.id, message);
          return [...byId.values()].filter((message) => isIn(message, range)).sort(byDay);
        },
        isSameItems,
      ),
    [list, items, range],
  );
  const found = useReadable(shown);
  return useMemo(() => ({ ...pages, messages: found }), [pages, found]);
}

function isIn({ occursOn, deletedAt, kind }: Shown, { from, to, kinds }: DateRange): boolean {
  const isWanted = kinds === undefined || kinds.includes(String(kind));
  return isWanted && deletedAt === null && occursOn !== null && occursOn >= from && occursOn <= to;
}

/** Pending ones have no place yet: they come last. */
function byDay(a: Shown, b: Shown): number {
  return (
    (a.occursOn ?? '').localeCompare(b.occursOn ?? '') ||
    (a.seq ?? Number.MAX_SAFE_INTEGER) - (b.seq ?? Number.MAX_SAFE_INTEGER)
  );
}
