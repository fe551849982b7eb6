import { ConfabError, type ErrorInfo } from '../../errors/confab-error';
import { fail, isObject, readArguments, uuidOf } from './arguments';
import { readAllIn, toReadAll, type ReadAll, type ReadPart } from './cursors';
import { hiddenAnswer, wasApplied } from './messages';
import { mutations } from './mutations';
import type { Db } from './state';
import { conversationFor, messageFor, ownState, threadFor } from './wire';

const DOING = 'apply the mutation';

/** A mutation as it came. */
export type PushedMutation = Readonly<Record<string, unknown>>;

/** How a test makes the server refuse. */
export interface Refusal {
  readonly code: ErrorInfo['code'];
  readonly message: string;
  /** Seconds. */
  readonly retry_after?: number | null;
}

export interface PushResultRow {
  readonly id: unknown;
  readonly ok: boolean;
  readonly result?: unknown;
  readonly error?: Refusal & { readonly retryable: boolean; readonly retry_after: number | null };
}

/** What is read of the arguments of every mutation, whether it needs them or not. */
const COMMON = [
  ['uuid', 'message_id'],
  ['uuid', 'thread_root_id'],
  ['uuid', 'user_id'],
  ['bigint', 'seq'],
  ['text', 'content'],
  ['text', 'emoji'],
  ['object', 'data'],
  ['object', 'changes'],
  ['uuid', 'reply_to_id'],
  ['uuids', 'mentioned_user_ids'],
  ['boolean', 'mentions_everyone'],
  ['uuids', 'user_ids'],
  ['bigint', 'seen_seq'],
  ['boolean', 'shows_history'],
] as const;

function apply(db: Db, me: string, mutation: unknown): unknown {
  const args = isObject(mutation) ? (mutation['args'] ?? {}) : null;
  if (!isObject(mutation) || !isObject(args))
    return fail('invalid', `unable to ${DOING}; it and its args must be objects`);
  const own = readArguments(mutation, DOING);
  const id = own('uuid', 'id');
  const conversationId = own('uuid', 'conversation_id');
  if (id === null) return fail('invalid', `unable to ${DOING}; id is missing`);
  const type = own('text', 'type') ?? '';
  const rules = mutations.get(type) ?? fail('invalid', `unable to ${DOING}; its type is missing or unknown`);
  const read = readArguments(args, DOING);
  const call = () => {
    for (const [of, name] of COMMON) read(of, name);
    return rules.apply({ db, me, id, conversationId, args, read, isPushed: true });
  };
  if (!rules.isRecorded) return call();
  const { target } = rules;
  const targetId =
    target === 'message'
      ? read('uuid', 'message_id')
      : target === 'thread'
        ? read('uuid', 'thread_root_id')
        : conversationId;
  if (wasApplied(db, me, id, targetId, DOING)) return repeatedAnswer(db, me, type, targetId);
  const answer = call();
  const { applied } = db.user(me);
  if (!applied.has(id)) applied.set(id, targetId);
  return answer;
}

/** What a recorded mutation that comes again is answered: how things are now. */
function repeatedAnswer(db: Db, me: string, type: string, targetId: string | null): unknown {
  const id = targetId ?? '';
  if (type === 'mark_unread') {
    const member = db.conversations.get(id)?.members.get(me);
    return member ? ownState(db, member) : null;
  }
  if (type === 'follow_thread') return threadFor(db, me, id);
  const message = db.messages.get(id);
  if (message && (type === 'hide_message' || type === 'unhide_message')) return hiddenAnswer(db, me, message);
  if (mutations.get(type)?.target === 'message') return messageFor(db, me, message);
  return conversationFor(db, me, db.conversations.get(id));
}

interface Step {
  readonly place: number;
  readonly mutation: unknown;
  /** Whose order is kept, and which waits after a retryable failure. */
  readonly lane: string;
  /** Rule D3: pushes are applied in one global order. */
  readonly order: readonly string[];
  /** The part of a `mark_all_read` that is done in this lane. */
  readonly reads?: ReadPart;
}

const LAST = '~';

/** What a `mark_all_read` that is well formed asks for; null for all else: malformed it is refused as a whole. */
function readAllOf(mutation: unknown): ReadAll | null {
  if (!isObject(mutation) || mutation['type'] !== 'mark_all_read' || uuidOf(mutation['id']) === null)
    return null;
  const { conversation_id: conversationId = null, args: given } = mutation;
  const args = given ?? {};
  if ((conversationId !== null && uuidOf(conversationId) === null) || !isObject(args)) return null;
  const { seen = null, rest_after: restAfter = null } = args;
  if ((seen !== null && !isObject(seen)) || (restAfter !== null && !isPlace(restAfter))) return null;
  return { seen, restAfter };
}

