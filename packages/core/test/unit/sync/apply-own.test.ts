import { describe, expect, it } from 'vitest';
import { keys, type Drafts, type Invites, type Threads } from '../../../src/cache/cache';
import { latestWindow, openMessages } from '../../../src/cache/loaded-messages';
import { hide } from '../../../src/cache/merge-message';
import type { ConversationRecord, MessageRecord } from '../../../src/model/records';
import type { LiveChange, PullResponse } from '../../../src/model/wire';
import { applyAnswer } from '../../../src/sync/answers';
import { createApplier } from '../../../src/sync/apply';
import { createFakes } from '../../../src/testing/fakes';
import { send } from '../support/mutations';
import {
  ALICE,
  BOB,
  conversation,
  CONVERSATION,
  draft,
  history,
  message,
  OTHER_CONVERSATION,
  ownMember,
  range,
  thread,
  uuid,
} from '../support/rows';
import { conversationRow, draftRow, memberRow, messageRow, threadRow } from '../support/wire';

const at = (seq: number, over: Partial<ConversationRecord> = {}) =>
  conversation({ version: seq, lastSeq: seq, lastMessage: message(seq), unread: seq, ...over });

const pulled = (over: Partial<PullResponse> = {}): PullResponse => ({
  cursor: 'c',
  reset: false,
  conversations: [],
  members: [],
  messages: [],
  profiles: [],
  removed: [],
  truncated: [],
  drafts: [],
  threads: [],
  hidden: [],
  has_more: false,
  unread_total: 0,
  ...over,
});

/** Alice's client, which holds one conversation with three messages of Bob. */
function start(row: ConversationRecord = at(3), window: readonly MessageRecord[] = range(1, 3)) {
  const fakes = createFakes();
  const { cache, queryClient } = fakes;
  queryClient.setQueryData(keys.conversations, {
    items: [row],
    next: null,
    listedFrom: null,
    unreadElsewhere: 0,
  });
  const covers = { from: 1, to: window.at(-1)?.seq ?? 0 };
  queryClient.setQueryData(
    keys.messages(CONVERSATION),
    openMessages(history(window, { covers, version: row.version })),
  );
  const applier = createApplier(cache, () => ALICE);
  const read = <T>(key: readonly unknown[]) => queryClient.getQueryData<T>(key);
  return {
    ...fakes,
    applier,
    read,
    known: () => cache.conversation(CONVERSATION),
    window: () => latestWindow(cache.messages(CONVERSATION)),
  };
}

const live = (row: MessageRecord): LiveChange => ({
  type: 'message',
  conversation_id: CONVERSATION,
  version: row.version,
  message: row,
});

const hiddenEvent = (messageId: string, changed: number) => ({
  type: 'hidden' as const,
  conversation_id: CONVERSATION,
  message_id: messageId,
  is_hidden: true,
  changed,
});
const hiddenMark = (messageId: string, changed: number, shown: MessageRecord | null = null) => ({
  conversationId: CONVERSATION,
  messageId,
  changed,
  message: shown,
});

