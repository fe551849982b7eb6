import { once } from 'node:events';
import { connect } from 'node:net';

import { REALTIME_SUBSCRIBE_STATES, type RealtimeChannel } from '@supabase/supabase-js';
import { SignJWT } from 'jose';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { LocalStack } from '../src/index.js';
import { eventually } from './support/eventually.js';
import { clientOf, startTestStack } from './support/stack.js';

let stack: LocalStack;

beforeAll(async () => {
  stack = await startTestStack({ auth: { accessTokenSeconds: 60 } });
});
afterAll(() => stack.stop());

async function signIn() {
  const client = clientOf(stack);
  const { data, error } = await client.auth.signInAnonymously();
  expect(error).toBeNull();
  return { client, userId: data.user?.id ?? '', accessToken: data.session?.access_token ?? '' };
}

function untilSubscribed(channel: RealtimeChannel): Promise<void> {
  return new Promise((resolve, reject) => {
    channel.subscribe((status, error) => {
      if (status === REALTIME_SUBSCRIBE_STATES.SUBSCRIBED) resolve();
      else reject(error ?? new Error(status));
    });
  });
}

function get(path: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${stack.apiUrl}${path}`, { headers });
}

describe('REST', () => {
  it('S1 shows each user their own rows only', async () => {
    const alice = await signIn();
    const bob = await signIn();
    const inserted = await alice.client.from('notes').insert({ body: 'of Alice' }).select().single();
    expect(inserted.error).toBeNull();
    expect(inserted.data).toMatchObject({ owner: alice.userId, body: 'of Alice' });
    expect((await bob.client.from('notes').select()).data).toEqual([]);
    expect((await alice.client.from('notes').select('body')).data).toEqual([{ body: 'of Alice' }]);
    const forged = await bob.client.from('notes').insert({ body: 'forged', owner: alice.userId });
    expect(forged.error?.code).toBe('42501');
    expect((await clientOf(stack).from('notes').select()).error?.code).toBe('42501');
    const seen = await clientOf(stack, stack.serviceRoleKey).from('notes').select('body');
    expect(seen.data).toContainEqual({ body: 'of Alice' });
  });

  it('S1 gives no grants on what migrations make, not even to the service role', async () => {
    const { error } = await clientOf(stack, stack.serviceRoleKey).from('secrets').select();
    expect(error?.code).toBe('42501');
  });

  it('S1 refuses an expired token with 401', async () => {
    const expired = await new SignJWT({ role: 'authenticated', sub: crypto.randomUUID() })
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime(Math.floor(Date.now() / 1000) - 60)
      .sign(new TextEncoder().encode(stack.jwtSecret));
    const answer = await get('/rest/v1/names', { apikey: stack.anonKey, authorization: `Bearer ${expired}` });
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ message: 'JWT expired' });
  });

  it('S1 issues access tokens as short as it is told to', async () => {
    const { client } = await signIn();
    expect((await client.auth.getSession()).data.session?.expires_in).toBe(60);
  });

  it('S1 passes long bodies and answers through unchanged', async () => {
    const { client } = await signIn();
    const body = 'ä✓'.repeat(300_000);
    const { data, error } = await client.from('notes').insert({ body }).select('body').single();
    expect(error).toBeNull();
    expect(data?.body === body).toBe(true);
  });

  it('S1 keeps filters as they were written and leaves the key in the address out', async () => {
    const answer = await get(`/rest/v1/names?select=name&name=eq.a%26b&apikey=${stack.anonKey}`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual([]);
  });

  it('S1 sees tables made later without a restart', async () => {
    const client = new pg.Client({ connectionString: stack.dbUrl });
    await client.connect();
    await client.query('create table public.later (id int); grant select on public.later to anon');
    await client.end();
    await eventually(
      'the new table',
      async () => (await clientOf(stack).from('later').select()).error === null,
    );
  });
});

describe('Realtime', () => {
  it('S1 carries broadcasts between clients', async () => {
    const [alice, bob] = [clientOf(stack), clientOf(stack)];
    const heard: unknown[] = [];
    const hear = bob.channel('lobby').on('broadcast', { event: '*' }, ({ payload }) => heard.push(payload));
    const speak = alice.channel('lobby');
    await Promise.all([hear, speak].map(untilSubscribed));
    await speak.send({ type: 'broadcast', event: 'hello', payload: { from: 'alice' } });
    await eventually('the broadcast', () => heard.length === 1);
    expect(heard).toEqual([{ from: 'alice' }]);
    await Promise.all([alice, bob].map((client) => client.removeAllChannels()));
  });
});

describe('the gateway', () => {
  it('S1 wants an API key it knows', async () => {
    const none = await get('/rest/v1/names');
    expect(none.status).toBe(401);
    expect(await none.json()).toMatchObject({ message: 'No API key found in request' });
    const wrong = await get('/auth/v1/health', { apikey: 'nonsense' });
    expect(wrong.status).toBe(401);
    expect(await wrong.json()).toMatchObject({ message: 'Invalid API key' });
  });

  it('S1 answers an unknown path with JSON', async () => {
    const answer = await get('/functions/v1/hello');
    expect(answer.status).toBe(404);
    expect(await answer.json()).toHaveProperty('message');
  });

  it('S1 lets any page in', async () => {
    const preflight = await fetch(`${stack.apiUrl}/rest/v1/names`, {
      method: 'OPTIONS',
      headers: {
        origin: 'http://localhost:5173',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'apikey,authorization',
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
    expect(preflight.headers.get('access-control-allow-headers')).toBe('apikey,authorization');
    const answer = await get('/rest/v1/names', { apikey: stack.anonKey });
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
  });
});

describe('the database role', () => {
  it('S1 is no superuser, and may make schemas, policies and publications, and set the API roles', async () => {
    const client = new pg.Client({ connectionString: stack.dbUrl });
    await client.connect();
    try {
      const { rows } = await client.query(
        'select rolsuper, rolbypassrls from pg_roles where rolname = current_user',
      );
      expect(rows).toEqual([{ rolsuper: false, rolbypassrls: true }]);
      await client.query('create schema shop; create table shop.orders (id int)');
      await client.query('alter publication supabase_realtime add table shop.orders');
      await client.query('create policy p on realtime.messages for select to authenticated using (true)');
      await client.query('drop policy p on realtime.messages');
      await client.query('begin; set local role authenticated; reset role; commit');
      await expect(client.query('alter system set work_mem = 1')).rejects.toThrow();
    } finally {
      await client.end();
    }
  });

  it('S1 sorts text by code point on every system', async () => {
    const client = new pg.Client({ connectionString: stack.dbUrl });
    await client.connect();
    const { rows } = await client.query(
      `select string_agg(x, '' order by x) as sorted from unnest('{b,ä,B,a}'::text[]) x`,
    );
    await client.end();
    expect(rows).toEqual([{ sorted: 'Babä' }]);
  });
});

describe('faults', () => {
  it('S1 comes back under the same address with the same sessions, and cuts every socket', async () => {
    const { client } = await signIn();
    const statuses: string[] = [];
    client.channel('restart').subscribe((status) => statuses.push(status));
    await eventually('joined', () => statuses.length > 0);
    await stack.restartGateway();
    await eventually('cut', () => statuses.length > 1);
    expect(statuses.slice(0, 2)).toEqual(['SUBSCRIBED', 'CHANNEL_ERROR']);
    expect((await client.auth.getUser()).error).toBeNull();
    expect((await client.from('names').select()).error).toBeNull();
    await untilSubscribed(client.channel('restarted'));
    await client.removeAllChannels();
  });

  it('S1 does not wait for sockets that never answer their close', async () => {
    const { hostname, port } = new URL(stack.apiUrl);
    const silent = await Promise.all(
      ['/nothing', `/realtime/v1/websocket?vsn=1.0.0&apikey=${stack.anonKey}`].map(async (path) => {
        const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
        socket.on('error', () => undefined);
        const key = 'dGhlIHNhbXBsZSBub25jZQ==';
        socket.write(
          `GET ${path} HTTP/1.1\r\nhost: ${hostname}\r\nconnection: upgrade\r\nupgrade: websocket\r\n` +
            `sec-websocket-version: 13\r\nsec-websocket-key: ${key}\r\n\r\n`,
        );
        const [head] = await once(socket, 'data');
        return { socket, status: String(head).split(' ')[1] };
      }),
    );
    expect(silent.map(({ status }) => status)).toEqual(['404', '101']);
    await stack.restartGateway();
    for (const { socket } of silent) socket.destroy();
    expect((await get('/auth/v1/health', { apikey: stack.anonKey })).status).toBe(200);
  });

  it('S1 answers 503 while the database or PostgREST is away and recovers after', async () => {
    const { client } = await signIn();
    await stack.restartPostgres({ crash: true });
    await eventually('auth again', async () => (await client.auth.getUser()).error === null);
    await eventually('rest again', async () => (await client.from('names').select()).error === null, 30_000);
    const before = stack.pids.postgrest;
    await stack.restartPostgrest();
    expect(stack.pids.postgrest).not.toBe(before);
    expect((await client.from('names').select()).error).toBeNull();
    process.kill(stack.pids.postgrest, 'SIGKILL');
    await eventually('503', async () => {
      const answer = await get('/rest/v1/names', { apikey: stack.anonKey });
      return (
        answer.status === 503 && (answer.headers.get('content-type') ?? '').startsWith('application/json')
      );
    });
  });
});
