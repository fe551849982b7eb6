import { createHmac, randomUUID } from 'node:crypto';

import { beforeAll, describe, expect, it } from 'vitest';

import { one, query } from '../support/database.js';
import { target } from '../support/target.js';
import { direct, mutation, newGroup, newUser, newUsers, send, type User } from '../support/users.js';
import type { Conversation, Message } from '../support/wire.js';
import { attempt, attemptCall, attemptPush, changedBy, textIn } from './attack.js';
import { request, refusalOf } from './rest.js';

/** A word that occurs in Alice's messages to Bob and nowhere else. */
const secret = `secret${randomUUID().replaceAll('-', '')}`;

let alice: User;
let bob: User;
let mallory: User;
/** Alice, Bob and Mallory; Alice owns it. */
let group: Conversation;
/** Alice and Bob only. */
let talk: Conversation;
/** Mallory's own. */
let lair: Conversation;
let message: Message;
let hidden: Message;
let everything: string[];

beforeAll(async () => {
  [alice, bob, mallory] = (await newUsers('Alice', 'Bob', 'Mallory')) as [User, User, User];
  group = await newGroup(alice, bob, mallory);
  talk = await direct(alice, bob);
  lair = await newGroup(mallory);
  message = await send(alice, group.id, 'hello everybody');
  hidden = await send(alice, talk.id, `${secret} between us`);
  await send(bob, talk.id, `${secret} too`);
  everything = [group.id, talk.id, lair.id];
});

const untouched = async (attack: () => Promise<unknown>, ids = everything): Promise<void> => {
  expect(await changedBy(ids, attack)).toEqual([]);
};

describe('forging the sender', () => {
  it('D2 no argument names the sender', async () => {
    await untouched(async () => {
      for (const forged of ['sender_id', 'user_id', 'me', 'p_me', 'seq', 'version', 'created_at', 'counts']) {
        const args = { id: randomUUID(), conversation_id: group.id, content: 'x', [forged]: alice.id };
        expect((await attemptCall(mallory, 'send_message', args)).outcome, forged).toBe('PGRST202');
      }
    });
  });

  it('D2 what a mutation says of its sender, seq or time is not listened to', async () => {
    const id = randomUUID();
    const forged = {
      sender_id: alice.id,
      user_id: alice.id,
      me: alice.id,
      seq: 99,
      version: 99,
      created_at: '2001-01-01T00:00:00Z',
      deleted_at: '2001-01-01T00:00:00Z',
      counts: false,
    };
    await untouched(async () => {
      await attemptPush(mallory, {
        ...mutation('send_message', lair.id, { content: 'x', ...forged }, id),
        ...forged,
      });
    }, [group.id, talk.id]);
    const row = await one(
      `select sender_id, seq::integer, version::integer, counts, deleted_at, created_at > '2002-01-01' as is_now
       from confab.messages where id = $1`,
      [id],
    );
    expect(row).toEqual({
      sender_id: mallory.id,
      seq: 1,
      version: 1,
      counts: true,
      deleted_at: null,
      is_now: true,
    });
  });

  it('D1 no row can be written past the functions', async () => {
    const { changed: _changed, ...row } = { ...message, changed: 0 };
    await untouched(async () => {
      for (const [method, path, body] of [
        ['POST', 'messages', { ...row, id: randomUUID(), seq: 2, version: 2 }],
        ['POST', 'messages?on_conflict=id', row],
        ['PATCH', `messages?id=eq.${message.id}`, { content: 'forged' }],
        ['PATCH', `messages?id=eq.${message.id}`, { sender_id: mallory.id }],
        ['DELETE', `messages?id=eq.${message.id}`, undefined],
        ['PUT', `messages?id=eq.${message.id}`, row],
        ['PATCH', `members?user_id=eq.${mallory.id}`, { role: 'owner' }],
        ['PATCH', `profiles?id=eq.${mallory.id}`, { display_name: 'Alice' }],
        ['POST', 'reactions', { message_id: message.id, user_id: alice.id, emoji: '👍' }],
      ] as const) {
        const { status } = await attempt(mallory, method, path, body, {
          prefer: 'resolution=merge-duplicates',
        });
        expect(status, `${method} ${path}`).toBeGreaterThanOrEqual(400);
      }
    });
  });

  it('D2 a token that the project has not signed is nobody', async () => {
    const claims = { sub: alice.id, role: 'authenticated', exp: 4_102_444_800 };
    const service = { ...claims, role: 'service_role' };
    const tokens = [
      token({ alg: 'none' }, claims, null),
      token({ alg: 'HS256' }, claims, 'a secret of somebody else, long enough'),
      token({ alg: 'HS256' }, service, 'a secret of somebody else, long enough'),
      token({ alg: 'none' }, service, null),
      // Mallory's own token with another user in it.
      mallory.accessToken.replace(
        /\.[^.]+\./,
        `.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.`,
      ),
    ];
    await untouched(async () => {
      for (const forged of tokens) {
        const caller = { apiKey: target().anonKey, token: forged };
        const args = { id: randomUUID(), conversation_id: talk.id, content: 'x' };
        expect((await request(caller, 'POST', 'rpc/send_message', args)).status).toBe(401);
        const read = await request(caller, 'GET', 'messages');
        expect(read.status).toBe(401);
        expect(JSON.stringify(read.body)).not.toContain(secret);
      }
    });
  });

  it('D2 settings of the connection cannot be brought along', async () => {
    for (const headers of [
      { 'x-client-info': `' ; set role service_role; --` },
      { role: 'service_role', 'request.jwt.claims': JSON.stringify({ sub: alice.id }) },
      { 'x-role': 'service_role', 'x-supabase-role': 'service_role', 'x-user-id': alice.id },
    ]) {
      const read = await attempt(mallory, 'GET', 'messages?select=content', undefined, headers);
      expect(read.text).not.toContain(secret);
    }
  });
});

