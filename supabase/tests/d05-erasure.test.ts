import { randomUUID } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { checksums, tablesWith } from './support/contents.js';
import { beginAs, connect, isWaiting, one, query, withDatabase, withSettings } from './support/database.js';
import { eventually } from './support/eventually.js';
import { expectRecount, misnumbered } from './support/recount.js';
import { callService, deleteUser, refuseService } from './support/service.js';
import { freshCursor, newGroup, newUser, newUsers, send, type User } from './support/users.js';

const three = async (): Promise<[User, User, User]> =>
  (await newUsers('Alice', 'Bob', 'Carol')) as [User, User, User];

const setMember = (conversationId: string, user: User, change: string): Promise<unknown> =>
  query(`update confab.members set ${change} where conversation_id = $1 and user_id = $2`, [
    conversationId,
    user.id,
  ]);

const rolesOf = async (conversationId: string): Promise<Record<string, string>> => {
  const rows = await query<{ user_id: string; role: string; state: string }>(
    'select user_id, role, state from confab.members where conversation_id = $1',
    [conversationId],
  );
  return Object.fromEntries(rows.map(({ user_id, role, state }) => [user_id, `${role} ${state}`]));
};

/** The topics and types of what was written about a conversation meanwhile. */
async function eventsOf(conversationId: string, act: () => Promise<unknown>): Promise<string[]> {
  const sql = `
    select m.id, m.topic, c.change ->> 'type' as type
    from realtime.messages m, jsonb_array_elements(m.payload -> 'changes') c (change)
    where c.change ->> 'conversation_id' = $1`;
  const before = await query<{ id: string }>(sql, [conversationId]);
  await act();
  const after = await query<{ id: string; topic: string; type: string }>(sql, [conversationId]);
  return after
    .filter(({ id }) => !before.some((row) => row.id === id))
    .map(({ topic, type }) => `${type} ${topic}`)
    .sort();
}

/** Bob has left a trace in every table. */
async function withTraces(): Promise<{ alice: User; bob: User; carol: User; id: string }> {
  const [alice, bob, carol] = await three();
  const { id } = await newGroup(alice, bob, carol);
  const first = await send(alice, id, 'one');
  await bob.call('mark_read', { conversation_id: id, seq: 1 });
  const own = await send(bob, id, 'by Bob');
  await bob.call('edit_message', { id: randomUUID(), message_id: own.id, content: 'by Bob, edited' });
  await alice.call('send_message', {
    id: randomUUID(),
    conversation_id: id,
    content: 'for Bob',
    mentioned_user_ids: [bob.id],
  });
  await bob.call('send_message', {
    id: randomUUID(),
    conversation_id: id,
    content: 'reply by Bob',
    thread_root_id: first.id,
  });
  await query('select set_config($1, $2, false), confab.add_reaction($3, $4), confab.hide_message($3)', [
    'request.jwt.claims',
    JSON.stringify({ sub: bob.id }),
    first.id,
    '👍',
  ]);
  await query(
    `insert into confab.drafts (user_id, conversation_id, content, saved_at) values ($1, $2, 'draft by Bob', now())`,
    [bob.id, id],
  );
  await withSettings({ rate_limit_burst: 100 }, () => send(bob, id, 'charged'));
  await setMember(
    id,
    bob,
    `pinned_at = now(), muted_until = 'infinity', archived_at = now(), hidden_seq = 1, role = 'admin'`,
  );
  await query(
    `update confab.profiles set avatar_url = 'https://example.com/bob.png', last_seen_at = now() where id = $1`,
    [bob.id],
  );
  return { alice, bob, carol, id };
}

/** The tables with rows of a user, and how many. */
async function rowsOf(user: User): Promise<Record<string, number>> {
  const columns = await query<{ name: string }>(
    `select c.table_schema || '.' || c.table_name as name
     from information_schema.columns c
     join information_schema.tables t using (table_schema, table_name)
     where c.table_schema in ('confab', 'confab_private') and c.column_name = 'user_id'
       and (t.table_type = 'BASE TABLE' or c.table_schema = 'confab')
     order by 1`,
  );
  const found: Record<string, number> = {};
  for (const { name } of columns) {
    const { n } = await one<{ n: number }>(`select count(*)::integer as n from ${name} where user_id = $1`, [
      user.id,
    ]);
    if (n > 0) found[name] = n;
  }
  return found;
}

