import { randomUUID } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { query, withSettings } from './support/database.js';
import { eventsOf, inboxOf } from './support/events.js';
import { refused } from './support/membership.js';
import { freshCursor, mutation, newGroup, newUsers, push, send, type User } from './support/users.js';
import type { Conversation, Draft } from './support/wire.js';

async function setUp(): Promise<{ alice: User; bob: User; group: Conversation }> {
  const [alice, bob] = (await newUsers('Alice', 'Bob')) as [User, User];
  return { alice, bob, group: await newGroup(alice, bob) };
}

/** A time so many seconds from now, by the clock of the test. */
const ahead = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString();

const save = (
  user: User,
  { id }: { id: string },
  content: string | null,
  savedAt: string,
  more: Record<string, unknown> = {},
): Promise<Draft> => user.call('save_draft', { conversation_id: id, content, saved_at: savedAt, ...more });

const contents = async (user: User, args: Record<string, unknown> = {}): Promise<(string | null)[]> =>
  (await user.call('drafts', args)).drafts.map(({ content }) => content);

describe('saving', () => {
  it('D9 answers with the draft, which is kept per conversation and thread', async () => {
    const { alice, group } = await setUp();
    const other = await newGroup(alice);
    const root = await send(alice, group.id, 'root');
    const at = ahead(-10);
    const saved = await save(alice, group, ' hello ', at, { data: { a: 1 }, reply_to_id: root.id });
    expect(saved).toEqual({
      conversation_id: group.id,
      thread_root_id: null,
      content: ' hello ',
      data: { a: 1 },
      reply_to_id: root.id,
      saved_at: expect.any(String),
      changed: expect.any(Number),
    });
    expect(Date.parse(saved.saved_at)).toBe(Date.parse(at));
    await save(alice, group, 'in the thread', ahead(-8), { thread_root_id: root.id });
    await save(alice, other, 'elsewhere', ahead(-9));
    expect(await contents(alice)).toEqual(['in the thread', 'elsewhere', ' hello ']);
    expect(await contents(alice, { max_rows: 2 })).toEqual(['in the thread', 'elsewhere']);
    expect((await alice.call('drafts')).drafts[2]).toEqual(saved);
  });

  it('D9 the newest wins, whatever order they come in; what is older or as old changes nothing', async () => {
    const { alice, group } = await setUp();
    const at = ahead(-10);
    const newest = await save(alice, group, 'newest', at);
    const events = await eventsOf(group.id, async () => {
      expect(await save(alice, group, 'older', ahead(-20))).toEqual(newest);
      expect(await save(alice, group, 'as old', at)).toEqual(newest);
      expect(await save(alice, group, null, ahead(-11))).toEqual(newest);
    });
    expect(events).toEqual([]);
    expect(await save(alice, group, 'newer', ahead(-5))).toMatchObject({ content: 'newer' });
    expect(await contents(alice)).toEqual(['newer']);
  });

  it('D9 two devices at once end with the newest', async () => {
    const { alice, group } = await setUp();
    const times = Array.from({ length: 8 }, (_, n) => ahead(-60 + n));
    await Promise.all([...times].reverse().map((at) => save(alice, group, at, at)));
    expect(await contents(alice)).toEqual([times[7]]);
  });

  it('D9 a clock more than a minute ahead counts as now, one less far ahead as it is', async () => {
    const { alice, group } = await setUp();
    const far = await save(alice, group, 'far', ahead(3600));
    expect(Math.abs(Date.parse(far.saved_at) - Date.now())).toBeLessThan(60_000);
    const near = ahead(40);
    const saved = await save(alice, group, 'near', near);
    expect(saved).toMatchObject({ content: 'near' });
    expect(Date.parse(saved.saved_at)).toBe(Date.parse(near));
  });

  it('D9 blank content empties it, and an older text does not bring it back', async () => {
    const { alice, group } = await setUp();
    const root = await send(alice, group.id, 'root');
    for (const [n, blank] of [null, '', ' \n\t '].entries()) {
      await save(alice, group, 'text', ahead(-50 + n * 10), { data: { a: 1 }, reply_to_id: root.id });
      const emptied = await save(alice, group, blank, ahead(-45 + n * 10), {
        data: { a: 1 },
        reply_to_id: root.id,
      });
      expect(emptied).toMatchObject({ content: null, data: {}, reply_to_id: null });
      expect(await contents(alice)).toEqual([]);
      expect(await save(alice, group, 'text', ahead(-46 + n * 10))).toEqual(emptied);
    }
  });

  it('D9 by push, too, and a repeated one changes nothing', async () => {
    const { alice, group } = await setUp();
    const first = mutation('save_draft', group.id, { content: 'one', saved_at: ahead(-10) });
    const second = mutation('save_draft', group.id, { content: 'two', saved_at: ahead(-5) });
    expect(await push(alice, first, second, first)).toMatchObject([
      { ok: true, result: { content: 'one' } },
      { ok: true, result: { content: 'two' } },
      { ok: true, result: { content: 'two' } },
    ]);
  });
});

