import type { Readable } from './readable';

/**
 * Calls `listener` with the value of a view now and after every change, until the returned function is called: for apps
 * without React. While it is observed the view loads what it needs and is kept up to date.
 *
 * @example
 * ```ts
 * const stop = observe(confab.messages.list(conversationId), ({ messages, isPending }) => {
 *   console.log(isPending ? 'loading' : messages.map(({ content }) => content));
 * });
 * ```
 */
export function observe<T>(readable: Readable<T>, listener: (value: T) => void): () => void {
  // The first subscription may load, or give what is there: what the listener is told first is what it finds then.
  const stop = readable.subscribe(() => listener(readable.get()));
  listener(readable.get());
  return stop;
}
