import type { ConfabError } from '../errors/confab-error';
import type { Mutation, SendMessage } from './mutation';

/**
 * A mutation the cache does not show yet, as the overlay needs it (rule E5). `confirmed` ones are only waiting for the
 * changes before them to arrive.
 */
export interface PendingMutation {
  readonly mutation: Mutation;
  /** Milliseconds since 1970, by the device. */
  readonly createdAt: number;
  readonly status: 'pending' | 'failed' | 'confirmed';
  readonly error: ConfabError | null;
}

/** Whether it is a message for the timeline; replies in threads are shown with their thread. */
export function isSend(
  pending: PendingMutation,
): pending is PendingMutation & { readonly mutation: SendMessage } {
  const { type, args } = pending.mutation;
  return type === 'send_message' && !args.thread_root_id;
}
