import { createClient } from '@supabase/supabase-js';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createSupabaseAuth } from '../../src/adapters/supabase-auth';
import { createManualClock } from '../../src/testing/manual-clock';
import { settled } from '../../src/testing/settled';
import { asTransport } from '../integration/support/network';

const tokenOf = (claims: object): string =>
  [{ alg: 'HS256' }, claims, 'x']
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
const [ALICE, BOB] = ['alice', 'bob'].map((sub) => tokenOf({ iss: 'https://id.example.com', sub }));
const ids: Readonly<Record<string, string>> = {
  [ALICE ?? '']: '00000000-0000-8000-8000-00000000000a',
  [BOB ?? '']: '00000000-0000-8000-8000-00000000000b',
};

/** A supabase-js client of an app whose users sign in elsewhere, and what its server answers. */
function createApp() {
  const clock = createManualClock();
  const state: {
    token: string | null;
    /** Of the app's own provider. */
    isReachable: boolean;
    isHanging: boolean;
    /** Of the server. */
    status: number;
    asked: string[];
  } = { token: null, isReachable: true, isHanging: false, status: 200, asked: [] };
  const supabase = createClient('http://127.0.0.1:9997', 'anon-key', {
    accessToken: async () => {
      if (!state.isReachable) throw new Error('the provider does not answer');
      return state.isHanging ? new Promise(() => undefined) : state.token;
    },
    global: {
      fetch: async (_, init) => {
        const token = new Headers(init?.headers).get('authorization')?.slice('Bearer '.length) ?? '';
        state.asked.push(token);
        if (state.status === 0) throw new TypeError('fetch failed');
        const id = ids[token.replace(/\.later$/, '')] ?? null;
        return Response.json(state.status === 200 ? id : { message: 'no' }, { status: state.status });
      },
    },
    realtime: { transport: asTransport(WebSocket) },
  });
  const auth = createSupabaseAuth(supabase, clock);
  const seen: (string | null)[] = [];
  return { clock, state, auth, seen, stop: auth.onChange((userId) => seen.push(userId)) };
}

describe('a client with the option accessToken', () => {
  it('E9.5 says who is signed in: whom the server knows the token by', async () => {
    const { auth, state } = createApp();
    expect(await auth.currentUser()).toBeNull();
    state.token = ALICE ?? null;
    expect(await auth.currentUser()).toBe(ids[ALICE ?? '']);
    state.token = BOB ?? null;
    expect(await auth.currentUser()).toBe(ids[BOB ?? '']);
  });

  it('E9.5 notices who signs in, out and over somebody else within two seconds, and renewed tokens', async () => {
    const { auth, state, clock, seen, stop } = createApp();
    await auth.currentUser();
    for (const token of [ALICE, ALICE, tokenOf({ sub: 'alice' }), BOB, null]) {
      state.token = token ?? null;
      await clock.advance(2_000);
    }
    expect(seen).toEqual([ids[ALICE ?? ''], null, ids[BOB ?? ''], null]);
    stop();
    stop();
    expect(clock.pending()).toBe(0);
  });

  it('E9.5 notices it with the next call too', async () => {
    const { auth, state, seen } = createApp();
    state.token = ALICE ?? null;
    const alice = (await auth.currentUser()) ?? '';
    expect(await auth.accessToken(alice)).toBe(ALICE);
    state.token = BOB ?? null;
    expect(await auth.accessToken(alice)).toBeNull();
    expect(seen).toEqual([ids[BOB ?? '']]);
    expect(await auth.accessToken(ids[BOB ?? ''] ?? '')).toBe(BOB);
  });

  it('E4 asks the server once for each person, however often tokens are renewed', async () => {
    const { auth, state } = createApp();
    state.token = ALICE ?? null;
    const alice = (await auth.currentUser()) ?? '';
    state.token = `${ALICE}.later`;
    expect(await auth.accessToken(alice)).toBe(`${ALICE}.later`);
    expect(await auth.refresh()).toBe(true);
    expect(state.asked).toEqual([ALICE]);
  });

  it('E4 a server or a provider out of reach has ended nothing', async () => {
    const { auth, state, clock, seen } = createApp();
    state.token = ALICE ?? null;
    state.status = 0;
    expect(await auth.currentUser()).toBeUndefined();
    await expect(auth.accessToken('x')).rejects.toMatchObject({ code: 'offline', class: 'retryable' });
    expect(seen).toEqual([]);
    state.status = 200;
    await clock.advance(30_000);
    expect(seen).toEqual([ids[ALICE ?? '']]);
    state.isReachable = false;
    expect(await auth.currentUser()).toBeUndefined();
    await expect(auth.refresh()).rejects.toMatchObject({ code: 'offline', class: 'retryable' });
    await clock.advance(60_000);
    expect(seen).toHaveLength(1);
  });

  it('E9.13 goes on with the token it had while the provider does not answer', async () => {
    const { auth, state, clock } = createApp();
    state.token = ALICE ?? null;
    const alice = (await auth.currentUser()) ?? '';
    state.isHanging = true;
    const asked = auth.accessToken(alice);
    await clock.advance(1_000);
    expect(await asked).toBe(ALICE);
    const ofBob = expect(auth.accessToken(ids[BOB ?? ''] ?? '')).rejects.toMatchObject({ code: 'offline' });
    await clock.advance(4_000);
    await ofBob;
  });

  it('E4 asks ever more rarely while it gets no answer', async () => {
    const { state, clock } = createApp();
    state.token = ALICE ?? null;
    state.status = 503;
    await clock.advance(300_000);
    expect(state.asked.length).toBeLessThan(16);
    expect(state.asked.length).toBeGreaterThan(8);
  });

  it('E4.4 a token that the server refuses is nobody’s', async () => {
    const { auth, state } = createApp();
    state.token = ALICE ?? null;
    state.status = 401;
    expect(await auth.currentUser()).toBeNull();
    expect(await auth.refresh()).toBe(false);
    expect(await auth.accessToken(ids[ALICE ?? ''] ?? '')).toBeNull();
  });

  it('E9.5 works with tokens that it cannot read', async () => {
    const { auth, state } = createApp();
    for (const token of ['opaque', 'a.b.c', '', tokenOf([]), tokenOf({ sub: 'alice' })]) {
      state.token = token;
      expect(await auth.currentUser()).toBeNull();
    }
    await settled();
  });
});
