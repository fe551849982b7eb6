import { randomUUID } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { outcomeAs } from './support/acting.js';
import { query, withDatabase } from './support/database.js';
import { eventsOf, payloadsTo, recipients } from './support/events.js';
import { pagesOf } from './support/pages.js';
import { randomOf } from './support/random.js';
import {
  freshCursor,
  mutation,
  newGroup,
  newUsers,
  outcomes,
  push,
  send,
  type User,
} from './support/users.js';
import type { Message, ThreadState } from './support/wire.js';

interface Scene {
  alice: User;
  bob: User;
  carol: User;
  id: string;
  root: Message;
}

/** A group with one message, of Alice. */
async function scene(): Promise<Scene> {
  const [alice, bob, carol] = (await newUsers('Alice', 'Bob', 'Carol')) as [User, User, User];
  const { id } = await newGroup(alice, bob, carol);
  return { alice, bob, carol, id, root: await send(alice, id, 'root') };
}

const reply = (
  user: User,
  root: Pick<Message, 'id' | 'conversation_id'>,
  content = 'reply',
  more: Record<string, unknown> = {},
): Promise<Message> =>
  user.call('send_message', {
    id: randomUUID(),
    conversation_id: root.conversation_id,
    thread_root_id: root.id,
    content,
    // From a device that shows all of it.
    seen_seq: 1_000,
    ...more,
  });

const rootAsSeenBy = async (user: User, root: Message): Promise<Message | undefined> =>
  (await user.call('history', { conversation_id: root.conversation_id })).messages.find(
    ({ id }) => id === root.id,
  );

const unreadOf = async (user: User, id: string): Promise<[number, number]> => {
  const [found] = (await user.call('conversation', { conversation_id: id })).conversations;
  return [found?.unread ?? -1, found?.unread_threads ?? -1];
};

/** Who has a row about the thread: whether following, and whether there is something unread. */
async function followers(root: Message, users: User[]): Promise<Record<string, string>> {
  const rows = await query<{ user_id: string; is_following: boolean; is_unread: boolean }>(
    'select user_id, is_following, is_unread from confab_private.thread_wire where root_id = $1',
    [root.id],
  );
  return Object.fromEntries(
    rows.map((row) => [
      users.find(({ id }) => id === row.user_id)?.name ?? row.user_id,
      `${row.is_following ? 'follows' : 'ignores'} ${row.is_unread ? 'unread' : 'read'}`,
    ]),
  );
}

