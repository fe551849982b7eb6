import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { checksums } from './support/contents.js';
import { query } from './support/database.js';
import { callService, refuseService } from './support/service.js';
import { direct, mutation, newGroup, newUsers, outcomes, push, send, type User } from './support/users.js';

const two = async (): Promise<[User, User]> => (await newUsers('Alice', 'Bob')) as [User, User];

let before: Record<string, number | null>;

beforeAll(async () => {
  before = await callService('settings');
});
afterAll(() => callService('update_settings', { changes: before }));

/** Changes settings as a server does, while `use` runs. */
async function withLimits(changes: Record<string, number | null>, use: () => Promise<void>): Promise<void> {
  await callService('update_settings', { changes });
  try {
    await use();
  } finally {
    await callService('update_settings', { changes: before });
  }
}

const sendArgs = (conversationId: string, args: object): Record<string, unknown> => ({
  id: randomUUID(),
  conversation_id: conversationId,
  content: 'x',
  ...args,
});

/** Lets a message be older by so many seconds. */
const age = (messageId: string, seconds: number): Promise<unknown> =>
  query(`update confab.messages set created_at = created_at - $2 * interval '1 second' where id = $1`, [
    messageId,
    seconds,
  ]);

describe('settings', () => {
  it('D9 can be read and changed by servers alone', async () => {
    const [alice] = await two();
    for (const [fn, args] of [
      ['settings', {}],
      ['update_settings', { changes: { max_content_length: 1 } }],
    ] as const) {
      expect(await alice.refusal(fn, args), fn).toMatchObject({ status: 403, sqlstate: '42501' });
    }
    const settings = await callService('settings');
    expect(Object.keys(settings).sort()).toEqual([
      'delete_window_seconds',
      'edit_window_seconds',
      'fanout_max_members',
      'max_content_length',
      'max_data_bytes',
      'max_group_members',
      'max_reactions_per_user',
      'rate_limit_burst',
      'rate_limit_per_second',
      'receipts_max_members',
    ]);
    expect(settings).toMatchObject({ max_content_length: 8000, edit_window_seconds: null });
  });

  it('D9 each of them can be changed, and the answer is all of them', async () => {
    for (const [key, value] of Object.entries(before)) {
      const changed = (value ?? 100) + 1;
      expect(await callService('update_settings', { changes: { [key]: changed } }), key).toEqual({
        ...before,
        [key]: changed,
      });
      expect(await callService('update_settings', { changes: { [key]: value } }), key).toEqual(before);
    }
    expect(await callService('update_settings', { changes: {} })).toEqual(before);
  });

  it('D11 unknown keys, wrong types and values out of range are `invalid`, and nothing changes', async () => {
    const all = await checksums();
    const good = { max_content_length: 5 };
    for (const changes of [
      null,
      [],
      'x',
      5,
      { ...good, nope: 1 },
      { ...good, install_id: randomUUID() },
      { ...good, is_only_row: true },
      { ...good, rate_limit_burst: '5' },
      { ...good, rate_limit_burst: true },
      { ...good, rate_limit_burst: [] },
      { ...good, rate_limit_burst: {} },
      { ...good, rate_limit_burst: 1.5 },
      { ...good, rate_limit_burst: -1 },
      { ...good, rate_limit_burst: null },
      { ...good, rate_limit_burst: 3_000_000_000 },
      { ...good, rate_limit_per_second: -0.1 },
      { ...good, fanout_max_members: -1 },
      { ...good, receipts_max_members: -1 },
      { ...good, max_group_members: 1 },
      { ...good, max_data_bytes: 0 },
      { ...good, max_reactions_per_user: 0 },
      { ...good, edit_window_seconds: 0 },
      { ...good, delete_window_seconds: -5 },
      { max_content_length: 0 },
    ]) {
      expect(await refuseService('update_settings', { changes }), JSON.stringify(changes)).toMatchObject({
        status: 400,
        code: 'invalid',
      });
    }
    expect(await checksums()).toEqual(all);
  });

  it('D9 kinds are the business of servers too', async () => {
    const [alice] = await two();
    const { error } = await alice.client.schema('confab').from('message_kinds').insert({ kind: 'd09_mine' });
    expect(error?.code).toBe('42501');
  });
});

