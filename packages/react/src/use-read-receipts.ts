import { createReadReceipts, type Reader, type ReadReceipts } from '@confab/core';
import { useConfab } from './use-confab';
import { usePages, type Pages } from './use-pages';
import { useView } from './use-screen';

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
  return useView(createReadReceipts, conversationId);
}

export interface UseReadersOptions {
  /** False loads nothing: until somebody opens the list. */
  readonly enabled?: boolean;
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
 * @example
 * ```tsx
 * function Readers() {
 *   const { readers } = useReaders(messageId);
 *   return readers.map(({ profile }) => <p key={profile.id}>{profile.displayName}</p>);
 * }
 * ```
 */
export function useReaders(messageId: string, { enabled = true }: UseReadersOptions = {}): UseReadersResult {
  const { receipts } = useConfab();
  return usePages('readers', ['readers', messageId], (page) => receipts.readers(messageId, page), {
    isEnabled: enabled,
  });
}