describe('deleting a user', () => {
  it('D5 leaves an empty profile, ended memberships and reactions, and no other row of the user', async () => {
    const { alice, bob, id } = await withTraces();
    const before = await rowsOf(bob);
    expect(Object.keys(before)).toEqual([
      'confab.drafts',
      'confab.hidden_messages',
      'confab.members',
      'confab.mentions',
      'confab.reactions',
      'confab.read_log',
      'confab.threads',
      'confab_private.applied_mutations',
      'confab_private.rate_buckets',
    ]);
    await deleteUser(bob.id);
    expect(await rowsOf(bob)).toEqual({ 'confab.members': 1, 'confab.reactions': 1 });
    expect(
      await one(
        `select display_name, avatar_url, last_seen_at, deleted_at is not null as is_deleted
         from confab.profiles where id = $1`,
        [bob.id],
      ),
    ).toEqual({ display_name: 'Deleted user', avatar_url: null, last_seen_at: null, is_deleted: true });
    expect(
      await one(
        `select state, role, left_at is not null as has_left,
                num_nonnulls(pinned_at, muted_until, archived_at, hidden_seq)::integer as settings
         from confab.members where user_id = $1`,
        [bob.id],
      ),
    ).toEqual({ state: 'left', role: 'member', has_left: true, settings: 0 });
    // What was said stays, by somebody without a name.
    const { messages, profiles } = await alice.call('history', { conversation_id: id });
    expect(messages.find(({ content }) => content === 'by Bob, edited')?.sender_id).toBe(bob.id);
    expect(profiles.find((profile) => profile.id === bob.id)).toMatchObject({ display_name: 'Deleted user' });
    await expectRecount([id]);
    expect(await misnumbered([id])).toEqual([]);
  });

  it('D5 reaches the others by pull, after a hint, and the feed has a new key', async () => {
    const { alice, bob, carol, id } = await withTraces();
    const key = (): Promise<{ feed_key: string }> =>
      one('select feed_key from confab.conversations where id = $1', [id]);
    const cursor = await freshCursor(alice);
    const old = await key();
    const events = await eventsOf(id, () => deleteUser(bob.id));
    expect(events).toEqual(
      expect.arrayContaining([`conversation inbox:${alice.id}`, `conversation inbox:${carol.id}`]),
    );
    expect(events.filter((event) => event.startsWith('message'))).toEqual([]);
    expect(await key()).not.toEqual(old);
    const pulled = await alice.call('pull', { cursor, windows: {} });
    expect(pulled.conversations).toMatchObject([{ id, member_count: 2 }]);
    expect(pulled.members.find(({ user_id }) => user_id === bob.id)).toMatchObject({ state: 'left' });
    expect(pulled.profiles.find((profile) => profile.id === bob.id)).toMatchObject({
      display_name: 'Deleted user',
      avatar_url: null,
      deleted_at: expect.any(String),
    });
  });

  it('D5 a large conversation is told through its old feed', async () => {
    const [alice, bob, carol] = await three();
    const { id } = await newGroup(alice, bob, carol);
    await withSettings({ fanout_max_members: 1 }, async () => {
      const { conversations } = await alice.call('conversation', { conversation_id: id });
      const events = await eventsOf(id, () => deleteUser(bob.id));
      expect(events).toContain(`conversation ${conversations[0]?.feed}`);
    });
  });

  it('D9 the last owner hands over to the admin, else the member, of longest standing', async () => {
    const [alice, bob, carol] = await three();
    const dave = await newUser('Dave');
    const { id } = await newGroup(alice, bob, carol, dave);
    await setMember(id, bob, `joined_at = now() - interval '3 days'`);
    await setMember(id, carol, `joined_at = now() - interval '1 day', role = 'admin'`);
    await setMember(id, dave, `joined_at = now() - interval '2 days'`);
    await deleteUser(alice.id);
    expect(await rolesOf(id)).toEqual({
      [alice.id]: 'member left',
      [bob.id]: 'member joined',
      [carol.id]: 'owner joined',
      [dave.id]: 'member joined',
    });
    await setMember(id, bob, `role = 'owner'`);
    await deleteUser(carol.id);
    expect(await rolesOf(id)).toMatchObject({ [bob.id]: 'owner joined', [dave.id]: 'member joined' });
    await deleteUser(bob.id);
    expect(await rolesOf(id)).toMatchObject({ [dave.id]: 'owner joined' });
    await deleteUser(dave.id);
    expect(await one('select member_count from confab.conversations where id = $1', [id])).toEqual({
      member_count: 0,
    });
  });

  it('D9 whoever was no owner leaves no office behind', async () => {
    const [alice, bob, carol] = await three();
    const { id } = await newGroup(alice, bob, carol);
    await setMember(id, alice, `role = 'admin'`);
    await deleteUser(bob.id);
    expect(await rolesOf(id)).toMatchObject({ [alice.id]: 'admin joined', [carol.id]: 'member joined' });
  });

  it('D5 invitations end too, and a conversation left long ago is not counted again', async () => {
    const [alice, bob, carol] = await three();
    const { id } = await newGroup(alice, bob, carol);
    await setMember(id, bob, `state = 'invited'`);
    await setMember(id, carol, `state = 'removed', pinned_at = now()`);
    await query('update confab.conversations set member_count = 1 where id = $1', [id]);
    await deleteUser(bob.id);
    await deleteUser(carol.id);
    expect(await rolesOf(id)).toMatchObject({ [bob.id]: 'member left', [carol.id]: 'member removed' });
    expect(await one('select member_count from confab.conversations where id = $1', [id])).toEqual({
      member_count: 1,
    });
    expect(
      await query('select 1 from confab.members where user_id = $1 and pinned_at is not null', [carol.id]),
    ).toEqual([]);
  });

  it('D5 a token that outlives its user opens nothing and leaves nothing', async () => {
    const { alice, bob, id } = await withTraces();
    const cursor = await freshCursor(bob);
    await deleteUser(bob.id);
    const before = await checksums();
    expect(await bob.refusal('history', { conversation_id: id })).toMatchObject({ code: 'not_member' });
    expect(
      await bob.refusal('send_message', { id: randomUUID(), conversation_id: id, content: 'x' }),
    ).toMatchObject({ code: 'not_member' });
    expect(await bob.refusal('get_or_create_direct', { user_id: alice.id })).toMatchObject({
      code: 'not_found',
    });
    expect(
      await bob.refusal('create_conversation', { id: randomUUID(), kind: 'group', member_ids: [] }),
    ).toMatchObject({ code: 'not_found' });
    const pulled = await bob.call('pull', { cursor, windows: {} });
    expect(pulled).toMatchObject({ conversations: [], members: [], messages: [], removed: [id] });
    expect(await checksums()).toEqual(before);
    // Nor can the others bring the user back.
    expect(
      await alice.refusal('create_conversation', { id: randomUUID(), kind: 'group', member_ids: [bob.id] }),
    ).toMatchObject({ code: 'not_found' });
    expect(await alice.refusal('get_or_create_direct', { user_id: bob.id })).toMatchObject({
      code: 'not_found',
    });
  });

  it('D5 whoever adds a user while it is deleted waits, and learns that there is none', async () => {
    const [alice, bob] = await three();
    await withDatabase(async (deleting) => {
      const adding = await connect();
      try {
        await deleting.query('begin');
        await deleting.query('delete from auth.users where id = $1', [bob.id]);
        await beginAs(adding, alice);
        const added = adding.query(`select confab.create_conversation($1, 'group', $2)`, [
          randomUUID(),
          [bob.id],
        ]);
        const refused = expect(added).rejects.toMatchObject({ code: 'PT404', detail: 'not_found' });
        await eventually('the other waits', () => isWaiting(adding));
        await deleting.query('commit');
        await refused;
        await adding.query('rollback');
      } finally {
        await adding.end();
      }
    });
    expect(await query('select 1 from confab.members where user_id = $1', [bob.id])).toEqual([]);
  });

  it('D5 a deletion waits for whoever is adding the user, and ends that membership', async () => {
    const [alice, bob] = await three();
    const id = randomUUID();
    await withDatabase(async (adding) => {
      const deleting = await connect();
      try {
        await beginAs(adding, alice);
        await adding.query(`select confab.create_conversation($1, 'group', $2)`, [id, [bob.id]]);
        const deleted = deleting.query('delete from auth.users where id = $1', [bob.id]);
        await eventually('the deletion waits', () => isWaiting(deleting));
        await adding.query('commit');
        await deleted;
      } finally {
        await deleting.end();
      }
    });
    expect(await rolesOf(id)).toEqual({ [alice.id]: 'owner joined', [bob.id]: 'member left' });
  });

  it('D5 forgetting again changes nothing', async () => {
    const { bob } = await withTraces();
    await deleteUser(bob.id);
    const before = await checksums();
    await query('select confab_private.forget_user($1)', [bob.id]);
    expect(await checksums()).toEqual(before);
  });
});

