import { randomUUID } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { one, query, withDatabase } from './support/database.js';
import { callService, deleteUser, refuseService } from './support/service.js';
import { target } from './support/target.js';
import { newClient, newGroup, newUser, send } from './support/users.js';

const profileOf = (
  id: string,
): Promise<{ display_name: string; avatar_url: string | null; changed: string }> =>
  one('select display_name, avatar_url, changed_xid::text as changed from confab.profiles where id = $1', [
    id,
  ]);

const admin = () => newClient(target().serviceRoleKey).auth.admin;

/** Signs somebody up as an identity provider, or a form, describes them. */
async function signUp(email: string, metadata: Record<string, unknown>): Promise<string> {
  const { data, error } = await admin().createUser({ email, email_confirm: true, user_metadata: metadata });
  if (error !== null) throw error;
  return data.user.id;
}

async function change(id: string, metadata: Record<string, unknown>): Promise<void> {
  const { error } = await admin().updateUserById(id, { user_metadata: metadata });
  expect(error).toBeNull();
}

const address = (local: string) => `${local}@${randomUUID()}.example.com`;

describe('the name of a profile', () => {
  const cases: readonly (readonly [what: string, metadata: Record<string, unknown>, name: string])[] = [
    ['display_name', { display_name: '  Alice Adams ', name: 'A', full_name: 'B' }, 'Alice Adams'],
    ['name', { name: 'Alice', full_name: 'Alice Adams' }, 'Alice'],
    ['full_name', { full_name: 'Alice Adams' }, 'Alice Adams'],
    [
      'the first that can be shown',
      { display_name: ' ', name: 'jane.roe@example.com', full_name: 'Jane' },
      'Jane',
    ],
    ['nothing at all', {}, 'Anonymous'],
    ['no name but an address', { email: 'jane.roe@example.com', user_name: 'jane.roe' }, 'Anonymous'],
    ['an address as the name', { name: 'jane.roe@example.com' }, 'Anonymous'],
    ['an address with a name before it', { name: 'Jane <jane.roe@example.com>' }, 'Anonymous'],
    ['an address of an intranet', { full_name: 'jane.roe@office' }, 'Anonymous'],
    ['an address in wide characters', { full_name: 'jane.roe＠example.com' }, 'Anonymous'],
    ['an address with a scheme', { display_name: 'mailto:jane.roe@example.com' }, 'Anonymous'],
    ['a phone number', { name: '+49 (170) 123-45.67' }, 'Anonymous'],
    ['a phone number without a plus', { name: '491701234567' }, 'Anonymous'],
    ['a phone number in Arabic digits', { name: '٠١٢٣٤٥٦٧٨٩' }, 'Anonymous'],
    ['a phone number with a scheme', { name: 'tel:+49-170-1234567' }, 'Anonymous'],
    ['an object as the name', { name: { firstName: 'Jane', lastName: 'Roe' }, full_name: 'Jane' }, 'Jane'],
    ['a number as the name', { name: 4711 }, 'Anonymous'],
    ['a name with an at sign', { name: 'Kim @ Night' }, 'Kim @ Night'],
    ['a handle', { name: '@kim' }, '@kim'],
    ['a name with a number', { name: 'Agent 007' }, 'Agent 007'],
    ['a name that is a small number', { name: '1984' }, '1984'],
    ['another script', { name: 'Ольга 12345678' }, 'Ольга 12345678'],
    ['a long name', { name: 'x'.repeat(500) }, 'x'.repeat(200)],
  ];
  it.each(cases)('D2 is taken from the sign-up: %s', async (_what, metadata, name) => {
    const id = await signUp(address('jane.roe'), metadata);
    const { display_name: shown } = await profileOf(id);
    expect(shown).toBe(name);
    await deleteUser(id);
  });

  it('D2 holds nothing of an address anywhere, also after a change', async () => {
    const id = await signUp(address('quetzal'), {});
    await change(id, { name: 'quetzal@example.com', full_name: 'quetzal@example.com' });
    const moved = await admin().updateUserById(id, { email: address('quetzal-two') });
    expect(moved.error).toBeNull();
    const row = await one<{ text: string }>(
      'select to_jsonb(p)::text as text from confab.profiles p where id = $1',
      [id],
    );
    expect(row.text).not.toMatch(/quetzal|@/);
  });

  it('D2 is Anonymous for who signs in anonymously, until they say who they are', async () => {
    const client = newClient();
    const { data, error } = await client.auth.signInAnonymously();
    if (error !== null) throw error;
    const id = data.user?.id ?? '';
    expect(await profileOf(id)).toMatchObject({ display_name: 'Anonymous', avatar_url: null });
    await change(id, { display_name: 'Alice' });
    expect(await profileOf(id)).toMatchObject({ display_name: 'Alice' });
  });

  it('D2 the picture is avatar_url, else picture, and no text that is too long', async () => {
    const picture = 'https://example.com/a.png';
    for (const [metadata, url] of [
      [{ avatar_url: picture, picture: 'https://example.com/b.png' }, picture],
      [{ picture }, picture],
      [{ avatar_url: ' ', picture }, picture],
      [{ avatar_url: `https://example.com/${'x'.repeat(2000)}` }, null],
      [{ avatar_url: { url: picture } }, null],
    ] as const)
      expect(await profileOf(await signUp(address('jane.roe'), metadata))).toMatchObject({
        avatar_url: url,
      });
  });

  it('D2 follows the name and the picture that the user has in Auth', async () => {
    const alice = await newUser('Alice');
    await change(alice.id, { display_name: '  Alice Adams ', avatar_url: 'https://example.com/alice.png' });
    expect(await profileOf(alice.id)).toMatchObject({
      display_name: 'Alice Adams',
      avatar_url: 'https://example.com/alice.png',
    });
  });

  it('D4 stays as it is when something else about the user changes', async () => {
    const bob = await newUser('Bob');
    const before = await profileOf(bob.id);
    await change(bob.id, { favourite: 'green' });
    expect(await profileOf(bob.id)).toEqual(before);
  });

  it('D2 system messages name people by id, and no address is in them', async () => {
    const alice = await newUser('Alice');
    const id = await signUp(address('quetzal'), { name: 'quetzal@example.com' });
    const group = await newGroup(alice);
    await alice.call('add_members', { conversation_id: group.id, user_ids: [id] });
    const page = await alice.call('history', { conversation_id: group.id });
    expect(page.messages.at(-1)?.data).toMatchObject({ user_ids: [id] });
    expect(JSON.stringify(page)).not.toMatch(/quetzal|@/);
    expect(JSON.stringify(await alice.call('export_my_data'))).not.toMatch(/quetzal/);
  });
});

