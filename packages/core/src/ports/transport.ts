import type { Database, Json } from '../database.types';

type Functions = Database['confab']['Functions'];

/** The functions of the schema `confab`, as generated from the migrations (rule D14). */
export type FunctionName = keyof Functions;

/** The arguments a function takes; what is JSON there is for the function to check. */
export type FunctionArgs<F extends FunctionName> = {
  readonly [K in keyof Functions[F]['Args']]: Json extends Functions[F]['Args'][K]
    ? unknown
    : Functions[F]['Args'][K];
};

/** Calls functions of the schema `confab`. */
export interface Transport {
  /**
   * Makes the call as this user or not at all.
   *
   * Resolves with the function's JSON, undecoded. Rejects only with a `ConfabError`: `offline`, `timeout`,
   * `unavailable`, `unauthenticated`, or a code the database raised. After `offline` and `timeout` the call may have
   * been carried out.
   */
  call<F extends FunctionName>(fn: F, args: FunctionArgs<F>, userId: string): Promise<unknown>;
}
