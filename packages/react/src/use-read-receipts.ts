import { derive, type Member, type Readable, type Reader } from '@confab/core';
import { useMemo } from 'react';
import type { RegisteredConfab } from './register';
import { useConfab } from './use-confab';
import { usePages, type Pages } from './use-pages';
import { useReadable } from './use-readable';

/** By message: the members who have read up to it and no further. */
export type ReadReceipts = Readonly<Record<string, readonly Member[]>>;

/**
 * How far the other members have read, by the last loaded message each of them has read (rule D6): for avatars below
 * messages. The members of a message keep their reference while they are the same. Empty where the conversation does not
 * list its members, or its kind has no receipts. For ticks, `useMessages` has `readByAllSeq`.
 *
 * @throws ConfabError `invalid` for a malformed id
 * @example
 * ```tsx
 * function Avatars() {
 *   const receipts = useReadReceipts(conversationId);
 *   return receipts[messageId]?.map(({ userId, profile }) => <span key={userId}>{profile.displayName}</span>);
 * }
 * ```
 */
export function useReadReceipts(conversationId: string): ReadReceipts {
  const confab = useConfab();
  return useReadable(useMemo(() => createReceipts(confab, conversationId), [confab, conversationId]));
}

function createReceipts(
  { messages, conversations, currentUser }: RegisteredConfab,
  conversationId: string,
): Readable<ReadReceipts> {
  let last: ReadReceipts = {};
  const members = derive([conversations.get(conversationId)], (view) => view.conversation?.members);
  const list = derive([messages.list(conversationId)], (view) => view.messages);
  return derive([list, members, currentUser], (shown, all = [], me) => {
    const next: Record<string, Member[]> = {};
    for (const member of all) {
      const { userId, lastReadSeq } = member;
      // From the end: most have read most.
      const read =
        userId === me ? undefined : shown.findLast(({ seq }) => seq !== null && seq <= lastReadSeq);
      if (read) (next[read.id] ??= []).push(member);
    }
    const kept = Object.entries(next).map(([id, readers]) => {
      const before = last[id];
      return [id, before && isSame(before, readers) ? before : readers] as const;
    });
    const isKept =
      kept.length === Object.keys(last).length && kept.every(([id, readers]) => last[id] === readers);
    return isKept ? last : (last = Object.fromEntries(kept));
  });
}

/** What an avatar shows. */
function isSame(a: readonly Member[], b: readonly Member[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ userId, profile }, i) => userId === b[i]?.userId && profile === b[i].profile)
  );
}

export interface UseReadersResult extends Pages {
  readonly readers: readonly Reader[];
}

/**
 * Who has read a message, the first one first, 50 to a page; also in conversations that do not list their members.
 *
 * `error` has the code `forbidden` where the kind has no receipts, `not_member`, `not_found`, `offline` or another of the
 * server.
 *
 * @param isEnabled false loads nothing: until somebody opens the list
 * @example
 * ```tsx
 * function Readers() {
 *   const { readers } = useReaders(messageId);
 *   return readers.map(({ profile }) => <p key={profile.id}>{profile.displayName}</p>);
 * }
 * ```
 */
export function useReaders(messageId: string, isEnabled = true): UseReadersResult {
  const { receipts } = useConfab();
  const { items: readers, ...pages } = usePages(
    ['readers', messageId],
    (page) => receipts.readers(messageId, page),
    { isEnabled },
  );
  return { ...pages, readers };
}
