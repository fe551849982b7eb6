import { describe, expect, it } from 'vitest';
import {
  listed,
  openList,
  unreadOf,
  withConversation,
  withoutConversations,
  withPage,
  withTotal,
  type ConversationList,
} from '../../../src/cache/conversation-list';
import type { ConversationRecord } from '../../../src/model/records';
import type { ConversationPage } from '../../../src/model/wire';
import { createSeededRandom } from '../../../src/testing/seeded-random';
import { ownMember, conversation, ALICE, time, uuid } from '../support/rows';

/** A conversation by a small number, which its id is made of, last active `seconds` into the day. */
const row = (n: number, seconds: number, over: Partial<ConversationRecord> = {}) =>
  conversation({ id: uuid(n), title: `c${n}`, lastActivityAt: time(seconds), ...over });

const page = (
  conversations: readonly ConversationRecord[],
  next: string | null = null,
  unreadTotal = unreadOf(conversations),
): ConversationPage => ({
  conversations: [...conversations],
  members: [],
  profiles: [],
  next,
  unread_total: unreadTotal,
});

const titles = (items: readonly ConversationRecord[]) => items.map(({ title }) => title);

/** The order of the server: newest activity first, then by id. */
function inOrder(items: readonly ConversationRecord[]): readonly ConversationRecord[] {
  return [...items].sort((a, b) =>
    a.lastActivityAt === b.lastActivityAt
      ? a.id < b.id
        ? 1
        : -1
      : a.lastActivityAt < b.lastActivityAt
        ? 1
        : -1,
  );
}

describe('order', () => {
  it('E5.1 newest activity first, from the first page on', () => {
    const list = openList(page([row(1, 30), row(2, 20), row(3, 10)]));
    expect(titles(list.items)).toEqual(['c1', 'c2', 'c3']);
    expect(list).toMatchObject({ next: null, listedFrom: null, unreadElsewhere: 0 });
  });

  it('E5.1 activity brings a conversation to the top, and the others keep their references', () => {
    const [a, b, c] = [row(1, 30), row(2, 20), row(3, 10)];
    const list = withConversation(openList(page([a, b, c])), row(3, 40));
    expect(titles(list.items)).toEqual(['c3', 'c1', 'c2']);
    expect(list.items[1]).toBe(a);
    expect(list.items[2]).toBe(b);
  });

  it('E5.1 a change without activity leaves it in its place, also between equals', () => {
    const list = openList(page([row(3, 20), row(2, 20), row(1, 20)]));
    const renamed = withConversation(list, row(3, 20, { unread: 1 }));
    expect(titles(renamed.items)).toEqual(['c3', 'c2', 'c1']);
    expect(titles(withConversation(renamed, row(2, 20, { unread: 1 })).items)).toEqual(['c3', 'c2', 'c1']);
  });

  it('E5.1 times with and without fractions of a second compare as times', () => {
    const at = (n: number, lastActivityAt: string) => row(n, 0, { lastActivityAt });
    const list = [
      at(1, '2030-01-01T00:00:01+00:00'),
      at(2, '2030-01-01T00:00:01.123+00:00'),
      at(3, '2030-01-01T00:00:01.12+00:00'),
    ].reduce(withConversation, openList(page([])));
    expect(titles(list.items)).toEqual(['c2', 'c3', 'c1']);
  });

  it('E5.1 the same row changes nothing, not even the reference of the list', () => {
    const a = row(1, 30);
    const list = openList(page([a, row(2, 20)]));
    expect(withConversation(list, a)).toBe(list);
    expect(withoutConversations(list, [uuid(9)])).toBe(list);
    expect(withTotal(list, 0)).toBe(list);
  });

  it('E5.1 any order of updates ends in the order of the server, without doubles', () => {
    for (let seed = 1; seed <= 100; seed++) {
      const random = createSeededRandom(seed);
      const rows = new Map(Array.from({ length: 8 }, (_, i) => [uuid(i), row(i, random.int(4))] as const));
      let list = openList(page(inOrder([...rows.values()]).slice(0, 4), 'more'));
      for (const id of random.shuffle([...rows.keys(), ...rows.keys()])) {
        const known = rows.get(id);
        if (!known) continue;
        const moved = {
          ...known,
          lastActivityAt: random.chance(0.5) ? time(random.int(6)) : known.lastActivityAt,
        };
        rows.set(id, moved);
        list = withConversation(list, moved);
        expect(titles(list.items), `seed ${seed}`).toEqual(titles(inOrder(list.items)));
      }
      expect(titles(list.items), `seed ${seed}`).toEqual(titles(inOrder([...rows.values()])));
    }
  });
});

