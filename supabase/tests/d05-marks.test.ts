import { randomUUID } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { query } from './support/database.js';
import { eventsOf, payloadsTo, recipients } from './support/events.js';
import { pagesOf } from './support/pages.js';
import { expectRecount } from './support/recount.js';
import {
  direct,
  freshCursor,
  mutation,
  newGroup,
  newUsers,
  outcomes,
  push,
  send,
  type User,
} from './support/users.js';
import type { Message } from './support/wire.js';

const three = async (): Promise<[User, User, User]> =>
  (await newUsers('Alice', 'Bob', 'Carol')) as [User, User, User];

const timeline = async (user: User, id: string): Promise<Message[]> =>
  (await user.call('history', { conversation_id: id })).messages;

/** The message alone, as lists have it. */
const withoutChanged = (answer: (Message & { changed?: number }) | undefined) => {
  const { changed: _, ...message } = answer ?? {};
  return message;
};

describe('deleting for oneself', () => {
  it('D5 empties the message for its owner alone, and tells nobody else', async () => {
    const [alice, bob, carol] = await three();
    const { id } = await newGroup(alice, bob, carol);
    const message = await alice.call('send_message', {
      id: randomUUID(),
      conversation_id: id,
      content: 'secret',
      data: { a: 1 },
      mentioned_user_ids: [bob.id],
    });
    await bob.call('add_reaction', { message_id: message.id, emoji: '👍' });
    let answer: Message | undefined;
    const events = await eventsOf(id, async () => {
      answer = await bob.call('hide_message', { message_id: message.id });
    });
    expect(answer).toMatchObject({
      id: message.id,
      seq: 1,
      version: 2,
      sender_id: alice.id,
      content: null,
      data: {},
      reactions: [],
      mentioned_user_ids: [],
      deleted_at: null,
      is_hidden: true,
    });
    expect(recipients(events, alice, bob, carol)).toEqual(['hidden Bob', 'member Bob']);
    expect(payloadsTo(events, bob)).toEqual(
      expect.arrayContaining([
        {
          type: 'hidden',
          conversation_id: id,
          message_id: message.id,
          is_hidden: true,
          changed: expect.any(Number),
        },
        expect.objectContaining({ type: 'member', unread: 0, unread_mentions: 0 }),
      ]),
    );
    expect(await timeline(bob, id)).toEqual([withoutChanged(answer)]);
    for (const user of [alice, carol]) {
      expect(await timeline(user, id)).toMatchObject([
        { content: 'secret', data: { a: 1 }, is_hidden: false },
      ]);
    }
    const list = await bob.call('conversation', { conversation_id: id });
    expect(list.conversations).toMatchObject([
      { version: 2, unread: 0, last_message: { content: null, is_hidden: true } },
    ]);
    await expectRecount([id]);
  });

  it('D5 is quoted to its owner nowhere, and to others as before', async () => {
    const [alice, bob, carol] = await three();
    const { id } = await newGroup(alice, bob, carol);
    const secret = await send(alice, id, 'secret');
    const reply = (by: User) =>
      by.call('send_message', {
        id: randomUUID(),
        conversation_id: id,
        content: 'reply',
        reply_to_id: secret.id,
        mentioned_user_ids: [bob.id],
      });
    const before = await reply(alice);
    const cursor = await freshCursor(bob);
    await bob.call('hide_message', { message_id: secret.id });
    let later = before;
    const events = await eventsOf(id, async () => {
      later = await reply(carol);
      await alice.call('pin_message', { message_id: before.id });
    });
    for (const { message } of payloadsTo(events, bob))
      expect(message).toMatchObject({ reply_to_id: secret.id, reply_to: null });
    expect(payloadsTo(events, carol)).toMatchObject(
      Array(2).fill({ message: { reply_to: { id: secret.id, content: 'secret' } } }),
    );
    expect(JSON.stringify(payloadsTo(events, bob))).not.toContain('secret');
    const answers = async (user: User) =>
      JSON.stringify([
        (await timeline(user, id)).slice(1),
        await user.call('conversations', {}),
        await user.call('pull', { cursor, windows: { [id]: secret.version } }),
        await user.call('search_messages', { query: 'reply' }),
        await user.call('pinned_messages', { conversation_id: id }),
        await user.call('mentions', {}),
        await push(user, mutation('pin_message', id, { message_id: later.id })),
      ]);
    expect(await answers(bob)).not.toContain('secret');
    expect(await answers(carol)).toContain('secret');
    await bob.call('unhide_message', { message_id: secret.id });
    expect((await timeline(bob, id)).at(1)?.reply_to).toMatchObject({ content: 'secret' });
  });

  it('D5 changes nothing twice, and tells of unread only when it changes', async () => {
    const [alice, bob, carol] = await three();
    const { id } = await newGroup(alice, bob, carol);
    const [first, second] = [await send(alice, id, 'one'), await send(bob, id, 'two')];
    await bob.call('mark_read', { conversation_id: id, seq: second.seq });
    const once = await eventsOf(id, () => bob.call('hide_message', { message_id: first.id }));
    // What was read already, and what is one's own, was not unread.
    expect(recipients(once, alice, bob, carol)).toEqual(['hidden Bob']);
    const own = await eventsOf(id, () => bob.call('hide_message', { message_id: second.id }));
    expect(recipients(own, alice, bob, carol)).toEqual(['hidden Bob']);
    const again = await eventsOf(id, async () => {
      expect(await bob.call('hide_message', { message_id: first.id })).toMatchObject({ is_hidden: true });
      await Promise.all([1, 2, 3].map(() => bob.call('hide_message', { message_id: second.id })));
    });
    expect(again).toEqual([]);
    const both = await eventsOf(id, () =>
      Promise.all([1, 2, 3].map(() => carol.call('hide_message', { message_id: second.id }))),
    );
    expect(recipients(both, alice, bob, carol)).toEqual(['hidden Carol', 'member Carol']);
    await expectRecount([id]);
  });

  it('D4 comes with pull, so that other devices empty it too', async () => {
    const [alice, bob] = await three();
    const { id } = await direct(alice, bob);
    const message = await send(alice, id, 'one');
    const cursor = await freshCursor(bob);
    await bob.call('hide_message', { message_id: message.id });
    const pulled = await bob.call('pull', { cursor, windows: { [id]: 0 } });
    expect(pulled.hidden).toEqual([
      { conversation_id: id, message_id: message.id, changed: expect.any(Number), message: null },
    ]);
    expect(pulled.conversations).toMatchObject([{ id, unread: 0 }]);
    expect(pulled.messages).toMatchObject([{ id: message.id, content: null, is_hidden: true }]);
    expect((await alice.call('pull', { cursor, windows: {} })).hidden).toEqual([]);
  });

  it('D5 holds for later changes of the message, and for what looks it up', async () => {
    const [alice, bob] = await three();
    const { id } = await direct(alice, bob);
    const message = await send(alice, id, 'one');
    await bob.call('hide_message', { message_id: message.id });
    const events = await eventsOf(id, () =>
      push(alice, mutation('edit_message', id, { message_id: message.id, content: 'two' })),
    );
    // What goes to several leaves open what depends on the reader: unchanged as far as that one knows.
    expect(payloadsTo(events, bob)).toMatchObject([{ message: { content: 'two', is_hidden: null } }]);
    await alice.call('pin_message', { message_id: message.id });
    expect(await timeline(bob, id)).toMatchObject([{ content: null, is_hidden: true }]);
    expect((await bob.call('pinned_messages', { conversation_id: id })).messages).toMatchObject([
      { content: null, is_hidden: true },
    ]);
    expect(await bob.call('message_versions', { message_id: message.id })).toEqual({ versions: [] });
    expect((await alice.call('message_versions', { message_id: message.id })).versions).toHaveLength(1);
    await alice.call('delete_message', { message_id: message.id });
    expect(await timeline(bob, id)).toMatchObject([{ deleted_at: expect.any(String), content: null }]);
    await expectRecount([id]);
  });

  it('D11 refuses what one cannot see, and is allowed in locked conversations', async () => {
    const [alice, bob, carol] = await three();
    const { id } = await newGroup(alice, bob);
    const [first, second] = [await send(alice, id, 'one'), await send(alice, id, 'two')];
    await query(
      'update confab.members set visible_from_seq = 2 where conversation_id = $1 and user_id = $2',
      [id, bob.id],
    );
    await query('update confab.conversations set is_locked = true where id = $1', [id]);
    const code = async (user: User, message_id: string | null): Promise<string> =>
      (await user.refusal('hide_message', { message_id })).code;
    expect(await code(carol, first.id)).toBe('not_member');
    expect(await code(bob, first.id)).toBe('not_found');
    expect(await code(bob, randomUUID())).toBe('not_found');
    expect(await code(bob, null)).toBe('invalid');
    expect(await bob.call('hide_message', { message_id: second.id })).toMatchObject({ is_hidden: true });
    const refused = async (user: User, message_id: string | null): Promise<string> =>
      (await user.refusal('unhide_message', { message_id })).code;
    expect(await refused(carol, first.id)).toBe('not_member');
    expect(await refused(bob, first.id)).toBe('not_found');
    expect(await refused(bob, null)).toBe('invalid');
    expect(await bob.call('unhide_message', { message_id: second.id })).toMatchObject({ is_hidden: false });
  });
});