describe('a reply in a thread', () => {
  it('D3 is two changes and two events: its own and that of its root', async () => {
    const { alice, bob, carol, id, root } = await scene();
    let sent: Message | undefined;
    const events = await eventsOf(id, async () => {
      sent = await reply(bob, root);
    });
    expect(sent).toMatchObject({ seq: 2, version: 2, thread_root_id: root.id, thread: null, counts: false });
    const summary = {
      reply_count: 1,
      last_reply_seq: 2,
      last_reply_at: sent?.created_at,
      participant_ids: [bob.id],
    };
    expect(await rootAsSeenBy(carol, root)).toMatchObject({ version: 3, thread: summary });
    expect(recipients(events, alice, bob, carol)).toEqual([
      'message Alice',
      'message Alice',
      'message Bob',
      'message Bob',
      'message Carol',
      'message Carol',
      'thread Alice',
      'thread Bob',
    ]);
    expect(payloadsTo(events, carol)).toMatchObject([
      {
        version: 2,
        message: { id: sent?.id, version: 2 },
        conversation: { last_seq: 2, last_timeline_seq: 1, version: 2 },
      },
      { version: 3, message: { id: root.id, version: 3, thread: summary }, conversation: { version: 3 } },
    ]);
    expect(payloadsTo(events, alice).find(({ type }) => type === 'thread')).toMatchObject({
      conversation_id: id,
      thread: { root_id: root.id, last_read_seq: 0, is_following: true, unread: true },
    });
    expect(payloadsTo(events, bob).find(({ type }) => type === 'thread')).toMatchObject({
      thread: { root_id: root.id, last_read_seq: 2, is_following: true, unread: false },
    });
  });

  it('D3 changes nothing twice when it is replayed', async () => {
    const { bob, id, root } = await scene();
    const sent = mutation('send_message', id, { content: 'reply', thread_root_id: root.id });
    await push(bob, sent);
    const events = await eventsOf(id, async () => {
      expect(outcomes(await push(bob, sent))).toEqual(['ok']);
    });
    expect(events).toEqual([]);
    expect((await rootAsSeenBy(bob, root))?.thread?.reply_count).toBe(1);
  });

  it('D7 is neither in the timeline nor in unread, last message and last activity', async () => {
    const { alice, bob, carol, id, root } = await scene();
    const before = (await carol.call('conversation', { conversation_id: id })).conversations[0];
    await reply(alice, root, 'one');
    await reply(bob, root, 'two');
    const after = (await carol.call('conversation', { conversation_id: id })).conversations[0];
    expect(after).toMatchObject({
      last_seq: 3,
      unread: 1,
      unread_mentions: 0,
      last_activity_at: before?.last_activity_at,
      last_message: { id: root.id },
    });
    const timeline = await carol.call('history', { conversation_id: id });
    expect(timeline.messages.map(({ content }) => content)).toEqual(['root']);
    expect(timeline.covers).toEqual({ from: 1, to: 3 });
    expect(timeline).toMatchObject({ has_older: false, has_newer: false });
    // Writing in a thread is not reading the timeline.
    expect(await unreadOf(bob, id)).toEqual([1, 0]);
  });

  it('D3 is in the history of its thread, which is a window of its own', async () => {
    const { alice, bob, id, root } = await scene();
    const other = await send(bob, id, 'another root');
    for (let n = 0; n < 5; n += 1) {
      await reply(bob, root, `${n}`);
      await reply(alice, other, `other ${n}`);
    }
    const thread = (args: Record<string, unknown>) =>
      alice.call('history', { conversation_id: id, thread_root_id: root.id, ...args });
    const newest = await thread({ max_rows: 2 });
    expect(newest.messages.map(({ content, seq }) => [content, seq])).toEqual([
      ['3', 9],
      ['4', 11],
    ]);
    expect(newest).toMatchObject({ covers: { from: 9, to: 12 }, has_older: true, has_newer: false });
    const older = await thread({ max_rows: 3, before_seq: 9 });
    expect(older.messages.map(({ content }) => content)).toEqual(['0', '1', '2']);
    expect(older).toMatchObject({ covers: { from: 1, to: 8 }, has_older: false, has_newer: true });
  });

  it('D11 needs a root that is in the timeline of the same conversation and can be seen', async () => {
    const { alice, bob, id, root } = await scene();
    const inThread = await reply(bob, root);
    const elsewhere = await send(alice, (await newGroup(alice, bob)).id, 'elsewhere');
    await query(
      'update confab.members set visible_from_seq = 2 where conversation_id = $1 and user_id = $2',
      [id, bob.id],
    );
    for (const thread_root_id of [inThread.id, elsewhere.id, randomUUID()]) {
      expect(
        await alice.refusal('send_message', {
          id: randomUUID(),
          conversation_id: id,
          content: 'x',
          thread_root_id,
        }),
      ).toMatchObject({ status: 404, code: 'not_found' });
    }
    expect(
      await bob.refusal('send_message', {
        id: randomUUID(),
        conversation_id: id,
        content: 'x',
        thread_root_id: root.id,
      }),
    ).toMatchObject({ code: 'not_found' });
    expect(await bob.refusal('history', { conversation_id: id, thread_root_id: root.id })).toMatchObject({
      code: 'not_found',
    });
  });

  it('D3 puts its sender first among the last ten participants', async () => {
    const { alice, bob, carol, root } = await scene();
    for (const user of [alice, bob, carol, bob]) await reply(user, root);
    expect((await rootAsSeenBy(alice, root))?.thread).toMatchObject({
      reply_count: 4,
      last_reply_seq: 5,
      participant_ids: [bob.id, carol.id, alice.id],
    });
    const many = await newUsers(...Array.from({ length: 10 }, (_, n) => `U${n}`));
    await alice.call('add_members', {
      conversation_id: root.conversation_id,
      user_ids: many.map(({ id }) => id),
    });
    for (const user of many) await reply(user, root);
    expect((await rootAsSeenBy(alice, root))?.thread?.participant_ids).toEqual(
      many.map(({ id }) => id).reverse(),
    );
  });

  it('D5 that is deleted is counted no more; the last one takes the summary with it', async () => {
    const { alice, bob, carol, id, root } = await scene();
    const [first, second, third] = [await reply(bob, root), await reply(carol, root), await reply(bob, root)];
    expect(await unreadOf(alice, id)).toEqual([0, 1]);
    const events = await eventsOf(id, () => bob.call('delete_message', { message_id: third.id }));
    expect(payloadsTo(events, carol)).toMatchObject([
      { message: { id: third.id, content: null } },
      {
        message: {
          id: root.id,
          thread: { reply_count: 2, last_reply_seq: 3, participant_ids: [carol.id, bob.id] },
        },
      },
      // What she had not read is gone.
      { type: 'thread', thread: { root_id: root.id, unread: false }, unread_threads: 0 },
    ]);
    expect(payloadsTo(events, alice).map(({ type }) => type)).toEqual(['message', 'message']);
    await carol.call('delete_message', { message_id: second.id });
    expect((await rootAsSeenBy(alice, root))?.thread).toMatchObject({
      reply_count: 1,
      last_reply_seq: 2,
      last_reply_at: first.created_at,
      participant_ids: [bob.id],
    });
    await bob.call('delete_message', { message_id: first.id });
    expect((await rootAsSeenBy(alice, root))?.thread).toBeNull();
    expect(await unreadOf(alice, id)).toEqual([0, 0]);
    // The tombstones stay in the thread.
    const left = await alice.call('history', { conversation_id: id, thread_root_id: root.id });
    expect(left.messages.map(({ content, deleted_at }) => [content, deleted_at !== null])).toEqual(
      Array(3).fill([null, true]),
    );
  });
});

