import { describe, expect, it } from 'vitest';
import { ConfabError } from '../../../src/errors/confab-error';
import { decode } from '../../../src/model/wire';
import {
  ALICE,
  BOB,
  conversation,
  CONVERSATION,
  deleted,
  draft,
  member,
  message,
  ownMember,
  profile,
  thread,
} from '../support/rows';
import {
  conversationRow,
  draftRow,
  historyAnswer,
  memberRow,
  messageRow,
  profileRow,
  pullAnswer,
  threadRow,
} from '../support/wire';

type Row = Record<string, unknown>;

/** Every way to spoil one field: leave it out, or give it a value of each type that does not belong there. */
function spoiled(row: Row, field: string): readonly (readonly [string, Row])[] {
  const { [field]: good, ...rest } = row;
  const strangers: Row[string][] = [undefined, 'text', 7, true, null, {}, []];
  const typeOf = (value: unknown) =>
    value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  return [
    [`${field} is missing`, rest] as const,
    ...strangers
      .filter((value) => typeOf(value) !== typeOf(good))
      .map((value) => [`${field} is ${typeOf(value)}`, { ...row, [field]: value }] as const),
  ];
}

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof ConfabError) return error.code;
    throw error;
  }
  return 'none';
}

const fullMessage = message(3, {
  replyToId: ALICE,
  threadRootId: BOB,
  replyTo: { id: ALICE, seq: 1, version: 1, senderId: BOB, kind: 'text', content: 'm1', deletedAt: null },
  thread: { replyCount: 2, lastReplySeq: 9, lastReplyAt: '2030-01-01T00:00:00+00:00', participantIds: [BOB] },
  forwardedFromId: BOB,
  occursOn: '2030-01-01',
  mentionedUserIds: [ALICE],
  reactions: [{ emoji: '👍', count: 2, userIds: [ALICE, BOB], own: true }],
  pinnedAt: '2030-01-01T00:00:00+00:00',
  pinnedBy: BOB,
  deletedBy: BOB,
  isHidden: false,
  editedAt: '2030-01-01T00:00:00+00:00',
  deletedAt: '2030-01-01T00:00:00+00:00',
  data: { snake_case: [1, { inner_key: null }] },
});
const fullConversation = conversation({
  title: 'T',
  description: 'D',
  avatarUrl: 'https://example.com/a.png',
  contextType: 'course',
  contextId: '7',
  feed: 'feed:x:y',
  lastMessage: fullMessage,
  data: { colour: 'red' },
});

/** Fields that may be null; a null in any other is refused. */
const NULLABLE: Record<string, readonly string[]> = {
  message: [
    'sender_id',
    'content',
    'reply_to_id',
    'reply_to',
    'thread_root_id',
    'thread',
    'forwarded_from_id',
    'occurs_on',
    'mentions',
    'pinned_at',
    'pinned_by',
    'edited_at',
    'deleted_at',
    'deleted_by',
    'is_hidden',
  ],
  conversation: [
    'title',
    'description',
    'avatar_url',
    'context_type',
    'context_id',
    'created_by',
    'feed',
    'last_message',
  ],
};

