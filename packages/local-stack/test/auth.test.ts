import { decodeJwt, SignJWT } from 'jose';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { LocalStack } from '../src/index.js';
import { clientOf, startTestStack } from './support/stack.js';

let stack: LocalStack;
let count = 0;

beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.stop());

const newAddress = (): string => `user${(count += 1)}@example.com`;
const password = 'correct horse';

async function signUp(email = newAddress()) {
  const client = clientOf(stack);
  const { data, error } = await client.auth.signUp({ email, password, options: { data: { name: 'Alice' } } });
  expect(error).toBeNull();
  if (data.session === null || data.user === null) throw new Error('no session');
  return { client, email, session: data.session, user: data.user };
}

function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${stack.apiUrl}/auth/v1${path}`, {
    method: 'POST',
    headers: { apikey: stack.anonKey, 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

describe('signing up and in', () => {
  it('S1 signs up with a session at once, and the user is a row that triggers see', async () => {
    const { client, user, email } = await signUp();
    expect(user).toMatchObject({ email, role: 'authenticated', aud: 'authenticated', is_anonymous: false });
    expect(user.user_metadata).toMatchObject({ name: 'Alice', email_verified: true });
    expect(user.app_metadata).toEqual({ provider: 'email', providers: ['email'] });
    expect(user.identities).toHaveLength(1);
    const { data } = await client.from('names').select('name').eq('id', user.id);
    expect(data).toEqual([{ name: 'Alice' }]);
  });

  it('S1 puts the claims of the real service into access tokens', async () => {
    const { session, user } = await signUp();
    const claims = decodeJwt(session.access_token);
    expect(claims).toMatchObject({
      sub: user.id,
      role: 'authenticated',
      aud: 'authenticated',
      iss: `${stack.apiUrl}/auth/v1`,
      email: user.email,
      app_metadata: { provider: 'email' },
      user_metadata: { name: 'Alice' },
      is_anonymous: false,
      aal: 'aal1',
      amr: [{ method: 'password' }],
    });
    expect(claims['session_id']).toMatch(/^[0-9a-f-]{36}$/);
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(3600);
    expect(session.expires_in).toBe(3600);
  });

  it('S1 signs in with the password, whatever the case of the address', async () => {
    const { email, user } = await signUp();
    const { data } = await clientOf(stack).auth.signInWithPassword({ email: email.toUpperCase(), password });
    expect(data.user?.id).toBe(user.id);
    expect(data.user?.last_sign_in_at).toBeTypeOf('string');
  });

  it('S1 signs in anonymously, and an address and a password make that user permanent', async () => {
    const client = clientOf(stack);
    const { data, error } = await client.auth.signInAnonymously({ options: { data: { name: 'Bob' } } });
    expect(error).toBeNull();
    expect(data.user).toMatchObject({ is_anonymous: true, user_metadata: { name: 'Bob' } });
    expect(decodeJwt(data.session?.access_token ?? '')).toMatchObject({ is_anonymous: true });
    const email = newAddress();
    const updated = await client.auth.updateUser({ email, password });
    expect(updated.data.user).toMatchObject({ id: data.user?.id, email, is_anonymous: false });
    const again = await clientOf(stack).auth.signInWithPassword({ email, password });
    expect(again.data.user?.id).toBe(data.user?.id);
  });

  it.each([
    [
      'a wrong password',
      'invalid_credentials',
      400,
      (email: string) => ({ email, password: 'wrong password' }),
    ],
    ['an unknown address', 'invalid_credentials', 400, () => ({ email: 'nobody@example.com', password })],
  ])('S1 refuses %s as %s', async (_case, code, status, credentialsOf) => {
    const { email } = await signUp();
    const { error } = await clientOf(stack).auth.signInWithPassword(credentialsOf(email));
    expect(error).toMatchObject({ code, status, message: 'Invalid login credentials' });
  });

  it('S1 refuses to sign up twice, with a short password, or with no address', async () => {
    const { email } = await signUp();
    const { auth } = clientOf(stack);
    expect((await auth.signUp({ email, password })).error).toMatchObject({
      code: 'user_already_exists',
      status: 422,
    });
    expect((await auth.signUp({ email: newAddress(), password: '12345' })).error).toMatchObject({
      code: 'weak_password',
      status: 422,
      reasons: ['length'],
    });
    expect((await auth.signUp({ email: 'not an address', password })).error).toMatchObject({
      code: 'validation_failed',
      status: 400,
    });
  });

  it('S1 answers errors in the shape of the API version that was asked for', async () => {
    const body = { email: 'nobody@example.com', password };
    const old = await post('/token?grant_type=password', body);
    expect(old.status).toBe(400);
    expect(await old.json()).toEqual({
      code: 400,
      error_code: 'invalid_credentials',
      msg: 'Invalid login credentials',
    });
    const recent = await post('/token?grant_type=password', body, { 'x-supabase-api-version': '2024-01-01' });
    expect(recent.headers.get('x-sb-error-code')).toBe('invalid_credentials');
    expect(await recent.json()).toEqual({
      code: 'invalid_credentials',
      message: 'Invalid login credentials',
    });
  });

  it('S1 refuses a body that is not JSON, an unknown grant and an unknown path', async () => {
    expect(await (await post('/signup', '{oops')).json()).toMatchObject({
      code: 400,
      error_code: 'bad_json',
    });
    expect(await (await post('/signup', '[1]')).json()).toMatchObject({ code: 400, error_code: 'bad_json' });
    expect(await (await post('/token?grant_type=magic', {})).json()).toMatchObject({ code: 400 });
    expect((await post('/nothing', {})).status).toBe(404);
  });
});

describe('sessions', () => {
  it('S1 rotates refresh tokens', async () => {
    const { client, session } = await signUp();
    const { data, error } = await client.auth.refreshSession();
    expect(error).toBeNull();
    expect(data.session?.refresh_token).not.toBe(session.refresh_token);
    expect(decodeJwt(data.session?.access_token ?? '')['session_id']).toBe(
      decodeJwt(session.access_token)['session_id'],
    );
  });

  it('S1 gives two tabs that refresh at once the same session', async () => {
    const { session } = await signUp();
    const body = { refresh_token: session.refresh_token };
    const answers = await Promise.all([1, 2, 3].map(() => post('/token?grant_type=refresh_token', body)));
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200]);
  });

  it('S1 forgives an old refresh token while its successor is unused, and ends the session otherwise', async () => {
    const { session } = await signUp();
    const refresh = async (token: string) => {
      const answer = await post('/token?grant_type=refresh_token', { refresh_token: token });
      const body: unknown = await answer.json();
      return { status: answer.status, body };
    };
    const client = new pg.Client({ connectionString: stack.dbUrl });
    await client.connect();
    // Lets the ten seconds of grace pass.
    const age = () =>
      client.query(`update auth.refresh_tokens set updated_at = updated_at - interval '11 seconds'`);
    try {
      const first = session.refresh_token;
      const second = await refresh(first);
      await age();
      expect(await refresh(first)).toMatchObject({
        status: 200,
        body: { refresh_token: tokenIn(second.body) },
      });
      const third = await refresh(tokenIn(second.body));
      await age();
      expect(await refresh(first)).toMatchObject({
        status: 400,
        body: { error_code: 'refresh_token_already_used' },
      });
      expect(await refresh(tokenIn(third.body))).toMatchObject({ status: 400 });
    } finally {
      await client.end();
    }
  });

  it('S1 refuses a refresh token nobody was given', async () => {
    const { error } = await clientOf(stack).auth.refreshSession({ refresh_token: 'nonsense' });
    expect(error).toMatchObject({ code: 'refresh_token_not_found', status: 400 });
  });

  it('S1 signs out here, elsewhere or everywhere', async () => {
    const { client: first, email } = await signUp();
    const second = clientOf(stack);
    await second.auth.signInWithPassword({ email, password });
    const third = clientOf(stack);
    await third.auth.signInWithPassword({ email, password });

    await second.auth.signOut({ scope: 'others' });
    expect((await first.auth.getUser()).error).toMatchObject({ name: 'AuthSessionMissingError' });
    expect((await first.auth.refreshSession()).error).not.toBeNull();
    expect((await second.auth.getUser()).error).toBeNull();

    const { data } = await second.auth.getSession();
    await second.auth.signOut({ scope: 'local' });
    const answer = await fetch(`${stack.apiUrl}/auth/v1/user`, {
      headers: { apikey: stack.anonKey, authorization: `Bearer ${data.session?.access_token ?? ''}` },
    });
    expect(await answer.json()).toMatchObject({ error_code: 'session_not_found' });
  });

  it('S1 refuses requests without a token, with a broken one and with an expired one', async () => {
    const ask = async (headers: Record<string, string>): Promise<unknown> => {
      const answer = await fetch(`${stack.apiUrl}/auth/v1/user`, {
        headers: { apikey: stack.anonKey, ...headers },
      });
      return answer.json();
    };
    expect(await ask({})).toMatchObject({ code: 401, error_code: 'no_authorization' });
    expect(await ask({ authorization: 'Bearer a.b.c' })).toMatchObject({ code: 403, error_code: 'bad_jwt' });
    const expired = await new SignJWT({ role: 'authenticated', sub: crypto.randomUUID() })
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime(1)
      .sign(new TextEncoder().encode(stack.jwtSecret));
    expect(await ask({ authorization: `Bearer ${expired}` })).toMatchObject({
      code: 403,
      error_code: 'bad_jwt',
    });
  });

  it('S1 changes metadata and password, and a new password ends the other sessions', async () => {
    const { client, email } = await signUp();
    const other = clientOf(stack);
    await other.auth.signInWithPassword({ email, password });
    const { data } = await client.auth.updateUser({ data: { name: null, color: 'blue' } });
    expect(data.user?.user_metadata).toMatchObject({ color: 'blue' });
    expect(data.user?.user_metadata).not.toHaveProperty('name');
    expect((await client.auth.updateUser({ password })).error).toMatchObject({
      code: 'same_password',
      status: 422,
    });
    expect((await client.auth.updateUser({ password: 'another horse' })).error).toBeNull();
    expect((await other.auth.getUser()).error).toMatchObject({ name: 'AuthSessionMissingError' });
    expect((await client.auth.getUser()).error).toBeNull();
  });
});

describe('administration', () => {
  it('S1 creates, reads, lists, changes and deletes users', async () => {
    const { admin } = clientOf(stack, stack.serviceRoleKey).auth;
    const email = newAddress();
    const id = crypto.randomUUID();
    const created = await admin.createUser({
      id,
      email,
      password,
      email_confirm: true,
      user_metadata: { name: 'Carol' },
      app_metadata: { team: 'red' },
    });
    expect(created.data.user).toMatchObject({ id, email, user_metadata: { name: 'Carol' } });
    expect(created.data.user?.app_metadata).toMatchObject({ team: 'red', provider: 'email' });
    expect((await admin.createUser({ email, password })).error).toMatchObject({
      code: 'email_exists',
      status: 422,
    });
    expect((await admin.getUserById(id)).data.user?.email).toBe(email);

    const list = await admin.listUsers({ page: 1, perPage: 2 });
    expect(list.error).toBeNull();
    expect(list.data.users).toHaveLength(2);
    expect('total' in list.data && list.data.total).toBeGreaterThan(2);

    const changed = await admin.updateUserById(id, { password: 'new password', user_metadata: { age: 7 } });
    expect(changed.data.user?.user_metadata).toMatchObject({ name: 'Carol', age: 7 });
    const client = clientOf(stack);
    expect((await client.auth.signInWithPassword({ email, password: 'new password' })).error).toBeNull();

    await admin.updateUserById(id, { ban_duration: '2h45m' });
    expect((await client.auth.signInWithPassword({ email, password: 'new password' })).error).toMatchObject({
      code: 'user_banned',
    });
    await admin.updateUserById(id, { ban_duration: 'none' });

    expect((await admin.deleteUser(id)).error).toBeNull();
    expect((await admin.getUserById(id)).error).toMatchObject({ code: 'user_not_found', status: 404 });
    expect((await client.auth.getUser()).error).not.toBeNull();
    const { data } = await clientOf(stack).from('names').select().eq('id', id);
    expect(data).toEqual([]);
  });

  it('S1 lets only the service role administrate', async () => {
    const { client } = await signUp();
    const { data } = await client.auth.getSession();
    const answer = await fetch(`${stack.apiUrl}/auth/v1/admin/users`, {
      headers: { apikey: stack.anonKey, authorization: `Bearer ${data.session?.access_token ?? ''}` },
    });
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ error_code: 'not_admin' });
  });
});

function tokenIn(body: unknown): string {
  if (typeof body === 'object' && body !== null && 'refresh_token' in body) return String(body.refresh_token);
  throw new Error(`no refresh token in ${JSON.stringify(body)}`);
}
