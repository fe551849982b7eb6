import { describe, expect, it } from 'vitest';
import type { Mutation } from '../../../src/model/mutation';
import { decodeEntry, encodeEntry } from '../../../src/outbox/entry';
import { createSeededRandom } from '../../../src/testing/seeded-random';
import { entriesOfVersion1 as fixture } from './entries-v1';
import { create, edit, entry, error, markDelivered, markRead, remove, send } from '../support/mutations';
import { ALICE, CONVERSATION, uuid } from '../support/rows';

const mutations: readonly Mutation[] = [
  send(1),
  send(2, CONVERSATION, {
    content: null,
    kind: 'daily_note',
    data: { mood: [1, { a: null }] },
    occurs_on: '2030-01-01',
  }),
  send(3, CONVERSATION, { reply_to_id: uuid(9), thread_root_id: null }),
  edit(4, uuid(1)),
  edit(5, uuid(1), 'x', { a: 1 }),
  remove(6, uuid(1)),
  markRead(7, 12),
  markDelivered(8, 12),
  create(9, [ALICE]),
  send(10, CONVERSATION, { mentioned_user_ids: [ALICE], mentions_everyone: true }),
  ...(
    [
      { type: 'forward_message', args: { message_id: uuid(1) } },
      { type: 'hide_message', args: { message_id: uuid(1) } },
      { type: 'unhide_message', args: { message_id: uuid(1) } },
      { type: 'pin_message', args: { message_id: uuid(1) } },
      { type: 'unpin_message', args: { message_id: uuid(1) } },
      { type: 'add_reaction', args: { message_id: uuid(1), emoji: '👍🏽' } },
      { type: 'remove_reaction', args: { message_id: uuid(1), emoji: '👍🏽' } },
      { type: 'mark_unread', args: { seq: 3 } },
      { type: 'mark_all_read', args: {} },
      { type: 'mark_thread_read', args: { thread_root_id: uuid(1), seq: 3 } },
      { type: 'follow_thread', args: { thread_root_id: uuid(1), is_following: false } },
      { type: 'update_conversation', args: { changes: { title: null, data: { snake_case: 1 } } } },
      { type: 'add_members', args: { user_ids: [ALICE], shows_history: false } },
      { type: 'invite_members', args: { user_ids: [ALICE] } },
      { type: 'accept_invite', args: {} },
      { type: 'decline_invite', args: {} },
      { type: 'remove_member', args: { user_id: ALICE } },
      { type: 'leave_conversation', args: {} },
      { type: 'set_role', args: { user_id: ALICE, role: 'admin' } },
      { type: 'transfer_ownership', args: { user_id: ALICE } },
      { type: 'set_membership', args: { changes: { muted_until: 'infinity' } } },
      {
        type: 'save_draft',
        args: { content: null, saved_at: '2030-01-01T00:00:00Z', thread_root_id: uuid(1) },
      },
    ] as const
  ).map(
    (write, i) => structuredClone({ ...write, id: uuid(100 + i), conversation_id: CONVERSATION }) as Mutation,
  ),
];

describe('stored entries', () => {
  it.each(mutations.map((mutation) => [mutation.type, mutation] as const))(
    'E1.9 a %s comes back from storage as it was',
    (_type, mutation) => {
      const before = entry(mutation, { order: 5, createdAt: 77 });
      expect(decodeEntry(structuredClone(encodeEntry(before)))).toEqual(before);
    },
  );

  it.each(['storing', 'sending', 'queued'] as const)('E1.4 what was %s is queued again', (status) => {
    const stored = encodeEntry(entry(send(1), { status }));
    expect(decodeEntry(stored)).toMatchObject({ status: 'queued', error: null });
  });

  it('E4.5 what was refused stays refused, with its reason', () => {
    const stored = encodeEntry(entry(send(1), { status: 'failed', error: error('not_member') }));
    const back = decodeEntry(structuredClone(stored));
    expect(back?.status).toBe('failed');
    expect(back?.error).toMatchObject({ code: 'not_member', message: 'unable to test; not_member' });
  });

  it('E4.5 a reason of a later version keeps its text', () => {
    const stored = {
      ...encodeEntry(entry(send(1))),
      error: { code: 'of_tomorrow', message: 'unable to send; because' },
    };
    expect(decodeEntry(stored)).toMatchObject({
      status: 'failed',
      error: { code: 'internal', message: 'unable to send; because' },
    });
  });

  const good = encodeEntry(entry(send(1)));
  it.each([
    ['nothing', undefined],
    ['text', 'text'],
    ['an empty object', {}],
    ['a later version', { ...good, v: 3 }],
    ['no version', { ...good, v: undefined }],
    ['no mutation', { ...good, mutation: null }],
    ['an unknown mutation', { ...good, mutation: { ...good.mutation, type: 'vote' } }],
    ['a mutation without args', { ...good, mutation: { ...good.mutation, args: undefined } }],
    ['args of another mutation', { ...good, mutation: { ...good.mutation, type: 'mark_read' } }],
    ['an order that is text', { ...good, order: '1' }],
    ['an error that is text', { ...good, error: 'no' }],
  ])('E4.10 cannot read %s, and says so with null instead of throwing', (_what, value) => {
    expect(decodeEntry(value)).toBeNull();
  });

  it('E1.9 what the first version has stored is read', () => {
    const waiting = decodeEntry(fixture.waiting);
    expect(waiting).toEqual({
      mutation: send(1, CONVERSATION, { content: 'kept' }),
      order: 1764000000123,
      createdAt: 1764000000000,
      status: 'queued',
      attempt: 0,
      isTried: false,
      error: null,
    });
    const refused = decodeEntry(fixture.refused);
    expect(refused).toMatchObject({ status: 'failed', attempt: 0, error: { code: 'not_member' } });
    expect(waiting && decodeEntry(encodeEntry(waiting))).toEqual(waiting);
  });

  it('E4.10 whatever is stored is read, or answered with null', () => {
    const random = createSeededRandom(7);
    const junk = [
      undefined,
      null,
      0,
      -1,
      NaN,
      '',
      'x',
      [],
      {},
      true,
      [[]],
      { v: 2 },
      { code: 'x' },
      '\ud800',
      Infinity,
    ];
    const spoil = (value: unknown, depth = 0): unknown => {
      if (random.chance(0.15)) return random.pick(junk);
      if (Array.isArray(value)) return value.map((item: unknown) => spoil(item, depth + 1));
      if (typeof value !== 'object' || value === null) return value;
      const entries = Object.entries(value).map(([key, item]) => [key, spoil(item, depth + 1)] as const);
      return Object.fromEntries(random.chance(0.1) ? entries.slice(1) : entries);
    };
    let readable = 0;
    for (let i = 0; i < 5_000; i++) {
      const mutation = random.pick(mutations);
      const failed = random.chance(0.3) ? { status: 'failed' as const, error: error('forbidden') } : {};
      const value = spoil(encodeEntry(entry(mutation, failed)));
      const back = decodeEntry(value);
      if (back === null) continue;
      readable++;
      expect(decodeEntry(encodeEntry(back)), JSON.stringify(value)).toEqual(back);
    }
    expect(readable).toBeGreaterThan(100);
  });
});