describe('taking it back', () => {
  it('D5 brings back all the message says, what is counted and found, and tells nobody else', async () => {
    const [alice, bob, carol] = await three();
    const { id } = await newGroup(alice, bob, carol);
    const quoted = await send(alice, id, 'quoted');
    const message = await alice.call('send_message', {
      id: randomUUID(),
      conversation_id: id,
      content: 'secret',
      data: { a: 1 },
      reply_to_id: quoted.id,
      mentioned_user_ids: [bob.id],
    });
    await bob.call('add_reaction', { message_id: message.id, emoji: '👍' });
    await alice.call('send_message', {
      id: randomUUID(),
      conversation_id: id,
      content: 'answer',
      reply_to_id: message.id,
    });
    const counts = (): Promise<unknown> => bob.call('unread_counts', {});
    const seen = async (): Promise<unknown> => ({
      timeline: await timeline(bob, id),
      conversation: (await bob.call('conversation', { conversation_id: id })).conversations.map(
        ({ me: _, changed: __, ...row }) => row,
      ),
      counts: await counts(),
      mentions: (await bob.call('mentions', {})).messages,
      found: await bob.call('search_messages', { query: 'secret' }),
    });
    const before = await seen();
    await bob.call('hide_message', { message_id: message.id });
    expect(await seen()).not.toEqual(before);
    expect(await counts()).toMatchObject({ messages: 2, mentions: 0 });
    let answer: (Message & { changed: number }) | undefined;
    const events = await eventsOf(id, async () => {
      answer = await bob.call('unhide_message', { message_id: message.id });
    });
    expect(await seen()).toEqual(before);
    expect(answer).toMatchObject({ content: 'secret', is_hidden: false, reply_to: { content: 'quoted' } });
    expect(withoutChanged(answer)).toEqual((await timeline(bob, id))[1]);
    expect(recipients(events, alice, bob, carol)).toEqual(['hidden Bob', 'member Bob']);
    expect(payloadsTo(events, bob)).toEqual(
      expect.arrayContaining([
        {
          type: 'hidden',
          conversation_id: id,
          message_id: message.id,
          is_hidden: false,
          changed: answer?.changed,
        },
        expect.objectContaining({ type: 'member', unread: 3, unread_mentions: 1 }),
      ]),
    );
    // Once is enough, of several devices too; and what was never hidden stays as it is.
    const again = await eventsOf(id, () =>
      Promise.all([
        ...[1, 2, 3].map(() => bob.call('unhide_message', { message_id: message.id })),
        bob.call('unhide_message', { message_id: quoted.id }),
      ]),
    );
    expect(again).toEqual([]);
    await expectRecount([id]);
  });

  it('D4 comes with pull and what the message says, with the people it names', async () => {
    const [alice, bob, carol] = await three();
    const { id } = await newGroup(alice, bob, carol);
    const message = await send(carol, id, 'one');
    await carol.call('leave_conversation', { conversation_id: id });
    await bob.call('hide_message', { message_id: message.id });
    const cursor = await freshCursor(bob);
    const { version } = (await bob.call('conversation', { conversation_id: id })).conversations[0] ?? {};
    const { changed } = await bob.call('unhide_message', { message_id: message.id });
    const pulled = await bob.call('pull', { cursor, windows: { [id]: version } });
    expect(pulled.messages).toEqual([]);
    expect(pulled.hidden).toEqual([
      {
        conversation_id: id,
        message_id: message.id,
        changed,
        message: (await timeline(bob, id)).find((row) => row.id === message.id),
      },
    ]);
    expect(pulled.profiles.map((profile) => profile.id)).toContain(carol.id);
    expect((await alice.call('pull', { cursor, windows: {} })).hidden).toEqual([]);
  });

  it('D4 tells nothing of a message that one may not see any more', async () => {
    const [alice, bob, carol] = await three();
    const { id } = await newGroup(alice, bob, carol);
    const message = await send(alice, id, 'secret');
    const cursor = await freshCursor(bob);
    await bob.call('hide_message', { message_id: message.id });
    await bob.call('unhide_message', { message_id: message.id });
    await query(
      'update confab.members set visible_from_seq = 2 where conversation_id = $1 and user_id = $2',
      [id, bob.id],
    );
    const pulled = await bob.call('pull', { cursor, windows: {} });
    expect(pulled.hidden).toEqual([]);
    expect(JSON.stringify(pulled)).not.toContain('secret');
  });

  it('E2 a hiding that comes again does not undo what was taken back, nor the other way round', async () => {
    const [alice, bob] = await three();
    const { id } = await direct(alice, bob);
    const message = await send(alice, id, 'one');
    const hide = mutation('hide_message', id, { message_id: message.id });
    const unhide = mutation('unhide_message', id, { message_id: message.id });
    const first = await push(bob, hide);
    const second = await push(bob, unhide);
    expect(outcomes([...first, ...second])).toEqual(['ok', 'ok']);
    expect(await push(bob, hide)).toMatchObject([{ ok: true, result: { content: 'one', is_hidden: false } }]);
    expect(await timeline(bob, id)).toMatchObject([{ content: 'one', is_hidden: false }]);
    await bob.call('hide_message', { message_id: message.id });
    const [again] = await push(bob, unhide);
    expect(again).toMatchObject({ ok: true, result: { content: null, changed: expect.any(Number) } });
    expect(await timeline(bob, id)).toMatchObject([{ is_hidden: true }]);
    await expectRecount([id]);
  });

  it('D5 of a message deleted meanwhile its tombstone is back', async () => {
    const [alice, bob] = await three();
    const { id } = await direct(alice, bob);
    const message = await send(alice, id, 'one');
    await bob.call('hide_message', { message_id: message.id });
    await alice.call('delete_message', { message_id: message.id });
    expect(await bob.call('unhide_message', { message_id: message.id })).toMatchObject({
      content: null,
      is_hidden: false,
      deleted_at: expect.any(String),
    });
    await expectRecount([id]);
  });
});

