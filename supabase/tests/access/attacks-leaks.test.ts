import { randomUUID } from 'node:crypto';

import { beforeAll, describe, expect, it } from 'vitest';

import { query } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { target } from '../support/target.js';
import { direct, newGroup, newUsers, send, type User } from '../support/users.js';
import type { Message } from '../support/wire.js';
import { attempt, attemptCall, textIn } from './attack.js';
import { openSocket, type Socket } from './topics.js';

async function does(user: User, fn: string, args: Record<string, unknown>): Promise<void> {
  const { outcome, text } = await attemptCall(user, fn, args);
  expect(outcome, `${fn} ${text}`).toBe('ok');
}

const secretWord = (): string => `secret${randomUUID().replaceAll('-', '')}`;
const socketOf = (user: User): Promise<Socket> =>
  openSocket({ apiKey: target().anonKey, token: user.accessToken });

/** Joins a channel as a client may ask for it, and answers what it was told. */
const join = (socket: Socket, user: User, topic: string, config: Record<string, unknown>): Promise<string> =>
  socket.ask(`realtime:${topic}`, 'phx_join', {
    config: { broadcast: {}, presence: { enabled: false, key: '' }, ...config },
    access_token: user.accessToken,
  });

describe('listening by other ways', () => {
  it('D10 a public channel of the name of a private one neither hears nor is heard by it', async () => {
    const [alice, bob, mallory] = (await newUsers('Alice', 'Bob', 'Mallory')) as [User, User, User];
    const group = await newGroup(alice, bob);
    const secret = secretWord();
    const topics = [`inbox:${alice.id}`, `room:${group.id}`];
    const [hers, theirs] = await Promise.all([socketOf(alice), socketOf(mallory)]);
    for (const topic of topics) {
      expect(await join(hers, alice, topic, { private: true })).toContain('"status":"ok"');
      // Realtime lets everybody into public channels: they are other channels.
      await join(theirs, mallory, topic, { private: false });
      theirs.say(`realtime:${topic}`, 'broadcast', {
        type: 'broadcast',
        event: 'changes',
        payload: { forged: secret },
      });
    }
    hers.say(`realtime:room:${group.id}`, 'broadcast', {
      type: 'broadcast',
      event: 'typing',
      payload: { typing: secret },
    });
    await send(bob, group.id, secret);
    await eventually('the message is heard', () =>
      hers.heard(`realtime:inbox:${alice.id}`).some((text) => text.includes(secret)),
    );
    // Whatever was sent before has been dealt with when this is answered.
    for (const topic of topics) await theirs.ask(`realtime:${topic}`, 'phx_leave', {});
    for (const topic of topics) {
      expect(theirs.heard(`realtime:${topic}`).join('\n')).not.toContain(secret);
      expect(hers.heard(`realtime:${topic}`).join('\n')).not.toContain('forged');
    }
    hers.close();
    theirs.close();
  });

  it('D10 changes of rows are published for nobody', async () => {
    expect(await query(`select * from pg_publication_tables where schemaname like 'confab%'`)).toEqual([]);
    const [alice, bob] = (await newUsers('Alice', 'Bob')) as [User, User];
    const talk = await direct(alice, bob);
    const secret = secretWord();
    const socket = await socketOf(bob);
    await join(socket, bob, 'rows', {
      postgres_changes: [
        { event: '*', schema: 'confab', table: 'messages' },
        { event: '*', schema: 'confab' },
        { event: '*', schema: 'realtime', table: 'messages' },
      ],
    });
    await join(socket, bob, `inbox:${bob.id}`, { private: true });
    await send(alice, talk.id, secret);
    await eventually('the inbox hears it', () =>
      socket.heard(`realtime:inbox:${bob.id}`).some((text) => text.includes(secret)),
    );
    await socket.ask('realtime:rows', 'phx_leave', {});
    expect(socket.heard('realtime:rows').join('\n')).not.toContain(secret);
    socket.close();
  });
});