describe('telling', () => {
  it('D10 only the own inbox, and D4 the pull of another device, learn of it', async () => {
    const { alice, bob, group } = await setUp();
    const [mine, theirs] = [await freshCursor(alice), await freshCursor(bob)];
    let saved: Draft | undefined;
    const events = await eventsOf(group.id, async () => {
      saved = await save(alice, group, 'text', ahead(-10));
    });
    expect(events).toMatchObject([{ topic: inboxOf(alice), event: 'changes', private: true }]);
    expect(events[0]?.payload).toEqual({ type: 'draft', conversation_id: group.id, draft: saved });
    const pulled = await alice.call('pull', { cursor: mine });
    expect(pulled).toMatchObject({ drafts: [saved] });
    expect(await bob.call('pull', { cursor: theirs })).toMatchObject({ drafts: [] });

    const emptied = await save(alice, group, '', ahead(-5));
    expect(await alice.call('pull', { cursor: pulled.cursor })).toMatchObject({ drafts: [emptied] });
  });

  it('D1 nobody else sees it', async () => {
    const { alice, bob, group } = await setUp();
    await save(alice, group, 'secret', ahead(-10));
    expect(await contents(bob)).toEqual([]);
    const { data } = await bob.client.schema('confab').from('drafts').select('*');
    expect(data).toEqual([]);
    const own = await alice.client.schema('confab').from('drafts').select('content');
    expect(own.data).toEqual([{ content: 'secret' }]);
  });

  it('D9 of a conversation one has left, none is listed', async () => {
    const { alice, bob, group } = await setUp();
    await save(bob, group, 'text', ahead(-10));
    await alice.call('remove_member', { conversation_id: group.id, user_id: bob.id });
    expect(await contents(bob)).toEqual([]);
  });

  it('D4 a pull brings those of a conversation one has come back to, and none while one is outside', async () => {
    const { alice, bob, group } = await setUp();
    const root = await send(alice, group.id, 'root');
    const before = await freshCursor(bob);
    const timeline = await save(bob, group, 'text', ahead(-10));
    const thread = await save(bob, group, 'in the thread', ahead(-8), { thread_root_id: root.id });
    await alice.call('remove_member', { conversation_id: group.id, user_id: bob.id });
    const gone = await bob.call('pull', { cursor: before });
    expect(gone).toMatchObject({ removed: [group.id], drafts: [] });
    await alice.call('add_members', { conversation_id: group.id, user_ids: [bob.id], shows_history: true });
    const back = await bob.call('pull', { cursor: gone.cursor });
    expect(back.drafts).toHaveLength(2);
    expect(back.drafts).toEqual(expect.arrayContaining([timeline, thread]));
    expect(await bob.call('pull', { cursor: back.cursor })).toMatchObject({ drafts: [] });
  });
});

describe('refusing', () => {
  it('D11 what is not allowed, by code, and leaves nothing behind', async () => {
    const { alice, bob, group } = await setUp();
    const [stranger] = (await newUsers('Stranger')) as [User];
    const elsewhere = await newGroup(stranger);
    const foreign = await send(stranger, elsewhere.id, 'foreign');
    const root = await send(alice, group.id, 'root');
    const reply = await alice.call('send_message', {
      id: randomUUID(),
      conversation_id: group.id,
      content: 'reply',
      thread_root_id: root.id,
    });
    await alice.call('invite_members', { conversation_id: group.id, user_ids: [stranger.id] });
    const good = { conversation_id: group.id, content: 'text', saved_at: ahead(-10) };
    const cases: [User, Record<string, unknown>, string][] = [
      [stranger, good, '403 not_member'],
      [bob, { ...good, conversation_id: elsewhere.id }, '403 not_member'],
      [bob, { ...good, conversation_id: randomUUID() }, '404 not_found'],
      [bob, { ...good, conversation_id: null }, '400 invalid'],
      [bob, { ...good, saved_at: null }, '400 invalid'],
      [bob, { ...good, saved_at: 'infinity' }, '400 invalid'],
      [bob, { ...good, saved_at: '-infinity' }, '400 invalid'],
      [bob, { ...good, content: 'x'.repeat(8001) }, '400 content_too_long'],
      [bob, { ...good, content: ' '.repeat(8001) }, '400 content_too_long'],
      [bob, { ...good, data: [1] }, '400 invalid'],
      [bob, { ...good, data: { a: 'x'.repeat(70_000) } }, '400 invalid'],
      [bob, { ...good, thread_root_id: foreign.id }, '404 not_found'],
      [bob, { ...good, thread_root_id: reply.id }, '404 not_found'],
      [bob, { ...good, thread_root_id: randomUUID() }, '404 not_found'],
      [bob, { ...good, reply_to_id: foreign.id }, '404 not_found'],
      [bob, { ...good, reply_to_id: randomUUID() }, '404 not_found'],
    ];
    const events = await eventsOf(group.id, async () => {
      for (const [user, args, expected] of cases) {
        expect(refused(await user.refusal('save_draft', args)), JSON.stringify(args).slice(0, 200)).toBe(
          expected,
        );
      }
    });
    expect(events).toEqual([]);
    expect(
      await query('select 1 from confab.drafts where user_id = any ($1)', [[bob.id, stranger.id]]),
    ).toEqual([]);
  });

  it('D9 a root or message from before one joined does not exist', async () => {
    const { alice, bob, group } = await setUp();
    const [carol] = (await newUsers('Carol')) as [User];
    const old = await send(alice, group.id, 'old');
    await alice.call('add_members', {
      conversation_id: group.id,
      user_ids: [carol.id],
      shows_history: false,
    });
    for (const at of ['thread_root_id', 'reply_to_id']) {
      const args = { conversation_id: group.id, content: 'text', saved_at: ahead(-10), [at]: old.id };
      expect(refused(await carol.refusal('save_draft', args))).toBe('404 not_found');
      expect(await bob.call('save_draft', args)).toMatchObject({ [at]: old.id });
    }
  });

  it('D7 the limit on content is the one of messages', async () => {
    const { alice, group } = await setUp();
    await withSettings({ max_content_length: 5 }, async () => {
      expect(await save(alice, group, 'ää💬ää', ahead(-10))).toMatchObject({ content: 'ää💬ää' });
      expect(
        refused(
          await alice.refusal('save_draft', {
            conversation_id: group.id,
            content: '123456',
            saved_at: ahead(-5),
          }),
        ),
      ).toBe('400 content_too_long');
    });
  });
});