describe('what depends on the reader', () => {
  const reaction = { emoji: '👍', count: 20, userIds: [BOB], own: null };

  it('E6.3 an event that says nothing of me keeps what an answer said, whichever comes first', () => {
    const event = message(3, { version: 4, reactions: [reaction] });
    const answer = message(3, { version: 4, reactions: [{ ...reaction, own: true }], isHidden: false });
    for (const inOrder of [
      [event, answer],
      [answer, event],
    ]) {
      const { applier, window, known } = start();
      for (const row of inOrder) expect(applier.live(live(row))).toBe(false);
      expect(window()?.pages.flat()[2]).toEqual(answer);
      expect(known()?.lastMessage).toEqual(answer);
      expect(known()?.version).toBe(4);
    }
  });

  it('D5 what I deleted for myself empties its row, and a pull is to bring the count', () => {
    const { applier, window, known } = start();
    expect(applier.live(hiddenEvent(message(3).id, 5))).toBe(true);
    expect(window()?.pages.flat()[2]).toMatchObject({ isHidden: true, content: null, version: 3 });
    expect(known()?.lastMessage).toMatchObject({ isHidden: true, content: null });
    applier.pull(pulled({ hidden: [hiddenMark(message(1).id, 5)] }), {});
    expect(window()?.pages.flat()[0]).toMatchObject({ isHidden: true });
    expect(window()?.covers).toEqual({ from: 1, to: 3 });
  });

  it('D5 of what is not held nothing happens', () => {
    const { applier, window } = start();
    const before = window();
    applier.live({ ...hiddenEvent(uuid(1), 5), conversation_id: OTHER_CONVERSATION });
    applier.live(hiddenEvent(uuid(1), 5));
    expect(window()).toBe(before);
  });

  it('D5 what I show again is back with what it says, by a pull or by the answer', () => {
    const { applier, window, known } = start();
    const third = { ...message(3), isHidden: false };
    applier.live(live(third));
    const before = [window()?.pages, known()?.lastMessage];
    for (const changed of [6, 8]) {
      applier.live(hiddenEvent(message(3).id, changed - 1));
      expect(window()?.pages.flat()[2]).toMatchObject({ isHidden: true });
      // The event alone does not say what the message says.
      expect(applier.live({ ...hiddenEvent(message(3).id, changed), is_hidden: false })).toBe(true);
      expect(window()?.pages.flat()[2]).toMatchObject({ isHidden: true });
      if (changed === 6) applier.pull(pulled({ hidden: [hiddenMark(message(3).id, 6, third)] }), {});
      else applier.marked(third, 8);
      expect([window()?.pages, known()?.lastMessage]).toEqual(before);
    }
  });

  it('D5 of what I have hidden and shown again the later one counts, whichever comes first', () => {
    const { applier, window } = start();
    const third = () => window()?.pages.flat()[2];
    const shown = { ...message(3), isHidden: false };
    applier.pull(pulled({ hidden: [hiddenMark(message(3).id, 6, shown)] }), {});
    applier.live(hiddenEvent(message(3).id, 5));
    applier.marked(hide(message(3)), 5);
    applier.acknowledged(hide(message(3)));
    expect(third()).toMatchObject({ content: message(3).content });
    applier.pull(pulled({ hidden: [hiddenMark(message(3).id, 7)] }), {});
    applier.marked(shown, 6);
    expect(third()).toMatchObject({ isHidden: true, content: null });
  });

  it('D5 of one transaction that hides and shows, an event that comes again hides nothing', () => {
    const { applier, window } = start();
    const third = () => window()?.pages.flat()[2];
    applier.marked(hide(message(3)), 6);
    applier.marked({ ...message(3), isHidden: false }, 6);
    expect(applier.live(hiddenEvent(message(3).id, 6))).toBe(true);
    expect(third()).toMatchObject({ content: message(3).content });
  });
});

describe('the own membership', () => {
  const event = (over: Parameters<typeof ownMember>[1], counts = {}): LiveChange => ({
    type: 'member',
    conversation_id: CONVERSATION,
    member: ownMember(ALICE, over),
    ...counts,
  });

  it('D7 marked unread, counts again from there; the receipt stays', () => {
    const { applier, known } = start(at(3, { me: ownMember(ALICE, { lastReadSeq: 3 }), unread: 0 }));
    applier.live(event({ lastReadSeq: 3, unreadAfterSeq: 1, changed: 2 }, { unread: 2, unread_mentions: 1 }));
    expect(known()).toMatchObject({
      unread: 2,
      // Where all of it is loaded it is counted here: what the server says may be of a later version.
      unreadMentions: 0,
      me: { lastReadSeq: 3, unreadAfterSeq: 1 },
    });
    applier.live(event({ lastReadSeq: 3, changed: 3 }, { unread: 0, unread_mentions: 0 }));
    expect(known()).toMatchObject({ unread: 0, unreadMentions: 0, me: { unreadAfterSeq: 3 } });
  });

  it('D7 counts that come late, or again, are not put over newer ones; a pull has to say', () => {
    const { applier, known } = start(at(3));
    const read = event(
      { lastReadSeq: 1, unreadAfterSeq: 1, changed: 2 },
      { unread_mentions: 1, unread_threads: 0 },
    );
    expect(applier.live(read)).toBe(false);
    const me = ownMember(ALICE, { lastReadSeq: 1, unreadAfterSeq: 1, changed: 2 });
    const newer = at(3, { me, unread: 2, unreadMentions: 2, unreadThreads: 1, changed: 5 });
    applier.pull(pulled({ conversations: [newer] }), {});
    expect(applier.live(read)).toBe(true);
    expect(known()).toMatchObject({ unreadMentions: 2, unreadThreads: 1 });
    expect(
      applier.live(event({ lastReadSeq: 1, unreadAfterSeq: 1, changed: 6 }, { unread_threads: 0 })),
    ).toBe(false);
    expect(known()).toMatchObject({ unreadMentions: 2, unreadThreads: 0 });
  });

  it('D9 what I set for myself arrives', () => {
    const { applier, known } = start();
    applier.live(event({ mutedUntil: 'infinity', pinnedAt: 'now', changed: 2 }));
    expect(known()?.me).toMatchObject({ mutedUntil: 'infinity', pinnedAt: 'now' });
    expect(known()?.unread).toBe(3);
  });
});