describe('reading what was deleted', () => {
  const secret = secretWord();
  let alice: User;
  let bob: User;
  let conversationId: string;
  let deleted: Message;

  beforeAll(async () => {
    [alice, bob] = (await newUsers('Alice', 'Bob')) as [User, User];
    conversationId = (await newGroup(alice, bob)).id;
    deleted = await send(alice, conversationId, `${secret} first`);
    const of = { message_id: deleted.id };
    await does(alice, 'edit_message', {
      ...of,
      id: randomUUID(),
      content: `${secret} then`,
      data: { note: secret },
      mentioned_user_ids: [bob.id],
    });
    await does(bob, 'pin_message', of);
    await does(bob, 'add_reaction', { ...of, emoji: '👍' });
    const next = (): Record<string, unknown> => ({
      id: randomUUID(),
      conversation_id: conversationId,
      content: 'indeed',
    });
    await does(bob, 'send_message', { ...next(), reply_to_id: deleted.id });
    await does(bob, 'send_message', { ...next(), thread_root_id: deleted.id });
    await does(bob, 'save_draft', {
      conversation_id: conversationId,
      content: 'and',
      saved_at: new Date().toISOString(),
      reply_to_id: deleted.id,
    });
    await does(alice, 'delete_message', of);
  });

  it('D5 no function and no table has any of it left, for the others and for its author', async () => {
    const { body } = await attemptCall(bob, 'pull', { cursor: null, windows: {} });
    const cursor = textIn(body, 'cursor').replace(/\.\d+$/, '.0');
    for (const user of [bob, alice]) {
      for (const [fn, args] of [
        ['history', { conversation_id: conversationId }],
        ['history', { conversation_id: conversationId, thread_root_id: deleted.id }],
        ['message_versions', { message_id: deleted.id }],
        ['reactors', { message_id: deleted.id }],
        ['pinned_messages', { conversation_id: conversationId }],
        ['mentions', {}],
        ['threads', {}],
        ['drafts', {}],
        ['search_messages', { query: secret }],
        ['search_messages', { query: secret, conversation_id: conversationId }],
        ['conversations', {}],
        ['conversation', { conversation_id: conversationId }],
        ['export_my_data', {}],
        ['pull', { cursor, windows: { [conversationId]: 0 } }],
        ['pull', { cursor, windows: { [conversationId]: deleted.version } }],
      ] as const) {
        const { outcome, text } = await attemptCall(user, fn, args);
        expect(outcome, fn).toBe('ok');
        expect(text, `${user.name} ${fn}`).not.toContain(secret);
      }
      for (const table of ['messages', 'message_versions', 'reactions', 'mentions', 'drafts']) {
        expect((await attempt(user, 'GET', `${table}?select=*`)).text, table).not.toContain(secret);
      }
      const forward = { id: randomUUID(), message_id: deleted.id, conversation_id: conversationId };
      expect((await attemptCall(user, 'forward_message', forward)).outcome).toBe('message_deleted');
    }
    const rows = await query(`select * from confab.messages m where m::text like '%' || $1 || '%'`, [secret]);
    expect(rows).toEqual([]);
  });
});

