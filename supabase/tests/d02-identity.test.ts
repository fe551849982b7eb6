import { randomUUID } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { one, query } from './support/database.js';
import { eventsOf, recipients } from './support/events.js';
import { callService, deleteUser } from './support/service.js';
import { target } from './support/target.js';
import {
  direct,
  foreigner,
  freshCursor,
  mutation,
  newClient,
  newcomer,
  newGroup,
  newUser,
  outcomes,
  push,
  send,
  signToken,
  type User,
} from './support/users.js';

const CLERK = 'https://clean-duck-12.clerk.accounts.dev';
const FIREBASE = 'https://securetoken.google.com/a-project';
const AUTH0 = 'https://example.eu.auth0.com/';
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

const profileOf = (id: string): Promise<{ display_name: string; avatar_url: string | null }> =>
  one('select display_name, avatar_url from confab.profiles where id = $1', [id]);
const unique = () => randomUUID().slice(0, 8);
const decoded = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;

describe('users of another issuer', () => {
  const subjects: readonly (readonly [what: string, issuer: string, subject: string])[] = [
    ['Clerk', CLERK, 'user_2abcDEF123'],
    ['Firebase', FIREBASE, 'q7YHn3sPzVdXk2LmR9tWcB4uEa18'],
    ['Auth0', AUTH0, 'auth0|64f1c0ffee'],
    ['a number', AUTH0, '4711'],
    ['a uuid', CLERK, '0d9f0c1e-2b3a-4c5d-8e7f-a1b2c3d4e5f6'],
    ['an address', AUTH0, 'jane@example.com'],
    ['a very long one', CLERK, 'x'.repeat(2000)],
    ['odd characters', CLERK, `'; drop table -- \u0001 🦊 "\\" \t日本`],
  ];
  it.each(subjects)('D2 can do whatever others can: %s', async (_what, iss, subject) => {
    const sub = `${subject}${unique()}`.slice(subject.length > 40 ? 8 : 0);
    const [alice, kim] = [await newUser('Alice'), await foreigner({ iss, sub, name: 'Kim Lee' })];
    expect(kim.id).toMatch(UUID);
    expect(await alice.call('user_id', { issuer: iss, subject: sub })).toBe(kim.id);
    expect(await profileOf(kim.id)).toEqual({ display_name: 'Kim Lee', avatar_url: null });
    const cursor = await freshCursor(kim);
    const { id } = await newGroup(kim, alice);
    const sent = await send(kim, id, 'hello');
    expect(sent.sender_id).toBe(kim.id);
    const results = await push(kim, mutation('send_message', id, { content: 'again' }));
    expect(outcomes(results)).toEqual(['ok']);
    const events = await eventsOf(id, () => send(alice, id, 'hi'));
    expect(recipients(events, alice, kim)).toEqual(expect.arrayContaining(['message Kim Lee']));
    expect((await kim.call('pull', { cursor, windows: { [id]: 0 } })).messages).toHaveLength(3);
    expect((await alice.call('conversation', { conversation_id: id })).profiles).toContainEqual(
      expect.objectContaining({ id: kim.id, display_name: 'Kim Lee' }),
    );
    expect(await direct(alice, kim)).toMatchObject({ kind: 'direct' });
  });

  it('D2 may begin with any call that writes, without asking who they are', async () => {
    const alice = await newUser('Alice');
    const claims = () => ({ iss: CLERK, sub: `user_${unique()}`, name: 'Kim' });
    const first: readonly ((kim: User) => Promise<unknown>)[] = [
      (kim) => newGroup(kim, alice),
      (kim) => direct(kim, alice),
      (kim) => kim.call('pull'),
      (kim) =>
        push(kim, mutation('create_conversation', null, { kind: 'group', member_ids: [] })).then((results) =>
          expect(outcomes(results)).toEqual(['ok']),
        ),
    ];
    for (const call of first) {
      const kim = newcomer(claims());
      await call(kim);
      expect(await profileOf(await kim.call('current_user_id'))).toMatchObject({ display_name: 'Kim' });
    }
    for (const fn of ['conversations', 'unread_total', 'drafts'] as const)
      expect(await newcomer(claims()).client.schema('confab').rpc(fn)).toMatchObject({ error: null });
  });

  it('D2 differ where the issuers differ, and stay the same whatever else their tokens say', async () => {
    const sub = `user_${unique()}`;
    const [one, other] = [await foreigner({ iss: CLERK, sub }), await foreigner({ iss: FIREBASE, sub })];
    expect(one.id).not.toBe(other.id);
    expect(
      await foreigner({ iss: CLERK, sub, name: 'Later', sid: 'x', session_id: randomUUID() }),
    ).toMatchObject({ id: one.id });
    // No other pair of issuer and subject spells the same.
    expect((await foreigner({ iss: `${CLERK}u`, sub: sub.slice(1) })).id).not.toBe(one.id);
    expect((await foreigner({ sub })).id).not.toBe(one.id);
  });

  it('D2 never become a user of Auth, or one another, by what they are called there', async () => {
    const alice = await newUser('Alice');
    await alice.call('pull');
    const kim = await foreigner({ iss: CLERK, sub: `user_${unique()}` });
    for (const iss of [
      CLERK,
      'https://evil.example.com/auth/v1',
      'https://other.supabase.co/auth/v1',
      'supabase',
    ]) {
      for (const sub of [alice.id, alice.id.toUpperCase(), kim.id]) {
        const mallory = await foreigner({ iss, sub, session_id: randomUUID() });
        expect([alice.id, kim.id]).not.toContain(mallory.id);
      }
    }
    // Nor by naming a session that belongs to somebody else.
    const { session_id } = decoded(alice.accessToken);
    const bob = await newUser('Bob');
    expect((await foreigner({ iss: CLERK, sub: bob.id, session_id })).id).not.toBe(bob.id);
  });

  it('D2 get their name and picture from the claims of the first call, and no address', async () => {
    const picture = 'https://example.com/kim.png';
    const cases: readonly (readonly [claims: Record<string, unknown>, name: string, url: string | null])[] = [
      [{ name: 'Kim', picture, email: 'kim@example.com' }, 'Kim', picture],
      [{ name: 'kim@example.com', email: 'kim@example.com' }, 'Anonymous', null],
      [{ name: '+1 555 010 9999', phone_number: '+15550109999' }, 'Anonymous', null],
      [{ user_metadata: { full_name: 'Kim Lee', avatar_url: picture } }, 'Kim Lee', picture],
      [{ user_metadata: 'none', name: { given: 'Kim' } }, 'Anonymous', null],
      [{}, 'Anonymous', null],
    ];
    for (const [claims, display_name, avatar_url] of cases) {
      const { id } = await foreigner({ iss: CLERK, sub: `user_${unique()}`, ...claims });
      expect(await profileOf(id)).toEqual({ display_name, avatar_url });
    }
  });

  it('D2 can be named by the server of the app before and after they come', async () => {
    const sub = `user_${unique()}`;
    const { id } = await one<{ id: string }>('select confab.user_id($1, $2) as id', [CLERK, sub]);
    await callService('set_profile', { user_id: id, display_name: 'Kim of the app' });
    const kim = await foreigner({ iss: CLERK, sub, name: 'Kim of the token' });
    expect(kim.id).toBe(id);
    expect(await profileOf(id)).toMatchObject({ display_name: 'Kim of the app' });
  });

  it('D2 read by the same rules as others, and nothing else', async () => {
    const [alice, bob] = [await newUser('Alice'), await newUser('Bob')];
    const kim = await foreigner({ iss: CLERK, sub: `user_${unique()}`, name: 'Kim' });
    const { id } = await newGroup(alice, kim);
    await send(alice, id, 'for Kim');
    const { id: closed } = await newGroup(alice, bob);
    const rows = await kim.client.schema('confab').from('messages').select('conversation_id');
    expect(rows.data).toEqual([{ conversation_id: id }]);
    expect(await kim.refusal('history', { conversation_id: closed })).toMatchObject({ code: 'not_member' });
    const may = (topic: string) =>
      query<{ may: boolean }>(
        `select set_config('request.jwt.claims', $1, true) as claims, confab_private.may_use_topic($2, 'broadcast', false) as may`,
        [JSON.stringify(decoded(kim.accessToken)), topic],
      ).then(([row]) => row?.may);
    expect(await may(`inbox:${kim.id}`)).toBe(true);
    expect(await may(`inbox:${alice.id}`)).toBe(false);
    expect(await may(`room:${id}`)).toBe(true);
    expect(await may(`room:${closed}`)).toBe(false);
  });
});