const isPlace = (place: unknown): place is string =>
  typeof place === 'string' && /^\d{1,17}_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(place);

function planOf(db: Db, me: string, given: readonly unknown[]): Step[] {
  const steps = given.map((mutation, place): Step => {
    const row = isObject(mutation) ? mutation : {};
    const args = isObject(row['args']) ? row['args'] : {};
    const type = typeof row['type'] === 'string' ? row['type'] : '';
    const target = mutations.get(type)?.target;
    const named = uuidOf(row['conversation_id']);
    const messageId =
      target === 'message'
        ? uuidOf(args['message_id'])
        : target === 'thread'
          ? uuidOf(args['thread_root_id'])
          : null;
    const laneId =
      type === 'mark_all_read'
        ? null
        : (db.messages.get(messageId ?? '')?.conversation.id ??
          named ??
          (type === 'create_conversation' ? uuidOf(row['id']) : null));
    const userId = uuidOf(args['user_id']);
    const lane = named ?? laneId ?? (userId === null ? `alone:${place}` : `direct:${userId}`);
    const pair = userId === null ? [me, me] : [me, userId].sort();
    const order = type === 'get_or_create_direct' ? ['0', ...pair] : ['1', '', ''];
    return { place, mutation, lane, order: [...order, laneId ?? LAST] };
  });
  const lanes = steps.map(({ order }) => order.at(-1) ?? LAST);
  const parts = steps.flatMap(({ place, mutation }) => {
    const asked = readAllOf(mutation);
    const found = asked ? toReadAll(db, me, asked, lanes) : [];
    return found.map((reads): Step => {
      const [id] = reads;
      return { place, mutation, lane: id, order: ['1', '', '', id], reads };
    });
  });
  return [...steps, ...parts].sort((a, b) => {
    const difference = a.order.findIndex((part, i) => part !== b.order[i]);
    if (difference < 0) return a.place - b.place;
    return (a.order[difference] ?? '') < (b.order[difference] ?? '') ? -1 : 1;
  });
}

const errorOf = ({ code, message, retry_after = null }: Refusal): PushResultRow['error'] => ({
  code,
  message,
  retryable: new ConfabError({ code, message }).class === 'retryable',
  retry_after,
});

/**
 * Applies a batch, each mutation completely or not at all.
 *
 * @param attempt runs one and takes back what it has told anybody when it throws
 * @param refuse what a test has the server say instead
 */
export function push(
  db: Db,
  me: string,
  given: unknown,
  attempt: (act: () => unknown) => unknown,
  refuse: (mutation: PushedMutation) => Refusal | null,
): { readonly results: PushResultRow[] } & ReturnType<Db['toldTo']> {
  if (!Array.isArray(given)) return fail('invalid', 'unable to push; mutations must be an array');
  if (given.length > 100) fail('invalid', 'unable to push; at most 100 mutations are allowed at once');
  const blocked = new Set<string>();
  const results: PushResultRow[] = [];
  // Asked once for each mutation, of whatever parts it is.
  const refusals = new Map<number, Refusal | null>();
  const refusalOf = (place: number, mutation: PushedMutation): Refusal | null => {
    const refusal = refusals.has(place) ? (refusals.get(place) ?? null) : refuse(mutation);
    refusals.set(place, refusal);
    return refusal;
  };
  for (const { place, mutation, lane, reads } of planOf(db, me, given)) {
    const id: unknown = isObject(mutation) ? (mutation['id'] ?? null) : null;
    const step = (): PushResultRow => {
      if (blocked.has(lane)) {
        const message = `unable to ${DOING}; an earlier one of the same conversation has to be retried first`;
        return {
          id,
          ok: false,
          error: { code: 'blocked_by_previous', message, retryable: true, retry_after: null },
        };
      }
      const refusal = isObject(mutation) ? refusalOf(place, mutation) : null;
      if (refusal) return { id, ok: false, ...withError(refusal) };
      try {
        return {
          id,
          ok: true,
          result: attempt(() => (reads ? readAllIn(db, me, reads) : apply(db, me, mutation))) ?? null,
        };
      } catch (thrown) {
        if (!(thrown instanceof ConfabError)) throw thrown;
        const { code, message, retryAfterMs } = thrown;
        const retryAfter = retryAfterMs === undefined ? null : retryAfterMs / 1000;
        return { id, ok: false, ...withError({ code, message, retry_after: retryAfter }) };
      }
    };
    const result = step();
    if (result.error?.retryable) blocked.add(lane);
    // A part of mark_all_read speaks for all of it where it failed.
    if (!reads || !result.ok) results[place] ??= result;
  }
  return { results, ...db.toldTo(me) };
}

const withError = (refusal: Refusal) => {
  const error = errorOf(refusal);
  return error ? { error } : {};
};
