import { randomUUID } from 'node:crypto';

import { beforeAll, describe, expect, it } from 'vitest';

import { deleteUser } from './support/service.js';
import type { Message } from './support/wire.js';
import {
  direct,
  mutation,
  newGroup,
  newUser,
  newUsers,
  outcomes,
  push,
  send,
  type User,
} from './support/users.js';

let alice: User;
let bob: User;
let id: string;
let hers: Message;
let his: Message;
beforeAll(async () => {
  [alice, bob] = (await newUsers('Alice', 'Bob')) as [User, User];
  id = (await direct(alice, bob)).id;
  hers = await send(alice, id, 'from Alice');
  his = await send(bob, id, 'from Bob');
  await alice.call('add_reaction', { message_id: his.id, emoji: '👍' });
  await deleteUser(bob.id);
});

describe('a direct conversation whose other user has been deleted', () => {
  it('D5 refuses whatever would reach nobody, with one code', async () => {
    const refused: readonly (readonly [fn: string, args: Record<string, unknown>])[] = [
      ['send_message', { id: randomUUID(), conversation_id: id, content: 'hello?' }],
      ['send_message', { id: randomUUID(), conversation_id: id, content: 'hello?', thread_root_id: his.id }],
      ['forward_message', { id: randomUUID(), message_id: hers.id, conversation_id: id }],
      ['edit_message', { id: randomUUID(), message_id: hers.id, content: 'edited' }],
      ['add_reaction', { message_id: his.id, emoji: '🎉' }],
      ['remove_reaction', { message_id: his.id, emoji: '👍' }],
      ['pin_message', { message_id: his.id }],
    ];
    for (const [fn, args] of refused)
      expect([fn, await alice.refusal(fn, args)]).toEqual([
        fn,
        expect.objectContaining({ status: 403, code: 'user_deleted' }),
      ]);
    const results = await push(
      alice,
      mutation('send_message', id, { content: 'hello?' }),
      mutation('add_reaction', id, { message_id: his.id, emoji: '🎉' }),
    );
    expect(outcomes(results)).toEqual(['user_deleted', 'user_deleted']);
  });

  it('D5 can still be read, exported, put away, and cleared of one’s own messages', async () => {
    const page = await alice.call('history', { conversation_id: id });
    expect(page.messages.map(({ content }) => content)).toEqual(['from Alice', 'from Bob']);
    await alice.call('mark_read', { conversation_id: id, seq: 2 });
    await alice.call('set_membership', { conversation_id: id, changes: { is_archived: true } });
    const gone = await send(alice, (await newGroup(alice)).id, 'elsewhere');
    expect(gone.seq).toBe(1);
    await alice.call('hide_message', { message_id: his.id });
    expect(await alice.call('delete_message', { message_id: hers.id })).toMatchObject({ content: null });
    expect(JSON.stringify(await alice.call('export_my_data'))).toContain(id);
  });

  it('D5 comes with whom it was with, wherever it is read from', async () => {
    for (const answer of [
      await alice.call('conversation', { conversation_id: id }),
      await alice.call('conversations', { filter: { kind: 'direct' } }),
    ]) {
      expect(answer.conversations).toMatchObject([{ id, member_count: 1 }]);
      expect(answer.members.map(({ user_id, state }) => `${user_id} ${state}`).sort()).toEqual(
        [`${alice.id} joined`, `${bob.id} left`].sort(),
      );
      expect(answer.profiles.find((profile) => profile.id === bob.id)).toMatchObject({
        display_name: 'Deleted user',
        deleted_at: expect.any(String),
      });
    }
  });

  it('D8 is what one gets again, and no new one is made with somebody who is deleted', async () => {
    expect(await direct(alice, bob)).toMatchObject({ id });
    const carol = await newUser('Carol');
    expect(await carol.refusal('get_or_create_direct', { user_id: bob.id })).toMatchObject({
      code: 'not_found',
    });
    expect(await bob.refusal('get_or_create_direct', { user_id: alice.id })).toMatchObject({
      code: 'not_member',
    });
  });
});

describe('a group whose other members have all been deleted', () => {
  it('D5 comes with those who were in it, and stays writable: others can be added', async () => {
    const [ann, ben, cem] = (await newUsers('Ann', 'Ben', 'Cem')) as [User, User, User];
    const group = await newGroup(ann, ben, cem);
    await deleteUser(ben.id);
    const page = await ann.call('conversation', { conversation_id: group.id });
    expect(page.members).toHaveLength(2);
    await deleteUser(cem.id);
    const { members } = await ann.call('conversation', { conversation_id: group.id });
    expect(members.map(({ user_id }) => user_id).sort()).toEqual([ann.id, ben.id, cem.id].sort());
    expect(await send(ann, group.id, 'anybody?')).toMatchObject({ content: 'anybody?' });
    const dan = await newUser('Dan');
    await ann.call('add_members', { conversation_id: group.id, user_ids: [dan.id] });
    const again = await ann.call('conversation', { conversation_id: group.id });
    expect(again.members).toHaveLength(2);
  });
});