describe('paging', () => {
  const first = openList(page([row(1, 50), row(2, 40)], 'after 2', 0));

  it('E6.16 lists what the pages hold, and hides what is known from beyond them', () => {
    const list = withConversation(first, row(5, 10));
    expect(titles(list.items)).toEqual(['c1', 'c2', 'c5']);
    expect(titles(listed(list))).toEqual(['c1', 'c2']);
  });

  it('E6.16 shows one from beyond the pages once it is active', () => {
    const list = withConversation(withConversation(first, row(5, 10)), row(5, 60));
    expect(titles(listed(list))).toEqual(['c5', 'c1', 'c2']);
  });

  it('E6.16 goes on where the last page ended', () => {
    const second = withPage(
      withConversation(first, row(4, 20)),
      page([row(3, 30), row(4, 20)], 'after 4', 0),
    );
    expect(second).toMatchObject({ next: 'after 4', listedFrom: time(20) });
    expect(titles(listed(second))).toEqual(['c1', 'c2', 'c3', 'c4']);
    const last = withPage(second, page([row(5, 10)], null, 0));
    expect(last).toMatchObject({ next: null, listedFrom: null });
    expect(titles(listed(last))).toEqual(['c1', 'c2', 'c3', 'c4', 'c5']);
  });

  it('E6.16 everything known is listed after the last page, an empty one too', () => {
    const last = withPage(withConversation(first, row(5, 10)), page([], null, 0));
    expect(titles(listed(last))).toEqual(['c1', 'c2', 'c5']);
  });

  it('E6.16 a page does not undo what arrived live while it was on its way', () => {
    const live = row(2, 60, { version: 7, unread: 3 });
    const list = withPage(
      withConversation(first, live),
      page([row(2, 40, { version: 6, unread: 2 })], null, 3),
    );
    expect(titles(list.items)).toEqual(['c2', 'c1']);
    expect(list.items[0]).toBe(live);
  });

  it('E6.16 a page that comes twice doubles nothing', () => {
    const again = withPage(first, page([row(1, 50), row(2, 40)], 'after 2', 0));
    expect(titles(again.items)).toEqual(['c1', 'c2']);
  });

  it('D5 what I left goes, listed or not', () => {
    const list = withoutConversations(withConversation(first, row(5, 10)), [uuid(1), uuid(5), uuid(9)]);
    expect(titles(list.items)).toEqual(['c2']);
  });
});

describe('unread in total', () => {
  const total = (list: ConversationList) => unreadOf(list.items) + list.unreadElsewhere;
  const first = openList(page([row(1, 50, { unread: 2 }), row(2, 40, { unread: 1 })], 'after 2', 10));

  it('D7 what is not in the loaded pages is counted too', () => {
    expect(first.unreadElsewhere).toBe(7);
    expect(total(first)).toBe(10);
  });

  it('D7 moves with live changes of the loaded ones', () => {
    expect(total(withConversation(first, row(1, 60, { unread: 3 })))).toBe(11);
    const read = row(1, 60, { unread: 0, me: ownMember(ALICE, { lastReadSeq: 9 }) });
    expect(total(withConversation(first, read))).toBe(8);
  });

  it('D7 one that was counted elsewhere and joins the list is not counted twice', () => {
    const list = openList(page([row(1, 30)], 'next', 5));
    const known = row(2, 40, { unread: 3 });
    const joined = withConversation(list, known, 2);
    expect(joined.unreadElsewhere + unreadOf(joined.items)).toBe(6);
    expect(withConversation(joined, { ...known, unread: 4 }, 3).unreadElsewhere).toBe(3);
  });

  it('D7 the next page brings its share along', () => {
    const second = withPage(first, page([row(3, 30, { unread: 4 })], 'after 3', 10));
    expect(second.unreadElsewhere).toBe(3);
    expect(total(withPage(second, page([row(4, 20, { unread: 3 })], null, 10)))).toBe(10);
  });

  it('D7 the total of a pull corrects it, and is never less than what is shown', () => {
    expect(withTotal(first, 5).unreadElsewhere).toBe(2);
    expect(withTotal(first, 1).unreadElsewhere).toBe(0);
  });

  it('D7 what I left counts no more', () => {
    expect(total(withoutConversations(first, [uuid(1)]))).toBe(8);
  });
});
