import { randomUUID } from 'node:crypto';

import { beforeAll, describe, expect, it } from 'vitest';

import { one, query, withSettings } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { target } from '../support/target.js';
import { mutation, newClient, newGroup, newUser, newUsers, send, type User } from '../support/users.js';
import type { Conversation, Message } from '../support/wire.js';
import { attempt, attemptCall, attemptPush, changedBy, textIn } from './attack.js';
import { openSocket, type Socket } from './topics.js';

const untouched = async (ids: string[], attack: () => Promise<unknown>): Promise<void> => {
  expect(await changedBy(ids, attack)).toEqual([]);
};

/** The topic of a conversation's feed as it is now. */
const feedOf = async (id: string): Promise<string> =>
  (
    await one<{ feed: string }>(
      `select 'feed:' || id || ':' || feed_key as feed from confab.conversations where id = $1`,
      [id],
    )
  ).feed;

/** A call that has to succeed: the scenery of an attack. */
async function does(user: User, fn: string, args: Record<string, unknown>): Promise<unknown> {
  const { outcome, text, body } = await attemptCall(user, fn, args);
  expect(outcome, `${fn} ${text}`).toBe('ok');
  return body;
}

describe('escalating', () => {
  let owner: User;
  let admin: User;
  let member: User;
  let victim: User;
  let group: Conversation;

  beforeAll(async () => {
    [owner, admin, member, victim] = (await newUsers('Owner', 'Admin', 'Member', 'Victim')) as [
      User,
      User,
      User,
      User,
    ];
    group = await newGroup(owner, admin, member, victim);
    await does(owner, 'set_role', { conversation_id: group.id, user_id: admin.id, role: 'admin' });
  });

  it('D9 nobody but an owner gives roles, to anybody', async () => {
    await untouched([group.id], async () => {
      for (const attacker of [member, admin]) {
        for (const user_id of [attacker.id, owner.id, victim.id]) {
          for (const role of ['owner', 'admin', 'member']) {
            const args = { conversation_id: group.id, user_id, role };
            expect((await attemptCall(attacker, 'set_role', args)).outcome).toBe('forbidden');
            expect((await attemptPush(attacker, mutation('set_role', group.id, args))).outcome).toBe(
              'forbidden',
            );
          }
          const args = { conversation_id: group.id, user_id };
          expect((await attemptCall(attacker, 'transfer_ownership', args)).outcome).toBe('forbidden');
          expect((await attemptPush(attacker, mutation('transfer_ownership', group.id, args))).outcome).toBe(
            'forbidden',
          );
        }
      }
    });
  });

  it('D9 there are no other roles', async () => {
    await untouched([group.id], async () => {
      for (const role of ['', 'OWNER', 'owner ', 'superuser', 'service_role', `owner'--`, null]) {
        const args = { conversation_id: group.id, user_id: victim.id, role };
        expect((await attemptCall(owner, 'set_role', args)).outcome, String(role)).toBe('invalid');
      }
    });
  });

  it('D9 an admin neither removes nor replaces an owner or another admin', async () => {
    const rival = await newUser('Rival');
    const shared = await newGroup(owner, admin, rival);
    for (const user of [admin, rival]) {
      await does(owner, 'set_role', { conversation_id: shared.id, user_id: user.id, role: 'admin' });
    }
    await untouched([shared.id], async () => {
      for (const user_id of [owner.id, rival.id]) {
        const args = { conversation_id: shared.id, user_id };
        expect((await attemptCall(admin, 'remove_member', args)).outcome).toBe('forbidden');
        expect((await attemptPush(admin, mutation('remove_member', shared.id, args))).outcome).toBe(
          'forbidden',
        );
        await attemptCall(admin, 'add_members', { conversation_id: shared.id, user_ids: [user_id] });
        await attemptCall(admin, 'invite_members', { conversation_id: shared.id, user_ids: [user_id] });
      }
    });
  });

  it('D9 members are added as members, whatever else is asked for', async () => {
    const guest = await newUser('Guest');
    const args = { conversation_id: group.id, user_ids: [guest.id] };
    await untouched([group.id], async () => {
      for (const forged of ['role', 'state', 'visible_from_seq', 'joined_at']) {
        const { outcome } = await attemptCall(admin, 'add_members', { ...args, [forged]: 'owner' });
        expect(outcome, forged).toBe('PGRST202');
      }
      for (const user_ids of [[{ user_id: guest.id, role: 'owner' }], [`${guest.id}:owner`], guest.id]) {
        const pushed = await attemptPush(admin, mutation('add_members', group.id, { user_ids }));
        expect(pushed.outcome).toBe('invalid');
      }
    });
    await attemptPush(admin, mutation('add_members', group.id, { ...args, role: 'owner', state: 'joined' }));
    await attemptPush(admin, mutation('add_members', group.id, { user_ids: [admin.id], role: 'owner' }));
    const rows = await query<{ role: string }>(
      'select role from confab.members where conversation_id = $1 and user_id = any ($2) order by role',
      [group.id, [guest.id, admin.id]],
    );
    expect(rows.map(({ role }) => role)).toEqual(['admin', 'member']);
  });

  it('D9 a member changes neither the conversation nor who is in it', async () => {
    const guest = await newUser('Guest');
    await untouched([group.id], async () => {
      for (const [fn, args] of [
        ['update_conversation', { changes: { title: 'Mine' } }],
        ['update_conversation', { changes: { is_locked: true } }],
        ['update_conversation', { changes: { slow_mode_seconds: 86_400 } }],
        ['add_members', { user_ids: [guest.id] }],
        ['invite_members', { user_ids: [guest.id] }],
        ['remove_member', { user_id: victim.id }],
      ] as const) {
        const given = { conversation_id: group.id, ...args };
        expect((await attemptCall(member, fn, given)).outcome, fn).toBe('forbidden');
        expect((await attemptPush(member, mutation(fn, group.id, args))).outcome, fn).toBe('forbidden');
      }
    });
  });

  it('D9 changes name nothing but what they may change', async () => {
    await untouched([group.id], async () => {
      for (const [fn, keys] of [
        [
          'update_conversation',
          ['kind', 'created_by', 'last_seq', 'version', 'member_count', 'feed_key', 'id'],
        ],
        [
          'update_conversation',
          ['direct_low', 'role', 'owner', 'context_type', 'context_id', 'last_start_seq'],
        ],
        [
          'set_membership',
          ['role', 'state', 'visible_from_seq', 'unread_after_seq', 'joined_seq', 'user_id'],
        ],
        ['set_membership', ['last_read_seq', 'invited_by', 'conversation_id', 'is_pinned; role']],
      ] as const) {
        for (const key of keys) {
          for (const value of ['owner', 0, owner.id]) {
            const changes = { [key]: value };
            const args = { conversation_id: group.id, changes };
            expect((await attemptCall(owner, fn, args)).outcome, `${fn} ${key}`).toBe('invalid');
            expect((await attemptPush(owner, mutation(fn, group.id, { changes }))).outcome).toBe('invalid');
          }
        }
      }
    });
  });

  it('D9 a role ends with the membership, and does not come back with it', async () => {
    for (const back of ['add_members', 'invite_members']) {
      for (const end of ['leave', 'remove']) {
        const former = await newUser('Former');
        const club = await newGroup(owner, former);
        const whom = { conversation_id: club.id, user_id: former.id };
        await does(owner, 'set_role', { ...whom, role: 'owner' });
        if (end === 'leave') await does(former, 'leave_conversation', { conversation_id: club.id });
        else await does(owner, 'remove_member', whom);
        await untouched([club.id], async () => {
          for (const [fn, args] of [
            ['accept_invite', {}],
            ['add_members', { user_ids: [former.id] }],
            ['set_role', { user_id: former.id, role: 'owner' }],
            ['set_membership', { changes: { is_pinned: true } }],
            ['update_conversation', { changes: { title: 'Mine' } }],
          ] as const) {
            const given = { conversation_id: club.id, ...args };
            const { outcome } = await attemptCall(former, fn, given);
            expect(outcome, fn).toBe(fn === 'accept_invite' ? 'not_invited' : 'not_member');
          }
        });
        await does(owner, back, { conversation_id: club.id, user_ids: [former.id] });
        if (back === 'invite_members') await does(former, 'accept_invite', { conversation_id: club.id });
        const row = await one<{ role: string; state: string }>(
          'select role, state from confab.members where conversation_id = $1 and user_id = $2',
          [club.id, former.id],
        );
        expect(row, `${end} ${back}`).toEqual({ role: 'member', state: 'joined' });
      }
    }
  });

  it('D8 nobody is let into a direct conversation, nor out of it', async () => {
    const talk = textIn(await does(owner, 'get_or_create_direct', { user_id: member.id }), 'id');
    await untouched([talk], async () => {
      for (const [fn, args] of [
        ['add_members', { user_ids: [admin.id] }],
        ['invite_members', { user_ids: [admin.id] }],
        ['remove_member', { user_id: owner.id }],
        ['set_role', { user_id: member.id, role: 'owner' }],
        ['transfer_ownership', { user_id: member.id }],
        ['leave_conversation', {}],
        ['update_conversation', { changes: { is_locked: true } }],
      ] as const) {
        const given = { conversation_id: talk, ...args };
        expect((await attemptCall(member, fn, given)).outcome, fn).toBe('forbidden');
      }
    });
  });

  it('D1 the functions of the server are not the user’s', async () => {
    const before = await one('select to_jsonb(s) as row from confab_private.settings s');
    for (const [fn, args] of [
      ['settings', {}],
      ['update_settings', { changes: { rate_limit_burst: 0, fanout_max_members: 0 } }],
      ['set_profile', { user_id: victim.id, display_name: 'Mallory' }],
      ['purge_messages', { older_than_days: 0 }],
      ['erase_user_messages', { user_id: victim.id }],
    ] as const) {
      expect((await attemptCall(owner, fn, args)).outcome, fn).toBe('42501');
      expect((await attemptPush(owner, mutation(fn, group.id, args))).outcome, fn).toBe('invalid');
    }
    expect(await one('select to_jsonb(s) as row from confab_private.settings s')).toEqual(before);
  });
});

