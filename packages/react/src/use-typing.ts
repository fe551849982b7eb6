import type { TypingView } from '@confab/core';
import { useCallback, useMemo } from 'react';
import { useConfab } from './use-confab';
import { useReadable } from './use-readable';

export interface UseTypingResult {
  /** The other members who are typing right now. */
  readonly typers: TypingView;
  /** Call on every change of the text; the others are told at most every 2 s. */
  readonly keystroke: () => void;
  /** Call when the text is cleared or the field is left. */
  readonly stop: () => void;
}

/**
 * Who is typing in a conversation, and what to call when this user does (rule E11): `keystroke` on every change of the
 * text, `stop` when it is cleared. Both are stable references; sending a message stops by itself.
 *
 * @throws ConfabError `invalid` for a malformed id
 * @example
 * ```tsx
 * function Field() {
 *   const { typers, keystroke } = useTyping(conversationId);
 *   return (
 *     <>
 *       <input onChange={keystroke} />
 *       {typers.length > 0 && <p>{typers.map(({ displayName }) => displayName).join(', ')} typing …</p>}
 *     </>
 *   );
 * }
 * ```
 */
export function useTyping(conversationId: string): UseTypingResult {
  const list = useConfab().typing.in(conversationId);
  const typers = useReadable(list);
  const keystroke = useCallback(() => list.keystroke(), [list]);
  const stop = useCallback(() => list.stop(), [list]);
  return useMemo(() => ({ typers, keystroke, stop }), [typers, keystroke, stop]);
}
