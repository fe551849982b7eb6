import type { Message, MessageInput, Queued } from '@confab/core';
import { useMemo } from 'react';
import { heard } from './heard';
import type { RegisteredKinds } from './register';
import { useConfab } from './use-confab';

/** Sends to one conversation; see {@link useSendMessage}. */
export type SendMessage = (input: MessageInput<RegisteredKinds>) => Promise<Queued<Message<RegisteredKinds>>>;

/**
 * A stable function that sends a message. It resolves once the message is stored on this device and shown by
 * `useMessages` (rule E1); what the server says shows in the message's `status`, and comes with `confirmed`.
 *
 * It rejects with a ConfabError: `content_empty`, `invalid` when the input does not fit its kind, `unauthenticated`. As
 * with all hooks, only `invalid` is an unhandled rejection where nobody awaits it (rule H2).
 *
 * @example
 * ```tsx
 * function Composer() {
 *   const sendMessage = useSendMessage(conversationId);
 *   return <button onClick={() => void sendMessage({ content: 'Hello' })}>Say hello</button>;
 * }
 * ```
 */
export function useSendMessage(conversationId: string): SendMessage {
  const { messages } = useConfab();
  const { send } = useMemo(
    () => heard<{ send: SendMessage }>({ send: (input) => messages.send(conversationId, input) }),
    [messages, conversationId],
  );
  return send;
}