describe('a profile that the app sets', () => {
  it('D2 is what others see, and no longer follows Auth', async () => {
    const [alice, bob] = [await newUser('Alice'), await newUser('Bob')];
    const { id } = await newGroup(alice, bob);
    await callService('set_profile', {
      user_id: bob.id,
      display_name: ' Bobby ',
      avatar_url: 'https://example.com/b.png',
    });
    const { profiles } = await alice.call('conversation', { conversation_id: id });
    expect(profiles.find((profile) => profile.id === bob.id)).toMatchObject({
      display_name: 'Bobby',
      avatar_url: 'https://example.com/b.png',
    });
    await change(bob.id, { display_name: 'The administrator' });
    expect(await profileOf(bob.id)).toMatchObject({ display_name: 'Bobby' });
    await callService('set_profile', { user_id: bob.id, display_name: 'Rob' });
    expect(await profileOf(bob.id)).toMatchObject({ display_name: 'Rob', avatar_url: null });
  });

  it('D2 shows no address or number either, and always some name', async () => {
    const bob = await newUser('Bob');
    for (const name of ['bob@example.com', '+49 170 1234567', '  ', null]) {
      await callService('set_profile', { user_id: bob.id, display_name: name });
      expect(await profileOf(bob.id)).toMatchObject({ display_name: 'Anonymous' });
    }
  });

  it('D2 is made where there is none yet, and that of a deleted user stays empty', async () => {
    const id = randomUUID();
    await callService('set_profile', { user_id: id, display_name: 'Kim' });
    expect(await profileOf(id)).toMatchObject({ display_name: 'Kim' });
    const bob = await newUser('Bob');
    await deleteUser(bob.id);
    await callService('set_profile', { user_id: bob.id, display_name: 'Bob' });
    expect(await profileOf(bob.id)).toMatchObject({ display_name: 'Deleted user' });
  });

  it('D2 needs a user and a picture that fits', async () => {
    const bob = await newUser('Bob');
    for (const args of [
      { user_id: null, display_name: 'Bob' },
      { user_id: bob.id, display_name: 'Bob', avatar_url: 'x'.repeat(2001) },
    ])
      expect(await refuseService('set_profile', args)).toMatchObject({ status: 400, code: 'invalid' });
    expect(await bob.refusal('set_profile', { user_id: bob.id, display_name: 'Root' })).toMatchObject({
      sqlstate: '42501',
    });
  });

  it('D2 can be kept by a trigger on the table of the app, as the documentation says', async () => {
    const bob = await newUser('Bob');
    await withDatabase(async (db) => {
      await db.query('begin');
      await db.query(`
        create table public.people (id uuid primary key references auth.users (id) on delete cascade, username text, picture text);
        create function public.tell_confab() returns trigger language plpgsql security definer set search_path = '' as $$
        begin
          perform confab.set_profile(new.id, new.username, new.picture);
          return null;
        end $$;
        create trigger tell_confab after insert or update of username, picture on public.people
          for each row execute function public.tell_confab();
      `);
      await db.query('insert into public.people values ($1, $2, null)', [bob.id, 'bobcat']);
      const { rows } = await db.query('select display_name from confab.profiles where id = $1', [bob.id]);
      expect(rows).toEqual([{ display_name: 'bobcat' }]);
      await db.query('rollback');
    });
  });
});

describe('users whom Auth has deleted', () => {
  it('D5 softly are forgotten as others are', async () => {
    const [alice, bob] = [await newUser('Alice'), await newUser('Bob')];
    const { id } = await newGroup(alice, bob);
    await send(bob, id, 'by Bob');
    await deleteUser(bob.id, true);
    expect(await query('select id from auth.users where id = $1', [bob.id])).toHaveLength(1);
    expect(await profileOf(bob.id)).toMatchObject({ display_name: 'Deleted user' });
    expect(
      await one('select state from confab.members where conversation_id = $1 and user_id = $2', [id, bob.id]),
    ).toEqual({ state: 'left' });
    expect(await alice.refusal('add_members', { conversation_id: id, user_ids: [bob.id] })).toMatchObject({
      code: 'not_found',
    });
  });

  it('D5 without ever having had a profile get an empty one, which nothing fills', async () => {
    const id = await signUp(address('jane.roe'), { name: 'Jane' });
    await query('delete from confab.profiles where id = $1', [id]);
    await deleteUser(id);
    expect(await profileOf(id)).toMatchObject({ display_name: 'Deleted user' });
  });
});
