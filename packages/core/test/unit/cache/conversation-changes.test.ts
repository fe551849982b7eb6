import { describe, expect, it } from 'vitest';
import {
  applyToConversation,
  mergeMember,
  mergeOwnMember,
  newerConversation,
} from '../../../src/cache/conversation-changes';
import type { ConversationRecord } from '../../../src/model/records';
import { createSeededRandom } from '../../../src/testing/seeded-random';
import { createModelConversation } from '../support/model-conversation';
import { ALICE, BOB, conversation, deleted, edited, member, message, ownMember, time } from '../support/rows';

const apply = (known: ConversationRecord, row = message(known.lastSeq + 1), version = row.version) =>
  applyToConversation(known, { message: row, version }, ALICE);

const at = (seq: number, over: Partial<ConversationRecord> = {}) =>
  conversation({ version: seq, lastSeq: seq, lastMessage: seq ? message(seq) : null, unread: seq, ...over });

describe('merging a member', () => {
  it('D6 cursors only grow, whichever row is newer', () => {
    const known = member(BOB, { lastReadSeq: 5, lastDeliveredSeq: 9, changed: 3 });
    const older = member(BOB, { lastReadSeq: 7, lastDeliveredSeq: 2, role: 'owner', changed: 2 });
    expect(mergeMember(known, older)).toEqual({ ...known, lastReadSeq: 7 });
    const newer = member(BOB, { lastReadSeq: 1, role: 'admin', changed: 4 });
    expect(mergeMember(known, newer)).toEqual({ ...newer, lastReadSeq: 5, lastDeliveredSeq: 9 });
  });

  it('E5.1 a row that says nothing new keeps its reference', () => {
    const known = member(BOB, { lastReadSeq: 5, changed: 3 });
    expect(mergeMember(known, { ...known })).toBe(known);
    expect(mergeMember(known, { ...known, changed: 2, lastReadSeq: 4, role: 'owner' })).toBe(known);
    expect(mergeMember(undefined, known)).toBe(known);
  });

  it('D5 leaving is a state that a later row brings', () => {
    const known = member(BOB, { changed: 3 });
    expect(mergeMember(known, { ...known, state: 'left', leftAt: time(9), changed: 4 }).state).toBe('left');
  });
});

describe('merging the own membership', () => {
  it('D7 what one push reads and then marks as unread is unread', () => {
    const read = ownMember(ALICE, { lastReadSeq: 4, unreadAfterSeq: 4, changed: 7 });
    const unread = ownMember(ALICE, { lastReadSeq: 4, unreadAfterSeq: 1, changed: 7 });
    expect(mergeOwnMember(read, unread).unreadAfterSeq).toBe(1);
  });

  it('D7 a state from before an own message that has arrived does not make it unread', () => {
    const written = ownMember(ALICE, { lastReadSeq: 6, unreadAfterSeq: 6, changed: 7 });
    const before = ownMember(ALICE, { lastReadSeq: 4, unreadAfterSeq: 1, changed: 7 });
    expect(mergeOwnMember(written, before)).toMatchObject({ lastReadSeq: 6, unreadAfterSeq: 6 });
  });
});

describe('the newer of two rows', () => {
  const known = at(5, { changed: 10, title: 'old', me: ownMember(ALICE, { lastReadSeq: 2 }), unread: 3 });

  it('E6.10 a row that was read before a live change does not undo it', () => {
    expect(newerConversation(known, { ...known, version: 4, changed: 11, title: 'new' })).toBe(known);
    expect(newerConversation(known, { ...known, changed: 9, title: 'older' })).toBe(known);
  });

  it('E5.1 a row that says nothing new keeps its reference; one that does takes its place', () => {
    const again = structuredClone(known);
    expect(newerConversation(known, again)).toBe(known);
    expect(newerConversation(known, { ...again, me: ownMember(ALICE, { lastReadSeq: 1 }), unread: 4 })).toBe(
      known,
    );
    for (const news of [
      { title: 'new' },
      { data: { colour: 'red' } },
      { memberCount: 3 },
      { feed: 'feed:x:y' },
      { changed: 11 },
      { lastMessage: null },
      { me: ownMember(ALICE, { lastReadSeq: 3 }), unread: 2 },
    ]) {
      expect(newerConversation(known, { ...again, ...news })).toMatchObject(news);
    }
  });

  it('D3 a later version is newer, though its transaction began before the one we know', () => {
    const incoming = { ...at(6, { changed: 9 }), unread: 4 };
    expect(newerConversation(known, incoming)).toMatchObject({ version: 6, lastSeq: 6, unread: 4 });
  });

  it('D7 a newer row brings its count', () => {
    const incoming = { ...at(7, { changed: 11 }), me: ownMember(ALICE, { lastReadSeq: 4 }), unread: 3 };
    expect(newerConversation(known, incoming)).toEqual(incoming);
    expect(newerConversation(undefined, incoming)).toBe(incoming);
  });

  it('D7 after reading here, a row of the same version with the older cursor does not bring the old count back', () => {
    const read = { ...known, me: ownMember(ALICE, { lastReadSeq: 4 }), unread: 1 };
    expect(newerConversation(read, { ...known, changed: 11 })).toMatchObject({
      unread: 1,
      me: { lastReadSeq: 4 },
    });
  });

  it('D7 after reading everything here, no older row brings a count back', () => {
    const read = { ...known, me: ownMember(ALICE, { lastReadSeq: 7 }), unread: 0 };
    const incoming = { ...at(7, { changed: 11 }), me: ownMember(ALICE, { lastReadSeq: 2 }), unread: 5 };
    expect(newerConversation(read, incoming)).toMatchObject({
      unread: 0,
      version: 7,
      me: { lastReadSeq: 7 },
    });
  });
});

