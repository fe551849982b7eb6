import { derive, type TypingView } from '@confab/core';
import type { RegisteredConfab } from './register';
import { useScreen } from './use-screen';

export interface UseTypingResult {
  /** The other members who are typing right now. */
  readonly typers: TypingView;
  /** The names of the first two of them, for a sentence in the app's language. */
  readonly names: readonly string[];
  /** How many more there are. */
  readonly othersCount: number;
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
 *   const { names, othersCount, keystroke } = useTyping(conversationId);
 *   return (
 *     <>
 *       <input onChange={keystroke} />
 *       {names.length > 0 && (
 *         <p role="status">
 *           {names.join(' and ')} {othersCount > 0 && `and ${othersCount} more`} typing …
 *         </p>
 *       )}
 *     </>
 *   );
 * }
 * ```
 */
export function useTyping(conversationId: string): UseTypingResult {
  return useScreen(typingOf, conversationId);
}

function typingOf({ typing }: RegisteredConfab, conversationId: string) {
  const list = typing.in(conversationId);
  return {
    ...derive([list], (typers) => {
      const names = typers.slice(0, 2).map(({ displayName }) => displayName);
      return { typers, names, othersCount: typers.length - names.length };
    }),
    actions: { keystroke: () => list.keystroke(), stop: () => list.stop() },
  };
}
