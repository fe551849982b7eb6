import type { Message, MessageEdit, Queued } from '@confab/core';
import { useMemo } from 'react';
import { heard } from './heard';
import type { RegisteredKinds } from './register';
import { useConfab } from './use-confab';

type Shown = Message<RegisteredKinds>;
type Write = () => Promise<Queued<Shown>>;

/** What can be done with a message; each settles as the function of `confab.messages` by its name. */
export interface MessageActions {
  readonly edit: (input: MessageEdit) => Promise<Queued<Shown>>;
  /** For everybody. */
  readonly delete: Write;
  /** Deletes it for the current user alone. */
  readonly hide: Write;
  /** Undoes `hide`. */
  readonly unhide: Write;
  readonly pin: Write;
  readonly unpin: Write;
  readonly forward: (toConversationId: string) => Promise<Queued<Shown>>;
  /** Makes it and all after it unread; does nothing before it is sent. */
  readonly markUnread: () => Promise<void>;
  /** Sends what failed again. */
  readonly retry: Write;
  /** Gives up what failed. */
  readonly discard: () => Promise<void>;
}

/**
 * What a menu does with its message. All are stable references once it is sent, also while it changes. Whether it is allowed the
 * server decides: the outcome may be `forbidden`, `edit_window_closed`, `delete_window_closed`, `locked` or
 * `message_deleted`.
 *
 * @example
 * ```tsx
 * function Menu() {
 *   const { message } = useMessage(conversationId, messageId);
 *   const actions = useMessageActions(message ?? { id: messageId, conversationId, seq: null });
 *   return <button onClick={() => void actions.pin()}>Pin</button>;
 * }
 * ```
 */
export function useMessageActions({
  id,
  conversationId,
  seq,
}: Pick<Shown, 'id' | 'conversationId' | 'seq'>): MessageActions {
  const { messages } = useConfab();
  return useMemo(
    () =>
      heard<MessageActions>({
        edit: (input) => messages.edit(conversationId, id, input),
        delete: () => messages.delete(conversationId, id),
        hide: () => messages.hide(conversationId, id),
        unhide: () => messages.unhide(conversationId, id),
        pin: () => messages.pin(conversationId, id),
        unpin: () => messages.unpin(conversationId, id),
        forward: (toConversationId) => messages.forward(id, toConversationId),
        markUnread: async () => {
          if (seq !== null) await messages.markUnread(conversationId, seq);
        },
        retry: () => messages.retry(id),
        discard: () => messages.discard(id),
      }),
    [messages, conversationId, id, seq],
  );
}
