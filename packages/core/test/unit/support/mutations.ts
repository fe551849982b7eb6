import { ConfabError } from '../../../src/errors/confab-error';
import type { ErrorCode } from '../../../src/errors/codes';
import type { Mutation } from '../../../src/model/mutation';
import type { Readable } from '../../../src/lib/readable';
import type { OutboxView, PendingMutation } from '../../../src/model/pending';
import type { OutboxEntry } from '../../../src/outbox/entry';
import { CONVERSATION, uuid } from './rows';

/** Mutations by a small number, which their id is made of. */
export const send = (
  n: number,
  conversationId = CONVERSATION,
  over: Partial<Extract<Mutation, { type: 'send_message' }>['args']> = {},
) =>
  ({
    type: 'send_message',
    id: uuid(n),
    conversation_id: conversationId,
    args: { content: `s${n}`, kind: 'text', data: {}, ...over },
  }) satisfies Mutation;

export const edit = (n: number, messageId: string, content = `e${n}`, data?: Record<string, unknown>) =>
  ({
    type: 'edit_message',
    id: uuid(n),
    conversation_id: CONVERSATION,
    args: { message_id: messageId, content, ...(data ? { data } : {}) },
  }) satisfies Mutation;

export const remove = (n: number, messageId: string) =>
  ({
    type: 'delete_message',
    id: uuid(n),
    conversation_id: CONVERSATION,
    args: { message_id: messageId },
  }) satisfies Mutation;

export const markRead = (n: number, seq: number, conversationId = CONVERSATION) =>
  ({ type: 'mark_read', id: uuid(n), conversation_id: conversationId, args: { seq } }) satisfies Mutation;

export const markUnread = (n: number, seq: number) =>
  ({ type: 'mark_unread', id: uuid(n), conversation_id: CONVERSATION, args: { seq } }) satisfies Mutation;

export const markDelivered = (n: number, seq: number, conversationId = CONVERSATION) =>
  ({
    type: 'mark_delivered',
    id: uuid(n),
    conversation_id: conversationId,
    args: { seq },
  }) satisfies Mutation;

export const create = (n: number, memberIds: readonly string[] = []) =>
  ({
    type: 'create_conversation',
    id: uuid(n),
    conversation_id: uuid(n),
    args: { kind: 'group', title: `c${n}`, member_ids: [...memberIds] },
  }) satisfies Mutation;

export function pending<M extends Mutation>(
  mutation: M,
  status: PendingMutation['status'] = 'pending',
  createdAt = Date.UTC(2030, 0, 2),
): PendingMutation & { readonly mutation: M } {
  return { mutation, createdAt, status, error: status === 'failed' ? error('forbidden') : null };
}

export function entry(mutation: Mutation, over: Partial<OutboxEntry> = {}): OutboxEntry {
  return {
    mutation,
    order: 1,
    createdAt: 0,
    status: 'queued',
    attempt: 0,
    isTried: false,
    error: null,
    ...over,
  };
}

export function error(code: ErrorCode, retryAfterMs?: number): ConfabError {
  return new ConfabError({ code, message: `unable to test; ${code}`, retryAfterMs });
}

/** All that is queued, lane by lane. */
export function queuedIn({ view }: { readonly view: Readable<OutboxView> }): readonly PendingMutation[] {
  const now = view.get();
  return [...now.lanes()].flatMap((id) => now.lane(id));
}