describe('reading over somebody’s shoulder', () => {
  it('D6 where receipts are off nobody learns what others have read', async () => {
    const [alice, bob] = (await newUsers('Alice', 'Bob')) as [User, User];
    const kind = 'access_without_receipts';
    await query(
      `insert into confab.conversation_kinds (kind, has_receipts) values ($1, false) on conflict do nothing`,
      [kind],
    );
    const id = randomUUID();
    await does(alice, 'create_conversation', { id, kind, member_ids: [bob.id] });
    for (let n = 0; n < 3; n += 1) await send(alice, id, 'read this');
    const sent = await send(alice, id, 'and this');
    const { body } = await attemptCall(alice, 'pull', { cursor: null, windows: {} });
    const socket = await socketOf(alice);
    await join(socket, alice, `inbox:${alice.id}`, { private: true });
    await does(bob, 'mark_delivered', { conversation_id: id, seq: 4 });
    await does(bob, 'mark_read', { conversation_id: id, seq: 3 });
    await does(alice, 'set_role', { conversation_id: id, user_id: bob.id, role: 'admin' });
    await eventually('the new role is heard', () =>
      socket.heard(`realtime:inbox:${alice.id}`).some((text) => text.includes('"admin"')),
    );

    const readers = await attemptCall(alice, 'readers', { message_id: sent.id });
    expect(readers.outcome).toBe('forbidden');
    const cursor = textIn(body, 'cursor');
    const seen = [
      ...socket.heard(`realtime:inbox:${alice.id}`),
      (await attemptCall(alice, 'members', { conversation_id: id })).text,
      (await attemptCall(alice, 'conversation', { conversation_id: id })).text,
      (await attemptCall(alice, 'pull', { cursor, windows: {} })).text,
      (await attempt(alice, 'GET', `members?conversation_id=eq.${id}`)).text,
      (await attempt(alice, 'GET', `read_log?conversation_id=eq.${id}`)).text,
    ].join('\n');
    expect(seen).not.toMatch(/"last_(read|delivered)_seq": ?3/);
    expect(seen).not.toMatch(new RegExp(`"user_id": ?"${bob.id}"[^}]*"last_delivered_seq": ?4`));
    expect(seen).not.toMatch(new RegExp(`"last_delivered_seq": ?4[^}]*"user_id": ?"${bob.id}"`));
    socket.close();
  });

  it('D9 D10 settings, drafts and marks of one’s own are told nobody else', async () => {
    const [alice, bob] = (await newUsers('Alice', 'Bob')) as [User, User];
    const group = await newGroup(alice, bob);
    const message = await send(alice, group.id, 'hello');
    const secret = secretWord();
    const { body } = await attemptCall(alice, 'pull', { cursor: null, windows: {} });
    const cursor = textIn(body, 'cursor');
    const [before] = await query<{ n: number }>(
      `select count(*)::integer as n from realtime.messages where topic = $1`,
      [`inbox:${alice.id}`],
    );
    await does(bob, 'set_membership', {
      conversation_id: group.id,
      changes: { is_pinned: true, is_archived: true, muted_until: '2099-12-31T00:00:00Z' },
    });
    await does(bob, 'save_draft', {
      conversation_id: group.id,
      content: secret,
      saved_at: new Date().toISOString(),
    });
    await does(bob, 'hide_message', { message_id: message.id });
    await does(bob, 'follow_thread', { thread_root_id: message.id, is_following: true });
    await does(bob, 'mark_unread', { conversation_id: group.id, seq: 1 });
    const [after] = await query<{ n: number }>(
      `select count(*)::integer as n from realtime.messages where topic = $1`,
      [`inbox:${alice.id}`],
    );
    expect(after).toEqual(before);
    for (const [fn, args] of [
      ['pull', { cursor, windows: { [group.id]: 0 } }],
      ['members', { conversation_id: group.id }],
      ['conversation', { conversation_id: group.id }],
      ['drafts', {}],
      ['threads', {}],
    ] as const) {
      const { text } = await attemptCall(alice, fn, args);
      for (const trace of [secret, '2099-12-31', '"is_hidden":true', '"is_hidden": true']) {
        expect(text, fn).not.toContain(trace);
      }
    }
    for (const table of ['drafts', 'hidden_messages', 'threads', 'members?select=*']) {
      const { text } = await attempt(alice, 'GET', table);
      expect(text, table).not.toContain(bob.id);
    }
  });
});

describe('searching in what is not one’s own', () => {
  it('D13 many messages or few, rare words or common ones: only what one may see is found', async () => {
    const [alice, mallory] = (await newUsers('Alice', 'Mallory')) as [User, User];
    const [rare, common] = [secretWord(), secretWord()];
    const group = await newGroup(alice);
    await send(alice, group.id, `${rare} ${common}`);
    await does(alice, 'add_members', {
      conversation_id: group.id,
      user_ids: [mallory.id],
      shows_history: false,
    });
    await direct(alice, mallory);
    // So many of her own that reading them one by one is not worth it, and the index is asked.
    const lair = await newGroup(mallory);
    await query(
      `with added as (
         insert into confab.messages (id, conversation_id, seq, version, counted, sender_id, kind, content, counts, created_at)
         select gen_random_uuid(), $1, n, n, n, $2, 'text', case when n % 3 = 0 then $3 else 'noise' end, true,
                now() + n * interval '1 microsecond'
         from generate_series(1, 3000) n
       )
       update confab.conversations c
       set last_seq = 3000, last_timeline_seq = 3000, version = 3000, counted = 3000
       where c.id = $1`,
      [lair.id, mallory.id, common],
    );
    await query('analyze confab.messages');
    for (const given of [
      { query: rare },
      { query: `${rare} ${common}` },
      { query: common, max_rows: 200 },
      { query: common, sort: 'relevance', max_rows: 200 },
      { query: rare, sort: 'relevance' },
      { query: rare.slice(0, 12) },
      { query: rare, conversation_id: group.id },
      { query: rare, sender_id: alice.id },
      { query: `hello -${rare}` },
      { query: `"${rare} ${common}"` },
    ]) {
      const { outcome, text } = await attemptCall(mallory, 'search_messages', given);
      expect(['ok', 'not_found'], text).toContain(outcome);
      expect(text, JSON.stringify(given)).not.toContain(rare);
      expect(text).not.toContain(alice.id);
    }
    expect((await attemptCall(alice, 'search_messages', { query: rare })).text).toContain(rare);
    expect((await attemptCall(mallory, 'search_messages', { query: common })).text).toContain(common);
  });
});
