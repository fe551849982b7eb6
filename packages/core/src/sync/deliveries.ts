import { conversationIn } from '../cache/conversation-list';
import type { ConversationRecord } from '../model/records';
import type { Deps } from './deps';
import type { OutboxDriver } from './outbox-driver';

/** Tells senders that their messages have arrived (rule D6). */
export interface Deliveries {
  /** Looks for conversations, or at one, whose delivery cursor is behind; reports them together a moment later. */
  check(conversationId?: string): void;
  /** Forgets what was reported: another user, or another history of the database. */
  reset(): void;
}

/** Gathers the messages of a burst into one report. */
const GATHER_MS = 500;

export function createDeliveries({ cache, clock, ids }: Deps, outbox: OutboxDriver): Deliveries {
  let cancel: (() => void) | null = null;
  /** Highest seq reported, so that a conversation is not reported again while the answer is on its way. */
  const reported = new Map<string, number>();

  /** What was reported of another history of the database says nothing. */
  const reportedOf = ({ id, lastSeq }: ConversationRecord): number => {
    const seq = reported.get(id) ?? 0;
    return seq > lastSeq ? 0 : seq;
  };
  /** Cursors are told only where members are: a feed says nothing of that, for it has a limit of its own (rule D6). */
  const isTold = ({ id, memberCount, hasReceipts }: ConversationRecord): boolean =>
    hasReceipts !== false &&
    cache.members(id).filter(({ state }) => state === 'joined').length >= memberCount;
  const isBehind = (conversation: ConversationRecord): boolean =>
    conversation.lastMessage !== null &&
    Math.max(conversation.me.lastDeliveredSeq, reportedOf(conversation)) < conversation.lastMessage.seq &&
    isTold(conversation);
  const behind = (id?: string) => {
    const list = cache.list();
    const one = id === undefined ? undefined : conversationIn(list, id);
    return (id === undefined ? (list?.items ?? []) : one ? [one] : []).filter(isBehind);
  };

  return {
    check(conversationId) {
      if (cancel || behind(conversationId).length === 0) return;
      cancel = clock.after(GATHER_MS, () => {
        cancel = null;
        for (const { id, lastSeq } of behind()) {
          reported.set(id, lastSeq);
          const mutation = { id: ids.next(), conversation_id: id, args: { seq: lastSeq } };
          outbox.enqueue({ type: 'mark_delivered', ...mutation }).catch(() => undefined);
        }
      });
    },
    reset() {
      cancel?.();
      cancel = null;
      reported.clear();
    },
  };
}