function token(header: object, claims: object, key: string | null): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const body = `${part({ typ: 'JWT', ...header })}.${part(claims)}`;
  return `${body}.${key === null ? '' : createHmac('sha256', key).update(body).digest('base64url')}`;
}

describe('moving a message', () => {
  it('D1 a message stays in the conversation it was sent to', async () => {
    const mine = await send(mallory, group.id, 'mine');
    await untouched(async () => {
      const args = { id: mine.id, conversation_id: lair.id, content: 'moved' };
      expect((await attemptCall(mallory, 'send_message', args)).outcome).toBe('id_taken');
      expect((await attemptPush(mallory, mutation('send_message', lair.id, args, mine.id))).outcome).toBe(
        'id_taken',
      );
      const patch = { conversation_id: lair.id };
      expect((await attempt(mallory, 'PATCH', `messages?id=eq.${mine.id}`, patch)).outcome).toBe('42501');
      const forward = { id: mine.id, message_id: mine.id, conversation_id: lair.id };
      expect((await attemptCall(mallory, 'forward_message', forward)).outcome).toBe('id_taken');
      const edit = { id: randomUUID(), message_id: mine.id, content: 'x', conversation_id: lair.id };
      expect((await attemptCall(mallory, 'edit_message', edit)).outcome).toBe('PGRST202');
    });
    // An edit in the lane of another conversation changes the message where it is.
    const edit = mutation('edit_message', lair.id, { message_id: mine.id, content: 'edited' });
    await untouched(() => attemptPush(mallory, edit), [lair.id, talk.id]);
    expect(await one('select conversation_id as id from confab.messages where id = $1', [mine.id])).toEqual({
      id: group.id,
    });
  });

  it('D1 a message of another conversation is neither quoted, nor a thread, nor forwarded', async () => {
    const args = (): Record<string, unknown> => ({
      id: randomUUID(),
      conversation_id: lair.id,
      content: 'look',
    });
    const draft = { conversation_id: lair.id, content: 'soon', saved_at: new Date().toISOString() };
    await untouched(async () => {
      for (const [fn, given, code] of [
        ['send_message', { ...args(), reply_to_id: hidden.id }, 'not_found'],
        ['send_message', { ...args(), thread_root_id: hidden.id }, 'not_found'],
        [
          'forward_message',
          { id: randomUUID(), conversation_id: lair.id, message_id: hidden.id },
          'not_member',
        ],
        [
          'forward_message',
          { id: randomUUID(), conversation_id: talk.id, message_id: message.id },
          'not_member',
        ],
        ['history', { conversation_id: lair.id, thread_root_id: hidden.id }, 'not_found'],
        ['save_draft', { ...draft, thread_root_id: hidden.id }, 'not_found'],
        ['save_draft', { ...draft, reply_to_id: hidden.id }, 'not_found'],
        [
          'search_messages',
          { query: secret, conversation_id: lair.id, thread_root_id: hidden.id },
          'not_member',
        ],
      ] as const) {
        const { outcome, text } = await attemptCall(mallory, fn, given);
        expect(outcome, fn).toBe(code);
        expect(text).not.toContain(secret);
      }
    });
  });
});