describe('invitations', () => {
  const invite = at(0, {
    id: OTHER_CONVERSATION,
    lastMessage: null,
    me: ownMember(ALICE, { state: 'invited', conversationId: OTHER_CONVERSATION }),
  });

  it('D9 are kept apart from the list, and join it when accepted', () => {
    const { applier, cache, queryClient, read } = start();
    queryClient.setQueryData(keys.invites, {});
    applier.pull(pulled({ conversations: [invite] }), {});
    expect(cache.list()?.items).toHaveLength(1);
    expect(Object.keys(read<Invites>(keys.invites) ?? {})).toEqual([OTHER_CONVERSATION]);
    applier.conversation({ ...invite, me: { ...invite.me, state: 'joined', changed: 2 }, changed: 2 });
    expect(cache.list()?.items).toHaveLength(2);
    expect(read(keys.invites)).toEqual({});
  });

  it('D9 that are declined or taken back go; those nobody has asked for are not kept', () => {
    const { applier, queryClient, read } = start();
    applier.pull(pulled({ conversations: [invite] }), {});
    expect(read(keys.invites)).toBeUndefined();
    queryClient.setQueryData(keys.invites, { [OTHER_CONVERSATION]: invite });
    applier.pull(pulled({ removed: [OTHER_CONVERSATION] }), {});
    expect(read(keys.invites)).toEqual({});
  });
});

