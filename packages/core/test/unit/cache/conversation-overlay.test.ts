import { describe, expect, it } from 'vitest';
import {
  overlayConversation,
  pendingConversation,
  readCursor,
  type ConversationContext,
} from '../../../src/cache/conversation-overlay';
import { createMessageOverlay } from '../../../src/cache/message-overlay';
import { openWindow, putMessage, type MessageWindow } from '../../../src/cache/message-window';
import type { MessageRecord } from '../../../src/model/records';
import { createSeededRandom } from '../../../src/testing/seeded-random';
import {
  create,
  edit,
  markDelivered,
  markRead,
  markUnread,
  pending,
  remove,
  send,
} from '../support/mutations';
import {
  ALICE,
  BOB,
  CAROL,
  conversation,
  CONVERSATION,
  deleted,
  history,
  member,
  membersOfConversation,
  message,
  ownMember,
  profile,
  range,
  time,
  uuid,
} from '../support/rows';

type Context = ConversationContext<Record<never, never>>;

const context = (over: Partial<Context> = {}): Context => ({
  currentUserId: ALICE,
  members: membersOfConversation(member(BOB), member(ALICE)),
  profiles: { [ALICE]: profile(ALICE), [BOB]: profile(BOB), [CAROL]: profile(CAROL) },
  overlay: createMessageOverlay({ kinds: {}, currentUserId: ALICE, profile: () => null }),
  window: () => undefined,
  ...over,
});

const windowOf = (rows: readonly MessageRecord[]): MessageWindow => {
  const [first, last] = [rows[0]?.seq ?? 1, rows.at(-1)?.seq ?? 0];
  return openWindow(history(rows, { covers: { from: first, to: last }, version: last }));
};

/** Ten messages of Bob, of which Alice has read two. */
const ten = conversation({
  version: 10,
  lastSeq: 10,
  lastMessage: message(10),
  lastActivityAt: time(10),
  unread: 8,
  me: ownMember(ALICE, { lastReadSeq: 2 }),
});

describe('what is confirmed', () => {
  it('E5.1 a row becomes a conversation of the view', () => {
    const view = overlayConversation(
      { ...ten, data: { a: 1 }, contextType: 'course', contextId: '7' },
      [],
      context(),
    );
    expect(view).toMatchObject({
      id: CONVERSATION,
      kind: 'group',
      title: 'A group',
      name: 'A group',
      data: { a: 1 },
      contextType: 'course',
      contextId: '7',
      memberCount: 2,
      lastMessage: { id: message(10).id, content: 'm10', status: 'sent' },
      lastActivityAt: time(10),
      unreadCount: 8,
      lastReadSeq: 2,
      lastSeq: 10,
      status: 'sent',
      error: null,
    });
  });

  it('E5.1 lists joined members in a stable order, with what is known of them', () => {
    const left = member(CAROL, { state: 'left' });
    const seen = profile(BOB, { lastSeenAt: time(5), avatarUrl: 'https://example.com/b.png' });
    const view = overlayConversation(
      ten,
      [],
      context({
        members: membersOfConversation(
          member(BOB, { lastReadSeq: 4, lastDeliveredSeq: 6 }),
          left,
          member(ALICE),
        ),
        profiles: { [BOB]: seen },
      }),
    );
    expect(view.members).toEqual([
      {
        userId: ALICE,
        profile: { id: ALICE, displayName: '', avatarUrl: null, isDeleted: false },
        role: 'member',
        state: 'joined',
        lastReadSeq: 0,
        lastDeliveredSeq: 0,
        lastSeenAt: null,
      },
      {
        userId: BOB,
        profile: {
          id: BOB,
          displayName: 'name of b',
          avatarUrl: 'https://example.com/b.png',
          isDeleted: false,
        },
        role: 'member',
        state: 'joined',
        lastReadSeq: 4,
        lastDeliveredSeq: 6,
        lastSeenAt: time(5),
      },
    ]);
  });

  it('E5.1 an empty conversation has no last message', () => {
    expect(overlayConversation(conversation(), [], context())).toMatchObject({
      lastMessage: null,
      unreadCount: 0,
      lastSeq: 0,
    });
  });

  it('E5.1 the last message is the very one that the conversation shows', () => {
    const inside = context();
    const last = message(10);
    const view = overlayConversation({ ...ten, lastMessage: last }, [], inside);
    expect(view.lastMessage).toBe(inside.overlay.message(last));
  });
});

describe('who may write', () => {
  it.each([
    ['member', {}, true],
    ['member', { isLocked: true }, false],
    ['admin', { isLocked: true }, true],
    ['member', { postRole: 'admin' }, false],
    ['admin', { postRole: 'admin', isLocked: true }, true],
    ['admin', { postRole: 'owner' }, false],
    ['owner', { postRole: 'owner', isLocked: true }, true],
  ] as const)('E5.20 canPost of a %s where %j is %s', (role, rules, canPost) => {
    const record = conversation({ ...rules, me: ownMember(ALICE, { role }) });
    expect(overlayConversation(record, [], context()).canPost).toBe(canPost);
  });
});

