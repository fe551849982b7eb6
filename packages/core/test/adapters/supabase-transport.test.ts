import { createClient } from '@supabase/supabase-js';
import { delay, http, HttpResponse } from 'msw';
import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createSupabaseTransport } from '../../src/adapters/supabase-transport';
import { systemClock } from '../../src/adapters/system-clock';
import { ConfabError } from '../../src';
import { asTransport } from '../integration/support/network';

const url = 'http://127.0.0.1:9999';
const fn = `${url}/rest/v1/rpc/push`;
const server = setupServer();

beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const supabase = createClient(url, 'anon-key', {
  auth: { persistSession: false, autoRefreshToken: false },
  realtime: { transport: asTransport(WebSocket) },
});
const auth = {
  accessToken: (userId: string) => Promise.resolve(userId === 'alice' ? 'token-of-alice' : null),
};
const transport = createSupabaseTransport(supabase, auth, systemClock);

async function failure(userId = 'alice'): Promise<ConfabError> {
  try {
    await transport.call('push', { mutations: [] }, userId);
  } catch (error) {
    if (error instanceof ConfabError) return error;
    throw error;
  }
  throw new Error('did not fail');
}

const answer = (status: number, body: Record<string, unknown>) =>
  server.use(http.post(fn, () => HttpResponse.json(body, { status })));

it('E4 calls the function of the schema as the given user', async () => {
  const seen: (string | null)[] = [];
  server.use(
    http.post(fn, ({ request }) => {
      seen.push(request.headers.get('authorization'), request.headers.get('content-profile'));
      return HttpResponse.json({ results: [] });
    }),
  );
  expect(await transport.call('push', { mutations: [] }, 'alice')).toEqual({ results: [] });
  expect(seen).toEqual(['Bearer token-of-alice', 'confab']);
});

it('E4 sends nothing when somebody else is signed in by now', async () => {
  expect((await failure('bob')).code).toBe('unauthenticated');
});

it('E4 the code of the database comes through, with the time to wait', async () => {
  answer(429, {
    code: 'PT429',
    message: 'unable to send the message; too many',
    details: 'rate_limited',
    hint: '{"retry_after": 3}',
  });
  expect(await failure()).toMatchObject({ code: 'rate_limited', class: 'retryable', retryAfterMs: 3_000 });
});

it.each([
  [400, '22P02', 'invalid', 'permanent'],
  [401, '', 'invalid_key', 'auth'],
  [401, 'PGRST301', 'unauthenticated', 'auth'],
  [401, 'PGRST302', 'unauthenticated', 'auth'],
  [401, 'PGRST303', 'unauthenticated', 'auth'],
  [403, '42501', 'forbidden', 'permanent'],
  [404, 'PGRST202', 'not_installed', 'permanent'],
  [404, '42883', 'not_installed', 'permanent'],
  [404, '3F000', 'not_installed', 'permanent'],
  [406, 'PGRST106', 'schema_not_exposed', 'permanent'],
  [408, '', 'timeout', 'retryable'],
  [429, '', 'rate_limited', 'retryable'],
  [500, '57014', 'unavailable', 'retryable'],
  [503, 'PGRST002', 'unavailable', 'retryable'],
])('E4 status %i with code %s is %s, %s', async (status, code, expected, errorClass) => {
  answer(status, { code, message: 'said by the server', details: null, hint: null });
  expect(await failure()).toMatchObject({ code: expected, class: errorClass });
});

it('E4 a page of HTML instead of JSON is retried, whatever its status', async () => {
  for (const status of [200, 502]) {
    server.use(http.post(fn, () => HttpResponse.html('<h1>Sign in to the hotel</h1>', { status })));
    expect(await failure()).toMatchObject({ code: 'unavailable', class: 'retryable' });
  }
});

it('E4 an unreachable server is offline', async () => {
  server.use(http.post(fn, () => HttpResponse.error()));
  expect(await failure()).toMatchObject({ code: 'offline', class: 'retryable' });
});

it('E4 a message that looks like another error changes nothing', async () => {
  answer(500, {
    code: 'XX000',
    message: 'JWT expired (401) fetch failed not_member',
    details: null,
    hint: null,
  });
  expect((await failure()).code).toBe('unavailable');
});

it('E4 no answer in time is a timeout', async () => {
  server.use(
    http.post(fn, async () => {
      await delay('infinite');
      return HttpResponse.json({});
    }),
  );
  const now = createSupabaseTransport(supabase, auth, {
    ...systemClock,
    after: (_ms, task) => systemClock.after(0, task),
  });
  await expect(now.call('push', { mutations: [] }, 'alice')).rejects.toMatchObject({
    code: 'timeout',
    class: 'retryable',
  });
});