describe('reusing an id', () => {
  it('E2 the id of a message of another is taken, wherever it is tried', async () => {
    await untouched(async () => {
      for (const conversation_id of [group.id, lair.id]) {
        for (const id of [message.id, hidden.id]) {
          const args = { id, conversation_id, content: 'x' };
          const sent = await attemptCall(mallory, 'send_message', args);
          expect(sent.outcome).toBe('id_taken');
          expect(sent.text).not.toContain(secret);
          const pushed = await attemptPush(mallory, mutation('send_message', conversation_id, args, id));
          expect(pushed.outcome).toBe('id_taken');
          const forward = { id, message_id: message.id, conversation_id };
          expect((await attemptCall(mallory, 'forward_message', forward)).outcome).toBe('id_taken');
        }
      }
    });
  });

  it('E2 the id of a conversation of another is taken', async () => {
    await untouched(async () => {
      for (const id of [group.id, talk.id]) {
        const args = { id, kind: 'group', member_ids: [] };
        expect((await attemptCall(mallory, 'create_conversation', args)).outcome).toBe('id_taken');
        expect((await attemptPush(mallory, mutation('create_conversation', null, args, id))).outcome).toBe(
          'id_taken',
        );
      }
    });
  });

  it('E2 the id of a mutation of another neither shows nor stops it', async () => {
    const id = randomUUID();
    const mine = await send(mallory, lair.id, 'mine');
    await attemptCall(alice, 'edit_message', { id, message_id: hidden.id, content: `${secret} edited` });
    await untouched(async () => {
      const edit = await attemptCall(mallory, 'edit_message', { id, message_id: hidden.id, content: 'x' });
      expect(edit.outcome).toBe('not_member');
    });
    const own = await attemptCall(mallory, 'edit_message', { id, message_id: mine.id, content: 'edited' });
    expect(own).toMatchObject({ outcome: 'ok', body: { content: 'edited' } });
  });
});

