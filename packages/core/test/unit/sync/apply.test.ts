import { describe, expect, it } from 'vitest';
import { keys } from '../../../src/cache/cache';
import { openMessages } from '../../../src/cache/loaded-messages';
import type { ConversationRecord, MessageRecord } from '../../../src/model/records';
import type { LiveChange, PullResponse } from '../../../src/model/wire';
import { createApplier } from '../../../src/sync/apply';
import { createFakes } from '../../../src/testing/fakes';
import { createSeededRandom } from '../../../src/testing/seeded-random';
import { createModelConversation, type ModelChange } from '../support/model-conversation';
import {
  ALICE,
  BOB,
  CAROL,
  conversation,
  CONVERSATION,
  deleted,
  edited,
  history,
  member,
  message,
  ownMember,
  OTHER_CONVERSATION,
  profile,
  range,
} from '../support/rows';

const at = (seq: number, over: Partial<ConversationRecord> = {}) =>
  conversation({ version: seq, lastSeq: seq, lastMessage: seq ? message(seq) : null, unread: seq, ...over });

const live = (row: MessageRecord, version = row.version): LiveChange => ({
  type: 'message',
  conversation_id: row.conversationId,
  version,
  message: row,
});

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

/** A client that holds the list with these conversations and the window of the first. */
function start(
  conversations: readonly ConversationRecord[] = [at(3)],
  window: readonly MessageRecord[] = range(1, 3),
) {
  const fakes = createFakes();
  const { cache, queryClient } = fakes;
  const list = { items: conversations, next: null, listedFrom: null, unreadElsewhere: 0 };
  queryClient.setQueryData(keys.conversations, list);
  const covers = { from: window[0]?.seq ?? 1, to: window.at(-1)?.seq ?? 0 };
  const version = Math.max(0, ...window.map((row) => row.version));
  queryClient.setQueryData(keys.messages(CONVERSATION), openMessages(history(window, { covers, version })));
  const user: { id: string | null } = { id: ALICE };
  const applier = createApplier(cache, () => user.id);
  return {
    ...fakes,
    applier,
    user,
    known: () => cache.conversation(CONVERSATION),
    rows: () => cache.messages(CONVERSATION)?.windows.flatMap(({ pages }) => pages.flat()) ?? [],
  };
}

