import { derive, type DateRange, type Message, type MessageList } from '@confab/core';
import { useCallback, useMemo } from 'react';
import type { RegisteredKinds } from './register';
import { useConfab } from './use-confab';
import { usePages, type Pages } from './use-pages';
import { useReadable } from './use-readable';
import { useStable } from './use-stable';

type Shown = Message<RegisteredKinds>;

export interface UseMessagesByDateResult extends Pages {
  /** In the order of their days, and in a day in the order they were sent, pending ones included; deleted ones are not. */
  readonly messages: readonly Shown[];
}

/** So many pages of the conversation are loaded at most, to keep what was found up to date. */
const MAX_PAGES = 10;

/**
 * What belongs to some days (`occursOn`), at most 366 of them, whenever it was written; newest days first, 200 messages to
 * a page. What is written, changed or deleted meanwhile shows at once, one's own also offline: the conversation is loaded
 * back to the oldest message found, unless that is more than 500 messages ago. Replies in threads show as they were loaded.
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
  const { messages, connection } = useConfab();
  const list = messages.list(conversationId);
  const range = useStable(input);
  // What was missed while away may be about any day.
  const isAway = useMemo(() => derive([connection], ({ type }) => type === 'offline'), [connection]);
  const load = useCallback(
    async (page: { readonly after?: string }) => {
      const found = await messages.byDate(conversationId, { ...range, limit: 200, ...page });
      const oldest = Math.min(
        ...found.items.flatMap(({ seq, threadRootId }) => (threadRootId === null && seq ? [seq] : [])),
      );
      // It shows what was found if that fails.
      await loadBackTo(list, oldest).catch(() => undefined);
      return found;
    },
    [messages, list, conversationId, range],
  );
  const pages = usePages('messages', ['by date', conversationId, range], load, {
    keepsPrevious: true,
    outdatedBy: isAway,
  });
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
        (a, b) => a.length === b.length && a.every((message, i) => message === b[i]),
      ),
    [list, items, range],
  );
  const found = useReadable(shown);
  return useMemo(() => ({ ...pages, messages: found }), [pages, found]);
}

async function loadBackTo(list: MessageList<RegisteredKinds>, oldest: number): Promise<void> {
  await loaded(list);
  for (let page = 0; page < MAX_PAGES; page++) {
    const { messages, hasOlder } = list.get();
    const first = messages[0]?.seq ?? null;
    if (!hasOlder || first === null || first <= oldest) return;
    await list.fetchOlder();
  }
}

/** It is loaded while it is watched, at the same time as the days. */
function loaded(list: MessageList<RegisteredKinds>): Promise<void> {
  return new Promise((resolve) => {
    const check = () => {
      const { isPending, error } = list.get();
      if (isPending && !error) return;
      resolve();
      queueMicrotask(stop);
    };
    const stop = list.subscribe(check);
    check();
  });
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