describe('reading past the policies', () => {
  const secretless = async (path: string, headers?: Record<string, string>): Promise<void> => {
    const { text } = await attempt(mallory, 'GET', path, undefined, headers);
    for (const word of [secret, hidden.id, talk.id]) expect(text, path).not.toContain(word);
  };

  it('D1 embeds show no more than the tables', async () => {
    for (const path of [
      'messages?select=*',
      'messages?select=*,conversations(*,members(*,profiles(*)))',
      'messages?select=*,message_versions(*),reactions(*),mentions(*)',
      'conversations?select=*,messages(*),members(*),drafts(*)',
      'conversation_kinds?select=*,conversations(*,messages(*),members(*))',
      'conversation_kinds?select=*,conversations!inner(*,messages!inner(*))',
      'profiles?select=*,messages(*),members(*),reactions(*),drafts(*)',
      'profiles?select=*,conversations(*),threads(*),hidden_messages(*)',
      'members?select=*,conversations(*,messages(*)),profiles(*)',
      'drafts?select=*,conversations(*,messages(*)),messages(*)',
      'threads?select=*,messages(*)',
      'hidden_messages?select=*,messages(*)',
      'reactions?select=*,messages(*,conversations(*))',
      'message_versions?select=*,messages(*)',
      'mentions?select=*,messages(*)',
      'read_log?select=*,members(*,conversations(*))',
    ]) {
      await secretless(path);
    }
  });

  it('D1 filters, counts, orders and other headers show no more than the tables', async () => {
    for (const path of [
      `messages?id=eq.${hidden.id}`,
      `messages?conversation_id=eq.${talk.id}`,
      `messages?or=(id.not.is.null,conversation_id.eq.${talk.id})`,
      `messages?or=(conversation_id.eq.${talk.id},and(id.eq.${hidden.id}))`,
      `messages?not.and=(id.is.null)`,
      `messages?conversation_id=not.eq.${group.id}&conversation_id=neq.${lair.id}`,
      `messages?conversation_id=in.(${talk.id},${group.id})`,
      `messages?content=ilike.*secret*`,
      `messages?content=match.secret`,
      `messages?content=fts.between`,
      `messages?select=content&order=content.desc&limit=100000`,
      `messages?select=content.max()`,
      `messages?select=content::text&content=not.is.null`,
      `messages?select=data->>x,content,everything:content&seq=gte.0`,
      `conversations?or=(id.eq.${talk.id},title.is.null)`,
      `members?user_id=eq.${alice.id}`,
      `members?conversation_id=eq.${talk.id}`,
    ]) {
      await secretless(path);
      await secretless(path, { accept: 'text/csv' });
      await secretless(path, { accept: 'application/vnd.pgrst.object+json' });
      await secretless(path, { accept: 'application/vnd.pgrst.plan+json; options=analyze|verbose' });
    }
    const counted = await request(
      { apiKey: target().anonKey, token: mallory.accessToken },
      'GET',
      `messages?select=id&conversation_id=eq.${talk.id}`,
      undefined,
      { prefer: 'count=exact' },
    );
    expect(counted).toMatchObject({ body: [], count: 0 });
  });

  it('D1 an answer of a function cannot be widened by a select of its own', async () => {
    const rpc = `rpc/history?select=*,messages(*)`;
    const { text } = await attempt(mallory, 'POST', rpc, { conversation_id: group.id });
    expect(text).not.toContain(secret);
    await secretless(`rpc/history?conversation_id=${talk.id}`);
    await secretless(`rpc/conversation?conversation_id=${talk.id}`);
    await secretless(`rpc/search_messages?query=${secret}`);
  });

  it('D1 no other schema is exposed', async () => {
    for (const schema of [
      'confab_private',
      'auth',
      'realtime',
      'pg_catalog',
      'information_schema',
      'extensions',
    ]) {
      for (const table of ['settings', 'users', 'messages', 'pg_proc', 'rate_buckets', 'applied_mutations']) {
        const read = await attempt(mallory, 'GET', table, undefined, { 'accept-profile': schema });
        expect(read.outcome, `${schema}.${table}`).toBe('PGRST106');
      }
      const call = await attempt(
        mallory,
        'POST',
        'rpc/unread_total_of',
        { p_me: alice.id },
        { 'content-profile': schema },
      );
      expect(call.outcome, schema).toBe('PGRST106');
    }
    for (const path of [
      'confab_private.settings',
      'rpc/confab_private.me',
      'rpc/unread_total_of',
      'rpc/emit',
    ]) {
      const { status } = await attempt(mallory, path.startsWith('rpc') ? 'POST' : 'GET', path, undefined);
      expect(status, path).toBe(404);
    }
  });
});