describe('pins', () => {
  it('D3 pinning is a change with a version that everybody is told, once', async () => {
    const [alice, bob, carol] = await three();
    const { id } = await newGroup(alice, bob, carol);
    const message = await send(alice, id, 'one');
    let pinned: Message | undefined;
    const events = await eventsOf(id, async () => {
      pinned = await bob.call('pin_message', { message_id: message.id });
      expect(await carol.call('pin_message', { message_id: message.id })).toEqual(pinned);
    });
    expect(pinned).toMatchObject({
      version: 2,
      pinned_by: bob.id,
      pinned_at: expect.any(String),
      edited_at: null,
    });
    expect(recipients(events, alice, bob, carol)).toEqual(['message Alice', 'message Bob', 'message Carol']);
    expect(payloadsTo(events, carol)).toMatchObject([
      { version: 2, message: { pinned_by: bob.id, is_hidden: null }, conversation: { version: 2 } },
    ]);
    const unpinned = await eventsOf(id, async () => {
      expect(await carol.call('unpin_message', { message_id: message.id })).toMatchObject({
        version: 3,
        pinned_at: null,
        pinned_by: null,
      });
      await carol.call('unpin_message', { message_id: message.id });
    });
    expect(recipients(unpinned, alice, bob, carol)).toEqual([
      'message Alice',
      'message Bob',
      'message Carol',
    ]);
    const replay = mutation('pin_message', id, { message_id: message.id });
    expect(
      outcomes(await push(bob, replay, mutation('unpin_message', id, { message_id: message.id }))),
    ).toEqual(['ok', 'ok']);
    expect(await push(bob, replay)).toMatchObject([{ ok: true, result: { version: 5, pinned_at: null } }]);
  });

  it('D9 the kind says who may pin; in a direct conversation both', async () => {
    const [alice, bob, carol] = await three();
    await query(
      `insert into confab.conversation_kinds (kind, pin_role) values ('d05_board', 'admin') on conflict do nothing`,
    );
    const { id } = await alice.call('create_conversation', {
      id: randomUUID(),
      kind: 'd05_board',
      member_ids: [bob.id, carol.id],
    });
    const message = await send(bob, id, 'one');
    for (const fn of ['pin_message', 'unpin_message']) {
      expect(await bob.refusal(fn, { message_id: message.id })).toMatchObject({
        status: 403,
        code: 'forbidden',
      });
    }
    await alice.call('set_role', { conversation_id: id, user_id: carol.id, role: 'admin' });
    await carol.call('pin_message', { message_id: message.id });
    await alice.call('unpin_message', { message_id: message.id });
    const pair = await direct(alice, bob);
    const said = await send(alice, pair.id, 'one');
    await bob.call('pin_message', { message_id: said.id });
    expect(await alice.call('unpin_message', { message_id: said.id })).toMatchObject({ pinned_at: null });
  });

  it('D11 refuses strangers, the invisible, the deleted and the locked', async () => {
    const [alice, bob, carol] = await three();
    const { id } = await newGroup(alice, bob);
    const [first, second] = [await send(alice, id, 'one'), await send(alice, id, 'two')];
    await query(
      'update confab.members set visible_from_seq = 2 where conversation_id = $1 and user_id = $2',
      [id, bob.id],
    );
    const codes = async (user: User, message_id: string): Promise<string[]> => [
      (await user.refusal('pin_message', { message_id })).code,
      (await user.refusal('unpin_message', { message_id })).code,
    ];
    expect(await codes(carol, second.id)).toEqual(['not_member', 'not_member']);
    expect(await codes(bob, first.id)).toEqual(['not_found', 'not_found']);
    await query('update confab.conversations set is_locked = true where id = $1', [id]);
    expect(await codes(bob, second.id)).toEqual(['locked', 'locked']);
    await alice.call('pin_message', { message_id: second.id });
    expect(await alice.call('delete_message', { message_id: second.id })).toMatchObject({
      pinned_at: null,
      pinned_by: null,
    });
    expect(await codes(alice, second.id)).toEqual(['message_deleted', 'message_deleted']);
    expect((await alice.refusal('pinned_messages', { conversation_id: id, before: '1' })).code).toBe(
      'invalid',
    );
    expect((await carol.refusal('pinned_messages', { conversation_id: id })).code).toBe('not_member');
  });

  it('D13 the list has the last pin first, page by page, and nothing from before one joined', async () => {
    const [alice, bob] = await three();
    const { id } = await newGroup(alice, bob);
    const messages: Message[] = [];
    for (let n = 0; n < 6; n += 1) messages.push(await send(alice, id, `${n}`));
    for (const n of [2, 5, 0, 4, 1]) await bob.call('pin_message', { message_id: messages[n]?.id });
    const shown = async (user: User): Promise<(string | null)[][]> => {
      const pages = await pagesOf((before) =>
        user.call('pinned_messages', { conversation_id: id, max_rows: 2, before }),
      );
      for (const { profiles } of pages) {
        expect(profiles.map((profile) => profile.id).sort()).toEqual([alice.id, bob.id].sort());
      }
      return pages.map((page) => page.messages.map(({ content }) => content));
    };
    expect(await shown(alice)).toEqual([['1', '4'], ['0', '5'], ['2']]);
    await query(
      'update confab.members set visible_from_seq = 3 where conversation_id = $1 and user_id = $2',
      [id, bob.id],
    );
    expect(await shown(bob)).toEqual([['4', '5'], ['2']]);
  });
});

