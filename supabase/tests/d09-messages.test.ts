import { randomUUID } from 'node:crypto';

import { beforeAll, describe, expect, it } from 'vitest';

import { query, withSettings } from './support/database.js';
import { eventsOf, payloadsTo, recipients } from './support/events.js';
import { pagesOf } from './support/pages.js';
import { expectRecount } from './support/recount.js';
import { direct, mutation, newGroup, newUsers, outcomes, push, send, type User } from './support/users.js';
import type { Message } from './support/wire.js';

const three = async (): Promise<[User, User, User]> =>
  (await newUsers('Alice', 'Bob', 'Carol')) as [User, User, User];

const post = (user: User, id: string, kind: string, more: Record<string, unknown> = {}): Promise<Message> =>
  user.call('send_message', { id: randomUUID(), conversation_id: id, content: kind, kind, ...more });

const refusedPost = async (
  user: User,
  id: string,
  kind: string,
  more: Record<string, unknown> = {},
): Promise<string> =>
  (
    await user.refusal('send_message', {
      id: randomUUID(),
      conversation_id: id,
      content: kind,
      kind,
      ...more,
    })
  ).code;

const seesFrom = async (user: User, id: string, seq: number): Promise<void> => {
  await query('update confab.members set visible_from_seq = $3 where conversation_id = $1 and user_id = $2', [
    id,
    user.id,
    seq,
  ]);
  await query('update confab.conversations set last_start_seq = $2 where id = $1', [id, seq]);
};

/** The kinds of an app for courses, added as such an app would. */
beforeAll(async () => {
  await query(
    `insert into confab.message_kinds (kind, post_role, needs_content, needs_occurs_on, counts_as_unread) values
       ('daily_note', 'member', true, true, true),
       ('instructor_response', 'admin', true, true, true),
       ('activity', 'member', false, true, false),
       ('milestone', 'admin', true, true, true)
     on conflict (kind) do nothing`,
  );
});

describe('kinds of messages', () => {
  it('D9 an app adds kinds that need a day, a role, or stay silent', async () => {
    const [alice, bob] = await three();
    const { id } = await newGroup(alice, bob);
    const day = { occurs_on: '2026-11-20' };
    expect(await post(bob, id, 'daily_note', day)).toMatchObject({
      kind: 'daily_note',
      occurs_on: '2026-11-20',
      counts: true,
    });
    expect(await refusedPost(bob, id, 'daily_note')).toBe('invalid');
    expect(await refusedPost(bob, id, 'daily_note', { ...day, content: ' ' })).toBe('content_empty');
    for (const kind of ['instructor_response', 'milestone']) {
      expect(await refusedPost(bob, id, kind, day), kind).toBe('forbidden');
      expect(await post(alice, id, kind, day)).toMatchObject({ kind, counts: true });
    }
    for (const user of [alice, bob]) await user.call('mark_read', { conversation_id: id, seq: 100 });
    expect(await post(bob, id, 'activity', { ...day, content: null, data: { steps: 9_000 } })).toMatchObject({
      content: null,
      counts: false,
      data: { steps: 9_000 },
    });
    expect(await refusedPost(alice, id, 'no_such_kind')).toBe('unknown_kind');
    expect(await refusedPost(alice, id, 'system')).toBe('forbidden');
    expect(await refusedPost(alice, id, 'notification')).toBe('forbidden');
    // The activity was silent.
    expect((await alice.call('conversation', { conversation_id: id })).conversations[0]?.unread).toBe(0);
    expect((await bob.call('conversation', { conversation_id: id })).conversations[0]?.unread).toBe(0);
    await post(bob, id, 'activity', day);
    expect((await alice.call('conversation', { conversation_id: id })).conversations[0]).toMatchObject({
      unread: 0,
      last_message: { kind: 'activity' },
    });
    await expectRecount([id]);
    expect(
      outcomes(
        await push(bob, mutation('send_message', id, { kind: 'daily_note', content: 'x', occurs_on: 'now' })),
      ),
    ).toEqual(['invalid']);
  });

  it('D9 pictures and files need no content, announcements an admin, courses a context', async () => {
    const [alice, bob] = await three();
    const { id } = await newGroup(alice, bob);
    for (const kind of ['image', 'file']) {
      expect(await post(bob, id, kind, { content: null })).toMatchObject({
        kind,
        content: null,
        counts: true,
      });
    }
    const make = { title: 'T', member_ids: [bob.id] };
    const news = await alice.call('create_conversation', { id: randomUUID(), kind: 'announcement', ...make });
    expect(await refusedPost(bob, news.id, 'text')).toBe('forbidden');
    const message = await post(alice, news.id, 'text');
    await alice.call('set_role', { conversation_id: news.id, user_id: bob.id, role: 'admin' });
    expect(await post(bob, news.id, 'text')).toMatchObject({ sender_id: bob.id });
    await bob.call('add_reaction', { message_id: message.id, emoji: '👏' });
    expect(
      (await alice.refusal('create_conversation', { id: randomUUID(), kind: 'course', ...make })).code,
    ).toBe('invalid');
    const course = { context_type: 'course', context_id: 'c-1' };
    expect(
      await alice.call('create_conversation', { id: randomUUID(), kind: 'course', ...make, ...course }),
    ).toMatchObject(course);
  });
});

