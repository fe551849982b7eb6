import {
  ConfabError,
  type Message,
  type MessageEdit,
  type OutboxItem,
  type OutboxItems,
  type Queued,
} from '@confab/core';
import type { RegisteredConfab, RegisteredKinds } from './register';
import { useScreen } from './use-screen';

export interface UseOutboxResult extends OutboxItems {
  /** Sends a failed write again, under its id and in its place. */
  readonly retry: (id: string) => Promise<void>;
  /** The same with everything that failed. */
  readonly retryAll: () => Promise<void>;
  /** Gives up a failed write, and all that is about what it would have created. */
  readonly discard: (id: string) => Promise<void>;
  /** Removes a stored write that cannot be read, by its key. */
  readonly discardUnreadable: (key: string) => Promise<void>;
  /** Changes the text of a message that is not sent yet, or the text of its edit; a refused one is sent again so. */
  readonly edit: (item: OutboxItem, input: MessageEdit) => Promise<Queued<Message<RegisteredKinds>>>;
}

/**
 * What waits on this device: writes that the server has not confirmed, oldest first, and what can be done with those it
 * refused (rule E4). All actions are stable references.
 *
 * `retry` and `discard` reject with `not_found` when the write has not failed (any more); `edit` with `content_empty`, and
 * `invalid` for what is neither a message nor an edit of one.
 *
 * @example
 * ```tsx
 * function Outbox() {
 *   const { items, retry, discard } = useOutbox();
 *   return items.map(({ id, content, status, error }) => (
 *     <p key={id}>
 *       {content} {error?.message}
 *       {status === 'failed' && <button onClick={() => void retry(id)}>Try again</button>}
 *       {status === 'failed' && <button onClick={() => void discard(id)}>Give up</button>}
 *     </p>
 *   ));
 * }
 * ```
 */
export function useOutbox(): UseOutboxResult {
  return useScreen(outboxOf);
}

const outboxOf = ({ outbox, messages }: RegisteredConfab) => ({
  ...outbox,
  actions: {
    retry: (id: string) => outbox.retry(id),
    retryAll: () => outbox.retryAll(),
    discard: (id: string) => outbox.discard(id),
    discardUnreadable: (key: string) => outbox.discardUnreadable(key),
    async edit({ type, conversationId, messageId }: OutboxItem, input: MessageEdit) {
      if (messageId && /^(send|edit)_message$/.test(type))
        return messages.edit(conversationId, messageId, input);
      throw new ConfabError({ code: 'invalid', message: `unable to edit; ${type} has no text` });
    },
  },
});