describe('good rows', () => {
  it('E12 a message comes out as its record', () => {
    expect(decode.message(messageRow(fullMessage))).toEqual(fullMessage);
    const tombstone = deleted(message(3), 4);
    expect(decode.message(messageRow(tombstone))).toEqual(tombstone);
    const system = message(1, { senderId: null, kind: 'system', counts: false });
    expect(decode.message(messageRow(system))).toEqual(system);
  });

  it('E12 a conversation comes out as its record, with its last message and my membership', () => {
    expect(decode.conversation(conversationRow(fullConversation))).toEqual(fullConversation);
    expect(decode.conversation(conversationRow(conversation()))).toEqual(conversation());
  });

  it('E12 fields of a later version are ignored', () => {
    expect(decode.message({ ...messageRow(message(1)), mood: [], poll_id: null })).toEqual(message(1));
  });

  it('E12 a page of conversations', () => {
    const page = {
      conversations: [conversationRow(conversation())],
      members: [memberRow(member(BOB))],
      profiles: [profileRow(profile(BOB))],
      next: '1_x',
      unread_total: 4,
    };
    expect(decode.conversationPage(page)).toEqual({
      conversations: [conversation()],
      members: [member(BOB)],
      profiles: [profile(BOB)],
      next: '1_x',
      unread_total: 4,
    });
  });

  it('E12 a page of messages, an empty one too', () => {
    const answer = historyAnswer([message(1)], { covers: { from: 1, to: 1 }, version: 1 });
    expect(decode.history(answer)).toMatchObject({ messages: [message(1)], covers: { from: 1, to: 1 } });
    expect(decode.history(historyAnswer([], { covers: { from: 1, to: 0 }, version: 0 })).messages).toEqual(
      [],
    );
  });

  it('E12 a pull', () => {
    const answer = pullAnswer({
      conversations: [conversationRow(conversation())],
      messages: [messageRow(message(1))],
      members: [memberRow(member(ALICE))],
      profiles: [profileRow(profile(ALICE))],
      removed: [CONVERSATION],
      truncated: [CONVERSATION],
      has_more: true,
      unread_total: 2,
    });
    expect(decode.pull(answer)).toEqual({
      ...answer,
      conversations: [conversation()],
      messages: [message(1)],
      members: [member(ALICE)],
      profiles: [profile(ALICE)],
    });
  });

  it('E12 the answers of a push, their errors as ConfabError', () => {
    const error = {
      code: 'rate_limited',
      message: 'unable to send; too fast',
      retryable: true,
      retry_after: 1.5,
    };
    const { results } = decode.push({
      results: [
        { id: 'a', ok: true, result: { any: 'thing' } },
        { id: 'b', ok: false, error },
        { id: 'c', ok: false, error: { ...error, code: 'not_member', retry_after: null } },
      ],
    });
    expect(results[0]).toEqual({ id: 'a', ok: true, result: { any: 'thing' } });
    expect(results[1]).toMatchObject({ ok: false, error: { code: 'rate_limited', retryAfterMs: 1_500 } });
    expect(results[2]).toMatchObject({ ok: false, error: { code: 'not_member', retryAfterMs: undefined } });
  });

  it('E12 an error code of a later version is no reason to drop the answer', () => {
    const error = { code: 'from_the_future', message: 'unable to send; reasons', retry_after: null };
    const { results } = decode.push({ results: [{ id: 'a', ok: false, error }] });
    expect(results[0]).toMatchObject({
      ok: false,
      error: { code: 'unexpected_response', message: error.message },
    });
  });

  it('E4 an error code of a later version is retried when the server says that this helps', () => {
    const error = { code: 'from_the_future', message: 'unable to send; reasons', retry_after: 2 };
    const { results } = decode.push({
      results: [
        { id: 'a', ok: false, error: { ...error, retryable: true } },
        { id: 'b', ok: false, error: { ...error, retryable: false } },
      ],
    });
    expect(results.map((result) => !result.ok && [result.error.class, result.error.retryAfterMs])).toEqual([
      ['retryable', 2_000],
      ['permanent', 2_000],
    ]);
  });

  it('E12 live events of all types', () => {
    const head = { conversation_id: CONVERSATION, version: 3 };
    const about = { last_seq: 3, version: 3, last_activity_at: 't' };
    expect(
      decode.liveChange({
        type: 'message',
        ...head,
        message: messageRow(message(3)),
        profile: profileRow(profile(BOB)),
        conversation: about,
      }),
    ).toMatchObject({ type: 'message', message: message(3), profile: profile(BOB) });
    expect(decode.liveChange({ type: 'message', ...head, conversation: about })).toMatchObject({
      version: 3,
    });
    expect(
      decode.liveChange({
        type: 'message',
        ...head,
        message: messageRow(message(3)),
        profile: null,
        conversation: about,
      }),
    ).toMatchObject({ profile: null });
    expect(
      decode.liveChange({
        type: 'member',
        conversation_id: CONVERSATION,
        member: memberRow(member(BOB)),
        unread: 0,
      }),
    ).toMatchObject({ type: 'member', member: member(BOB), unread: 0 });
    expect(decode.liveChange({ type: 'conversation', conversation_id: CONVERSATION }).type).toBe(
      'conversation',
    );
  });

  it('E12 live events to oneself', () => {
    const head = { type: 'member', conversation_id: CONVERSATION };
    const counts = { unread: 3, unread_mentions: 1, unread_threads: 0 };
    const own = ownMember(ALICE, { mutedUntil: 'infinity', unreadAfterSeq: 2 });
    expect(decode.liveChange({ ...head, member: memberRow(own), ...counts })).toEqual({
      ...head,
      member: own,
      ...counts,
    });
    expect(decode.liveChange({ type: 'draft', draft: draftRow(draft()) })).toEqual({
      type: 'draft',
      draft: draft(),
    });
    const about = { conversation_id: CONVERSATION, thread: threadRow(thread()) };
    expect(decode.liveChange({ type: 'thread', ...about })).toEqual({ type: 'thread', thread: thread() });
    const hidden = {
      type: 'hidden',
      conversation_id: CONVERSATION,
      message_id: ALICE,
      is_hidden: true,
      changed: 7,
    };
    expect(decode.liveChange(hidden)).toEqual(hidden);
  });

  it('E12 a pull with drafts, threads and what is hidden', () => {
    const answer = pullAnswer({
      drafts: [draftRow(draft())],
      threads: [threadRow(thread())],
      hidden: [{ conversation_id: CONVERSATION, message_id: ALICE, changed: 7, message: null }],
    });
    expect(decode.pull(answer)).toMatchObject({
      drafts: [draft()],
      threads: [thread()],
      hidden: [{ conversationId: CONVERSATION, messageId: ALICE, changed: 7, message: null }],
    });
  });

  it('E12 a cursor with and without its count', () => {
    const member = ownMember(ALICE);
    expect(decode.cursor({ member: memberRow(member), unread: 3 })).toEqual({ member, unread: 3 });
    expect(decode.cursor({ member: memberRow(member) })).toEqual({ member });
  });
});