describe('passing what is another’s', () => {
  it('D13 a batch about a conversation of others changes nothing and shows nothing', async () => {
    await untouched(async () => {
      for (const conversationId of [talk.id, null, lair.id]) {
        for (const forged of [
          mutation('edit_message', conversationId, { message_id: hidden.id, content: 'x' }),
          mutation('delete_message', conversationId, { message_id: hidden.id }),
          mutation('hide_message', conversationId, { message_id: hidden.id }),
          mutation('pin_message', conversationId, { message_id: hidden.id }),
          mutation('add_reaction', conversationId, { message_id: hidden.id, emoji: '👍' }),
          mutation('mark_thread_read', conversationId, { thread_root_id: hidden.id, seq: 9 }),
          mutation('follow_thread', conversationId, { thread_root_id: hidden.id, is_following: true }),
        ]) {
          const { outcome, text } = await attemptPush(mallory, forged);
          expect(outcome, String(forged['type'])).toBe('not_member');
          expect(text).not.toContain(secret);
        }
      }
    });
  });

  it('D13 reading by the id of a conversation or message of others is refused', async () => {
    const by = { conversation_id: talk.id };
    await untouched(async () => {
      for (const [fn, args] of [
        ['history', by],
        ['history_by_date', { ...by, from_date: '2026-01-01', to_date: '2026-12-31' }],
        ['conversation', by],
        ['members', { ...by, state: 'removed' }],
        ['pinned_messages', by],
        ['search_messages', { ...by, query: secret }],
        ['search_messages', { query: secret, thread_root_id: hidden.id }],
        ['message_versions', { message_id: hidden.id }],
        ['reactors', { message_id: hidden.id, emoji: '👍' }],
        ['readers', { message_id: hidden.id }],
      ] as const) {
        const { outcome, text } = await attemptCall(mallory, fn, args);
        expect(outcome, fn).toBe('not_member');
        expect(text).not.toContain(secret);
      }
      for (const filter of [
        { sender_id: alice.id },
        { kind: 'text' },
        { from_time: '2001-01-01T00:00:00Z' },
      ]) {
        const found = await attemptCall(mallory, 'search_messages', { query: secret, ...filter });
        expect(found).toMatchObject({ outcome: 'ok', body: { results: [] } });
      }
    });
  });

  it('D4 pull answers nothing about windows of others, whatever version they claim', async () => {
    const fresh = await attemptCall(mallory, 'pull', { cursor: null, windows: {} });
    const cursor = textIn(fresh.body, 'cursor');
    const forged = [cursor, cursor.replace(/\.\d+$/, '.0'), cursor.replace(/\.\d+$/, '.1')];
    for (const [index, given] of forged.entries()) {
      for (const version of [0, 1, 999_999]) {
        const windows = { [talk.id]: version };
        const { text } = await attemptCall(mallory, 'pull', { cursor: given, windows });
        expect(text, `${index} ${version}`).not.toContain(secret);
        expect(text).not.toContain(hidden.id);
      }
    }
  });

  it('D1 who is not in the conversation is not mentioned in it', async () => {
    const stranger = await newUser('Stranger');
    const args = {
      id: randomUUID(),
      conversation_id: lair.id,
      content: 'look here',
      mentioned_user_ids: [stranger.id, alice.id],
    };
    const { outcome, body } = await attemptCall(mallory, 'send_message', args);
    expect(outcome).toBe('ok');
    expect(body).toMatchObject({ mentioned_user_ids: [] });
    const edit = {
      id: randomUUID(),
      message_id: args.id,
      content: 'again',
      mentioned_user_ids: [stranger.id],
    };
    const edited = await attemptCall(mallory, 'edit_message', edit);
    expect(edited).toMatchObject({ outcome: 'ok', body: { mentioned_user_ids: [] } });
    expect(await query('select * from confab.mentions where user_id = $1', [stranger.id])).toEqual([]);
  });
});

describe('texts that are more than text', () => {
  const texts = [
    `'; drop table confab.messages; --`,
    `' or 1=1 --`,
    `x') or true or ('`,
    `$$; select confab_private.settings(); $$`,
    `%`,
    `_`,
    `*`,
    `\\`,
    `:*`,
    `a & | ! ( <-> ) :*`,
    `${'('.repeat(500)}`,
    `{"$where": "1"}`,
    `<script>alert(1)</script>`,
    `\u202e\u0001\ue000\ue001`,
  ];

  it('D1 in a search they find nothing of others and break nothing', async () => {
    await untouched(async () => {
      for (const text of texts) {
        for (const args of [
          { query: text },
          { query: text, conversation_id: lair.id },
          { query: text, kind: text, sort: 'relevance' },
          { query: 'secret', kind: text },
          { query: 'secret', sort: text },
          { query: 'secret', before: text },
        ]) {
          const found = await attemptCall(mallory, 'search_messages', args);
          expect(found.text, text).not.toContain(secret);
          expect(found.outcome, text).not.toBe('PGRST202');
          expect(found.status, `${JSON.stringify(args)} ${found.text}`).toBeLessThan(500);
        }
      }
    });
  });

  it('D1 in filters and places they list nothing of others and break nothing', async () => {
    await untouched(async () => {
      for (const text of texts) {
        for (const [fn, args] of [
          ['conversations', { filter: { query: text } }],
          ['conversations', { filter: { kind: text, context_type: text, context_id: text } }],
          ['conversations', { filter: { [text]: text } }],
          ['conversations', { before: text }],
          ['conversations', { before: `1_${text}` }],
          ['members', { conversation_id: lair.id, query: text }],
          ['members', { conversation_id: lair.id, role: text, state: text, after: text }],
          ['mentions', { before: text }],
          ['threads', { before: text }],
          ['pull', { cursor: text }],
          ['export_my_data', { after: text }],
        ] as const) {
          const listed = await attemptCall(mallory, fn, args);
          expect(listed.text, `${fn} ${text}`).not.toContain(secret);
          expect(listed.outcome, `${fn} ${text}`).not.toBe('PGRST202');
          expect(listed.status, `${fn} ${JSON.stringify(args)} ${listed.text}`).toBeLessThan(500);
        }
      }
    });
  });

  it('D1 in what is written they stay what they are', async () => {
    await untouched(async () => {
      for (const text of texts) {
        const id = randomUUID();
        const sent = await attemptCall(mallory, 'send_message', {
          id,
          conversation_id: lair.id,
          content: text,
          data: { [text]: text },
        });
        expect(sent.body).toMatchObject({ content: text, data: { [text]: text } });
        const emoji = await attemptCall(mallory, 'add_reaction', { message_id: id, emoji: text });
        expect(['ok', 'invalid'], emoji.text).toContain(emoji.outcome);
        const named = await attemptCall(mallory, 'update_conversation', {
          conversation_id: lair.id,
          changes: { title: text.slice(0, 200), description: text },
        });
        expect(['ok', 'invalid'], named.text).toContain(named.outcome);
      }
    }, [group.id, talk.id]);
    expect(
      await one('select count(*)::integer as n from confab.messages where id = $1', [hidden.id]),
    ).toEqual({
      n: 1,
    });
  });
});

