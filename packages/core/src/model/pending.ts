import type { ConfabError } from '../errors/confab-error';
import type { CreateConversation, Mutation, SendMessage } from './mutation';

/**
 * A mutation the cache does not show yet, as the overlay needs it (rule E5). `confirmed` ones are only waiting for the
 * changes before them to arrive. The same object for as long as nothing of it changes.
 */
export interface PendingMutation {
  readonly mutation: Mutation;
  /** Milliseconds since 1970, by the device. */
  readonly createdAt: number;
  readonly status: 'pending' | 'failed' | 'confirmed';
  readonly error: ConfabError | null;
}

/**
 * What is queued, for those who read it: a new object with every change that shows. What it answers is found by index, so
 * that asking costs nothing more when more is queued.
 */
export interface OutboxView {
  /** The mutations of a conversation in order; the same array while nothing in that lane changes. */
  lane(conversationId: string): readonly PendingMutation[];
  /** The conversations that have any. */
  lanes(): Iterable<string>;
  find(mutationId: string): PendingMutation | undefined;
  /** Those that are about a message, edits and deletions of it for instance, in order. */
  about(messageId: string): readonly PendingMutation[];
  /** Conversations to be created, in order; the same array while nothing of them changes. */
  creations(): readonly PendingCreation[];
  /** Without delivery cursors, which no user has written. */
  readonly unsentCount: number;
  readonly failedCount: number;
}

/** A conversation to be created. */
export type PendingCreation = PendingMutation & { readonly mutation: CreateConversation };

export function isCreation(pending: PendingMutation): pending is PendingCreation {
  return pending.mutation.type === 'create_conversation';
}

/** The last one that is to read everything there is, where one waits. */
export function readAllIn(view: OutboxView): PendingMutation | undefined {
  let found: PendingMutation | undefined;
  // It has a lane of its own, under its id.
  for (const id of view.lanes()) {
    const one = view.find(id);
    if (one?.mutation.type === 'mark_all_read' && one.status !== 'failed') found = one;
  }
  return found;
}

/** Up to where it reads a conversation: as far as the device had it. */
export function readAllUpTo({ mutation }: PendingMutation, conversationId: string): number {
  if (mutation.type !== 'mark_all_read') return 0;
  const { seen } = mutation.args;
  const seq = seen?.[conversationId];
  return !seen ? Infinity : typeof seq === 'number' ? seq : 0;
}

/** Whether the server does not know yet, or refused, what this mutation creates. */
export function isUnsent(view: OutboxView, id: string): boolean {
  const pending = view.find(id);
  return pending !== undefined && pending.status !== 'confirmed';
}

/** A message to be sent. */
export type PendingSend = PendingMutation & { readonly mutation: SendMessage };

export function isMessage(pending: PendingMutation): pending is PendingSend {
  return pending.mutation.type === 'send_message';
}

/** Whether it is a message for the timeline; replies in threads are shown with their thread. */
export function isSend(pending: PendingMutation): pending is PendingSend {
  return isMessage(pending) && !pending.mutation.args.thread_root_id;
}

type Lane = readonly PendingMutation[];

/** The lane from which one has grown by one at its end: what is computed of a lane need not look at all of it again. */
const grownFrom = new WeakMap<Lane, Lane>();
const changes = new WeakMap<Lane, Lane>();

/** The lane with one more at its end. */
export function grown(lane: Lane, added: PendingMutation): Lane {
  // As an array: others are copied one by one.
  const next = lane.concat([added]);
  // Only the last step is kept: a chain of them would hold all that ever was.
  grownFrom.delete(lane);
  grownFrom.set(next, lane);
  return next;
}

/** The lane without its last one, if that was what came last. */
export function beforeGrowing(lane: Lane): Lane | undefined {
  return grownFrom.get(lane);
}

/** All but messages to be sent. */
export function changesIn(lane: Lane): Lane {
  if (lane.length === 0) return lane;
  const known = changes.get(lane);
  if (known) return known;
  const before = changes.get(grownFrom.get(lane) ?? lane);
  const added = before ? lane.slice(-1) : lane;
  const more = added.filter((pending) => !isMessage(pending));
  const all = before && more.length === 0 ? before : (before ?? []).concat(more);
  changes.set(lane, all);
  return all;
}