describe('following a thread', () => {
  it('D7 begins by writing its root, by replying and by being mentioned in it', async () => {
    const { alice, bob, carol, root } = await scene();
    const users = [alice, bob, carol];
    expect(await followers(root, users)).toEqual({});
    await reply(bob, root);
    expect(await followers(root, users)).toEqual({ Alice: 'follows unread', Bob: 'follows read' });
    await reply(bob, root, 'you', { mentioned_user_ids: [carol.id] });
    expect(await followers(root, users)).toEqual({
      Alice: 'follows unread',
      Bob: 'follows read',
      Carol: 'follows unread',
    });
    await reply(carol, root);
    expect(await followers(root, users)).toEqual({
      Alice: 'follows unread',
      Bob: 'follows unread',
      Carol: 'follows read',
    });
  });

  it('D7 ends when one says so, until one replies again; who begins has read what is there', async () => {
    const { alice, bob, carol, id, root } = await scene();
    const users = [alice, bob, carol];
    await reply(bob, root);
    const follow = (user: User, is_following: boolean): Promise<ThreadState> =>
      user.call('follow_thread', { thread_root_id: root.id, is_following });
    const events = await eventsOf(id, () => follow(alice, false));
    expect(recipients(events, ...users)).toEqual(['member Alice', 'thread Alice']);
    expect(await unreadOf(alice, id)).toEqual([0, 0]);
    await reply(bob, root, 'you', { mentioned_user_ids: [alice.id] });
    expect(await followers(root, users)).toMatchObject({ Alice: 'ignores read' });
    await reply(alice, root);
    expect(await followers(root, users)).toMatchObject({ Alice: 'follows read', Bob: 'follows unread' });
    expect(await follow(carol, true)).toMatchObject({ last_read_seq: 4, is_following: true, unread: false });
    await reply(bob, root);
    expect(await followers(root, users)).toMatchObject({ Carol: 'follows unread' });
    expect(await unreadOf(carol, id)).toEqual([1, 1]);
  });

  it('D7 marking as read moves only forward, at most to the last reply, and is told to one’s own devices', async () => {
    const { alice, bob, carol, id, root } = await scene();
    const read = (user: User, seq: number): Promise<ThreadState | null> =>
      user.call('mark_thread_read', { thread_root_id: root.id, seq });
    // A thread without replies cannot be read beforehand.
    await alice.call('follow_thread', { thread_root_id: root.id, is_following: true });
    expect(await read(alice, 1_000)).toMatchObject({ last_read_seq: 0, unread: false });
    await reply(bob, root);
    await reply(bob, root);
    expect(await unreadOf(alice, id)).toEqual([0, 1]);
    expect(await read(alice, 2)).toMatchObject({ last_read_seq: 2, unread: true });
    const events = await eventsOf(id, async () => {
      expect(await read(alice, 1_000)).toMatchObject({ last_read_seq: 3, unread: false });
      expect(await read(alice, 1)).toMatchObject({ last_read_seq: 3 });
      expect(await read(alice, 3)).toMatchObject({ last_read_seq: 3 });
    });
    expect(recipients(events, alice, bob, carol)).toEqual(['member Alice', 'thread Alice']);
    expect(payloadsTo(events, alice)).toContainEqual(
      expect.objectContaining({ type: 'member', unread_threads: 0 }),
    );
    expect(await read(carol, 3)).toBeNull();
    expect(await unreadOf(alice, id)).toEqual([0, 0]);
    await reply(bob, root);
    expect(await alice.call('mark_all_read')).toEqual({ unread_total: 0 });
    expect(await unreadOf(alice, id)).toEqual([0, 0]);
  });

  it('D4 is in pull, also for another device', async () => {
    const { alice, bob, root } = await scene();
    const cursor = await freshCursor(alice);
    await reply(bob, root);
    const first = await alice.call('pull', { cursor, windows: {} });
    expect(first.threads).toMatchObject([{ root_id: root.id, last_read_seq: 0, unread: true }]);
    expect(first.conversations).toMatchObject([{ unread_threads: 1 }]);
    const state = await alice.call('mark_thread_read', { thread_root_id: root.id, seq: 2 });
    const second = await alice.call('pull', { cursor: first.cursor, windows: {} });
    expect(second.threads).toEqual([state]);
    expect(second.conversations).toMatchObject([{ unread_threads: 0 }]);
  });

  it('D11 refuses strangers, replies and what is missing', async () => {
    const { alice, bob, root } = await scene();
    const [stranger] = (await newUsers('Stranger')) as [User];
    const inThread = await reply(bob, root);
    const refused = async (user: User, fn: string, args: Record<string, unknown>): Promise<string> =>
      (await user.refusal(fn, args)).code;
    const thread_root_id = root.id;
    expect(await refused(stranger, 'follow_thread', { thread_root_id, is_following: true })).toBe(
      'not_member',
    );
    expect(await refused(stranger, 'mark_thread_read', { thread_root_id, seq: 1 })).toBe('not_member');
    expect(await refused(alice, 'follow_thread', { thread_root_id: inThread.id, is_following: true })).toBe(
      'invalid',
    );
    expect(await refused(alice, 'follow_thread', { thread_root_id, is_following: null })).toBe('invalid');
    expect(await refused(alice, 'mark_thread_read', { thread_root_id, seq: -1 })).toBe('invalid');
    expect(await refused(alice, 'mark_thread_read', { thread_root_id: randomUUID(), seq: 1 })).toBe(
      'not_found',
    );
    expect(await refused(alice, 'threads', { before: 'x' })).toBe('invalid');
  });

  it('D3 a replayed follow_thread does not undo what came after it', async () => {
    const { alice, bob, id, root } = await scene();
    await reply(bob, root);
    const stop = mutation('follow_thread', id, { thread_root_id: root.id, is_following: false });
    expect(outcomes(await push(alice, stop))).toEqual(['ok']);
    await alice.call('follow_thread', { thread_root_id: root.id, is_following: true });
    expect(await push(alice, stop)).toMatchObject([
      { ok: true, result: { is_following: true, unread: true } },
    ]);
  });
});

