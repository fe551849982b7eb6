import { randomUUID } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { outcomeAs } from './support/acting.js';
import { one, query, withDatabase, withSettings } from './support/database.js';
import { allEmoji } from './support/emoji.js';
import { eventsOf, payloadsTo, recipients } from './support/events.js';
import { pagesOf } from './support/pages.js';
import { randomOf } from './support/random.js';
import { direct, mutation, newGroup, newUsers, outcomes, push, send, type User } from './support/users.js';
import type { Message } from './support/wire.js';

const two = async (): Promise<[User, User]> => (await newUsers('Alice', 'Bob')) as [User, User];

/** A direct conversation with one message of Alice. */
async function scene(): Promise<{ alice: User; bob: User; id: string; message: Message }> {
  const [alice, bob] = await two();
  const { id } = await direct(alice, bob);
  return { alice, bob, id, message: await send(alice, id, 'hello') };
}

const react = (user: User, message: Pick<Message, 'id'>, emoji: string): Promise<Message> =>
  user.call('add_reaction', { message_id: message.id, emoji });

const unreact = (user: User, message: Pick<Message, 'id'>, emoji: string): Promise<Message> =>
  user.call('remove_reaction', { message_id: message.id, emoji });

/** What the database makes of each text, which it is asked for all at once. */
async function storedForms(texts: readonly string[]): Promise<(string | null)[]> {
  const rows = await query<{ emoji: string | null }>(
    `select confab_private.emoji(t.text) as emoji from unnest($1::text[]) with ordinality t (text, place) order by t.place`,
    [texts],
  );
  return rows.map(({ emoji }) => emoji);
}

