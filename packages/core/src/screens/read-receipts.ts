import { derive, type Readable } from '../lib/readable';
import type { MessageKinds } from '../model/kinds';
import type { Member } from '../model/view';
import type { Parts } from './parts';

/** By message: the members who have read up to it and no further. */
export type ReadReceipts = Readonly<Record<string, readonly Member[]>>;

/**
 * How far the other members have read, by the last loaded message each of them has read (rule E16.12). The members of a
 * message keep their reference while they are the same. Empty where the conversation does not list its members, or its
 * kind has no receipts.
 *
 * @throws ConfabError `invalid` for a malformed id
 * @example
 * ```ts
 * const receipts = createReadReceipts(confab, conversationId);
 * const stop = receipts.subscribe(() => console.log(receipts.get()[messageId]?.length));
 * ```
 */
export function createReadReceipts<K extends MessageKinds>(
  { messages, conversations, currentUser }: Pick<Parts<K>, 'messages' | 'conversations' | 'currentUser'>,
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
