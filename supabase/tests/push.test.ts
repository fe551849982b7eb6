import { randomUUID } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { query, withSettings } from './support/database.js';
import {
  direct,
  mutation,
  newGroup,
  newUser,
  newUsers,
  outcomes,
  push,
  send,
  type User,
} from './support/users.js';

const two = async (): Promise<[User, User]> => (await newUsers('Alice', 'Bob')) as [User, User];

/** Everything of a conversation that a replay must not change. */
const stateOf = (id: string): Promise<unknown[]> =>
  query(
    `select to_jsonb(c) - 'changed_xid' as conversation,
            (select jsonb_agg(to_jsonb(m) - 'changed_xid' order by m.seq) from confab.messages m where m.conversation_id = c.id) as messages,
            (select jsonb_agg(to_jsonb(m) - 'changed_xid' order by m.user_id) from confab.members m where m.conversation_id = c.id) as members,
            (select count(*) from confab.read_log r where r.conversation_id = c.id) as reads
     from confab.conversations c where c.id = $1`,
    [id],
  );

describe('push', () => {
  it('D3 answers in the order given, whatever order it applies', async () => {
    const [alice, bob] = await two();
    const groups = await Promise.all([newGroup(alice, bob), newGroup(alice, bob), newGroup(alice, bob)]);
    const mutations = Array.from({ length: 30 }, (_, n) =>
      mutation('send_message', groups[(n * 7) % 3]?.id ?? '', { content: `${n}` }),
    );
    const results = await push(alice, ...mutations);
    expect(results.map(({ id }) => id)).toEqual(mutations.map(({ id }) => id));
    expect(results.map((result) => result.ok && result.result['content'])).toEqual(
      mutations.map((_, n) => `${n}`),
    );
    for (const { id } of groups) {
      const { messages } = await bob.call('history', { conversation_id: id });
      const numbers = messages.map(({ content }) => Number(content));
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    }
  });

  it('D3 applies every type, and a conversation made in it can be used in it', async () => {
    const [alice, bob] = await two();
    const group = randomUUID();
    const message = randomUUID();
    const results = await push(
      alice,
      mutation('create_conversation', null, { kind: 'group', title: 'Trip', member_ids: [bob.id] }, group),
      mutation('send_message', group, { content: 'hello', data: { mood: 'good' } }, message),
      mutation('send_message', group, { content: 'reply', reply_to_id: message, thread_root_id: null }),
      mutation('edit_message', group, { message_id: message, content: 'HELLO' }),
      mutation('mark_delivered', group, { seq: 2 }),
      mutation('mark_read', group, { seq: 2 }),
      mutation('delete_message', group, { message_id: message }),
      mutation('get_or_create_direct', null, { user_id: bob.id }),
    );
    expect(outcomes(results)).toEqual(Array.from({ length: 8 }, () => 'ok'));
    expect(results).toMatchObject([
      { result: { id: group, title: 'Trip', kind: 'group', member_count: 2, me: { role: 'owner' } } },
      { result: { id: message, seq: 1, data: { mood: 'good' } } },
      { result: { seq: 2, reply_to_id: message } },
      { result: { id: message, version: 3, content: 'HELLO', data: { mood: 'good' } } },
      { result: { member: { last_delivered_seq: 2 } } },
      { result: { member: { last_read_seq: 2 }, unread: 0 } },
      { result: { id: message, version: 4, content: null } },
      { result: { kind: 'direct', member_count: 2 } },
    ]);
  });

  it('D11 applies 70 good mutations of 100 and says of 30 why not', async () => {
    const [alice, bob] = await two();
    const { id } = await direct(alice, bob);
    const [stranger] = (await newUsers('Stranger')) as [User];
    const foreign = await newGroup(stranger);
    const foreignMessage = await send(stranger, foreign.id, 'mine');
    const bad: [unknown, string][] = [
      [mutation('send_message', id, { content: '' }), 'content_empty'],
      [mutation('send_message', id, { content: '   ' }), 'content_empty'],
      [mutation('send_message', id, {}), 'content_empty'],
      [mutation('send_message', id, { content: 'x'.repeat(8001) }), 'content_too_long'],
      [mutation('send_message', id, { content: 5 }), 'invalid'],
      [mutation('send_message', id, { content: 'x', kind: 'nope' }), 'unknown_kind'],
      [mutation('send_message', id, { content: 'x', kind: 'system' }), 'forbidden'],
      [mutation('send_message', id, { content: 'x', data: [] }), 'invalid'],
      [mutation('send_message', id, { content: 'x', data: { big: 'x'.repeat(70_000) } }), 'invalid'],
      [mutation('send_message', id, { content: 'x', reply_to_id: 'x' }), 'invalid'],
      [mutation('send_message', id, { content: 'x', reply_to_id: foreignMessage.id }), 'not_found'],
      [mutation('send_message', id, { content: 'x', thread_root_id: randomUUID() }), 'not_found'],
      [mutation('send_message', id, { content: 'x', occurs_on: '2026-13-99' }), 'invalid'],
      [mutation('send_message', id, { content: ['x'] }), 'invalid'],
      [mutation('send_message', foreign.id, { content: 'x' }), 'not_member'],
      [mutation('send_message', randomUUID(), { content: 'x' }), 'not_found'],
      [mutation('send_message', null, { content: 'x' }), 'invalid'],
      [mutation('send_message', 'x', { content: 'x' }), 'invalid'],
      [mutation('send_message', id, { content: 'x' }, 'not a uuid'), 'invalid'],
      [mutation('send_message', id, { content: 'x' }, foreignMessage.id), 'id_taken'],
      [mutation('edit_message', id, { message_id: foreignMessage.id, content: 'x' }), 'not_member'],
      [mutation('edit_message', id, { message_id: randomUUID(), content: 'x' }), 'not_found'],
      [mutation('delete_message', id, {}), 'invalid'],
      [mutation('mark_read', id, { seq: -1 }), 'invalid'],
      [mutation('mark_read', id, { seq: 1.5 }), 'invalid'],
      [mutation('mark_read', id, {}), 'invalid'],
      [mutation('create_conversation', null, { kind: 'group', member_ids: ['x'] }), 'invalid'],
      [mutation('get_or_create_direct', null, { user_id: alice.id }), 'invalid'],
      [mutation('drop_table', id, {}), 'invalid'],
      ['not even an object', 'invalid'],
    ];
    expect(bad).toHaveLength(30);
    const all: [unknown, string][] = Array.from({ length: 70 }, (_, n) => [
      mutation('send_message', id, { content: `${n}` }),
      'ok',
    ]);
    for (const [index, entry] of bad.entries()) all.splice(index * 3, 0, entry);
    const results = await push(alice, ...all.map(([value]) => value));
    expect(outcomes(results)).toEqual(all.map(([, outcome]) => outcome));
    for (const result of results) {
      if (result.ok) continue;
      expect(result.error.message).toMatch(/^unable to .+; .+/);
      expect(result.error.retryable).toBe(false);
      expect(result.error.retry_after).toBeNull();
    }
    const { messages, version } = await bob.call('history', { conversation_id: id, max_rows: 200 });
    expect(messages.map(({ content }) => content)).toEqual(Array.from({ length: 70 }, (_, n) => `${n}`));
    expect(version).toBe(70);
    expect((await stranger.call('history', { conversation_id: foreign.id })).messages).toHaveLength(1);
  });

  it('D11 text that JSON in Postgres cannot hold never reaches the function, and writes nothing', async () => {
    const [alice, bob] = await two();
    const { id } = await direct(alice, bob);
    for (const content of ['nul \u0000', 'half an emoji \ud83d']) {
      const refused = await alice.refusal('push', {
        mutations: [
          mutation('send_message', id, { content: 'x' }),
          mutation('send_message', id, { content }),
        ],
      });
      expect(refused.status).toBe(400);
      expect(['22P05', 'PGRST102']).toContain(refused.sqlstate);
    }
    expect((await bob.call('history', { conversation_id: id })).messages).toEqual([]);
  });

  it('D11 refuses a body that is no array or too long, as a whole', async () => {
    const [alice, bob] = await two();
    const { id } = await direct(alice, bob);
    for (const mutations of [null, {}, 'x', 5]) {
      expect(await alice.refusal('push', { mutations })).toMatchObject({ status: 400, code: 'invalid' });
    }
    const many = Array.from({ length: 101 }, () => mutation('send_message', id, { content: 'x' }));
    expect(await alice.refusal('push', { mutations: many })).toMatchObject({ status: 400, code: 'invalid' });
    expect(await push(alice)).toEqual([]);
    expect((await alice.call('history', { conversation_id: id })).messages).toEqual([]);
  });

  it('D12 after a refusal that will pass the rest of that lane waits, other lanes do not', async () => {
    const [alice, bob] = await two();
    const first = await newGroup(alice, bob);
    const second = await newGroup(alice, bob);
    const [low, high] = [first.id, second.id].sort() as [string, string];
    await withSettings({ rate_limit_burst: 2, rate_limit_per_second: 0.001 }, async () => {
      const sends = [
        mutation('send_message', low, { content: 'a' }),
        mutation('send_message', low, { content: '' }),
        mutation('send_message', low, { content: 'b' }),
        mutation('send_message', low, { content: 'c' }),
        mutation('mark_read', low, { seq: 1 }),
        mutation('mark_read', high, { seq: 1 }),
        mutation('send_message', high, { content: 'd' }),
        mutation('mark_delivered', high, { seq: 1 }),
      ];
      const results = await push(alice, ...sends);
      // The permanent failure of the second does not stop the lane.
      expect(outcomes(results)).toEqual([
        'ok',
        'content_empty',
        'ok',
        'rate_limited',
        'blocked_by_previous',
        'ok',
        'rate_limited',
        'blocked_by_previous',
      ]);
      expect(results[3]).toMatchObject({ error: { retryable: true } });
      expect(results[4]).toMatchObject({ error: { retryable: true, retry_after: null } });
      const { messages } = await bob.call('history', { conversation_id: low });
      expect(messages.map(({ content }) => content)).toEqual(['a', 'b']);
    });
  });
});