describe('emoji', () => {
  it('D3 every emoji of Unicode is a reaction, stored fully qualified, written with or without the selector', async () => {
    const emoji = allEmoji();
    expect(emoji.length).toBeGreaterThan(3_600);
    expect(await storedForms(emoji)).toEqual(emoji);
    const bare = emoji.map((one) => one.replaceAll('\uFE0F', ''));
    expect(await storedForms(bare)).toEqual(emoji);
    // The selector after what is an emoji anyway adds nothing.
    const pictorial = ['👍', '😀', '🏴', '⚡', '🧑‍🚀'];
    for (const either of ['\uFE0F', '\uFE0E'])
      expect(await storedForms(pictorial.map((one) => one + either))).toEqual(pictorial);
    // Some keyboards ask for text, or put the selector before the skin tone.
    expect(await storedForms(['❤\uFE0E', '1\uFE0E\u20E3', '☝\uFE0F🏽'])).toEqual(['❤️', '1️⃣', '☝🏽']);
  });

  it('D3 nothing else is', async () => {
    const others = [
      ...Array.from({ length: 0x3000 - 0x20 }, (_, n) => String.fromCodePoint(n + 0x20)).filter(
        (one) => !/\p{Emoji}/u.test(one) || /[0-9#*]/.test(one),
      ),
      '',
      ' ',
      ' 👍',
      '👍 ',
      '👍\n',
      '\n👍',
      '👍👍',
      '👍a',
      'a👍',
      '👍👎',
      '❤️❤️',
      '\uFE0F',
      '\uFE0F👍',
      '👍\uFE0F\uFE0F',
      '🇩',
      '🇩🇪🇫',
      '🇩🇪🇫🇷',
      '\u200D',
      '👍\u200D',
      '\u200D👍',
      '👨\u200D\u200D👩',
      '1',
      '12',
      '1\uFE0F',
      'a\u20E3',
      '\u20E3',
      '😀🏻',
      '👍🏻🏻',
      '🏴\u{E0067}',
      '🏴\u{E007F}',
      '😀\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}',
      ':thumbsup:',
      '<b>',
      '漢',
      'é',
      'e\u0301',
      'क्षि',
      '\u0007',
      '\u001B[31m',
      '\u200B',
      '\u202E👍',
      '👍'.repeat(20),
      '👨\u200D👩\u200D👧\u200D👦\u200D'.repeat(4) + '👨',
      "' or true --",
    ];
    const forms = await storedForms(others);
    expect(others.filter((_, n) => forms[n] !== null)).toEqual([]);
  });

  it('D11 what is no emoji is refused as invalid and leaves nothing', async () => {
    const { alice, id, message } = await scene();
    for (const emoji of ['', 'a', ':)', '👍👍', ' ', '1', null]) {
      for (const fn of ['add_reaction', 'remove_reaction']) {
        expect(await alice.refusal(fn, { message_id: message.id, emoji }), `${fn} ${emoji}`).toMatchObject({
          status: 400,
          code: 'invalid',
        });
      }
    }
    expect(await alice.refusal('reactors', { message_id: message.id, emoji: 'a' })).toMatchObject({
      code: 'invalid',
    });
    expect(outcomes(await push(alice, mutation('add_reaction', id, { message_id: message.id })))).toEqual([
      'invalid',
    ]);
    expect(await query('select from confab.reactions where message_id = $1', [message.id])).toHaveLength(0);
  });
});

describe('reactions', () => {
  it('D3 a reaction is a change with a version, told to each member and marked as own only to its author', async () => {
    const [alice, bob, carol, stranger] = (await newUsers('Alice', 'Bob', 'Carol', 'Stranger')) as [
      User,
      User,
      User,
      User,
    ];
    const { id } = await newGroup(alice, bob, carol);
    const message = await send(alice, id, 'hello');
    expect(message).toMatchObject({ version: 1, reactions: [] });
    let answer: Message | undefined;
    const events = await eventsOf(id, async () => {
      answer = await react(bob, message, '👍');
    });
    expect(answer).toMatchObject({
      version: 2,
      seq: 1,
      edited_at: null,
      reactions: [{ emoji: '👍', count: 1, user_ids: [bob.id], own: true }],
    });
    expect(recipients(events, alice, bob, carol, stranger)).toEqual([
      'message Alice',
      'message Bob',
      'message Carol',
    ]);
    for (const user of [alice, carol]) {
      expect(payloadsTo(events, user)).toMatchObject([
        {
          version: 2,
          message: {
            version: 2,
            is_hidden: null,
            reactions: [{ emoji: '👍', count: 1, user_ids: [bob.id], own: null }],
          },
          conversation: { last_seq: 1, version: 2 },
        },
      ]);
    }
    expect(payloadsTo(events, bob)).toMatchObject([{ version: 2, message: answer }]);
    const seen = await carol.call('history', { conversation_id: id });
    expect(seen.messages[0]?.reactions).toEqual([{ emoji: '👍', count: 1, user_ids: [bob.id], own: false }]);
    const list = await alice.call('conversation', { conversation_id: id });
    expect(list.conversations[0]).toMatchObject({ version: 2, last_seq: 1, unread: 0 });
    const pulled = await carol.call('pull', {
      cursor: (await carol.call('pull', { cursor: null })).cursor,
      windows: { [id]: 1 },
    });
    expect(pulled.messages).toEqual(seen.messages);
  });

  it('D3 adding what is there and removing what is not change nothing and tell nobody', async () => {
    const { bob, id, message } = await scene();
    const first = await react(bob, message, '❤️');
    const events = await eventsOf(id, async () => {
      expect(await react(bob, message, '❤️')).toEqual(first);
      expect(await react(bob, message, '❤')).toEqual(first);
      expect(await unreact(bob, message, '👍')).toEqual(first);
    });
    expect(events).toEqual([]);
    const removed = await eventsOf(id, () => unreact(bob, message, '❤'));
    expect(removed.map(({ payload }) => payload['version'])).toEqual([3, 3]);
    expect(await unreact(bob, message, '❤')).toMatchObject({ version: 3, reactions: [] });
    expect(await one('select reactions from confab.messages where id = $1', [message.id])).toEqual({
      reactions: null,
    });
  });

  it('D3 emoji come in the order of their first reaction, each with its first ten users', async () => {
    const { alice, bob, message } = await scene();
    await react(bob, message, '🎉');
    await react(alice, message, '👍');
    await react(bob, message, '👍');
    expect((await react(alice, message, '🎉')).reactions).toEqual([
      { emoji: '🎉', count: 2, user_ids: [bob.id, alice.id], own: true },
      { emoji: '👍', count: 2, user_ids: [alice.id, bob.id], own: true },
    ]);
    // Whoever was first has gone: now the thumb is older.
    expect((await unreact(bob, message, '🎉')).reactions).toEqual([
      { emoji: '👍', count: 2, user_ids: [alice.id, bob.id], own: true },
      { emoji: '🎉', count: 1, user_ids: [alice.id], own: false },
    ]);
    const crowd = Array.from({ length: 12 }, () => randomUUID());
    await query(
      `with people as (
         insert into confab.profiles (id, display_name) select u.id, 'Crowd' from unnest($2::uuid[]) u (id) returning id
       )
       insert into confab.reactions (message_id, user_id, emoji, created_at)
       select $1, u.id, '👀', now() - interval '1 hour' + u.place * interval '1 second'
       from unnest($2::uuid[]) with ordinality u (id, place)`,
      [message.id, crowd],
    );
    expect((await react(alice, message, '👀')).reactions[0]).toEqual({
      emoji: '👀',
      count: 13,
      user_ids: crowd.slice(0, 10),
      own: true,
    });
  });

  it('D11 a message takes so many different reactions of one user', async () => {
    const { alice, bob, message } = await scene();
    await withSettings({ max_reactions_per_user: 2 }, async () => {
      await react(bob, message, '👍');
      await react(bob, message, '👎');
      expect(await bob.refusal('add_reaction', { message_id: message.id, emoji: '🎉' })).toMatchObject({
        status: 400,
        code: 'too_many_reactions',
      });
      // One that is there already is no further one, and others have a count of their own.
      await react(bob, message, '👍');
      await react(alice, message, '🎉');
      await unreact(bob, message, '👎');
      expect((await react(bob, message, '🎉')).reactions.map(({ emoji, count }) => [emoji, count])).toEqual([
        ['👍', 1],
        ['🎉', 2],
      ]);
    });
  });

  it('D11 refuses strangers, what cannot be seen, deleted messages and locked conversations', async () => {
    const [alice, bob, stranger] = (await newUsers('Alice', 'Bob', 'Stranger')) as [User, User, User];
    const { id } = await newGroup(alice, bob);
    const [early, late] = [await send(alice, id, 'early'), await send(alice, id, 'late')];
    const refused = async (user: User, message: Pick<Message, 'id'>): Promise<string[]> =>
      Promise.all(
        ['add_reaction', 'remove_reaction', 'reactors'].map(
          async (fn) => (await user.refusal(fn, { message_id: message.id, emoji: '👍' })).code,
        ),
      );
    expect(await refused(stranger, late)).toEqual(Array(3).fill('not_member'));
    expect(await refused(alice, { id: randomUUID() })).toEqual(Array(3).fill('not_found'));
    await query(
      `update confab.members set visible_from_seq = 2 where conversation_id = $1 and user_id = $2`,
      [id, bob.id],
    );
    expect(await refused(bob, early)).toEqual(Array(3).fill('not_found'));
    await react(bob, late, '👍');
    await query('update confab.conversations set is_locked = true where id = $1', [id]);
    for (const fn of ['add_reaction', 'remove_reaction']) {
      expect(await bob.refusal(fn, { message_id: late.id, emoji: '👍' })).toMatchObject({
        status: 403,
        code: 'locked',
      });
    }
    await react(alice, late, '👍');
    expect((await bob.call('reactors', { message_id: late.id })).reactions).toHaveLength(2);
    const deleted = await alice.call('delete_message', { message_id: late.id });
    expect(deleted).toMatchObject({ reactions: [], version: 5 });
    for (const fn of ['add_reaction', 'remove_reaction']) {
      expect(await alice.refusal(fn, { message_id: late.id, emoji: '👍' })).toMatchObject({
        status: 409,
        code: 'message_deleted',
      });
    }
    expect(await alice.call('reactors', { message_id: late.id })).toEqual({
      reactions: [],
      profiles: [],
      next: null,
    });
  });

  it('D3 a replayed reaction does not undo what came after it', async () => {
    const { bob, id, message } = await scene();
    const add = mutation('add_reaction', id, { message_id: message.id, emoji: '👍' });
    const remove = mutation('remove_reaction', id, { message_id: message.id, emoji: '👍' });
    expect(outcomes(await push(bob, add, remove))).toEqual(['ok', 'ok']);
    const events = await eventsOf(id, async () => {
      const results = await push(bob, add);
      expect(results).toMatchObject([{ ok: true, result: { version: 3, reactions: [] } }]);
    });
    expect(events).toEqual([]);
    await react(bob, message, '👍');
    await push(bob, remove);
    expect((await bob.call('reactors', { message_id: message.id })).reactions).toHaveLength(1);
  });

  it('D3 who reacted is paged, the first one first, of one emoji or of all', async () => {
    const users = await newUsers('Alice', 'Bob', 'Carol');
    const [alice, bob, carol] = users as [User, User, User];
    const { id } = await newGroup(alice, bob, carol);
    const message = await send(alice, id, 'hello');
    const done: [User, string][] = [
      [bob, '👍'],
      [carol, '❤️'],
      [alice, '👍'],
      [bob, '1️⃣'],
      [carol, '👍'],
    ];
    for (const [user, emoji] of done) await react(user, message, emoji);
    const pages = async (args: Record<string, unknown>): Promise<[string, string][]> => {
      const found = await pagesOf((after) =>
        bob.call('reactors', { message_id: message.id, max_rows: 2, after, ...args }),
      );
      for (const { reactions, profiles } of found) {
        expect(reactions.length).toBeLessThanOrEqual(2);
        expect(profiles.map((profile) => profile.id).sort()).toEqual(
          [...new Set(reactions.map(({ user_id }) => user_id))].sort(),
        );
      }
      return found.flatMap(({ reactions }) =>
        reactions.map(({ user_id, emoji }): [string, string] => [user_id, emoji]),
      );
    };
    expect(await pages({})).toEqual(done.map(([user, emoji]) => [user.id, emoji]));
    // At one and the same moment too.
    await query('update confab.reactions set created_at = now() where message_id = $1', [message.id]);
    expect((await pages({})).sort()).toEqual(done.map(([user, emoji]) => [user.id, emoji]).sort());
    expect((await pages({ emoji: '👍' })).map(([id]) => id).sort()).toEqual(
      [alice.id, bob.id, carol.id].sort(),
    );
    expect(await pages({ emoji: '❤' })).toEqual([[carol.id, '❤️']]);
    for (const after of ['x', '1_👍', `1_${randomUUID()}`, `x_👍_${randomUUID()}`]) {
      expect(await bob.refusal('reactors', { message_id: message.id, after })).toMatchObject({
        code: 'invalid',
      });
    }
  });

  it('D3 reactions at once lose nothing and leave no hole in the versions', async () => {
    const { alice, bob, id, message } = await scene();
    const emoji = ['👍', '👎', '🎉', '❤️', '😀', '🚀', '👀', '🙏'];
    await Promise.all([alice, bob].flatMap((user) => emoji.map((item) => react(user, message, item))));
    const { messages } = await alice.call('history', { conversation_id: id });
    expect(messages[0]).toMatchObject({ version: 17 });
    expect(messages[0]?.reactions.map(({ count }) => count)).toEqual(emoji.map(() => 2));
    expect(messages[0]?.reactions.map((reaction) => reaction.emoji).sort()).toEqual([...emoji].sort());
  });

  it('D3 the summary equals the table after each of 300 random changes', async () => {
    const seed = 20_261_122;
    const random = randomOf(seed);
    const users = await newUsers('A', 'B', 'C', 'D');
    const [owner, ...others] = users as [User, ...User[]];
    const { id } = await newGroup(owner, ...others);
    const messages = [await send(owner, id, 'one'), await send(owner, id, 'two')];
    const emoji = ['👍', '👎', '❤', '❤️', '🎉'];
    let changed = 0;
    await withDatabase(async (db) => {
      for (let n = 0; n < 300; n += 1) {
        const user = users[random.below(users.length)] ?? owner;
        const message = messages[random.below(messages.length)]?.id;
        const fn = random.next() < 0.6 ? 'add_reaction' : 'remove_reaction';
        const before = await db.query('select version from confab.conversations where id = $1', [id]);
        expect(
          await outcomeAs(db, user, `select confab.${fn}($1, $2)`, [message, emoji[random.below(5)]]),
        ).toBe('ok');
        const after = await db.query('select version from confab.conversations where id = $1', [id]);
        if (after.rows[0]?.version !== before.rows[0]?.version) changed += 1;
        const wrong = await db.query(
          `select m.id, m.reactions
           from confab.messages m
           left join lateral (
             select jsonb_object_agg(r.emoji, r.users) as table_says
             from (select emoji, count(*) as users from confab.reactions where message_id = m.id group by emoji) r
           ) t on true
           left join lateral (
             select jsonb_object_agg(s ->> 'emoji', s -> 'count') as summary_says
             from jsonb_array_elements(m.reactions) s
           ) s on true
           where m.conversation_id = $1 and t.table_says is distinct from s.summary_says`,
          [id],
        );
        expect(wrong.rows, `after change ${n} of seed ${seed}`).toEqual([]);
      }
    });
    expect(changed).toBeGreaterThan(100);
    const { version } = await one<{ version: number }>(
      'select version::integer from confab.conversations where id = $1',
      [id],
    );
    expect(version).toBe(2 + changed);
    for (const user of users) {
      const { messages: seen } = await user.call('history', { conversation_id: id });
      for (const message of seen) {
        const own = await query<{ emoji: string }>(
          'select emoji from confab.reactions where message_id = $1 and user_id = $2',
          [message.id, user.id],
        );
        expect(
          message.reactions.flatMap((reaction) => (reaction.own === true ? [reaction.emoji] : [])).sort(),
        ).toEqual(own.map((row) => row.emoji).sort());
      }
    }
  });
});