describe('the pull', () => {
  it('D4 brings what is unread of a thread after each reply, to those who follow it', async () => {
    const { alice, bob, carol, id, root } = await scene();
    const first = await reply(bob, root);
    const cursor = await freshCursor(alice);
    const pulled = async (user: User, from: string): Promise<{ cursor: string; threads: ThreadState[] }> =>
      user.call('pull', { cursor: from });
    await alice.call('mark_thread_read', { thread_root_id: root.id, seq: first.seq });
    const read = await pulled(alice, cursor);
    expect(read.threads).toMatchObject([{ unread: false, last_reply_seq: first.seq }]);
    const second = await reply(bob, root);
    const unread = await pulled(alice, read.cursor);
    expect(unread.threads).toMatchObject([
      {
        unread: true,
        last_read_seq: first.seq,
        last_reply_seq: second.seq,
        changed: read.threads[0]?.changed,
      },
    ]);
    expect(unread.threads[0]?.root_version).toBe((await rootAsSeenBy(alice, root))?.version);
    await send(bob, id, 'in the timeline');
    expect((await pulled(alice, unread.cursor)).threads).toEqual([]);
    expect((await pulled(carol, cursor)).threads).toEqual([]);
  });
});

describe('the list of threads', () => {
  it('D7 has what one follows, newest reply first, with roots and people; or only the unread', async () => {
    const { alice, bob, carol, id } = await scene();
    const roots: Message[] = [];
    for (let n = 0; n < 5; n += 1) roots.push(await send(alice, id, `root ${n}`));
    for (const n of [3, 0, 4, 1]) {
      const root = roots[n];
      if (root !== undefined) await reply(n === 4 ? carol : bob, root);
    }
    await alice.call('mark_thread_read', { thread_root_id: roots[0]?.id, seq: 100 });
    const pages = await pagesOf((before) => alice.call('threads', { before, max_rows: 3 }));
    expect(pages.map(({ messages }) => messages.map(({ content }) => content))).toEqual([
      ['root 1', 'root 4', 'root 0'],
      ['root 3'],
    ]);
    for (const { threads, messages } of pages) {
      expect(threads.map((thread) => thread.root_id)).toEqual(messages.map((message) => message.id));
    }
    expect(pages[0]?.threads.map(({ unread }) => unread)).toEqual([true, true, false]);
    expect(pages[0]?.profiles.map((profile) => profile.id).sort()).toEqual(
      [alice.id, bob.id, carol.id].sort(),
    );
    const unread = await pagesOf((before) =>
      alice.call('threads', { before, max_rows: 2, only_unread: true }),
    );
    expect(unread.flatMap(({ messages }) => messages.map(({ content }) => content))).toEqual([
      'root 1',
      'root 4',
      'root 3',
    ]);
    await alice.call('follow_thread', { thread_root_id: roots[1]?.id, is_following: false });
    expect((await alice.call('threads')).threads).toHaveLength(3);
    expect((await carol.call('threads')).messages.map(({ content }) => content)).toEqual(['root 4']);
    await query(`update confab.members set state = 'left' where conversation_id = $1 and user_id = $2`, [
      id,
      carol.id,
    ]);
    expect(await carol.call('threads')).toEqual({ threads: [], messages: [], profiles: [], next: null });
  });
});

