import { describe, expect, it } from 'vitest';
import type { Auth } from '../../src/ports';

/** A session and the server that renews it. */
export interface AuthHarness {
  readonly auth: Auth;
  /** Signs in, also over somebody else. */
  signIn(userId: string): void;
  signOut(): void;
  /** Reports a renewed token. */
  renew(): void;
  /** What renewing does from now on. */
  onRefresh(answer: 'renewed' | 'refused' | 'offline'): void;
}

const ALICE = '00000000-0000-7000-8000-00000000000a';
const BOB = '00000000-0000-7000-8000-00000000000b';

/** The contract of the port; every implementation keeps it. */
export function describeAuth(name: string, create: () => AuthHarness): void {
  describe(`the contract of auth: ${name}`, () => {
    it('E9.5 knows who is signed in, if anybody', async () => {
      const { auth, signIn, signOut } = create();
      expect(await auth.currentUser()).toBeNull();
      signIn(ALICE);
      expect(await auth.currentUser()).toBe(ALICE);
      signIn(BOB);
      expect(await auth.currentUser()).toBe(BOB);
      signOut();
      expect(await auth.currentUser()).toBeNull();
    });

    it('E9.5 tells of everybody who signs in and out, and of renewed tokens, until it is stopped', () => {
      const { auth, signIn, signOut, renew } = create();
      const seen: (string | null)[] = [];
      const stop = auth.onChange((userId) => seen.push(userId));
      signIn(ALICE);
      renew();
      signIn(BOB);
      signOut();
      expect(seen).toEqual([ALICE, ALICE, BOB, null]);
      stop();
      stop();
      signIn(ALICE);
      expect(seen).toHaveLength(4);
    });

    it('E4 gives nobody the token of somebody else', async () => {
      const { auth, signIn, signOut } = create();
      expect(await auth.accessToken(ALICE)).toBeNull();
      signIn(ALICE);
      expect(await auth.accessToken(ALICE)).toEqual(expect.any(String));
      expect(await auth.accessToken(BOB)).toBeNull();
      signOut();
      expect(await auth.accessToken(ALICE)).toBeNull();
    });

    it('E4 says whether the session was renewed, and rejects when nobody can tell now', async () => {
      const { auth, signIn, onRefresh } = create();
      signIn(ALICE);
      expect(await auth.refresh()).toBe(true);
      onRefresh('offline');
      await expect(auth.refresh()).rejects.toMatchObject({ code: 'offline', class: 'retryable' });
      expect(await auth.currentUser()).toBe(ALICE);
      onRefresh('refused');
      expect(await auth.refresh()).toBe(false);
    });
  });
}
