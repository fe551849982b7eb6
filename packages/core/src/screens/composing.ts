/** What is read of a key event: one of the browser, or one of React, which has that of the browser inside. */
export interface ComposingKey {
  readonly isComposing?: boolean;
  readonly keyCode?: number;
  readonly nativeEvent?: { readonly isComposing?: boolean };
}

/** What browsers give as the code of a key that an input method takes. */
const TAKEN_BY_INPUT_METHOD = 229;

/**
 * Whether a key belongs to the input method that composes a word, as for Japanese, Chinese and Korean: Enter then takes a
 * word and must not send, arrows choose one, and Escape drops one (rule E16.15). Ask it first in every `keydown` handler of
 * a field. `event.isComposing` alone is not enough: Safari ends the composition before it tells of the key that ended it.
 *
 * @example
 * ```ts
 * const composer = createComposer(confab, conversationId);
 * const field = document.createElement('textarea');
 * field.addEventListener('keydown', (event) => {
 *   if (isComposingKey(event) || event.key !== 'Enter') return;
 *   event.preventDefault();
 *   void composer.actions.send();
 * });
 * ```
 */
export function isComposingKey({ isComposing, keyCode, nativeEvent }: ComposingKey): boolean {
  return (isComposing ?? nativeEvent?.isComposing ?? false) || keyCode === TAKEN_BY_INPUT_METHOD;
}