describe('reading history before joining', () => {
  const secret = `secret${randomUUID().replaceAll('-', '')}`;
  let alice: User;
  let bob: User;
  let carol: User;
  let group: Conversation;
  let root: Message;
  let pinned: Message;
  let inbox: Socket;
  const topic = (user: User): string => `realtime:inbox:${user.id}`;

  beforeAll(async () => {
    [alice, bob, carol] = (await newUsers('Alice', 'Bob', 'Carol')) as [User, User, User];
    group = await newGroup(alice, bob);
    root = await send(alice, group.id, `${secret} root`);
    pinned = await send(alice, group.id, `${secret} pinned`);
    const args = { conversation_id: group.id, kind: 'text', occurs_on: '2026-01-01' };
    await does(bob, 'send_message', { ...args, id: randomUUID(), content: `${secret} day` });
    await does(alice, 'send_message', {
      ...args,
      id: randomUUID(),
      content: `${secret} everyone`,
      mentions_everyone: true,
    });
    await does(bob, 'send_message', {
      ...args,
      id: randomUUID(),
      content: `${secret} reply`,
      thread_root_id: root.id,
    });
    await does(alice, 'pin_message', { message_id: pinned.id });
    await does(alice, 'add_members', {
      conversation_id: group.id,
      user_ids: [carol.id],
      shows_history: false,
    });
    inbox = await openSocket({ apiKey: target().anonKey, token: carol.accessToken });
    await inbox.ask(topic(carol), 'phx_join', {
      config: { private: true, broadcast: {}, presence: { enabled: false, key: '' } },
      access_token: carol.accessToken,
    });
    // Everything that can be done to what Carol must not see, with Carol listening.
    await does(alice, 'edit_message', {
      id: randomUUID(),
      message_id: pinned.id,
      content: `${secret} edited`,
      mentioned_user_ids: [carol.id],
    });
    await does(bob, 'add_reaction', { message_id: pinned.id, emoji: '👍' });
    await does(bob, 'pin_message', { message_id: root.id });
    await does(bob, 'unpin_message', { message_id: root.id });
    await does(bob, 'pin_message', { message_id: root.id });
    const id = randomUUID();
    await does(bob, 'send_message', {
      id,
      conversation_id: group.id,
      content: 'a reply to what was before',
      reply_to_id: pinned.id,
    });
    await does(bob, 'add_reaction', { message_id: id, emoji: '👍' });
    await does(bob, 'send_message', {
      id: randomUUID(),
      conversation_id: group.id,
      content: 'a reply in a thread from before',
      thread_root_id: root.id,
    });
  });

  const places = (): [string, Record<string, unknown>][] => {
    const conversation_id = group.id;
    return [
      ...[
        {},
        { before_seq: 3 },
        { before_seq: 999_999, max_rows: 200 },
        { after_seq: 0, max_rows: 200 },
        { after_seq: -1 },
        { around_seq: 1, max_rows: 200 },
        { around_time: '2001-01-01T00:00:00Z', max_rows: 200 },
        { around_message_id: pinned.id, max_rows: 200 },
        { thread_root_id: root.id },
        { thread_root_id: root.id, after_seq: 0 },
      ].map((window): [string, Record<string, unknown>] => ['history', { conversation_id, ...window }]),
      ['history_by_date', { conversation_id, from_date: '2026-01-01', to_date: '2026-01-02' }],
      ['pinned_messages', { conversation_id }],
      ['mentions', {}],
      ['threads', {}],
      ['conversation', { conversation_id }],
      ['conversations', { filter: { query: secret } }],
      ['conversations', {}],
      ['members', { conversation_id }],
      ['drafts', {}],
      ['export_my_data', {}],
      ['unread_counts', {}],
      ['message_versions', { message_id: pinned.id }],
      ['reactors', { message_id: pinned.id }],
      ['readers', { message_id: pinned.id }],
      ...[
        {},
        { conversation_id },
        { sort: 'relevance' },
        { sender_id: alice.id },
        { thread_root_id: root.id },
      ].map((filter): [string, Record<string, unknown>] => ['search_messages', { query: secret, ...filter }]),
    ];
  };

  it('D13 no function shows what was said before', async () => {
    for (const [fn, args] of places()) {
      const { text, outcome } = await attemptCall(carol, fn, args);
      expect(outcome, `${fn} ${text}`).not.toMatch(/^PGRST/);
      expect(text, `${fn} ${JSON.stringify(args)}`).not.toContain(secret);
    }
    // The same for who is let in, so that it is not for want of something to find.
    const seen = await Promise.all(places().map(async ([fn, args]) => attemptCall(bob, fn, args)));
    expect(seen.filter(({ text }) => text.includes(secret)).length).toBeGreaterThan(12);
  });

  it('D4 pull does not either, from any cursor and any version', async () => {
    const { body } = await attemptCall(carol, 'pull', { cursor: null, windows: {} });
    const cursor = textIn(body, 'cursor').replace(/\.\d+$/, '.0');
    for (let version = 0; version < 14; version += 1) {
      const { text } = await attemptCall(carol, 'pull', { cursor, windows: { [group.id]: version } });
      expect(text).not.toContain(secret);
    }
  });

  it('D1 tables and embeds do not either', async () => {
    for (const path of [
      `messages?conversation_id=eq.${group.id}`,
      `messages?id=eq.${pinned.id}`,
      `messages?select=*,message_versions(*),reactions(*),mentions(*)`,
      `messages?select=*,messages!messages_reply_to_id_fkey(*)`,
      `conversations?select=*,messages(*)`,
      `profiles?select=*,messages(*,message_versions(*))`,
      `message_versions?message_id=eq.${pinned.id}`,
      `mentions?select=*,messages(*)`,
    ]) {
      expect((await attempt(carol, 'GET', path)).text, path).not.toContain(secret);
    }
    const reactions = await attempt(carol, 'GET', `reactions?message_id=eq.${pinned.id}`);
    expect(reactions.body).toEqual([]);
  });

  it('D13 a message from before is none: nothing can be done to it or with it', async () => {
    await untouched([group.id], async () => {
      for (const { id: message_id } of [root, pinned]) {
        for (const [fn, args] of [
          ['edit_message', { id: randomUUID(), message_id, content: 'x' }],
          ['delete_message', { message_id }],
          ['hide_message', { message_id }],
          ['unhide_message', { message_id }],
          ['pin_message', { message_id }],
          ['unpin_message', { message_id }],
          ['add_reaction', { message_id, emoji: '🎉' }],
          ['remove_reaction', { message_id, emoji: '👍' }],
          ['forward_message', { id: randomUUID(), message_id, conversation_id: group.id }],
          ['mark_thread_read', { thread_root_id: message_id, seq: 1 }],
          ['follow_thread', { thread_root_id: message_id, is_following: true }],
          ['message_versions', { message_id }],
          ['reactors', { message_id }],
          ['readers', { message_id }],
        ] as const) {
          const { outcome, text } = await attemptCall(carol, fn, args);
          expect(outcome, fn).toBe('not_found');
          expect(text).not.toContain(secret);
        }
        for (const what of ['reply_to_id', 'thread_root_id']) {
          const args = { id: randomUUID(), conversation_id: group.id, content: 'x', [what]: message_id };
          expect((await attemptCall(carol, 'send_message', args)).outcome, what).toBe('not_found');
        }
      }
    });
  });

  it('D13 a draft does not quote it either', async () => {
    const saved_at = new Date().toISOString();
    for (const what of ['reply_to_id', 'thread_root_id']) {
      const args = { conversation_id: group.id, content: 'x', saved_at, [what]: pinned.id };
      expect((await attemptCall(carol, 'save_draft', args)).outcome, what).toBe('not_found');
    }
    expect((await attemptCall(carol, 'drafts', {})).text).not.toContain(secret);
  });

  it('D10 what is done to it is not told live', async () => {
    await send(alice, group.id, 'the last word');
    await eventually('the last word is heard', () =>
      inbox.heard(topic(carol)).some((text) => text.includes('the last word')),
    );
    const heard = inbox.heard(topic(carol));
    expect(heard.length).toBeGreaterThan(5);
    expect(heard.join('\n')).not.toContain(secret);
    inbox.close();
  });

  it('D10 nor on the feed of a large conversation', async () => {
    await withSettings({ fanout_max_members: 1 }, async () => {
      const before = await query<{ id: string }>('select id from realtime.messages');
      await does(bob, 'add_reaction', { message_id: pinned.id, emoji: '🔥' });
      await does(bob, 'send_message', {
        id: randomUUID(),
        conversation_id: group.id,
        content: 'again',
        reply_to_id: pinned.id,
      });
      const events = await query<{ topic: string; payload: unknown }>(
        `select topic, payload from realtime.messages where topic like 'feed:' || $1 || '%' and id <> all ($2)`,
        [group.id, before.map(({ id }) => id)],
      );
      expect(events.length).toBeGreaterThan(1);
      expect(JSON.stringify(events)).not.toContain(secret);
    });
  });

  it('D10 nor by asking the feed to replay what it carried', async () => {
    const [dana, erin] = (await newUsers('Dana', 'Erin')) as [User, User];
    const club = await newGroup(alice, bob);
    await withSettings({ fanout_max_members: 1 }, async () => {
      await send(alice, club.id, `${secret} on the feed`);
      for (const [user, fn] of [
        [dana, 'add_members'],
        [erin, 'invite_members'],
      ] as const) {
        await does(alice, fn, { conversation_id: club.id, user_ids: [user.id], shows_history: false });
        if (fn === 'invite_members') await does(user, 'accept_invite', { conversation_id: club.id });
        const feed = await feedOf(club.id);
        const socket = await openSocket({ apiKey: target().anonKey, token: user.accessToken });
        const joined = await socket.ask(`realtime:${feed}`, 'phx_join', {
          config: {
            private: true,
            broadcast: { replay: { since: 0, limit: 25 } },
            presence: { enabled: false, key: '' },
          },
          access_token: user.accessToken,
        });
        expect(joined).toContain('"status":"ok"');
        const word = `after ${randomUUID()}`;
        await send(alice, club.id, word);
        const heard = (): string => socket.heard(`realtime:${feed}`).join('\n');
        await eventually('the feed is heard', () => heard().includes(word));
        expect(heard(), fn).not.toContain(secret);
        socket.close();
      }
    });
  });

  it('D13 neither oneself nor a friend one lets in can look back further than oneself', async () => {
    const dave = await newUser('Dave');
    await does(alice, 'set_role', { conversation_id: group.id, user_id: carol.id, role: 'admin' });
    for (const fn of ['add_members', 'invite_members']) {
      const args = { conversation_id: group.id, user_ids: [carol.id], shows_history: true };
      await attemptCall(carol, fn, args);
      await attemptPush(carol, mutation(fn, group.id, args));
    }
    for (const fn of ['add_members', 'invite_members']) {
      await does(carol, fn, { conversation_id: group.id, user_ids: [dave.id], shows_history: true });
      if (fn === 'invite_members') await does(dave, 'accept_invite', { conversation_id: group.id });
      for (const user of [carol, dave]) {
        const history = await attemptCall(user, 'history', { conversation_id: group.id, max_rows: 200 });
        expect(history.outcome).toBe('ok');
        expect(history.text, fn).not.toContain(secret);
      }
      await does(carol, 'remove_member', { conversation_id: group.id, user_id: dave.id });
    }
  });

  it('D13 who is invited sees nothing that is said, and stays out until accepting', async () => {
    const guest = await newUser('Guest');
    await does(alice, 'invite_members', { conversation_id: group.id, user_ids: [guest.id] });
    for (const [fn, args] of places()) {
      const { text } = await attemptCall(guest, fn, args);
      expect(text, fn).not.toContain(secret);
      expect(text, fn).not.toContain('the last word');
    }
    const { body } = await attemptCall(guest, 'conversation', { conversation_id: group.id });
    expect(body).toMatchObject({
      conversations: [{ id: group.id, last_message: null, feed: null, unread: 0, last_seq: 0, version: 0 }],
    });
    expect((await attempt(guest, 'GET', 'messages')).body).toEqual([]);
    expect((await attempt(guest, 'GET', 'conversations')).body).toEqual([]);
  });
});