describe('edits', () => {
  it('D3 each keeps what was before it, oldest first', async () => {
    const [alice, bob, carol] = await three();
    const { id } = await newGroup(alice, bob);
    const message = await alice.call('send_message', {
      id: randomUUID(),
      conversation_id: id,
      content: 'one',
      data: { n: 1 },
    });
    const edit = (content: string, more: Record<string, unknown> = {}): Promise<Message> =>
      alice.call('edit_message', { id: randomUUID(), message_id: message.id, content, ...more });
    expect(await edit('two')).toMatchObject({ version: 2, content: 'two', data: { n: 1 } });
    expect(await edit('three', { data: { n: 3 } })).toMatchObject({ version: 3, data: { n: 3 } });
    expect((await bob.call('message_versions', { message_id: message.id })).versions).toEqual([
      { number: 1, content: 'one', data: { n: 1 }, replaced_at: expect.any(String) },
      { number: 2, content: 'two', data: { n: 1 }, replaced_at: expect.any(String) },
    ]);
    expect((await carol.refusal('message_versions', { message_id: message.id })).code).toBe('not_member');
    expect((await bob.refusal('message_versions', { message_id: randomUUID() })).code).toBe('not_found');
    await alice.call('delete_message', { message_id: message.id });
    expect(await bob.call('message_versions', { message_id: message.id })).toEqual({ versions: [] });
  });

  it('D3 a replayed edit neither undoes a newer one nor is kept twice', async () => {
    const [alice, bob] = await three();
    const { id } = await direct(alice, bob);
    const message = await send(alice, id, 'one');
    const first = mutation('edit_message', id, { message_id: message.id, content: 'two' });
    await push(alice, first, mutation('edit_message', id, { message_id: message.id, content: 'three' }));
    expect(await push(alice, first)).toMatchObject([{ ok: true, result: { content: 'three', version: 3 } }]);
    expect((await bob.call('message_versions', { message_id: message.id })).versions).toHaveLength(2);
    const other = await send(alice, id, 'other');
    expect(outcomes(await push(alice, { ...first, args: { message_id: other.id, content: 'x' } }))).toEqual([
      'id_taken',
    ]);
  });
});