describe('drafts and threads', () => {
  it('D4 come by events, pulls and answers; the newer row wins', () => {
    const { applier, queryClient, read } = start();
    queryClient.setQueryData(keys.drafts, {});
    applier.live({ type: 'draft', draft: draft({ content: 'two', changed: 2 }) });
    applier.pull(pulled({ drafts: [draft({ content: 'one' }), draft({ threadRootId: uuid(1) })] }), {});
    expect(read<Drafts>(keys.drafts)).toMatchObject({
      [CONVERSATION]: { content: 'two' },
      [uuid(1)]: { content: 'Not yet' },
    });
    const saved = draftRow(draft({ content: 'three', changed: 3 }));
    const mutation = { type: 'save_draft', id: uuid(2), conversation_id: CONVERSATION } as const;
    applyAnswer(applier, { ...mutation, args: { content: 'three', saved_at: 'now' } }, saved);
    expect(read<Drafts>(keys.drafts)?.[CONVERSATION]?.content).toBe('three');
  });

  it('D4 of several states of one transaction the one that was read further, or saved later, wins', () => {
    const { applier, queryClient, read } = start();
    queryClient.setQueryData(keys.drafts, {});
    const first = thread({ lastReadSeq: 6, changed: 2 });
    const second = thread({ lastReadSeq: 7, changed: 2 });
    const [early, late] = ['2026-01-01T00:00:00Z', '2026-01-01T00:00:01Z'].map((savedAt) =>
      draft({ savedAt, content: savedAt, changed: 2 }),
    ) as [ReturnType<typeof draft>, ReturnType<typeof draft>];
    for (const rows of [
      { threads: [first], drafts: [early] },
      { threads: [second], drafts: [late] },
      { threads: [first], drafts: [early] },
    ])
      applier.pull(pulled(rows), {});
    expect(Object.values(read<Threads>(keys.threads) ?? {})).toEqual([second]);
    expect(Object.values(read<Drafts>(keys.drafts) ?? {})).toEqual([late]);
  });

  it('E6.20 a thread is unread by what its root says, the newest version of it, whatever comes first', () => {
    const root = message(1, { id: thread().rootId });
    const summary = (seq: number) => ({
      replyCount: 1,
      lastReplySeq: seq,
      lastReplyAt: 'now',
      participantIds: [BOB],
    });
    const changes: ((applier: ReturnType<typeof start>['applier']) => unknown)[] = [
      (applier) => applier.acknowledged({ ...root, version: 5, thread: summary(8) }),
      (applier) =>
        applier.thread(
          thread({ lastReadSeq: 7, lastReplySeq: 7, rootVersion: 4, unread: false, changed: 2 }),
        ),
      (applier) => applier.acknowledged({ ...root, version: 4, thread: summary(7) }),
    ];
    for (const order of [
      [0, 1, 2],
      [1, 2, 0],
      [2, 1, 0],
      [1, 0, 2],
    ]) {
      const { applier, read } = start();
      applier.thread(thread({ lastReadSeq: 6, lastReplySeq: 6, rootVersion: 3, unread: false }));
      for (const n of order) changes[n]?.(applier);
      const known = () => read<Threads>(keys.threads)?.[root.id];
      expect(known()).toMatchObject({ lastReadSeq: 7, lastReplySeq: 8, rootVersion: 5, unread: true });
      applier.acknowledged({ ...root, version: 6, thread: null });
      expect(known()).toMatchObject({ unread: false });
    }
  });

  it('E6.10 an answer that comes after one has gone brings nothing back; the pull does', () => {
    const { applier, known } = start();
    applier.pull(pulled({ removed: [CONVERSATION] }), {});
    applier.conversation(at(3));
    expect(known()).toBeUndefined();
    applier.pull(pulled({ conversations: [at(4)] }), {});
    applier.conversation(at(5));
    expect(known()?.version).toBe(5);
  });

  it('E6.16 a conversation one is only invited to is held where it is looked at, and not listed', () => {
    const { applier, cache, queryClient } = start();
    const invite = at(0, { id: OTHER_CONVERSATION });
    const me = { ...invite.me, conversationId: OTHER_CONVERSATION, state: 'invited' as const };
    queryClient.setQueryData(keys.conversation(OTHER_CONVERSATION), { ...invite, me });
    const conversation_id = OTHER_CONVERSATION;
    applier.live({ type: 'member', conversation_id, member: { ...me, changed: 9 } });
    expect(cache.conversation(OTHER_CONVERSATION)?.me.changed).toBe(9);
    expect(cache.list()?.items.map(({ id }) => id)).toEqual([CONVERSATION]);
  });

  it('D7 what a pull says of a transaction stands against what an event says of the middle of it', () => {
    const { applier, known } = start();
    const { me } = at(3);
    const after = { ...me, lastReadSeq: 3, unreadAfterSeq: 1, changed: 8 };
    applier.pull(pulled({ conversations: [at(3, { me: after, unread: 2, changed: 8 })] }), {});
    const event = { type: 'member', conversation_id: CONVERSATION, unread: 0 } as const;
    const between = { ...after, unreadAfterSeq: 3 };
    applier.live({ ...event, member: between });
    expect(known()).toMatchObject({ unread: 2, me: { unreadAfterSeq: 1 } });
    applier.live({ ...event, member: { ...between, changed: 9 } });
    expect(known()).toMatchObject({ unread: 0 });
  });

  it('E5.18 drafts of what one has gone from leave, late ones are not taken, and all come back', () => {
    const { applier, queryClient, read } = start();
    const other = draft({ conversationId: OTHER_CONVERSATION });
    queryClient.setQueryData(keys.drafts, { [CONVERSATION]: draft(), [OTHER_CONVERSATION]: other });
    const shown = () => Object.values(read<Drafts>(keys.drafts) ?? {});
    applier.pull(pulled({ removed: [CONVERSATION] }), {});
    expect(shown()).toEqual([other]);
    applier.live({ type: 'draft', draft: draft({ changed: 2 }) });
    applier.draft(draft({ changed: 3 }));
    expect(shown()).toEqual([other]);
    applier.pull(pulled({ conversations: [at(3)], drafts: [draft({ changed: 3 })] }), {});
    expect(shown()).toContainEqual(draft({ changed: 3 }));
  });

  it('D4 drafts nobody has loaded are not kept; threads are', () => {
    const { applier, read } = start();
    applier.pull(pulled({ drafts: [draft()], threads: [thread()] }), {});
    applier.live({ type: 'thread', thread: thread({ unread: false, changed: 2 }) });
    expect(read(keys.drafts)).toBeUndefined();
    expect(read<Threads>(keys.threads)?.[thread().rootId]).toMatchObject({ unread: false });
  });
});