describe('erasing what a user wrote', () => {
  const secret = 'Quetzalcoatlus';

  /** Two conversations in which Bob has said the secret in every way there is. */
  async function withSecrets(): Promise<{ alice: User; bob: User; ids: string[]; messages: number }> {
    const [alice, bob] = await three();
    const ids = [(await newGroup(alice, bob)).id, (await newGroup(bob, alice)).id];
    let messages = 0;
    for (const id of ids) {
      const sendAs = (user: User, args: Record<string, unknown>) =>
        user.call('send_message', { id: randomUUID(), conversation_id: id, ...args });
      const root = await sendAs(alice, { content: 'root' });
      const edited = await sendAs(bob, { content: `${secret} 1`, mentioned_user_ids: [alice.id] });
      await bob.call('edit_message', { id: randomUUID(), message_id: edited.id, content: `${secret} 2` });
      await alice.call('mark_read', { conversation_id: id, seq: 2 });
      await sendAs(bob, { content: 'x', data: { secret } });
      await sendAs(alice, { content: 'in between' });
      await sendAs(bob, { content: `${secret} in a thread`, thread_root_id: root.id });
      await sendAs(alice, { content: 'answer', thread_root_id: root.id });
      await sendAs(bob, { content: `${secret} again`, thread_root_id: root.id });
      await sendAs(bob, { content: `${secret} to all`, mentions_everyone: true });
      await query('select set_config($1, $2, false), confab.add_reaction($3, $4)', [
        'request.jwt.claims',
        JSON.stringify({ sub: alice.id }),
        edited.id,
        '🦖',
      ]);
      messages += 5;
    }
    return { alice, bob, ids, messages };
  }

  it('D5 empties all of it, in portions, and every number stays right', async () => {
    const { alice, bob, ids, messages } = await withSecrets();
    expect(await tablesWith(secret)).toEqual(['confab.message_versions', 'confab.messages']);
    const windows = Object.fromEntries(
      await Promise.all(
        ids.map(async (id) => [id, (await alice.call('history', { conversation_id: id })).version] as const),
      ),
    );
    const cursor = await freshCursor(alice);
    const portions: unknown[] = [];
    for (let hasMore = true; hasMore;) {
      const done = await callService('erase_user_messages', { user_id: bob.id, max_rows: 4 });
      portions.push(done);
      hasMore = done.has_more;
      await expectRecount(ids);
      expect(await misnumbered(ids)).toEqual([]);
    }
    expect(messages).toBe(10);
    expect(portions).toEqual([
      { erased: 4, has_more: true },
      { erased: 4, has_more: true },
      { erased: 2, has_more: false },
    ]);
    expect(await tablesWith(secret)).toEqual([]);
    for (const id of ids) {
      const { n } = await one<{ n: number }>(
        `select (select count(*) from confab.reactions r join confab.messages m on m.id = r.message_id where m.conversation_id = $1)
              + (select count(*) from confab.mentions x where x.conversation_id = $1) as n`,
        [id],
      );
      expect(Number(n)).toBe(0);
      const [root] = await query<{ thread: object }>(
        'select thread from confab.messages where conversation_id = $1 and seq = 1',
        [id],
      );
      expect(root?.thread).toMatchObject({ reply_count: 1, last_reply_seq: 6, participant_ids: [alice.id] });
    }
    // Nobody but the author has lost a word, and every change comes by pull.
    const pulled = await alice.call('pull', { cursor, windows });
    expect(pulled.messages.filter(({ sender_id }) => sender_id === bob.id)).toHaveLength(10);
    for (const message of pulled.messages.filter(({ sender_id }) => sender_id === bob.id)) {
      expect(message).toMatchObject({ content: null, data: {}, deleted_at: expect.any(String) });
    }
    expect(pulled.messages.filter(({ content }) => content === 'root')).toHaveLength(2);
    expect(await alice.call('unread_total')).toBe(0);
  });

  it('D10 is one hint per conversation and member, not an event per message', async () => {
    const { alice, bob, ids } = await withSecrets();
    const events = await eventsOf(ids[0] ?? '', () =>
      callService('erase_user_messages', { user_id: bob.id }),
    );
    expect(events).toEqual([`conversation inbox:${alice.id}`, `conversation inbox:${bob.id}`].sort());
  });

  it('D5 works for users who are gone, and a second time does nothing', async () => {
    const { bob } = await withSecrets();
    await deleteUser(bob.id);
    expect(await callService('erase_user_messages', { user_id: bob.id })).toEqual({
      erased: 10,
      has_more: false,
    });
    expect(await tablesWith(secret)).toEqual([]);
    const before = await checksums();
    expect(await callService('erase_user_messages', { user_id: bob.id })).toEqual({
      erased: 0,
      has_more: false,
    });
    expect(await checksums()).toEqual(before);
  });

  it('D11 is for servers alone, and refuses what makes no sense', async () => {
    const { alice, bob } = await withSecrets();
    expect(await bob.refusal('erase_user_messages', { user_id: bob.id })).toMatchObject({
      status: 403,
      sqlstate: '42501',
    });
    expect(await refuseService('erase_user_messages', { user_id: null })).toMatchObject({ code: 'invalid' });
    expect(await refuseService('erase_user_messages', { user_id: randomUUID() })).toMatchObject({
      status: 404,
      code: 'not_found',
    });
    for (const max_rows of [0, -1, 100_001, null]) {
      expect(await refuseService('erase_user_messages', { user_id: alice.id, max_rows })).toMatchObject({
        status: 400,
        code: 'invalid',
      });
    }
  });
});