describe('names', () => {
  const untitled = conversation({ title: null, kind: 'direct' });
  const name = (over: Partial<Context>) => overlayConversation(untitled, [], context(over)).name;

  it('E5.1 without a title it is called after the others', () => {
    expect(name({})).toBe('name of b');
    const three = [member(CAROL), member(ALICE), member(BOB)];
    expect(name({ members: membersOfConversation(...three) })).toBe('name of b, name of c');
  });

  it('E5.1 those who left, and those whose name is not known yet, are not in it', () => {
    const three = [member(CAROL, { state: 'left' }), member(ALICE), member(BOB)];
    expect(name({ members: membersOfConversation(...three) })).toBe('name of b');
    const joined = membersOfConversation(member(CAROL), member(BOB));
    expect(name({ members: joined, profiles: { [CAROL]: profile(CAROL) } })).toBe('name of c');
    expect(name({ members: [], profiles: {} })).toBe('');
  });
});

describe('the last message under pending writes', () => {
  const NOON = Date.UTC(2030, 0, 1, 12);
  const NOON_ISO = '2030-01-01T12:00:00.000Z';

  it('E5.3 the last unsent message is the last one, and moves the conversation up', () => {
    const queue = [pending(send(1), 'pending', NOON - 1), pending(send(2), 'pending', NOON)];
    expect(overlayConversation(ten, queue, context())).toMatchObject({
      lastMessage: { id: uuid(2), content: 's2', status: 'pending' },
      lastActivityAt: NOON_ISO,
      unreadCount: 8,
    });
  });

  it('E4 one that was refused long ago does not make the conversation old', () => {
    const view = overlayConversation(ten, [pending(send(1), 'failed', 0)], context());
    expect(view).toMatchObject({ lastMessage: { status: 'failed' }, lastActivityAt: time(10) });
  });

  it('E2 once confirmed and shown by its row, the row is the last message', () => {
    const row = message(11, { id: uuid(1), senderId: ALICE });
    const after = { ...ten, lastSeq: 11, lastMessage: row, lastActivityAt: time(11) };
    const view = overlayConversation(after, [pending(send(1), 'confirmed')], context());
    expect(view).toMatchObject({ lastMessage: { id: uuid(1), seq: 11 }, lastActivityAt: time(11) });
  });

  it('E2 a message that came after mine stays the last one while the answer to my push is on its way', () => {
    const mine = message(11, { id: uuid(1), senderId: ALICE });
    const window = [mine, message(12)].reduce(
      (known, row) => putMessage(known, row, true),
      windowOf(range(1, 10)),
    );
    const after = { ...ten, lastSeq: 12, version: 12, lastMessage: message(12), lastActivityAt: time(12) };
    const view = overlayConversation(after, [pending(send(1))], context({ window: () => window }));
    expect(view).toMatchObject({ lastMessage: { seq: 12 }, lastActivityAt: time(12) });
  });

  it('E5.3 changes of the last message are laid over it', () => {
    const id = message(10).id;
    expect(overlayConversation(ten, [pending(edit(1, id, 'new'))], context()).lastMessage).toMatchObject({
      content: 'new',
      seq: 10,
      hasPendingChange: true,
    });
    const gone = overlayConversation(ten, [pending(remove(1, id))], context());
    expect(gone.lastMessage).toMatchObject({ content: null });
    expect(gone.lastMessage?.deletedAt).not.toBeNull();
    expect(gone.lastActivityAt).toBe(time(10));
  });

  it('E5.3 changes of an unsent last message are laid over it too', () => {
    const queue = [pending(send(1)), pending(edit(2, uuid(1), 'better'))];
    expect(overlayConversation(ten, queue, context()).lastMessage).toMatchObject({
      id: uuid(1),
      content: 'better',
    });
  });

  it('E5.3 a change of another message leaves it alone', () => {
    const queue = [pending(edit(1, message(9).id)), pending(markRead(2, 3))];
    expect(overlayConversation(ten, queue, context()).lastMessage).toMatchObject({
      content: 'm10',
      hasPendingChange: false,
    });
  });
});