describe('receiving after removal', () => {
  const word = `later${randomUUID().replaceAll('-', '')}`;

  /** Everything a user can listen to in a group, joined while that is allowed. */
  async function listen(user: User, topics: string[]): Promise<Socket> {
    const socket = await openSocket({ apiKey: target().anonKey, token: user.accessToken });
    for (const topic of topics) {
      const answer = await socket.ask(`realtime:${topic}`, 'phx_join', {
        config: { private: true, broadcast: {}, presence: { enabled: false, key: '' } },
        access_token: user.accessToken,
      });
      expect(answer, topic).toContain('"status":"ok"');
    }
    return socket;
  }

  for (const end of ['remove', 'leave']) {
    for (const max of [50, 1]) {
      it(`D10 inbox and feed are silent for whoever was ${end === 'remove' ? 'removed' : 'a member and left'}, ${max === 1 ? 'in a large conversation' : 'in a small one'}`, async () => {
        const [alice, bob] = (await newUsers('Alice', 'Bob')) as [User, User];
        const group = await newGroup(alice, bob);
        await withSettings({ fanout_max_members: max, receipts_max_members: 50 }, async () => {
          const feed = await feedOf(group.id);
          const inbox = `inbox:${bob.id}`;
          const socket = await listen(bob, [inbox, feed]);
          if (end === 'leave') await does(bob, 'leave_conversation', { conversation_id: group.id });
          else await does(alice, 'remove_member', { conversation_id: group.id, user_id: bob.id });

          const message = await send(alice, group.id, word);
          await does(alice, 'edit_message', {
            id: randomUUID(),
            message_id: message.id,
            content: `${word}!`,
          });
          await does(alice, 'add_reaction', { message_id: message.id, emoji: '👍' });
          await does(alice, 'update_conversation', { conversation_id: group.id, changes: { title: word } });
          // Something else in his inbox comes after all that would have come.
          await does(alice, 'get_or_create_direct', { user_id: bob.id });
          const heard = (): string[] => [inbox, feed].flatMap((topic) => socket.heard(`realtime:${topic}`));
          const direct = await one<{ id: string }>(
            'select id from confab.conversations where $1 in (direct_low, direct_high)',
            [bob.id],
          );
          await eventually('the next hint', () => heard().some((text) => text.includes(direct.id)));
          expect(feed).not.toBe(await feedOf(group.id));
          expect(heard().join('\n')).not.toContain(word);
          expect(heard().join('\n')).not.toContain(message.id);

          for (const topic of [feed, await feedOf(group.id), `room:${group.id}`]) {
            const again = await socket.ask(`realtime:${topic}`, 'phx_join', {
              config: { private: true, broadcast: {}, presence: { enabled: false, key: '' } },
              access_token: bob.accessToken,
            });
            expect(again, topic).toContain('Unauthorized');
          }
          socket.close();
        });
      });
    }
  }

  it('D5 nothing else answers either, and nothing that was queued is written', async () => {
    const [alice, bob] = (await newUsers('Alice', 'Bob')) as [User, User];
    const group = await newGroup(alice, bob);
    const sent = await send(bob, group.id, 'while I was there');
    const hers = await send(alice, group.id, 'hers');
    const { body } = await attemptCall(bob, 'pull', { cursor: null, windows: {} });
    const cursor = textIn(body, 'cursor');
    await does(alice, 'remove_member', { conversation_id: group.id, user_id: bob.id });
    const later = await send(alice, group.id, word);
    await does(alice, 'add_reaction', { message_id: sent.id, emoji: '👎' });
    await does(alice, 'send_message', {
      id: randomUUID(),
      conversation_id: group.id,
      content: word,
      thread_root_id: sent.id,
    });
    await does(alice, 'pin_message', { message_id: sent.id });

    await untouched([group.id], async () => {
      for (const queued of [
        mutation('send_message', group.id, { content: 'x' }),
        mutation('edit_message', group.id, { message_id: sent.id, content: 'x' }),
        mutation('delete_message', group.id, { message_id: sent.id }),
        mutation('add_reaction', group.id, { message_id: hers.id, emoji: '👍' }),
        mutation('mark_read', group.id, { seq: 3 }),
        mutation('mark_unread', group.id, { seq: 1 }),
        mutation('pin_message', group.id, { message_id: hers.id }),
        mutation('follow_thread', group.id, { thread_root_id: sent.id, is_following: true }),
        mutation('set_membership', group.id, { changes: { is_pinned: true } }),
        mutation('save_draft', group.id, { content: 'x', saved_at: new Date().toISOString() }),
      ]) {
        const { outcome, text } = await attemptPush(bob, queued);
        expect(outcome, queued.type).toBe('not_member');
        expect(text).not.toContain(word);
      }
    });
    for (const [fn, args] of [
      ['history', { conversation_id: group.id }],
      ['conversation', { conversation_id: group.id }],
      ['conversations', {}],
      ['search_messages', { query: word }],
      ['mentions', {}],
      ['threads', {}],
      ['export_my_data', {}],
      ['reactors', { message_id: later.id }],
      ['pull', { cursor, windows: { [group.id]: 2 } }],
      ['pull', { cursor, windows: { [group.id]: 0 } }],
    ] as const) {
      const { text } = await attemptCall(bob, fn, args);
      expect(text, fn).not.toContain(word);
      expect(text, fn).not.toContain(later.id);
    }
    const pulled = await attemptCall(bob, 'pull', { cursor, windows: {} });
    expect(pulled.body).toMatchObject({ conversations: [], messages: [], removed: [group.id] });
    for (const table of ['messages', 'conversations', 'reactions', 'message_versions']) {
      expect((await attempt(bob, 'GET', `${table}?select=*`)).body, table).toEqual([]);
    }
  });

  it('E2 repeating a send from before tells nothing of what came after', async () => {
    const [alice, bob] = (await newUsers('Alice', 'Bob')) as [User, User];
    const group = await newGroup(alice, bob);
    const sent = await send(bob, group.id, 'while I was there');
    await does(alice, 'remove_member', { conversation_id: group.id, user_id: bob.id });
    await does(alice, 'add_reaction', { message_id: sent.id, emoji: '👎' });
    await does(alice, 'pin_message', { message_id: sent.id });
    await does(alice, 'send_message', {
      id: randomUUID(),
      conversation_id: group.id,
      content: word,
      thread_root_id: sent.id,
    });
    const args = { id: sent.id, conversation_id: group.id, content: 'while I was there' };
    for (const { text } of [
      await attemptCall(bob, 'send_message', args),
      await attemptPush(bob, mutation('send_message', group.id, args, sent.id)),
    ]) {
      for (const trace of ['👎', 'reply_count":1', alice.id]) expect(text).not.toContain(trace);
    }
  });

  it('D2 the token of a deleted user opens nothing any more', async () => {
    const [alice, gone] = (await newUsers('Alice', 'Gone')) as [User, User];
    const group = await newGroup(alice, gone);
    const { error } = await newClient(target().serviceRoleKey).auth.admin.deleteUser(gone.id);
    expect(error).toBeNull();
    await send(alice, group.id, word);
    await untouched([group.id], async () => {
      for (const [fn, args] of [
        ['history', { conversation_id: group.id }],
        ['send_message', { id: randomUUID(), conversation_id: group.id, content: 'x' }],
        ['create_conversation', { id: randomUUID(), kind: 'group', member_ids: [alice.id] }],
        ['get_or_create_direct', { user_id: alice.id }],
        ['conversations', {}],
        ['search_messages', { query: word }],
      ] as const) {
        const { outcome, text } = await attemptCall(gone, fn, args);
        expect(text, fn).not.toContain(word);
        if (fn !== 'conversations' && fn !== 'search_messages') {
          expect(['not_member', 'not_found', 'unauthenticated'], fn).toContain(outcome);
        }
      }
    });
  });
});
