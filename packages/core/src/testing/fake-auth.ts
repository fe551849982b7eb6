import { ConfabError } from '../errors/confab-error';
import type { Auth } from '../ports';
import { createDeferred, type Deferred } from './deferred';

/** A session a test begins, ends and lets expire. */
export interface FakeAuth extends Auth {
  /** Who is signed in. */
  userId(): string | null;
  /** Signs in, also over somebody else. */
  signIn(userId: string): void;
  signOut(): void;
  /** Reports the current user again, as every renewed token does. */
  renew(): void;
  /** The token is no longer valid until it is renewed: see {@link isValid}. */
  expire(): void;
  /** Whether a server would take the token of this user. */
  isValid(userId: string): boolean;
  /** What renewing does from now on: `renewed` by default, `refused` ends the session, `offline` cannot be asked. */
  onRefresh(answer: 'renewed' | 'refused' | 'offline'): void;
  /** How often renewing was asked for. */
  refreshes(): number;
  listeners(): number;
  /** Looking the session up does not settle until the returned function is called. */
  holdLookup(): () => void;
}

export function createFakeAuth(initial: string | null = null): FakeAuth {
  const listeners = new Set<{ readonly listener: (userId: string | null) => void }>();
  let user = initial;
  let isExpired = false;
  let answer: 'renewed' | 'refused' | 'offline' = 'renewed';
  let refreshes = 0;
  let lookup: Deferred<void> | null = null;

  const report = () => {
    for (const { listener } of [...listeners]) listener(user);
  };
  return {
    userId: () => user,
    async currentUser() {
      await lookup?.promise;
      return isExpired && answer === 'offline' && user !== null ? undefined : user;
    },
    accessToken: (userId) => Promise.resolve(userId === user ? `token of ${userId}` : null),
    onChange(listener) {
      const entry = { listener };
      listeners.add(entry);
      return () => void listeners.delete(entry);
    },
    async refresh() {
      refreshes++;
      await Promise.resolve();
      if (answer === 'offline') {
        throw new ConfabError({
          code: 'offline',
          message: 'unable to renew the session; there is no network',
        });
      }
      if (answer === 'refused' || user === null) return false;
      isExpired = false;
      report();
      return true;
    },
    signIn(userId) {
      user = userId;
      isExpired = false;
      report();
    },
    signOut() {
      user = null;
      report();
    },
    renew() {
      isExpired = false;
      report();
    },
    expire() {
      isExpired = true;
    },
    isValid: (userId) => userId === user && !isExpired,
    onRefresh(next) {
      answer = next;
    },
    refreshes: () => refreshes,
    listeners: () => listeners.size,
    holdLookup() {
      const held = createDeferred<void>();
      lookup = held;
      return () => held.resolve();
    },
  };
}
