import { conversationIn } from '../cache/conversation-list';
import type { ConversationRecord } from '../model/records';
import type { Deps } from './deps';
import { isGroup } from './gathering';
import type { OutboxDriver } from './outbox-driver';

/** Tells senders that their messages have arrived (rule D6). */
export interface Deliveries {
  /** Looks for conversations, or at one, whose delivery cursor is behind; reports them together a moment later. */
  check(conversationId?: string): void;
  /** Forgets what was reported: another user, or another history of the database. */
  reset(): void;
}

/** Gathers the messages of a burst into one report; in groups it may take longer. */
const GATHER_MS = 500;
const GATHER_IN_GROUPS_MS = 1_000;
/** Each report goes to every member, so the more there are, the more rarely each of them reports. */
const REST_PER_MEMBER_MS = 500;
const MAX_REST_MS = 15_000;

export function createDeliveries({ cache, clock, ids, environment }: Deps, outbox: OutboxDriver): Deliveries {
  let timer: { readonly due: number; readonly cancel: () => void } | null = null;
  /** What was reported last, so that a conversation is not reported again while the answer is on its way. */
  const reported = new Map<string, { readonly seq: number; readonly at: number }>();

  /** What was reported of another history of the database says nothing. */
  const reportedOf = ({ id, lastSeq }: ConversationRecord): number => {
    const seq = reported.get(id)?.seq ?? 0;
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

  /** How long after the last report of a group the next one may follow. */
  const restOf = (conversation: ConversationRecord): number => {
    if (!isGroup(conversation)) return 0;
    const rest = Math.min(MAX_REST_MS, conversation.memberCount * REST_PER_MEMBER_MS);
    const since = clock.now() - (reported.get(conversation.id)?.at ?? -Infinity);
    // Negative after the clock was put back.
    return since < 0 ? 0 : Math.max(0, rest - since);
  };
  const waitOf = (conversation: ConversationRecord): number =>
    Math.max(isGroup(conversation) ? GATHER_IN_GROUPS_MS : GATHER_MS, restOf(conversation));

  const stop = () => {
    timer?.cancel();
    timer = null;
  };
  const check = (id?: string): void => {
    const wait = Math.min(...behind(id).map(waitOf));
    const due = clock.now() + wait;
    if (wait === Infinity || (timer && timer.due <= due && timer.due - clock.now() <= MAX_REST_MS)) return;
    stop();
    const cancelTimer = clock.after(wait, () => report(false));
    // Hidden, the app may never run again.
    const stopWatching = environment.onChange(() => {
      if (!environment.isVisible()) report(true);
    });
    timer = {
      due,
      cancel() {
        cancelTimer();
        stopWatching();
      },
    };
  };
  const report = (isAll: boolean) => {
    stop();
    for (const conversation of behind()) {
      if (!isAll && restOf(conversation) > 0) continue;
      const { id, lastSeq } = conversation;
      reported.set(id, { seq: lastSeq, at: clock.now() });
      const mutation = { id: ids.next(), conversation_id: id, args: { seq: lastSeq } };
      outbox.enqueue({ type: 'mark_delivered', ...mutation }).catch(() => undefined);
    }
    check();
  };

  return {
    check,
    reset() {
      stop();
      reported.clear();
    },
  };
}