describe('unread under a pending mark-read', () => {
  const view = (seq: number, window?: MessageWindow) =>
    overlayConversation(ten, [pending(markRead(1, seq))], context({ window: () => window }));

  it('E5.13 D7 reading to the end leaves nothing unread, whatever is loaded', () => {
    expect(view(10)).toMatchObject({ unreadCount: 0, lastReadSeq: 10 });
    expect(view(99)).toMatchObject({ unreadCount: 0, lastReadSeq: 99 });
  });

  it('D7 reading a part counts what is loaded after it', () => {
    const rows = range(1, 10).map((row) =>
      row.seq === 8
        ? { ...row, senderId: ALICE }
        : row.seq === 9
          ? deleted(row, 9)
          : row.seq === 7
            ? { ...row, counts: false }
            : row,
    );
    expect(view(5, windowOf(rows))).toMatchObject({ unreadCount: 2, lastReadSeq: 5 });
    expect(view(5, windowOf(rows.slice(5)))).toMatchObject({ unreadCount: 2 });
  });

  it('D7 with a hole before what is loaded, or more after it, the count of the server stays until it answers', () => {
    expect(view(5)).toMatchObject({ unreadCount: 8, lastReadSeq: 5 });
    expect(view(5, windowOf(range(7, 10)))).toMatchObject({ unreadCount: 8 });
    expect(view(5, { ...windowOf(range(1, 8)), hasNewer: true })).toMatchObject({ unreadCount: 8 });
  });

  it('D6 the cursor never goes back, and a refused one does not count', () => {
    expect(view(1)).toMatchObject({ unreadCount: 8, lastReadSeq: 2 });
    expect(readCursor(ten, [pending(markRead(1, 7)), pending(markRead(2, 4), 'confirmed')])).toBe(7);
    expect(readCursor(ten, [pending(markRead(1, 7), 'failed')])).toBe(2);
    expect(readCursor(ten, [pending(markDelivered(1, 7)), pending(send(2))])).toBe(2);
  });

  it('E5.13 D7 marking unread moves the cursor back, in the order of what the user did', () => {
    const rows = windowOf(range(1, 10));
    const shown = (...queue: Parameters<typeof pending>[0][]) =>
      overlayConversation(
        ten,
        queue.map((mutation) => pending(mutation)),
        context({ window: () => rows }),
      );
    expect(shown(markRead(1, 10), markUnread(2, 9))).toMatchObject({ unreadCount: 2, lastReadSeq: 8 });
    expect(shown(markUnread(1, 1), markRead(2, 10))).toMatchObject({ unreadCount: 0, lastReadSeq: 10 });
    expect(shown(markUnread(1, 9))).toMatchObject({ unreadCount: 8, lastReadSeq: 2 });
  });

  it('D7 equals a recount for any cursor over any loaded history', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const random = createSeededRandom(seed);
      const last = 1 + random.int(30);
      const rows = range(1, last).map((row) => ({
        ...row,
        senderId: random.pick([ALICE, BOB, null]),
        counts: random.chance(0.8),
        deletedAt: random.chance(0.2) ? time(99) : null,
      }));
      const unreadAfter = (seq: number) =>
        rows.filter((row) => row.seq > seq && row.counts && row.deletedAt === null && row.senderId !== ALICE)
          .length;
      const read = random.int(last + 1);
      const record = {
        ...ten,
        version: last,
        lastSeq: last,
        lastMessage: rows.at(-1) ?? null,
        unread: unreadAfter(read),
        me: ownMember(ALICE, { lastReadSeq: read }),
      };
      const cursor = random.int(last + 3);
      const shown = overlayConversation(
        record,
        [pending(markRead(1, cursor))],
        context({ window: () => windowOf(rows) }),
      );
      expect(shown.unreadCount, `seed ${seed}`).toBe(unreadAfter(Math.max(read, cursor)));
    }
  });
});

describe('a conversation that is not created yet', () => {
  const creation = pending(create(7, [CAROL, BOB, CAROL]), 'pending', Date.UTC(2030, 0, 3));

  it('E2 shows as it will be, under the id it will have', () => {
    const view = pendingConversation(creation, [creation], context());
    expect(view).toMatchObject({
      id: uuid(7),
      kind: 'group',
      title: 'c7',
      name: 'c7',
      data: {},
      contextType: null,
      memberCount: 3,
      lastMessage: null,
      lastActivityAt: '2030-01-03T00:00:00.000Z',
      unreadCount: 0,
      lastReadSeq: 0,
      lastSeq: 0,
      status: 'pending',
      error: null,
    });
    expect(view.members.map(({ userId, role }) => [userId, role])).toEqual([
      [ALICE, 'owner'],
      [BOB, 'member'],
      [CAROL, 'member'],
    ]);
  });

  it('E5.14 is called after the others when it has no title', () => {
    const { mutation } = creation;
    const untitled = { ...creation, mutation: { ...mutation, args: { ...mutation.args, title: null } } };
    expect(pendingConversation(untitled, [untitled], context()).name).toBe('name of b, name of c');
    const profiles = { [CAROL]: profile(CAROL) };
    expect(pendingConversation(untitled, [untitled], context({ profiles })).name).toBe('name of c');
  });

  it('E5.14 shows the messages already written in it', () => {
    const first = pending(send(8, uuid(7)), 'pending', Date.UTC(2030, 0, 4));
    const view = pendingConversation(
      creation,
      [creation, first, pending(edit(9, uuid(8), 'better'))],
      context(),
    );
    expect(view).toMatchObject({
      lastMessage: { id: uuid(8), content: 'better', status: 'pending' },
      lastActivityAt: '2030-01-04T00:00:00.000Z',
    });
  });

  it('E4 stays with its reason when it was refused, and pending until its row is there', () => {
    const refused = pending(create(7, [BOB]), 'failed');
    expect(pendingConversation(refused, [refused], context())).toMatchObject({
      status: 'failed',
      error: { code: 'forbidden' },
    });
    const confirmed = pending(create(7, [BOB]), 'confirmed');
    expect(pendingConversation(confirmed, [confirmed], context())).toMatchObject({
      status: 'pending',
      error: null,
    });
  });
});