describe('history by day', () => {
  it('D9 has the newest day first and in it the newest message, page by page', async () => {
    const [alice, bob, carol] = await three();
    const { id } = await newGroup(alice, bob);
    const days = ['2026-03-01', '2026-03-03', '2026-03-02', '2026-03-03', '2026-02-28', '2026-03-02'];
    const sent: Message[] = [];
    for (const [n, occurs_on] of days.entries()) {
      sent.push(await post(n % 2 === 0 ? alice : bob, id, n < 4 ? 'daily_note' : 'activity', { occurs_on }));
    }
    await send(alice, id, 'no day');
    await post(bob, id, 'daily_note', {
      occurs_on: '2026-03-03',
      thread_root_id: sent[1]?.id,
      content: 'reply',
    });
    const gone = await post(bob, id, 'daily_note', { occurs_on: '2026-03-03' });
    await bob.call('delete_message', { message_id: gone.id });
    const shown = async (user: User, args: Record<string, unknown>): Promise<[string | null, number][]> => {
      const pages = await pagesOf((before) =>
        user.call('history_by_date', { conversation_id: id, max_rows: 2, before, ...args }),
      );
      for (const page of pages) {
        expect(page.profiles.map((profile) => profile.id).sort()).toEqual(
          [...new Set(page.messages.map(({ sender_id }) => sender_id))].sort(),
        );
      }
      return pages.flatMap((page) =>
        page.messages.map(({ occurs_on, seq }): [string | null, number] => [occurs_on, seq]),
      );
    };
    const march = { from_date: '2026-03-01', to_date: '2026-03-31' };
    expect(await shown(alice, march)).toEqual([
      ['2026-03-03', 8],
      ['2026-03-03', 4],
      ['2026-03-03', 2],
      ['2026-03-02', 6],
      ['2026-03-02', 3],
      ['2026-03-01', 1],
    ]);
    expect(await shown(alice, { ...march, kinds: ['activity'] })).toEqual([['2026-03-02', 6]]);
    expect(await shown(alice, { from_date: '2026-02-28', to_date: '2026-02-28' })).toEqual([
      ['2026-02-28', 5],
    ]);
    expect(await shown(alice, { from_date: '2025-02-28', to_date: '2026-02-27' })).toEqual([]);
    await seesFrom(bob, id, 4);
    await bob.call('hide_message', { message_id: sent[3]?.id });
    expect(await shown(bob, march)).toEqual([
      ['2026-03-03', 8],
      ['2026-03-03', 4],
      ['2026-03-02', 6],
    ]);
    const hidden = await bob.call('history_by_date', { conversation_id: id, ...march });
    expect(hidden.messages[1]).toMatchObject({ seq: 4, content: null, is_hidden: true });
    const code = async (user: User, args: Record<string, unknown>): Promise<string> =>
      (await user.refusal('history_by_date', { conversation_id: id, ...march, ...args })).code;
    expect(await code(carol, {})).toBe('not_member');
    expect(await code(alice, { conversation_id: randomUUID() })).toBe('not_found');
    expect(await code(alice, { kinds: ['no_such_kind'] })).toBe('unknown_kind');
    for (const wrong of [
      { from_date: null },
      { to_date: null },
      { to_date: '2026-02-28' },
      { to_date: '2027-03-03' },
      { to_date: 'infinity' },
      { from_date: '-infinity' },
      { from_date: '0001-01-01 BC' },
      { before: 'x' },
      { before: `1_1` },
      { before: `99999999_1_${randomUUID()}` },
    ]) {
      expect(await code(alice, wrong), JSON.stringify(wrong)).toBe('invalid');
    }
  });
});