describe('users of the project’s own Auth', () => {
  it('D2 are who they are there, by whatever address their tokens come from', async () => {
    const alice = await newUser('Alice');
    expect(await alice.call('current_user_id')).toBe(alice.id);
    const claims = decoded(alice.accessToken);
    // The project gets a domain of its own: tokens of a session that Auth knows show it.
    const iss = `https://${unique()}.example.com/auth/v1`;
    expect(await foreigner({ ...claims, iss })).toMatchObject({ id: alice.id });
    await query('delete from auth.sessions where user_id = $1', [alice.id]);
    expect(await foreigner({ ...claims, iss })).toMatchObject({ id: alice.id });
    expect(await alice.call('user_id', { issuer: iss, subject: alice.id })).toBe(alice.id);
  });

  it('D2 whom Auth does not know, because the server signs their tokens, can write too', async () => {
    const sub = randomUUID();
    const kim = await foreigner({ sub, name: 'Kim' });
    expect(kim.id).toBe(sub);
    const { id } = await newGroup(kim);
    expect(await send(kim, id, 'hello')).toMatchObject({ sender_id: sub });
  });

  it('D5 who have been deleted do not come back by a token that is still valid', async () => {
    const bob = await newUser('Bob');
    await deleteUser(bob.id);
    expect(await bob.call('current_user_id')).toBe(bob.id);
    expect(await profileOf(bob.id)).toMatchObject({ display_name: 'Deleted user' });
    expect(
      await bob.refusal('create_conversation', { id: randomUUID(), kind: 'group', member_ids: [] }),
    ).toMatchObject({ code: 'not_found' });
  });

  it('D2 nobody is signed in without a subject, with one that cannot be read, or by a service key', async () => {
    for (const claims of [
      { iss: CLERK },
      { iss: CLERK, sub: '' },
      { iss: CLERK, sub: null },
      { sub: 'a\u0000b' },
    ])
      expect(await newcomer(claims).refusal('current_user_id')).toMatchObject({
        status: 401,
        code: 'unauthenticated',
      });
    for (const key of [target().serviceRoleKey, signToken({ iss: 'supabase', role: 'service_role' })]) {
      const { error } = await newClient(target().serviceRoleKey, key).schema('confab').rpc('pull');
      expect(error?.details).toBe('unauthenticated');
    }
  });
});