describe('enumerating users', () => {
  it('D13 profiles of people one shares nothing with are found by no filter', async () => {
    const loner = await newUser('Loner');
    for (const path of [
      'profiles?select=*&order=created_at',
      'profiles?display_name=ilike.*a*',
      `profiles?or=(id.eq.${alice.id},display_name.not.is.null)`,
      'profiles?select=id,display_name&limit=1000000',
    ]) {
      expect((await attempt(loner, 'GET', path)).text, path).not.toContain(alice.id);
    }
    const all = await attempt(loner, 'GET', 'profiles?select=id');
    expect(all.body).toEqual([{ id: loner.id }]);
    const listed = await attemptCall(loner, 'conversations', { filter: { query: 'Alice' } });
    expect(listed.text).not.toContain(alice.id);
  });

  it('D13 functions tell nobody who else there is', async () => {
    const loner = await newUser('Loner');
    await untouched(async () => {
      for (const [fn, args, code] of [
        ['get_or_create_direct', { user_id: randomUUID() }, 'not_found'],
        ['members', { conversation_id: group.id }, 'not_member'],
        ['members', { conversation_id: group.id, query: 'Alice' }, 'not_member'],
        ['readers', { message_id: message.id }, 'not_member'],
        ['reactors', { message_id: message.id }, 'not_member'],
        ['conversation', { conversation_id: group.id }, 'not_member'],
      ] as const) {
        const { outcome, text } = await attemptCall(loner, fn, args);
        expect(outcome, fn).toBe(code);
        expect(text).not.toContain(alice.id);
        expect(text).not.toContain('Alice');
      }
    });
  });

  it('D13 mail addresses are told nobody, and the admin functions of Auth are not the user’s', async () => {
    for (const path of ['profiles?select=*', 'profiles?select=*,members(*)']) {
      expect((await attempt(bob, 'GET', path)).text).not.toContain('@example.com');
    }
    const { text } = await attemptCall(bob, 'conversation', { conversation_id: group.id });
    expect(text).not.toContain('@example.com');
    const { status } = await fetch(`${target().apiUrl}/auth/v1/admin/users`, {
      headers: { apikey: target().anonKey, authorization: `Bearer ${bob.accessToken}` },
    });
    expect([401, 403]).toContain(status);
  });

  it('D2 a service key in the hands of a user is the only way past: the anonymous key reads nothing', async () => {
    const anon = { apiKey: target().anonKey, token: target().anonKey };
    for (const table of ['profiles', 'messages', 'conversations', 'members']) {
      expect(refusalOf(await request(anon, 'GET', table)), table).toBe('42501');
    }
  });
});