describe('quoting', () => {
  it('D3 a reply shows who said what, cut at 200 characters, as it is now', async () => {
    const [alice, bob, carol] = await three();
    const { id } = await newGroup(alice, bob, carol);
    const original = await send(alice, id, 'ä'.repeat(300));
    let answer: Message | undefined;
    const events = await eventsOf(id, async () => {
      answer = await bob.call('send_message', {
        id: randomUUID(),
        conversation_id: id,
        content: 'yes',
        reply_to_id: original.id,
      });
    });
    const preview = {
      id: original.id,
      seq: 1,
      version: 1,
      sender_id: alice.id,
      kind: 'text',
      content: 'ä'.repeat(200),
      deleted_at: null,
    };
    expect(answer).toMatchObject({ reply_to_id: original.id, reply_to: preview, thread_root_id: null });
    for (const user of [alice, bob, carol]) {
      expect(payloadsTo(events, user)).toMatchObject([{ message: { reply_to: preview } }]);
    }
    const seen = async (user: User): Promise<Message['reply_to'] | undefined> =>
      (await user.call('history', { conversation_id: id })).messages.find(({ seq }) => seq === 2)?.reply_to;
    expect(await seen(carol)).toEqual(preview);
    await push(alice, mutation('edit_message', id, { message_id: original.id, content: 'short' }));
    expect(await seen(carol)).toMatchObject({ content: 'short' });
    await alice.call('delete_message', { message_id: original.id });
    expect(await seen(carol)).toMatchObject({ content: null, deleted_at: expect.any(String) });
    // A deleted one can still be replied to: it is there.
    expect(
      await send(carol, id, 'x').then(() => post(carol, id, 'text', { reply_to_id: original.id })),
    ).toMatchObject({ reply_to: { content: null } });
  });

  it('D13 shows nothing to those who joined after what it quotes', async () => {
    const [alice, bob, carol] = await three();
    const { id } = await newGroup(alice, bob);
    const original = await send(alice, id, 'secret');
    await alice.call('add_members', { conversation_id: id, user_ids: [carol.id], shows_history: false });
    const quoting = await post(bob, id, 'text', { reply_to_id: original.id });
    expect(quoting.reply_to).toMatchObject({ content: 'secret' });
    const seen = (await carol.call('history', { conversation_id: id })).messages.find(
      (message) => message.id === quoting.id,
    );
    expect(seen).toMatchObject({ reply_to_id: original.id, reply_to: null });
    const events = await eventsOf(id, () =>
      push(bob, mutation('edit_message', id, { message_id: quoting.id, content: 'again' })),
    );
    expect(JSON.stringify(payloadsTo(events, carol))).not.toContain('secret');
    expect(payloadsTo(events, carol)).toMatchObject([{ message: { content: 'again', reply_to: null } }]);
    expect(payloadsTo(events, bob)).toMatchObject([{ message: { reply_to: { content: 'secret' } } }]);
    expect(await refusedPost(carol, id, 'text', { reply_to_id: original.id })).toBe('not_found');
    const elsewhere = await newGroup(alice, bob);
    expect(await refusedPost(alice, elsewhere.id, 'text', { reply_to_id: original.id })).toBe('not_found');
  });
});

