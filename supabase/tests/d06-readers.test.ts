import { randomUUID } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { query } from './support/database.js';
import { pagesOf } from './support/pages.js';
import { direct, newGroup, newUsers, send, type User } from './support/users.js';
import type { Answers, Message } from './support/wire.js';

type Readers = Answers['readers'];

const readersOf = (user: User, message: Pick<Message, 'id'>): Promise<Readers> =>
  user.call('readers', { message_id: message.id });

const read = (user: User, id: string, seq: number): Promise<unknown> =>
  user.call('mark_read', { conversation_id: id, seq });

/** When the log says that a member marked something as read, by its seq. */
async function loggedAt(id: string, user: User): Promise<Map<number, string>> {
  const rows = await query<{ seq: number; read_at: string }>(
    `select seq::integer, to_jsonb(read_at) #>> '{}' as read_at
     from confab.read_log where conversation_id = $1 and user_id = $2`,
    [id, user.id],
  );
  return new Map(rows.map((row) => [row.seq, row.read_at]));
}

describe('readers of a message', () => {
  it('D6 are those whose cursor is at it or beyond, with the time they first said so', async () => {
    const [alice, bob, carol, dan] = (await newUsers('Alice', 'Bob', 'Carol', 'Dan')) as [
      User,
      User,
      User,
      User,
    ];
    const { id } = await newGroup(alice, bob, carol, dan);
    const messages: Message[] = [];
    for (let n = 0; n < 4; n += 1) messages.push(await send(alice, id, `${n}`));
    const [first, second, third] = messages as [Message, Message, Message];
    expect(await readersOf(alice, first)).toEqual({ readers: [], delivered: [], profiles: [], next: null });
    await read(carol, id, 2);
    await read(bob, id, 1);
    await read(bob, id, 3);
    await dan.call('mark_delivered', { conversation_id: id, seq: 2 });
    const [ofBob, ofCarol] = [await loggedAt(id, bob), await loggedAt(id, carol)];
    const found = await readersOf(alice, first);
    expect(found).toMatchObject({
      readers: [
        { user_id: carol.id, read_at: ofCarol.get(2) },
        { user_id: bob.id, read_at: ofBob.get(1) },
      ],
      delivered: [dan.id],
      next: null,
    });
    expect(found.profiles.map((profile) => profile.display_name).sort()).toEqual(['Bob', 'Carol', 'Dan']);
    expect(await readersOf(bob, second)).toMatchObject({
      readers: [
        { user_id: carol.id, read_at: ofCarol.get(2) },
        { user_id: bob.id, read_at: ofBob.get(3) },
      ],
    });
    expect(await readersOf(alice, third)).toMatchObject({
      readers: [{ user_id: bob.id, read_at: ofBob.get(3) }],
      delivered: [],
    });
  });

  it('D6 who answers has read it then; marking as unread takes nothing back', async () => {
    const [alice, bob] = (await newUsers('Alice', 'Bob')) as [User, User];
    const { id } = await direct(alice, bob);
    const message = await send(alice, id, 'one');
    await send(bob, id, 'two', { seen_seq: message.seq });
    const reader = { user_id: bob.id, read_at: (await loggedAt(id, bob)).get(1) };
    expect((await readersOf(alice, message)).readers).toEqual([reader]);
    await bob.call('mark_unread', { conversation_id: id, seq: 1 });
    expect((await readersOf(alice, message)).readers).toEqual([reader]);
    // The sender of a message is not one of its readers.
    await read(alice, id, 2);
    expect((await readersOf(bob, message)).readers.map(({ user_id }) => user_id)).toEqual([bob.id]);
  });

  it('D6 are not those who joined later, nor those who are gone', async () => {
    const [alice, bob, carol, dan] = (await newUsers('Alice', 'Bob', 'Carol', 'Dan')) as [
      User,
      User,
      User,
      User,
    ];
    const { id } = await newGroup(alice, bob, dan);
    const early = await send(alice, id, 'early');
    await read(bob, id, 1);
    await read(dan, id, 1);
    await alice.call('add_members', { conversation_id: id, user_ids: [carol.id] });
    const late = await send(alice, id, 'late');
    for (const user of [bob, carol, dan]) await read(user, id, late.seq);
    await alice.call('remove_member', { conversation_id: id, user_id: dan.id });
    const ids = async (message: Message): Promise<string[]> =>
      (await readersOf(alice, message)).readers.map(({ user_id }) => user_id);
    expect(await ids(early)).toEqual([bob.id]);
    expect(await ids(late)).toEqual([bob.id, carol.id]);
    await alice.call('add_members', { conversation_id: id, user_ids: [dan.id] });
    expect(await ids(late)).toEqual([bob.id, carol.id]);
  });

  it('D6 come page by page: by time, then those of unknown time; delivered with the first page', async () => {
    const names = Array.from({ length: 9 }, (_, n) => `U${n}`);
    const [alice, ...others] = (await newUsers('Alice', ...names)) as [User, ...User[]];
    const { id } = await newGroup(alice, ...others);
    const message = await send(alice, id, 'one');
    const [marked, wrote, got] = [others.slice(0, 4), others.slice(4, 7), others.slice(7)];
    for (const user of wrote) await read(user, id, 1);
    // Nobody knows any more when they did.
    await query(
      'delete from confab_private.read_log l using confab.members m where m.number = l.member_number and m.conversation_id = $1',
      [id],
    );
    for (const user of [...marked].reverse()) await read(user, id, 1);
    for (const user of got) await user.call('mark_delivered', { conversation_id: id, seq: 1 });
    const pages = await pagesOf((after) =>
      alice.call('readers', { message_id: message.id, max_rows: 3, after }),
    );
    expect(pages.map((page) => page.readers.length)).toEqual([3, 3, 1]);
    const found = pages.flatMap((page) => page.readers);
    expect(found.slice(0, 4).map(({ user_id }) => user_id)).toEqual(marked.map((user) => user.id).reverse());
    expect(found.slice(4)).toEqual(
      wrote
        .map((user) => user.id)
        .sort()
        .map((user_id) => ({ user_id, read_at: null })),
    );
    expect(pages.map((page) => page.delivered)).toEqual([got.map((user) => user.id).sort(), [], []]);
    for (const after of ['x', '1', `x_${randomUUID()}`, '1_x']) {
      expect((await alice.refusal('readers', { message_id: message.id, after })).code).toBe('invalid');
    }
  });

  it('D6 of a reply in a thread are those who have read the thread that far', async () => {
    const [alice, bob, carol] = (await newUsers('Alice', 'Bob', 'Carol')) as [User, User, User];
    const { id } = await newGroup(alice, bob, carol);
    const root = await send(alice, id, 'root');
    const reply = (user: User): Promise<Message> =>
      user.call('send_message', {
        id: randomUUID(),
        conversation_id: id,
        content: 'reply',
        thread_root_id: root.id,
        seen_seq: 1_000,
      });
    const message = await reply(bob);
    // The cursor of the timeline passes the reply by.
    await read(carol, id, 100);
    expect(await readersOf(bob, message)).toMatchObject({ readers: [], delivered: [carol.id] });
    await alice.call('mark_thread_read', { thread_root_id: root.id, seq: message.seq });
    await reply(carol);
    expect((await readersOf(bob, message)).readers).toEqual(
      [alice.id, carol.id].sort().map((user_id) => ({ user_id, read_at: null })),
    );
  });

  it('D6 are nobody’s business where the kind has no receipts', async () => {
    const [alice, bob] = (await newUsers('Alice', 'Bob')) as [User, User];
    await query(
      `insert into confab.conversation_kinds (kind, has_receipts) values ('d06_quiet', false) on conflict do nothing`,
    );
    const { id } = await alice.call('create_conversation', {
      id: randomUUID(),
      kind: 'd06_quiet',
      member_ids: [bob.id],
    });
    const message = await send(alice, id, 'one');
    await read(bob, id, 1);
    for (const user of [alice, bob]) {
      expect(await user.refusal('readers', { message_id: message.id })).toMatchObject({
        status: 403,
        code: 'forbidden',
      });
    }
    const list = await alice.call('conversation', { conversation_id: id });
    expect(list.members.find(({ user_id }) => user_id === bob.id)).toMatchObject({
      last_read_seq: 0,
      last_delivered_seq: 0,
    });
    expect((await bob.call('conversation', { conversation_id: id })).conversations[0]?.me).toMatchObject({
      last_read_seq: 1,
    });
  });

  it('D11 are told to members who can see the message', async () => {
    const [alice, bob, stranger] = (await newUsers('Alice', 'Bob', 'Stranger')) as [User, User, User];
    const { id } = await newGroup(alice, bob);
    const message = await send(alice, id, 'one');
    await send(alice, id, 'two');
    await query(
      'update confab.members set visible_from_seq = 2 where conversation_id = $1 and user_id = $2',
      [id, bob.id],
    );
    const code = async (user: User, message_id: string | null): Promise<string> =>
      (await user.refusal('readers', { message_id })).code;
    expect(await code(stranger, message.id)).toBe('not_member');
    expect(await code(bob, message.id)).toBe('not_found');
    expect(await code(alice, randomUUID())).toBe('not_found');
    expect(await code(alice, null)).toBe('invalid');
  });
});
