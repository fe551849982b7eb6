/** Calls functions of the schema `confab`. */
export interface Transport {
  /**
   * Makes the call as this user or not at all.
   *
   * Resolves with the function's JSON, undecoded. Rejects only with a `ConfabError`: `offline`, `timeout`,
   * `unavailable`, `unauthenticated`, or a code the database raised. After `offline` and `timeout` the call may have
   * been carried out.
   */
  call(fn: string, args: Readonly<Record<string, unknown>>, userId: string): Promise<unknown>;
}