describe('replay', () => {
  it('D3 of every mutation changes nothing and answers the same', async () => {
    const [alice, bob] = await two();
    const group = randomUUID();
    const message = randomUUID();
    const gone = randomUUID();
    const all = [
      mutation('create_conversation', group, { kind: 'group', title: 'Trip', member_ids: [bob.id] }, group),
      mutation('send_message', group, { content: 'hello' }, message),
      mutation('send_message', group, { content: 'gone' }, gone),
      mutation('edit_message', group, { message_id: message, content: 'HELLO' }),
      mutation('mark_delivered', group, { seq: 2 }),
      mutation('mark_read', group, { seq: 2 }),
      mutation('delete_message', group, { message_id: gone }),
      mutation('get_or_create_direct', null, { user_id: bob.id }),
    ];
    await push(alice, ...all);
    await bob.call('mark_read', { conversation_id: group, seq: 1 });
    const before = await stateOf(group);
    const first = await push(alice, ...all);
    expect(outcomes(first)).toEqual(all.map(() => 'ok'));
    expect(await push(alice, ...all)).toEqual(first);
    expect(await stateOf(group)).toEqual(before);
    expect(first[1]).toMatchObject({ result: { id: message, content: 'HELLO', version: 3 } });
    expect(first[2]).toMatchObject({ result: { id: gone, content: null } });
  });

  it('D3 of an older edit does not undo a newer one', async () => {
    const alice = await newUser('Alice');
    const { id } = await newGroup(alice);
    const message = await send(alice, id, 'one');
    const older = { id: randomUUID(), message_id: message.id, content: 'two' };
    await alice.call('edit_message', older);
    await alice.call('edit_message', { id: randomUUID(), message_id: message.id, content: 'three' });
    expect(await alice.call('edit_message', older)).toMatchObject({ content: 'three', version: 3 });
    const other = await send(alice, id, 'other');
    expect(await alice.refusal('edit_message', { ...older, message_id: other.id })).toMatchObject({
      code: 'id_taken',
    });
  });

  it('D3 of a send by one who has since left answers the message', async () => {
    const [alice, bob] = await two();
    const { id } = await newGroup(alice, bob);
    const sent = mutation('send_message', id, { content: 'bye' });
    await push(bob, sent);
    await query(`update confab.members set state = 'left' where conversation_id = $1 and user_id = $2`, [
      id,
      bob.id,
    ]);
    expect(outcomes(await push(bob, sent))).toEqual(['ok']);
    expect(outcomes(await push(bob, mutation('send_message', id, { content: 'more' })))).toEqual([
      'not_member',
    ]);
  });
});