describe('forwarding', () => {
  const forward = (user: User, message: Message, id: string, copyId = randomUUID()): Promise<Message> =>
    user.call('forward_message', { id: copyId, message_id: message.id, conversation_id: id });
  const refusal = async (user: User, message_id: string, id: string): Promise<string> =>
    (await user.refusal('forward_message', { id: randomUUID(), message_id, conversation_id: id })).code;

  it('D3 copies kind, content, data and day, and nothing that others added', async () => {
    const [alice, bob, carol] = await three();
    const from = await newGroup(alice, bob);
    const to = await newGroup(bob, carol);
    const first = await send(alice, from.id, 'first');
    const original = await post(alice, from.id, 'daily_note', {
      occurs_on: '2026-11-20',
      data: { a: 1 },
      mentioned_user_ids: [bob.id],
      reply_to_id: first.id,
    });
    await bob.call('add_reaction', { message_id: original.id, emoji: '👍' });
    await bob.call('pin_message', { message_id: original.id });
    let copy: Message | undefined;
    const events = await eventsOf(to.id, async () => {
      copy = await forward(bob, original, to.id);
    });
    expect(copy).toMatchObject({
      conversation_id: to.id,
      seq: 1,
      version: 1,
      sender_id: bob.id,
      kind: 'daily_note',
      content: 'daily_note',
      data: { a: 1 },
      occurs_on: '2026-11-20',
      forwarded_from_id: original.id,
      reply_to_id: null,
      reply_to: null,
      mentioned_user_ids: [],
      reactions: [],
      pinned_at: null,
      thread: null,
      counts: true,
    });
    expect(recipients(events, alice, bob, carol)).toEqual(['message Bob', 'message Carol']);
    expect((await carol.call('conversation', { conversation_id: to.id })).conversations[0]?.unread).toBe(1);
    expect((await carol.refusal('reactors', { message_id: original.id })).code).toBe('not_member');
  });

  it('D9 asks the target who may send what, and the source who may read', async () => {
    const [alice, bob, carol] = await three();
    const from = await newGroup(alice, bob);
    const to = await newGroup(bob, alice);
    const note = await post(alice, from.id, 'milestone', { occurs_on: '2026-11-20' });
    await bob.call('set_role', { conversation_id: to.id, user_id: alice.id, role: 'member' });
    expect(await refusal(alice, note.id, to.id)).toBe('forbidden');
    expect(await forward(bob, note, to.id)).toMatchObject({ kind: 'milestone' });
    expect(await refusal(carol, note.id, to.id)).toBe('not_member');
    const own = await newGroup(carol, bob);
    expect(await refusal(carol, note.id, own.id)).toBe('not_member');
    expect(await refusal(alice, note.id, own.id)).toBe('not_member');
    await send(alice, from.id, 'late');
    await seesFrom(bob, from.id, 2);
    expect(await refusal(bob, note.id, to.id)).toBe('not_found');
    await query('update confab.conversations set is_locked = true where id = $1', [to.id]);
    const other = await send(alice, from.id, 'other');
    expect(await refusal(alice, other.id, to.id)).toBe('locked');
    const [system] = await query<{ id: string }>(
      `insert into confab.messages (id, conversation_id, seq, version, counted, created_at, counts, kind)
       select gen_random_uuid(), c.id, c.last_seq + 1, c.version + 1, c.counted, clock_timestamp(), false, 'system'
       from confab.conversations c where c.id = $1 returning id`,
      [from.id],
    );
    expect(await refusal(alice, system?.id ?? '', own.id)).toBe('not_member');
    expect(await refusal(alice, system?.id ?? '', from.id)).toBe('forbidden');
  });

  it('D3 a replay answers the copy, also when the original has gone meanwhile', async () => {
    const [alice, bob] = await three();
    const from = await newGroup(alice, bob);
    const to = await direct(alice, bob);
    const original = await send(alice, from.id, 'one');
    const what = mutation('forward_message', to.id, { message_id: original.id });
    expect(outcomes(await push(bob, what))).toEqual(['ok']);
    await alice.call('delete_message', { message_id: original.id });
    const events = await eventsOf(to.id, async () => {
      expect(await push(bob, what)).toMatchObject([{ ok: true, result: { id: what.id, content: 'one' } }]);
    });
    expect(events).toEqual([]);
    expect(await refusal(bob, original.id, to.id)).toBe('message_deleted');
    await alice.call('remove_member', { conversation_id: from.id, user_id: bob.id });
    expect(await push(bob, what)).toMatchObject([{ ok: true, result: { seq: 1 } }]);
    expect(await push(alice, what)).toMatchObject([{ ok: false, error: { code: 'id_taken' } }]);
  });
});