describe('limits', () => {
  it('D9 content is as long as the settings say, in characters', async () => {
    const [alice, bob] = await two();
    const { id } = await direct(alice, bob);
    await withLimits({ max_content_length: 10 }, async () => {
      expect(await send(alice, id, '💬'.repeat(10))).toMatchObject({ seq: 1 });
      const message = await send(alice, id, 'short');
      expect(await alice.refusal('send_message', sendArgs(id, { content: 'x'.repeat(11) }))).toMatchObject({
        status: 400,
        code: 'content_too_long',
      });
      expect(
        await alice.refusal('edit_message', {
          id: randomUUID(),
          message_id: message.id,
          content: 'x'.repeat(11),
        }),
      ).toMatchObject({ code: 'content_too_long' });
    });
  });

  it('D9 data is as large as the settings say, in bytes', async () => {
    const [alice, bob] = await two();
    const { id } = await direct(alice, bob);
    await withLimits({ max_data_bytes: 20 }, async () => {
      // {"a": "xxxxxxxxxxx"} as Postgres writes it.
      expect(await alice.call('send_message', sendArgs(id, { data: { a: 'x'.repeat(11) } }))).toMatchObject({
        seq: 1,
      });
      for (const data of [{ a: 'x'.repeat(12) }, { a: 'ä'.repeat(6) }]) {
        expect(await alice.refusal('send_message', sendArgs(id, { data }))).toMatchObject({
          status: 400,
          code: 'invalid',
        });
      }
    });
  });

  it('D12 the rate limit holds what it says, refills, and tells how long to wait', async () => {
    const [alice, bob] = await two();
    const { id } = await direct(alice, bob);
    const tick = (seconds: number): Promise<unknown> =>
      query(
        `update confab_private.rate_buckets
         set refilled_at = refilled_at - $2 * interval '1 second' where user_id = $1`,
        [alice.id, seconds],
      );
    const tries = async (count: number): Promise<number> => {
      const many = Array.from({ length: count }, () => mutation('send_message', id, { content: 'x' }));
      return outcomes(await push(alice, ...many)).filter((outcome) => outcome === 'ok').length;
    };
    await withLimits({ rate_limit_burst: 4, rate_limit_per_second: 0.01 }, async () => {
      expect(await tries(6)).toBe(4);
      const refused = await alice.refusal('send_message', sendArgs(id, {}));
      expect(refused).toMatchObject({ status: 429, code: 'rate_limited' });
      const { retry_after } = JSON.parse(refused.hint ?? '{}') as { retry_after: number };
      expect(retry_after).toBeGreaterThan(50);
      expect(retry_after).toBeLessThanOrEqual(100);
      // After that long there is one again, and only one.
      await tick(retry_after);
      expect(await tries(3)).toBe(1);
      // A long rest fills the bucket, and no more than that.
      await tick(1_000_000);
      expect(await tries(6)).toBe(4);
      expect(await tries(1)).toBe(0);
      // Editing, deleting and reading are not sending.
      const { messages } = await alice.call('history', { conversation_id: id });
      await alice.call('edit_message', { id: randomUUID(), message_id: messages[0]?.id, content: 'y' });
      await alice.call('delete_message', { message_id: messages[0]?.id });
      expect(await send(bob, id, 'mine')).toMatchObject({ content: 'mine' });
    });
    expect(await tries(20)).toBe(20);
  });

  it('D9 a message may be edited as long as the settings say, and a kind may say otherwise', async () => {
    const [alice, bob] = await two();
    const { id } = await newGroup(alice, bob);
    await query(
      `insert into confab.message_kinds (kind, edit_window_seconds) values ('d09_quick', 10) on conflict do nothing`,
    );
    const edit = (messageId: string): Record<string, unknown> => ({
      id: randomUUID(),
      message_id: messageId,
      content: 'y',
    });
    await withLimits({ edit_window_seconds: 60 }, async () => {
      const text = await send(alice, id, 'x');
      const quick = await alice.call('send_message', sendArgs(id, { kind: 'd09_quick' }));
      for (const message of [text, quick]) await alice.call('edit_message', edit(message.id));
      for (const message of [text, quick]) await age(message.id, 30);
      await alice.call('edit_message', edit(text.id));
      expect(await alice.refusal('edit_message', edit(quick.id))).toMatchObject({
        status: 403,
        code: 'edit_window_closed',
      });
      await age(text.id, 31);
      expect(await alice.refusal('edit_message', edit(text.id))).toMatchObject({
        code: 'edit_window_closed',
      });
      await callService('update_settings', { changes: { edit_window_seconds: null } });
      await alice.call('edit_message', edit(text.id));
      expect(await alice.refusal('edit_message', edit(quick.id))).toMatchObject({
        code: 'edit_window_closed',
      });
    });
  });

  it('D9 the author may delete as long as the settings or the kind say, an admin always', async () => {
    const [alice, bob] = await two();
    const { id } = await newGroup(alice, bob);
    await query(
      `insert into confab.message_kinds (kind, delete_window_seconds) values ('d09_record', 10) on conflict do nothing`,
    );
    await withLimits({ delete_window_seconds: 60 }, async () => {
      const texts = [await send(bob, id, 'one'), await send(bob, id, 'two')];
      const record = await bob.call('send_message', sendArgs(id, { kind: 'd09_record' }));
      for (const { id: messageId } of [...texts, record]) await age(messageId, 30);
      await bob.call('delete_message', { message_id: texts[0]?.id });
      expect(await bob.refusal('delete_message', { message_id: record.id })).toMatchObject({
        status: 403,
        code: 'delete_window_closed',
      });
      await age(texts[1]?.id ?? '', 31);
      expect(await bob.refusal('delete_message', { message_id: texts[1]?.id })).toMatchObject({
        code: 'delete_window_closed',
      });
      for (const messageId of [texts[1]?.id, record.id]) {
        expect(await alice.call('delete_message', { message_id: messageId })).toMatchObject({
          content: null,
        });
      }
    });
  });

  it('D9 a conversation holds as many members as the settings say, or fewer if its kind does', async () => {
    const [alice, bob, carol] = (await newUsers('Alice', 'Bob', 'Carol')) as [User, User, User];
    await query(
      `insert into confab.conversation_kinds (kind, max_members) values ('d09_pair', 2) on conflict do nothing`,
    );
    const create = (kind: string, ...users: User[]): Record<string, unknown> => ({
      id: randomUUID(),
      kind,
      member_ids: users.map((user) => user.id),
    });
    const pair = await alice.call('create_conversation', create('d09_pair', bob));
    const refused = { status: 400, code: 'too_many_members' };
    expect(await alice.refusal('create_conversation', create('d09_pair', bob, carol))).toMatchObject(refused);
    await withLimits({ max_group_members: 2 }, async () => {
      const group = await alice.call('create_conversation', create('group', bob));
      expect(await alice.refusal('create_conversation', create('group', bob, carol))).toMatchObject(refused);
      for (const { id } of [pair, group]) {
        for (const fn of ['add_members', 'invite_members']) {
          expect(await alice.refusal(fn, { conversation_id: id, user_ids: [carol.id] }), fn).toMatchObject(
            refused,
          );
        }
      }
    });
    expect(await alice.call('create_conversation', create('group', bob, carol))).toMatchObject({
      member_count: 3,
    });
  });

  it('D9 a user leaves as many reactions on a message as the settings say', async () => {
    const [alice, bob] = await two();
    const { id } = await direct(alice, bob);
    const message = await send(alice, id, 'x');
    await withLimits({ max_reactions_per_user: 2 }, async () => {
      const react = (emoji: string) => mutation('add_reaction', id, { message_id: message.id, emoji });
      expect(outcomes(await push(bob, react('👍'), react('🎉'), react('🦊'), react('👍')))).toEqual([
        'ok',
        'ok',
        'too_many_reactions',
        'ok',
      ]);
      expect(outcomes(await push(alice, react('🦊')))).toEqual(['ok']);
    });
  });
});