describe('a pull of a conversation in which one does not see everything', () => {
  it('E6.8 reaches its version, though some of the changes were of what one may not see', () => {
    const { applier, cache } = start();
    const news = { conversations: [at(3, { version: 9 })], messages: [] };
    applier.pull(pulled(news), { [CONVERSATION]: 3 });
    expect(cache.messages(CONVERSATION)?.version).toBe(9);
  });

  it.each([
    ['is cut', { has_more: true }],
    ['leaves it out', { truncated: [CONVERSATION] }],
  ])('E6.8 does not where the answer %s', (_how, over) => {
    const { applier, cache } = start();
    const news = { conversations: [at(3, { version: 9 })], messages: [message(4)] };
    applier.pull(pulled({ ...news, ...over }), { [CONVERSATION]: 3 });
    expect(cache.messages(CONVERSATION)?.version).toBe(4);
  });
});

describe('answers', () => {
  const ofConversation = { id: uuid(1), conversation_id: CONVERSATION } as const;

  it('E5 that are a message say its version; of a hidden one there is more to say', () => {
    const { applier } = start();
    const row = messageRow(message(4, { id: uuid(1) }));
    expect(applyAnswer(applier, send(1), row)).toEqual({ version: 4, hasMore: false });
    for (const type of ['hide_message', 'unhide_message'] as const) {
      const marking = { ...ofConversation, type, args: { message_id: uuid(1) } };
      expect(applyAnswer(applier, marking, { ...row, changed: 5 })).toMatchObject({ hasMore: true });
      expect(() => applyAnswer(applier, marking, row)).toThrow('changed');
    }
  });

  it('E5 that are a cursor, a thread, nothing or a conversation are applied', () => {
    const { applier, known, read } = start();
    const own = { member: memberRow(ownMember(ALICE, { lastReadSeq: 2, changed: 2 })), unread: 1 };
    applyAnswer(applier, { ...ofConversation, type: 'mark_read', args: { seq: 2 } }, own);
    expect(known()?.unread).toBe(1);
    const follow = { thread_root_id: thread().rootId, is_following: true };
    applyAnswer(applier, { ...ofConversation, type: 'follow_thread', args: follow }, threadRow(thread()));
    expect(read<Threads>(keys.threads)).toHaveProperty(thread().rootId);
    expect(
      applyAnswer(applier, { ...ofConversation, type: 'follow_thread', args: follow }, null).hasMore,
    ).toBe(true);
    const renamed = conversationRow(at(3, { title: 'New', changed: 2 }));
    applyAnswer(applier, { ...ofConversation, type: 'update_conversation', args: { changes: {} } }, renamed);
    expect(known()?.title).toBe('New');
    expect(applyAnswer(applier, { ...ofConversation, type: 'leave_conversation', args: {} }, null)).toEqual({
      hasMore: true,
    });
    expect(applyAnswer(applier, { ...ofConversation, type: 'mark_all_read', args: {} }, {})).toEqual({
      hasMore: true,
    });
  });
});
