import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { http, HttpResponse } from 'msw';
import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { createSupabaseAuth } from '../../src/adapters/supabase-auth';
import { createSupabaseTransport } from '../../src/adapters/supabase-transport';
import { systemClock } from '../../src/adapters/system-clock';
import { asTransport } from '../integration/support/network';

const url = 'http://127.0.0.1:9998';
const tokens = `${url}/auth/v1/token`;
const server = setupServer();
let supabase: SupabaseClient;

/** A session as Auth answers it; `expiresIn` seconds from now. */
function session(userId: string, expiresIn: number) {
  const payload = { sub: userId, exp: Math.floor(Date.now() / 1000) + expiresIn, role: 'authenticated' };
  const token = ['{"alg":"HS256"}', JSON.stringify(payload), 'x']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');
  return {
    access_token: token,
    refresh_token: 'refresh',
    token_type: 'bearer',
    expires_in: expiresIn,
    expires_at: payload.exp,
    user: { id: userId, aud: 'authenticated', app_metadata: {}, user_metadata: {}, created_at: '2026-01-01' },
  };
}

beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
beforeEach(() => {
  supabase = createClient(url, 'anon-key', {
    auth: { persistSession: false, autoRefreshToken: false, storageKey: crypto.randomUUID() },
    realtime: { transport: asTransport(WebSocket) },
  });
});
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const signIn = async (expiresIn: number): Promise<void> => {
  server.use(http.post(tokens, () => HttpResponse.json(session('alice', expiresIn)), { once: true }));
  await supabase.auth.signInWithPassword({ email: 'alice@example.com', password: 'password' });
};

it('E4 gives the token of the asked user only', async () => {
  await signIn(3600);
  const auth = createSupabaseAuth(supabase, systemClock);
  expect(await auth.currentUser()).toBe('alice');
  expect(await auth.accessToken('alice')).toMatch(/^ey/);
  expect(await auth.accessToken('bob')).toBeNull();
});

it('E4 renews a token that is over', async () => {
  await signIn(-10);
  server.use(http.post(tokens, () => HttpResponse.json(session('alice', 3600))));
  expect(await createSupabaseAuth(supabase, systemClock).accessToken('alice')).toMatch(/^ey/);
});

it('E4 a session the server has ended is no session', async () => {
  await signIn(3600);
  const gone = { code: 'session_not_found', message: 'Session not found' };
  server.use(http.post(tokens, () => HttpResponse.json(gone, { status: 400 })));
  const auth = createSupabaseAuth(supabase, systemClock);
  expect(await auth.refresh()).toBe(false);
});

it('E4 an Auth server out of reach has ended nothing', async () => {
  await signIn(3600);
  server.use(http.post(tokens, () => HttpResponse.error()));
  const auth = createSupabaseAuth(supabase, systemClock);
  // The client itself tries for half a minute before it gives up.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  const refused = expect(auth.refresh()).rejects.toMatchObject({ code: 'offline', class: 'retryable' });
  for (let second = 0; second < 60; second++) {
    await new Promise((resolve) => setImmediate(resolve));
    await vi.advanceTimersByTimeAsync(1_000);
  }
  await refused;

  // The same where a token that is over would have to be renewed first: who it is cannot be told.
  await signIn(-10);
  server.use(http.post(tokens, () => HttpResponse.error()));
  const asked = createSupabaseAuth(supabase, systemClock).currentUser();
  for (let second = 0; second < 60; second++) {
    await new Promise((resolve) => setImmediate(resolve));
    await vi.advanceTimersByTimeAsync(1_000);
  }
  expect(await asked).toBeUndefined();
  await signIn(3600);
  vi.useRealTimers();
  server.resetHandlers();
  expect(await auth.accessToken('alice')).toMatch(/^ey/);
});

describe('without network, with a token in its last seconds', () => {
  /** Signed in for half a minute; Auth is out of reach then, though the rest of the server may be there. */
  const begin = async () => {
    const auth = createSupabaseAuth(supabase, systemClock);
    auth.onChange(() => undefined);
    await signIn(30);
    server.use(http.post(tokens, () => HttpResponse.error()));
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    return { auth, transport: createSupabaseTransport(supabase, auth, systemClock) };
  };
  /** What has come of it after a second. */
  const soon = async (asked: Promise<unknown>): Promise<unknown> => {
    let outcome: unknown = 'nothing yet';
    asked.then(
      (value) => (outcome = value),
      (error: unknown) => (outcome = error),
    );
    for (let step = 0; step < 20; step++) {
      await new Promise((resolve) => setImmediate(resolve));
      await vi.advanceTimersByTimeAsync(50);
    }
    return outcome;
  };
  afterEach(() => vi.useRealTimers());

  it('E9.13 is told so at once, and answered at once when it is back', async () => {
    const { transport } = await begin();
    const rpc = `${url}/rest/v1/rpc/pull`;
    server.use(http.post(rpc, () => HttpResponse.error()));
    expect(await soon(transport.call('pull', {}, 'alice'))).toMatchObject({ code: 'offline' });
    const seen: (string | null)[] = [];
    server.use(
      http.post(rpc, ({ request: { headers } }) => {
        seen.push(headers.get('apikey'), headers.get('authorization'));
        return HttpResponse.json({ reset: true });
      }),
    );
    expect(await soon(transport.call('pull', {}, 'alice'))).toEqual({ reset: true });
    expect(seen).toEqual(['anon-key', expect.stringMatching(/^Bearer ey/)]);
  });

  it('E4 nobody gets the token of somebody else', async () => {
    const { auth } = await begin();
    expect(await soon(auth.accessToken('bob'))).toBe('nothing yet');
    expect(await soon(auth.accessToken('alice'))).toMatch(/^ey/);
  });
});

it('E9.13 Auth that says nothing of a session nobody knows is out of reach after seconds', async () => {
  await signIn(-10);
  server.use(http.post(tokens, () => HttpResponse.error()));
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const auth = createSupabaseAuth(supabase, systemClock);
  const refused = expect(auth.accessToken('alice')).rejects.toMatchObject({ code: 'offline' });
  await vi.advanceTimersByTimeAsync(4_000);
  await refused;
  vi.useRealTimers();
});