describe('a change', () => {
  it("D7 another's message counts, moves the list and is the last one", () => {
    const { conversation: next, outcome } = apply(at(5));
    expect(outcome).toBe('applied');
    expect(next).toMatchObject({
      version: 6,
      lastSeq: 6,
      unread: 6,
      lastActivityAt: time(6),
      lastMessage: { seq: 6 },
    });
  });

  it('D7 what was marked unread after an own message stays so when the message itself arrives later', () => {
    const me = ownMember(ALICE, { lastReadSeq: 6, unreadAfterSeq: 3 });
    const { conversation: applied } = apply(at(5, { me, unread: 2 }), message(6, { senderId: ALICE }));
    expect(applied).toMatchObject({ unread: 2, version: 6, me: { unreadAfterSeq: 3 } });
  });

  it('D6 an own message from another device is read where all before it was, and reads nothing else', () => {
    const own = message(6, { senderId: ALICE });
    const { conversation: next } = apply(at(5), own);
    expect(next).toMatchObject({ unread: 5, me: { lastReadSeq: 0, lastDeliveredSeq: 0, unreadAfterSeq: 0 } });
    const me = ownMember(ALICE, { lastReadSeq: 3, lastDeliveredSeq: 5, unreadAfterSeq: 3 });
    const received = apply(at(5, { me, unread: 2 }), own).conversation;
    expect(received).toMatchObject({ unread: 2, me: { lastReadSeq: 3, lastDeliveredSeq: 6 } });
    const read = ownMember(ALICE, { lastReadSeq: 5, lastDeliveredSeq: 5, unreadAfterSeq: 5 });
    expect(apply(at(5, { me: read, unread: 0 }), own).conversation).toMatchObject({
      unread: 0,
      me: { lastReadSeq: 6, lastDeliveredSeq: 6, unreadAfterSeq: 6 },
    });
  });

  it('D6 of an own message that says what was seen the rest is read by it', () => {
    const change = { message: message(6, { senderId: ALICE }), version: 6 };
    const seen = (seq: number) => applyToConversation(at(5), { ...change, seen: seq }, ALICE).conversation;
    expect(seen(5)).toMatchObject({ unread: 0, me: { lastReadSeq: 6, unreadAfterSeq: 6 } });
    expect(seen(4)).toMatchObject({ unread: 5, me: { lastReadSeq: 0, unreadAfterSeq: 0 } });
  });

  it('D7 what does not count does not count', () => {
    expect(apply(at(5), message(6, { counts: false })).conversation.unread).toBe(5);
  });

  it('D7 a message without a sender counts like that of another', () => {
    expect(apply(at(5), message(6, { senderId: null })).conversation.unread).toBe(6);
  });

  it('D7 deleting an unread message takes it from the count, deleting a read or own one does not', () => {
    const known = at(5, { me: ownMember(ALICE, { lastReadSeq: 3 }), unread: 2 });
    expect(apply(known, deleted(message(5), 6)).conversation.unread).toBe(1);
    expect(apply(known, deleted(message(3), 6)).conversation.unread).toBe(2);
    expect(apply(known, deleted(message(5, { senderId: ALICE }), 6)).conversation.unread).toBe(2);
    expect(apply(known, deleted(message(5, { counts: false }), 6)).conversation.unread).toBe(2);
  });

  it('D7 an edit changes no count and no activity', () => {
    const { conversation: next } = apply(at(5), edited(message(5), 6));
    expect(next).toMatchObject({
      unread: 5,
      lastActivityAt: at(5).lastActivityAt,
      lastMessage: { content: 'v6' },
    });
    expect(apply(at(5), edited(message(4), 6)).conversation.lastMessage).toMatchObject({
      seq: 5,
      content: 'm5',
    });
  });

  it('E6.2 a reply in a thread takes its seq and version, and is not of the timeline', () => {
    const known = at(5, { unread: 2 });
    const reply = message(6, { threadRootId: message(1).id, counts: false, senderId: ALICE });
    expect(apply(known, reply).conversation).toEqual({ ...known, version: 6, lastSeq: 6 });
  });

  it('D7 a root that is deleted already is not counted down with every later reply', () => {
    const known = at(5, { unread: 5 });
    const tombstone = deleted(message(5), 6);
    const summary = (lastReplyAt: string) => ({
      replyCount: 1,
      lastReplySeq: 7,
      lastReplyAt,
      participantIds: [],
    });
    const later = { ...tombstone, version: 6, thread: summary(time(7)) };
    expect(apply(known, later).conversation.unread).toBe(5);
    expect(apply(known, { ...later, thread: summary(time(3)) }).conversation.unread).toBe(4);
    const change = { message: { ...later, thread: null }, version: 6, before: tombstone };
    expect(applyToConversation(known, change, ALICE).conversation.unread).toBe(5);
  });

  it('D7 what I have deleted for myself is not counted down when it is deleted for all', () => {
    const before = message(5, { isHidden: true, content: null });
    const change = { message: deleted(message(5), 6), version: 6, before };
    expect(applyToConversation(at(5, { unread: 4 }), change, ALICE).conversation.unread).toBe(4);
  });

  it('D7 begins to count where something was marked unread, not where others were told I have read', () => {
    const known = at(5, { me: ownMember(ALICE, { lastReadSeq: 5, unreadAfterSeq: 3 }), unread: 2 });
    expect(apply(known, deleted(message(4), 6)).conversation.unread).toBe(1);
    expect(apply(known, message(6)).conversation.unread).toBe(3);
  });

  it('D7 counts who is mentioned', () => {
    expect(apply(at(5), message(6, { mentionedUserIds: [ALICE] })).conversation.unreadMentions).toBe(1);
    expect(apply(at(5), message(6, { mentionsEveryone: true })).conversation.unreadMentions).toBe(1);
    expect(apply(at(5), message(6, { mentionedUserIds: [BOB] })).conversation.unreadMentions).toBe(0);
    const own = apply(at(5, { unreadMentions: 2 }), message(6, { senderId: ALICE, mentionsEveryone: true }));
    expect(own.conversation.unreadMentions).toBe(2);
  });

  it('D9 a hidden conversation shows itself with the next message, not with a change of an old one', () => {
    const known = at(5, { me: ownMember(ALICE, { isHidden: true }) });
    expect(apply(known, edited(message(5), 6)).conversation.me.isHidden).toBe(true);
    expect(apply(known, message(6)).conversation.me.isHidden).toBe(false);
  });

  it('D7 the same change with what the first did not say says it now, and changes no count', () => {
    const reaction = { emoji: '👍', count: 20, userIds: [ALICE], own: null };
    const known = apply(at(5), message(5, { version: 6, reactions: [reaction] })).conversation;
    const again = message(5, { version: 6, reactions: [{ ...reaction, own: true }], isHidden: false });
    const { conversation: next, outcome } = apply(known, again);
    expect(outcome).toBe('known');
    expect(next).toEqual({ ...known, lastMessage: again });
  });

  it('E6.4 a known version changes nothing, a gap is told', () => {
    const known = at(5);
    expect(apply(known, message(5))).toEqual({ conversation: known, outcome: 'known' });
    const gap = apply(known, message(7));
    expect(gap.outcome).toBe('gap');
    expect(gap.conversation).toBe(known);
  });
});

