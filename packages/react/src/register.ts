import type { Confab } from '@confab/core';

/**
 * Tells the hooks which client the app has, so that its own message kinds narrow (rule E12). Say it once, next to the
 * kinds; apps without kinds of their own need not.
 *
 * @example
 * ```ts fragment
 * const messageKinds = { daily_note: dailyNoteSchema };
 *
 * declare module '@confab/react' {
 *   interface Register {
 *     confab: Confab<typeof messageKinds>;
 *   }
 * }
 * ```
 */
export interface Register {}

/** The message kinds of the client named by `R`; none of the app's own when it names no client. */
export type KindsOf<R> = R extends { readonly confab: Confab<infer K> } ? K : Record<never, never>;

/**
 * What a provider takes: the client named by `R`; when it names none, any client (of which only what does not depend on
 * kinds is asked).
 */
export type ClientOf<R> = R extends { readonly confab: infer C }
  ? C
  : Pick<Confab, 'connection' | 'currentUser' | 'queryClient' | 'close'>;

/** The app's message kinds, as told through {@link Register}. */
export type RegisteredKinds = KindsOf<Register>;

/** The app's client, as told through {@link Register}. */
export type RegisteredConfab = Confab<RegisteredKinds>;
