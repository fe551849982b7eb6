import { randomUUID } from 'node:crypto';

import { afterAll, beforeEach, describe, expect, it } from 'vitest';

import { checksums } from './support/contents.js';
import { one, query } from './support/database.js';
import { expectRecount, misnumbered } from './support/recount.js';
import { callService, refuseService } from './support/service.js';
import { freshCursor, newGroup, newUsers, send, type User } from './support/users.js';

let alice: User;
let bob: User;
let id: string;

/** Moves what a conversation holds so far into the past. */
const age = (days: number): Promise<unknown> =>
  query(
    `update confab.messages set created_at = created_at - $2 * interval '1 day' where conversation_id = $1`,
    [id, days],
  );

const contents = async (): Promise<(string | null)[]> =>
  (await alice.call('history', { conversation_id: id, max_rows: 200 })).messages.map(
    ({ content }) => content,
  );

beforeEach(async () => {
  // Whatever other tests have made old is out of the way.
  await callService('purge_messages', { older_than_days: 30, max_rows: 100_000 });
  [alice, bob] = (await newUsers('Alice', 'Bob')) as [User, User];
  ({ id } = await newGroup(alice, bob));
});
afterAll(() => query('delete from confab.conversations where id = $1', [id]));

describe('retention', () => {
  it('D5 empties what is older, and nothing else', async () => {
    for (const content of ['one', 'two', 'three']) await send(alice, id, content);
    await age(31);
    await send(bob, id, 'four');
    const cursor = await freshCursor(bob);
    expect(await callService('purge_messages', { older_than_days: 30 })).toEqual({
      purged: 3,
      has_more: false,
    });
    expect(await contents()).toEqual([null, null, null, 'four']);
    expect(await bob.call('pull', { cursor, windows: { [id]: 4 } })).toMatchObject({
      messages: [{ seq: 1 }, { seq: 2 }, { seq: 3 }],
      conversations: [{ id, version: 7, last_seq: 4 }],
    });
    await expectRecount([id]);
    expect(await misnumbered([id])).toEqual([]);
    expect(await callService('purge_messages', { older_than_days: 30 })).toEqual({
      purged: 0,
      has_more: false,
    });
  });

  it('D5 in portions', async () => {
    for (let n = 0; n < 5; n += 1) await send(alice, id, `${n}`);
    await age(31);
    const portions = [];
    for (let n = 0; n < 3; n += 1) {
      portions.push(await callService('purge_messages', { older_than_days: 30, max_rows: 2 }));
      await expectRecount([id]);
    }
    expect(portions).toEqual([
      { purged: 2, has_more: true },
      { purged: 2, has_more: true },
      { purged: 1, has_more: false },
    ]);
  });

  it('D9 per kind of message and of conversation', async () => {
    await query(
      `insert into confab.message_kinds (kind) values ('d05_note') on conflict do nothing;
       insert into confab.conversation_kinds (kind) values ('d05_ticket') on conflict do nothing`,
    );
    const ticket = await alice.call('create_conversation', {
      id: randomUUID(),
      kind: 'd05_ticket',
      member_ids: [],
    });
    for (const kind of ['text', 'd05_note']) {
      await alice.call('send_message', { id: randomUUID(), conversation_id: id, content: kind, kind });
    }
    await age(31);
    await send(alice, ticket.id, 'ticket');
    await query(
      `update confab.messages set created_at = created_at - interval '31 days' where conversation_id = $1`,
      [ticket.id],
    );
    expect(
      await callService('purge_messages', { older_than_days: 30, conversation_kind: 'd05_ticket' }),
    ).toEqual({ purged: 1, has_more: false });
    expect(await contents()).toEqual(['text', 'd05_note']);
    expect(await callService('purge_messages', { older_than_days: 30, message_kind: 'd05_note' })).toEqual({
      purged: 1,
      has_more: false,
    });
    expect(await contents()).toEqual(['text', null]);
    expect(
      await callService('purge_messages', {
        older_than_days: 30,
        message_kind: 'text',
        conversation_kind: 'd05_ticket',
      }),
    ).toEqual({ purged: 0, has_more: false });
  });

  it('D5 forgets applied mutations and emptied drafts after 30 days, and no others', async () => {
    await query(
      `insert into confab_private.applied_mutations (user_id, id, applied_at)
       select $1, gen_random_uuid(), now() - days * interval '1 day' from unnest(array[1, 29, 31, 300]) days`,
      [alice.id],
    );
    const talks = [id, (await newGroup(alice)).id, (await newGroup(alice)).id];
    await query(
      `insert into confab.drafts (user_id, conversation_id, content, saved_at) values
       ($1, $2, null, now() - interval '31 days'), ($1, $3, 'kept', now() - interval '31 days'),
       ($1, $4, null, now() - interval '29 days')`,
      [alice.id, ...talks],
    );
    await callService('purge_messages', { older_than_days: 36_500 });
    expect(
      await one('select count(*)::integer as n from confab_private.applied_mutations where user_id = $1', [
        alice.id,
      ]),
    ).toEqual({ n: 2 });
    const drafts = await query<{ conversation_id: string }>(
      'select conversation_id from confab.drafts where user_id = $1 order by saved_at',
      [alice.id],
    );
    expect(drafts.map((draft) => draft.conversation_id)).toEqual([talks[1], talks[2]]);
  });

  it('D11 is for servers alone, and refuses what makes no sense', async () => {
    const before = await checksums();
    expect(await alice.refusal('purge_messages', { older_than_days: 30 })).toMatchObject({
      status: 403,
      sqlstate: '42501',
    });
    for (const args of [
      { older_than_days: null },
      { older_than_days: 0 },
      { older_than_days: -5 },
      { older_than_days: 36_501 },
      { older_than_days: 30, max_rows: 0 },
      { older_than_days: 30, max_rows: null },
    ]) {
      expect(await refuseService('purge_messages', args), JSON.stringify(args)).toMatchObject({
        status: 400,
        code: 'invalid',
      });
    }
    for (const args of [{ message_kind: 'nope' }, { conversation_kind: 'nope' }]) {
      expect(await refuseService('purge_messages', { older_than_days: 30, ...args })).toMatchObject({
        status: 400,
        code: 'unknown_kind',
      });
    }
    expect(await checksums()).toEqual(before);
  });
});