describe('the unread count under any history', () => {
  it.each(Array.from({ length: 100 }, (_, i) => i + 1))('D7 equals a recount (seed %i)', (seed) => {
    const random = createSeededRandom(seed);
    const model = createModelConversation();
    let known = model.record(ALICE);
    for (let step = 0; step < 150; step++) {
      const isLost = random.chance(0.1);
      const isRead = random.chance(0.1);
      if (isRead) {
        // Alice reads elsewhere: the row of the next pull says so.
        model.readUpTo(ALICE, random.int(model.rows().length + 2));
        known = newerConversation(known, model.record(ALICE));
      } else {
        const change = random.chance(0.6)
          ? model.send(random.pick([ALICE, BOB, BOB]), {
              counts: random.chance(0.8),
              ...(random.chance(0.1) ? { senderId: null } : {}),
              ...(random.chance(0.1) ? { threadRootId: message(1).id, counts: false } : {}),
            })
          : model.changeAny(random);
        if (isLost) continue;
        const { conversation: next, outcome } = applyToConversation(known, change, ALICE);
        known = outcome === 'gap' ? newerConversation(known, model.record(ALICE)) : next;
        if (random.chance(0.1)) expect(applyToConversation(known, change, ALICE).outcome).toBe('known');
      }
      const { unread, lastSeq, version, lastMessage, me } = model.record(ALICE);
      expect(known).toMatchObject({ unread, lastSeq, version, lastMessage });
      expect(known.me.lastReadSeq).toBe(me.lastReadSeq);
    }
  });
});