describe('a random history', () => {
  it('D7 unread threads and summaries equal a recount at every moment of 600 operations', async () => {
    const seed = 20_261_123;
    const random = randomOf(seed);
    const users = await newUsers('A', 'B', 'C');
    const [owner, ...others] = users as [User, ...User[]];
    const { id } = await newGroup(owner, ...others);
    const pick = <T>(from: readonly T[]): T => {
      const found = from[random.below(from.length)];
      if (found === undefined) throw new Error('nothing to pick from');
      return found;
    };
    const roots: string[] = [];
    for (let n = 0; n < 4; n += 1) roots.push((await send(pick(users), id, `root ${n}`)).id);
    const replies: { id: string; by: User }[] = [];
    const done: Record<string, number> = {};
    await withDatabase(async (db) => {
      for (let n = 0; n < 600; n += 1) {
        let user = pick(users);
        const root = pick(roots);
        const dice = random.next();
        let what: string;
        let sql: string;
        let values: unknown[];
        if (dice < 0.4 || replies.length === 0) {
          const reply_id = randomUUID();
          what = 'reply';
          sql = 'select confab.send_message($1, $2, $3, thread_root_id => $4, mentioned_user_ids => $5)';
          values = [reply_id, id, 'x', root, random.next() < 0.3 ? [pick(users).id] : []];
          replies.push({ id: reply_id, by: user });
        } else if (dice < 0.6) {
          const target = pick(replies);
          user = target.by;
          what = 'delete';
          sql = 'select confab.delete_message($1)';
          values = [target.id];
        } else if (dice < 0.8) {
          what = 'read';
          sql = 'select confab.mark_thread_read($1, $2)';
          values = [root, random.below(400)];
        } else if (dice < 0.97) {
          what = 'follow';
          sql = 'select confab.follow_thread($1, $2)';
          values = [root, random.next() < 0.6];
        } else {
          what = 'read all';
          sql = 'select confab.mark_all_read()';
          values = [];
        }
        const outcome = await outcomeAs(db, user, sql, values);
        expect(outcome, `${what}, operation ${n} of seed ${seed}`).toBe('ok');
        done[what] = (done[what] ?? 0) + 1;
        const wrong = await db.query(
          `select v.user_id, v.unread_threads, r.recounted
           from confab_private.memberships v
           cross join lateral (
             select count(*) as recounted
             from confab.threads t
             where t.user_id = v.user_id and t.conversation_id = v.conversation_id and t.is_following and exists (
               select 1
               from confab.messages m
               where m.thread_root_id = t.root_id
                 and m.seq > t.last_read_seq
                 and m.sender_id <> v.user_id
                 and m.deleted_at is null
             )
           ) r
           where v.conversation_id = $1 and (v.unread_threads <> r.recounted or v.unread < 0)`,
          [id],
        );
        expect(wrong.rows, `after operation ${n} of seed ${seed}: ${what}`).toEqual([]);
        const sums = await db.query(
          `select r.id, r.thread, t.replies
           from confab.messages r
           cross join lateral (
             select count(*) as replies, max(m.seq) as last_seq
             from confab.messages m
             where m.thread_root_id = r.id and m.deleted_at is null
           ) t
           where r.id = any ($1)
             and (
               coalesce((r.thread ->> 'reply_count')::bigint, 0) <> t.replies
               or (r.thread ->> 'last_reply_seq')::bigint is distinct from t.last_seq
             )`,
          [roots],
        );
        expect(sums.rows, `after operation ${n} of seed ${seed}: ${what}`).toEqual([]);
      }
      const holes = await db.query(
        `select count(*)::integer as messages, max(seq)::integer as last_seq from confab.messages where conversation_id = $1`,
        [id],
      );
      expect(holes.rows[0].messages).toBe(holes.rows[0].last_seq);
    });
    for (const what of ['reply', 'delete', 'read', 'follow']) expect(done[what], what).toBeGreaterThan(50);
  });
});