describe('a conversation that is locked or slow', () => {
  it('D9 locked, only admins and owners send, edit, delete, react and pin; all may read on', async () => {
    const [alice, bob, carol] = await three();
    const { id } = await newGroup(alice, bob, carol);
    const message = await send(bob, id, 'one');
    await alice.call('set_role', { conversation_id: id, user_id: carol.id, role: 'admin' });
    await alice.call('update_conversation', { conversation_id: id, changes: { is_locked: true } });
    const mutations = (): unknown[] => [
      mutation('send_message', id, { content: 'x' }),
      mutation('send_message', id, { content: 'x', thread_root_id: message.id }),
      mutation('add_reaction', id, { message_id: message.id, emoji: '👍' }),
      mutation('pin_message', id, { message_id: message.id }),
    ];
    expect(outcomes(await push(bob, ...mutations()))).toEqual(Array(4).fill('locked'));
    expect(
      outcomes(
        await push(
          bob,
          mutation('edit_message', id, { message_id: message.id, content: 'x' }),
          mutation('delete_message', id, { message_id: message.id }),
        ),
      ),
    ).toEqual(['locked', 'locked']);
    expect(outcomes(await push(carol, ...mutations()))).toEqual(Array(4).fill('ok'));
    const { last_seq } = (await bob.call('conversation', { conversation_id: id })).conversations[0] ?? {};
    expect(await bob.call('mark_read', { conversation_id: id, seq: last_seq })).toMatchObject({ unread: 0 });
    await alice.call('update_conversation', { conversation_id: id, changes: { is_locked: false } });
    expect(outcomes(await push(bob, ...mutations()))).toEqual(Array(4).fill('ok'));
  });

  it('D12 slow, a member waits between two messages, replies in threads and forwards included; admins do not', async () => {
    const [alice, bob] = await three();
    const { id } = await newGroup(alice, bob);
    await alice.call('update_conversation', { conversation_id: id, changes: { slow_mode_seconds: 60 } });
    const first = mutation('send_message', id, { content: 'one' });
    expect(outcomes(await push(bob, first))).toEqual(['ok']);
    // A replay is no new message.
    expect(outcomes(await push(bob, first))).toEqual(['ok']);
    const refused = await bob.refusal('send_message', {
      id: randomUUID(),
      conversation_id: id,
      content: 'two',
    });
    expect(refused).toMatchObject({ status: 429, code: 'slow_mode' });
    expect(refused.hint).toMatch(/^\{"retry_after": (5\d|60)\}$/);
    expect(await refusedPost(bob, id, 'text', { thread_root_id: first.id })).toBe('slow_mode');
    expect(
      await push(
        bob,
        mutation('forward_message', id, { message_id: first.id }),
        mutation('mark_read', id, { seq: 1 }),
      ),
    ).toMatchObject([
      { ok: false, error: { code: 'slow_mode', retryable: true, retry_after: expect.any(Number) } },
      { ok: false, error: { code: 'blocked_by_previous' } },
    ]);
    for (const content of ['a', 'b']) await send(alice, id, content);
    await bob.call('add_reaction', { message_id: first.id, emoji: '👍' });
    await query(
      `update confab.messages set created_at = created_at - interval '61 seconds' where conversation_id = $1`,
      [id],
    );
    expect(await send(bob, id, 'two')).toMatchObject({ seq: 4 });
    await query('update confab.conversations set slow_mode_seconds = 0 where id = $1', [id]);
    expect(await send(bob, id, 'three')).toMatchObject({ seq: 5 });
  });

  it('D12 a refusal takes nothing from the rate limit', async () => {
    const [alice, bob] = await three();
    const { id } = await newGroup(alice, bob);
    await query('update confab.conversations set slow_mode_seconds = 3600 where id = $1', [id]);
    await withSettings({ rate_limit_burst: 3, rate_limit_per_second: 0.001 }, async () => {
      await send(bob, id, 'one');
      for (let n = 0; n < 5; n += 1) expect(await refusedPost(bob, id, 'text')).toBe('slow_mode');
    });
  });
});
