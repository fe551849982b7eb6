import { ConfabError } from '@confab/core';
import { useContext } from 'react';
import { ConfabContext } from './confab-context';
import type { RegisteredConfab } from './register';

/**
 * The client itself, for what has no hook of its own: editing, deleting, retrying, creating conversations. Its functions
 * are stable references.
 *
 * @throws ConfabError `invalid` outside a `ConfabProvider`
 * @example
 * ```tsx
 * function DeleteButton({ messageId }: { messageId: string }) {
 *   const { messages } = useConfab();
 *   return <button onClick={() => void messages.delete(conversationId, messageId)}>Delete</button>;
 * }
 * ```
 */
export function useConfab(): RegisteredConfab {
  const client = useContext(ConfabContext);
  if (client === null) {
    throw new ConfabError({
      code: 'invalid',
      message: 'unable to use Confab; there is no <ConfabProvider> above this component',
    });
  }
  return client;
}
