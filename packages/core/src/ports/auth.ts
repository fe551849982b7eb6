/** Who is signed in. */
export interface Auth {
  /**
   * The user of the current session; null when there is none, undefined when that cannot be told now, because the session
   * has to be renewed and nobody can be asked. Never rejects.
   */
  currentUser(): Promise<string | null | undefined>;
  /**
   * A valid access token of this user, renewed if need be; null when somebody else or nobody is signed in. What is sent
   * with it can never be sent as another user. Rejects with a retryable `ConfabError` when it cannot be renewed now.
   */
  accessToken(userId: string): Promise<string | null>;
  /**
   * Calls `listener` with the user after sign-in, sign-out and every renewed token; with null when nobody is signed in.
   * The same user may be reported many times.
   */
  onChange(listener: (userId: string | null) => void): () => void;
  /**
   * Renews the token. Resolves to whether there is a valid session afterwards; rejects with a retryable `ConfabError`
   * when the server cannot be asked now, which says nothing about the session.
   */
  refresh(): Promise<boolean>;
}