describe('a live message', () => {
  it('E6.2 that follows is applied to the conversation and its window, and needs no pull', () => {
    const { applier, known, rows } = start();
    expect(applier.live(live(message(4)))).toBe(false);
    expect(known()).toMatchObject({ version: 4, lastSeq: 4, unread: 4 });
    expect(rows().map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
  });

  it('E6.3 that is known changes nothing and needs no pull', () => {
    const { applier, cache, known } = start();
    const before = [known(), cache.messages(CONVERSATION)];
    expect(applier.live(live(message(3)))).toBe(false);
    expect([known(), cache.messages(CONVERSATION)]).toEqual(before);
  });

  it('E6.4 that leaves a gap changes nothing and needs a pull', () => {
    const { applier, known, rows } = start();
    expect(applier.live(live(message(5)))).toBe(true);
    expect(known()?.version).toBe(3);
    expect(rows()).toHaveLength(3);
  });

  it('E6.4 needs a pull when only the window is behind', () => {
    const { applier } = start([at(3)], range(1, 2));
    expect(applier.live(live(message(4)))).toBe(true);
  });

  it('D10 without its row needs a pull', () => {
    const { applier } = start();
    const { message: _, ...bare } = { ...live(message(4)) } as Extract<LiveChange, { type: 'message' }>;
    expect(applier.live(bare)).toBe(true);
  });

  it('D10 of a conversation that is not known needs a pull', () => {
    const { applier } = start();
    expect(applier.live(live(message(1, { conversationId: OTHER_CONVERSATION })))).toBe(true);
  });

  it('D6 says of its sender what was read only where everything before it was', () => {
    const { applier, cache } = start();
    cache.mergeMembers([member(BOB, { lastReadSeq: 2, lastDeliveredSeq: 3 }), member(CAROL)]);
    applier.live(live(message(4)));
    expect(cache.member(CONVERSATION, BOB)).toMatchObject({ lastReadSeq: 2, lastDeliveredSeq: 4 });
    expect(cache.member(CONVERSATION, CAROL)).toMatchObject({ lastReadSeq: 0 });
    applier.live(live(edited(message(2), 5)));
    expect(cache.member(CONVERSATION, BOB)).toMatchObject({ lastReadSeq: 2, lastDeliveredSeq: 4 });
    cache.mergeMembers([member(BOB, { lastReadSeq: 4, lastDeliveredSeq: 4 })]);
    applier.live(live(message(5, { version: 6 })));
    expect(cache.member(CONVERSATION, BOB)).toMatchObject({ lastReadSeq: 5, lastDeliveredSeq: 5 });
  });

  it('D6 that comes after what is told of a later moment does not move its sender on', () => {
    const { applier, cache } = start();
    applier.live({
      type: 'member',
      conversation_id: CONVERSATION,
      version: 5,
      member: member(BOB, { lastReadSeq: 3, changed: 9 }),
    });
    applier.live(live(message(4, { senderId: BOB })));
    expect(cache.member(CONVERSATION, BOB)?.lastReadSeq).toBe(3);
    applier.live(live(message(5, { senderId: CAROL })));
    applier.live(live(message(6, { senderId: CAROL })));
    expect(cache.member(CONVERSATION, BOB)?.lastReadSeq).toBe(3);
  });

  it('E5 brings its sender', () => {
    const { applier, queryClient } = start();
    applier.live({ ...live(message(4)), profile: profile(BOB) } as LiveChange);
    expect(queryClient.getQueryData(keys.profiles)).toEqual({ [BOB]: profile(BOB) });
  });

  it('E14.2 says where it came from', () => {
    const { applier, cache } = start();
    const causes: string[] = [];
    cache.onWrite((_key, cause) => causes.push(cause));
    applier.live(live(message(4)));
    expect(new Set(causes.splice(0))).toEqual(new Set(['live']));
    applier.acknowledged(message(5, { senderId: ALICE }));
    expect(new Set(causes.splice(0))).toEqual(new Set(['push-ack']));
  });

  it('E14.3 tells once, when conversation, messages and members have all of it', () => {
    const { applier, cache, known, rows } = start();
    const seen: unknown[] = [];
    for (const key of [keys.conversations, keys.messages(CONVERSATION)])
      cache.watch(JSON.stringify(key), () => seen.push([known()?.lastSeq, rows().at(-1)?.seq]));
    applier.live(live(message(4)));
    expect(seen).toEqual([
      [4, 4],
      [4, 4],
    ]);
  });
});

describe('other live events', () => {
  it('D10 a conversation that changed, and a member who left, need a pull', () => {
    const { applier } = start();
    expect(applier.live({ type: 'conversation', conversation_id: CONVERSATION })).toBe(true);
    const gone = member(BOB, { state: 'left' });
    expect(applier.live({ type: 'member', conversation_id: CONVERSATION, member: gone })).toBe(true);
  });

  it("D6 another's cursor moves their member row and nothing of mine", () => {
    const { applier, cache, known } = start();
    const before = known();
    const read = member(BOB, { lastReadSeq: 2 });
    expect(applier.live({ type: 'member', conversation_id: CONVERSATION, member: read })).toBe(false);
    expect(cache.member(CONVERSATION, BOB)).toEqual(read);
    expect(known()).toBe(before);
  });

  it('D7 my cursor, from another device, moves the count', () => {
    const { applier, known } = start();
    const read = ownMember(ALICE, { lastReadSeq: 2, changed: 2 });
    applier.live({ type: 'member', conversation_id: CONVERSATION, member: read, unread: 1 });
    expect(known()).toMatchObject({ unread: 1, me: { lastReadSeq: 2 } });
  });
});

describe('the count after reading', () => {
  it('D7 is none at the end, whatever the event states', () => {
    const { applier, known } = start();
    applier.cursor({ member: ownMember(ALICE, { lastReadSeq: 3 }), unread: 7 });
    expect(known()?.unread).toBe(0);
    const unloaded = start([at(3)], range(3, 3));
    unloaded.applier.cursor({ member: ownMember(ALICE, { lastReadSeq: 3 }), unread: 7 });
    expect(unloaded.known()?.unread).toBe(0);
  });

  it('D7 is counted from the window when it is complete, for the stated one may be of another version', () => {
    const { applier, known } = start(
      [at(4)],
      [...range(1, 2), message(3, { counts: false }), deleted(message(4), 4)].map((row, i) => ({
        ...row,
        version: i + 1,
      })),
    );
    applier.cursor({ member: ownMember(ALICE, { lastReadSeq: 1 }), unread: 9 });
    expect(known()?.unread).toBe(1);
  });

  it.each([
    ['the window begins later', range(3, 3)],
    ['the window is behind', range(1, 2)],
  ])('D7 is the stated one where %s', (_where, window) => {
    const { applier, known } = start([at(3)], window);
    applier.cursor({ member: ownMember(ALICE, { lastReadSeq: 1 }), unread: 2 });
    expect(known()?.unread).toBe(2);
  });

  it('D6 an older cursor changes nothing', () => {
    const { applier, known } = start([
      at(3, { me: ownMember(ALICE, { lastReadSeq: 3, changed: 5 }), unread: 0 }),
    ]);
    applier.cursor({ member: ownMember(ALICE, { lastReadSeq: 1, changed: 4 }), unread: 2 });
    expect(known()).toMatchObject({ unread: 0, me: { lastReadSeq: 3 } });
  });
});

describe('an answer to a push', () => {
  it('E5.11 is applied like an event, and the event that follows changes nothing', () => {
    const { applier, known, rows } = start();
    const own = message(4, { senderId: ALICE });
    expect(applier.acknowledged(own, 3)).toBe(false);
    expect(known()).toMatchObject({ version: 4, unread: 0, me: { lastReadSeq: 4 } });
    expect(applier.live(live(own))).toBe(false);
    expect(rows()).toHaveLength(4);
  });

  it('E6.4 that is ahead of what is known needs a pull', () => {
    expect(start().applier.acknowledged(message(6, { senderId: ALICE }))).toBe(true);
  });

  it('E6.4 of a conversation that is not loaded needs none', () => {
    const { applier } = start();
    expect(applier.acknowledged(message(1, { conversationId: OTHER_CONVERSATION, senderId: ALICE }))).toBe(
      false,
    );
  });

  it('E5 a row that comes by itself does not undo what is newer', () => {
    const { applier, known } = start();
    applier.live(live(message(4)));
    applier.conversation(at(3, { changed: 9 }));
    expect(known()?.version).toBe(4);
    applier.conversation(at(5, { changed: 9 }));
    expect(known()?.version).toBe(5);
  });
});

describe('a pull', () => {
  it('E6.8 brings windows, conversations, members, people and the total', () => {
    const { applier, cache, known, rows, queryClient } = start();
    applier.pull(
      pulled({
        conversations: [at(5, { changed: 2 })],
        messages: [message(4), message(5)],
        members: [member(BOB, { lastReadSeq: 5 })],
        profiles: [profile(BOB)],
        unread_total: 9,
      }),
      { [CONVERSATION]: 3 },
    );
    expect(known()?.unread).toBe(5);
    expect(rows()).toHaveLength(5);
    expect(cache.member(CONVERSATION, BOB)?.lastReadSeq).toBe(5);
    expect(queryClient.getQueryData(keys.profiles)).toEqual({ [BOB]: profile(BOB) });
    expect(cache.list()?.unreadElsewhere).toBe(4);
  });

  it('E6.8 that was asked from a later version than the window has by now claims no more than it knows', () => {
    const { applier, cache } = start();
    applier.pull(pulled({ messages: [edited(message(2), 9)] }), { [CONVERSATION]: 8 });
    expect(cache.messages(CONVERSATION)?.version).toBe(3);
  });

  it('D5 drops what one no longer belongs to, messages and all', () => {
    const { applier, cache, queryClient } = start([
      at(3),
      conversation({ id: OTHER_CONVERSATION, unread: 2 }),
    ]);
    queryClient.setQueryData(keys.conversation(CONVERSATION), at(3));
    applier.pull(pulled({ removed: [CONVERSATION], unread_total: 2 }), {});
    expect(cache.conversation(CONVERSATION)).toBeUndefined();
    expect(cache.messages(CONVERSATION)).toBeUndefined();
    expect(cache.list()).toMatchObject({ items: [{ id: OTHER_CONVERSATION }], unreadElsewhere: 0 });
  });

  it('E6.8 messages of a window that is not held are not kept', () => {
    const { applier, cache } = start();
    applier.pull(pulled({ messages: [message(1, { conversationId: OTHER_CONVERSATION })] }), {});
    expect([...cache.versions().keys()]).toEqual([CONVERSATION]);
  });

  it('E5.1 the same rows once more change no reference', () => {
    const { applier, cache, rows } = start();
    const response = pulled({
      messages: [message(3)],
      members: [member(BOB)],
      profiles: [profile(BOB)],
    });
    applier.pull(response, { [CONVERSATION]: 3 });
    const before = [cache.messages(CONVERSATION), cache.member(CONVERSATION, BOB), cache.list()];
    applier.pull(response, { [CONVERSATION]: 3 });
    const after = [cache.messages(CONVERSATION), cache.member(CONVERSATION, BOB), cache.list()];
    before.forEach((part, i) => expect(after[i]).toBe(part));
    expect(rows()).toHaveLength(3);
  });
});

describe('being behind', () => {
  it('E6.6 is noticed when a window was loaded older than what was heard of meanwhile', () => {
    const { applier, queryClient } = start();
    queryClient.removeQueries({ queryKey: keys.messages(CONVERSATION) });
    applier.live(live(message(4)));
    expect(applier.isBehind()).toBe(false);
    const page = openMessages(history(range(1, 3), { covers: { from: 1, to: 3 }, version: 3 }));
    queryClient.setQueryData(keys.messages(CONVERSATION), page);
    expect(applier.isBehind()).toBe(true);
    applier.pull(pulled({ messages: [message(4)] }), { [CONVERSATION]: 3 });
    expect(applier.isBehind()).toBe(false);
  });

  it('E6.15 what was heard of is forgotten with everything else', () => {
    const { applier, cache, queryClient } = start();
    applier.live(live(message(4)));
    applier.reset();
    expect(cache.list()).toBeUndefined();
    expect(cache.cursor()).toBeNull();
    const page = openMessages(history(range(1, 2), { covers: { from: 1, to: 2 }, version: 2 }));
    queryClient.setQueryData(keys.messages(CONVERSATION), page);
    expect(applier.isBehind()).toBe(false);
  });
});

describe('conversation and window under any interleaving of events, answers and pulls', () => {
  it.each(Array.from({ length: 100 }, (_, i) => i + 1))(
    'D7 E6 end equal to the server, the count to a recount (seed %i)',
    (seed) => {
      const random = createSeededRandom(seed);
      const model = createModelConversation();
      for (let i = random.int(8); i > 0; i--) model.send(random.pick([ALICE, BOB]));
      const { applier, cache, queryClient, known, rows } = start([model.record(ALICE)], []);
      queryClient.setQueryData(keys.messages(CONVERSATION), openMessages(model.history(20)));

      const events: (() => void)[] = [];
      const heard = ({ message: row, version }: ModelChange) => {
        if (row.senderId === ALICE && random.chance(0.7)) events.push(() => applier.acknowledged(row));
        if (random.chance(0.9)) events.push(() => applier.live(live(row, version)));
      };
      const pull = () => {
        const windows = { [CONVERSATION]: cache.messages(CONVERSATION)?.version ?? 0 };
        const response = pulled({
          conversations: [model.record(ALICE)],
          messages: [...model.pull(windows[CONVERSATION] ?? 0)],
          unread_total: model.record(ALICE).unread,
        });
        return () => applier.pull(response, windows);
      };
      const read = () => {
        model.readUpTo(ALICE, random.int(model.rows().length + 1));
        const { me, unread } = model.record(ALICE);
        return () => applier.cursor({ member: me, ...(random.chance(0.8) ? { unread } : {}) });
      };
      for (let step = 0; step < 100; step++) {
        const choice = random.int(10);
        const root = model.timeline()[0]?.id;
        if (choice === 0 && root)
          heard(model.send(random.pick([ALICE, BOB]), { threadRootId: root, counts: false }));
        else if (choice < 3) heard(model.send(random.pick([ALICE, BOB]), { counts: random.chance(0.8) }));
        else if (choice < 5) heard(model.changeAny(random));
        else if (choice === 5) events.push(read());
        else if (choice === 6) events.push(pull());
        else events.splice(random.chance(0.8) ? 0 : random.int(events.length), 1)[0]?.();
        const seqs = rows().map(({ seq }) => seq);
        const between = model
          .timeline()
          .filter(({ seq }) => seq >= (seqs[0] ?? 0) && seq <= (seqs.at(-1) ?? -1));
        expect(seqs).toEqual(between.map(({ seq }) => seq));
        expect(known()?.unread).toBeGreaterThanOrEqual(0);
      }
      for (const event of events) event();
      pull()();
      expect(known()).toEqual(model.record(ALICE));
      expect(rows()).toEqual(model.timeline().slice(-rows().length));
      expect(cache.list()?.unreadElsewhere).toBe(0);
    },
  );
});