describe('bad rows', () => {
  const kinds = [
    ['message', decode.message, messageRow(fullMessage)],
    ['conversation', decode.conversation, conversationRow(fullConversation)],
  ] as const;

  for (const [name, decoder, row] of kinds) {
    const bad = Object.keys(row)
      .flatMap((field) => spoiled(row, field))
      .filter(([how]) => !NULLABLE[name]?.some((field) => how === `${field} is null`));

    it.each(bad)(`E12 a ${name} whose %s is unexpected_response`, (_how, value) => {
      expect(codeOf(() => decoder(value))).toBe('unexpected_response');
    });
  }

  const pulled = pullAnswer();
  it.each(Object.keys(pulled).flatMap((field) => spoiled(pulled, field)))(
    'E12 a pull whose %s is unexpected_response',
    (_how, value) => {
      expect(codeOf(() => decode.pull(value))).toBe('unexpected_response');
    },
  );

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['text', 'text'],
    ['a page of a proxy', '<html></html>'],
    ['an array', []],
    ['an empty object', {}],
  ])('E12 %s in place of any answer is unexpected_response', (_name, value) => {
    // An export is whatever the database says of the user; nothing has to be told of live events.
    const { exportPage: _any, told: _nothing, ...others } = decode;
    for (const decoder of Object.values(others)) {
      expect(codeOf(() => decoder(value))).toBe('unexpected_response');
    }
  });

  it.each([
    ['an unknown role', { ...memberRow(ownMember(BOB)), role: 'king' }],
    ['an unknown state', { ...memberRow(ownMember(BOB)), state: 'ghost' }],
    ['a cursor that is text', { ...memberRow(ownMember(BOB)), last_read_seq: '7' }],
  ])('E12 a member with %s is unexpected_response', (_name, row) => {
    expect(codeOf(() => decode.cursor({ member: row }))).toBe('unexpected_response');
  });

  it.each([
    ['a live event of no known type', { type: 'reaction', conversation_id: CONVERSATION }],
    [
      'a live message without its version',
      { type: 'message', conversation_id: CONVERSATION, conversation: {} },
    ],
    ['a live member without the row', { type: 'member', conversation_id: CONVERSATION }],
  ])('E12 %s is unexpected_response', (_name, value) => {
    expect(codeOf(() => decode.liveChange(value))).toBe('unexpected_response');
  });

  it.each([
    ['without its id', { ok: true, result: {} }],
    ['that is neither ok nor not', { id: 'a', ok: 'yes' }],
    ['without its error', { id: 'a', ok: false }],
    ['with an error that is text', { id: 'a', ok: false, error: 'no' }],
  ])('E12 a push answered with a result %s is unexpected_response', (_name, result) => {
    expect(codeOf(() => decode.push({ results: [result] }))).toBe('unexpected_response');
  });

  it('E12 says where it went wrong', () => {
    const row = { ...messageRow(message(1)), seq: 'one' };
    expect(() => decode.pull(pullAnswer({ messages: [messageRow(message(1)), row] }))).toThrow(
      /^unable to read the pull; messages\.1\.seq: /,
    );
  });
});
