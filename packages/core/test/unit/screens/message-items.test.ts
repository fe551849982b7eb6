import { describe, expect, it } from 'vitest';
import { createMessageItems, firstUnread, type MessageListItem } from '../../../src/screens/message-items';
import { createMessage, type Shown } from './support/messages';

const at = (seq: number, createdAt: string, over: Partial<Shown> = {}): Shown =>
  ({ ...createMessage(seq), createdAt, ...over }) as Shown;
const lines = (items: readonly MessageListItem[]) =>
  items.map((item) =>
    item.type === 'message'
      ? `${item.isFirstOfGroup ? '[' : ' '}${item.message.seq}${item.isLastOfGroup ? ']' : ' '}`
      : item.type === 'day'
        ? item.date
        : item.type,
  );
const bob = { senderId: 'bob' };

describe('items of a list', () => {
  it('E16.1 a day stands above its first message, by the given time zone', () => {
    const messages = [at(1, '2026-01-01T22:30:00Z'), at(2, '2026-01-01T23:30:00Z', bob)];
    expect(lines(createMessageItems('UTC')(messages, false))).toEqual(['2026-01-01', '[1]', '[2]']);
    expect(lines(createMessageItems('Europe/Berlin')(messages, false))).toEqual([
      '2026-01-01',
      '[1]',
      '2026-01-02',
      '[2]',
    ]);
  });

  it('E16.1 days begin at their moment where the hours of a zone are no full ones', () => {
    const times = ['2026-01-01T18:14:59Z', '2026-01-01T18:15:00Z', '2026-01-01T18:14:58Z'];
    const messages = times.map((time, i) => at(i + 1, time));
    expect(lines(createMessageItems('Asia/Kathmandu')(messages, true))).toEqual([
      ...['[1]', '2026-01-02', '[2]', '2026-01-01', '[3]'],
    ]);
  });

  it('E16.1 no day stands above the first message while it may have begun before', () => {
    const messages = [at(1, '2026-01-01T10:00:00Z'), at(2, '2026-01-02T10:00:00Z')];
    expect(lines(createMessageItems('UTC')(messages, true))).toEqual(['[1]', '2026-01-02', '[2]']);
  });

  it('E16.2 groups end with their sender, after five minutes, with the day, and around system messages', () => {
    const messages = [
      at(1, '2026-01-01T10:00:00.000Z'),
      at(2, '2026-01-01T10:05:00.000Z'),
      at(3, '2026-01-01T10:10:00.001Z'),
      at(4, '2026-01-01T10:10:00.002Z', bob),
      at(5, '2026-01-01T10:10:00.003Z', { ...bob, kind: 'system', data: {} }),
      at(6, '2026-01-01T10:10:00.004Z', bob),
      at(7, '2026-01-01T10:10:00.005Z', { senderId: null }),
      at(8, '2026-01-01T10:10:00.006Z', { senderId: null }),
      at(9, '2026-01-01T23:59:59.000Z'),
      at(10, '2026-01-02T00:00:01.000Z'),
    ];
    expect(lines(createMessageItems('UTC')(messages, true))).toEqual([
      ...['[1 ', ' 2]', '[3]', '[4]', '[5]', '[6]', '[7]', '[8]', '[9]', '2026-01-02', '[10]'],
    ]);
  });

  it('E16.3 the unread divider ends a group', () => {
    const messages = [at(1, '2026-01-01T10:00:00Z'), at(2, '2026-01-01T10:00:01Z')];
    expect(lines(createMessageItems('UTC')(messages, true, 'message-2'))).toEqual(['[1]', 'unread', '[2]']);
  });

  it('E16.3 the first unread message is one of others, and only where those before it are loaded', () => {
    const messages = [
      at(4, '2026-01-01T10:00:00Z', { isOwn: true }),
      at(5, '2026-01-01T10:00:00Z', { isOwn: true }),
      at(6, '2026-01-01T10:00:00Z'),
      at(7, '2026-01-01T10:00:00Z'),
    ];
    expect(firstUnread(messages, 4, true)).toBe('message-6');
    expect(firstUnread(messages, 3, true)).toBeUndefined();
    expect(firstUnread(messages, 3, false)).toBe('message-6');
    expect(firstUnread(messages, 7, true)).toBeUndefined();
    expect(firstUnread(messages, null, false)).toBeUndefined();
    const unsent = at(8, '2026-01-01T10:00:01Z', { isOwn: true, seq: null });
    expect(firstUnread([...messages, unsent], 6, true)).toBe('message-7');
    expect(firstUnread([...messages, unsent, unsent, unsent], 7, true)).toBeUndefined();
  });

  it('E16.3 the divider passes over what nobody has to read', () => {
    const now = '2026-01-01T10:00:00Z';
    const deleted = at(5, now, { deletedAt: now, content: null });
    const system = at(5, now, { kind: 'system', senderId: null, countsAsUnread: false });
    const silent = at(5, now, { kind: 'image', countsAsUnread: false });
    const own = at(5, now, { isOwn: true });
    for (const passed of [deleted, system, silent, own]) {
      expect(firstUnread([at(4, now), passed, at(6, now)], 4, false)).toBe('message-6');
      expect(firstUnread([at(4, now), passed, { ...passed, id: 'again', seq: 6 }], 4, false)).toBeUndefined();
      expect(firstUnread([at(4, now), passed, at(7, now), passed], 4, false)).toBe('message-7');
    }
  });

  it('E16.3 in a thread the divider stands above the first reply of others', () => {
    const now = '2026-01-01T10:00:00Z';
    const reply = { threadRootId: 'message-1', countsAsUnread: false };
    const messages = [at(4, now, reply), at(5, now, { ...reply, deletedAt: now }), at(6, now, reply)];
    expect(firstUnread(messages, 4, true)).toBe('message-6');
    expect(firstUnread(messages, 3, false)).toBe('message-4');
  });

  it('E16.4 a new message changes the item above it and no other', () => {
    const toItems = createMessageItems('UTC');
    const messages = Array.from({ length: 50 }, (_, i) => at(i + 1, '2026-01-01T10:00:00Z'));
    const before = toItems(messages, false);
    const more = [...messages, at(51, '2026-01-01T10:00:00Z')];
    const after = toItems(more, false);
    expect(after.slice(0, -2)).toEqual(before.slice(0, -1));
    expect(after.filter((item, i) => item !== before[i])).toHaveLength(2);
    const older = [at(0, '2026-01-01T09:00:00Z'), ...more];
    // The day moves up, the rest stays.
    expect(
      toItems(older, false)
        .filter((item) => !after.includes(item))
        .map(({ key }) => key),
    ).toEqual(['day-message-0', 'message-0']);
  });

  it('E16.4 the same messages are the same items', () => {
    const toItems = createMessageItems('UTC');
    const messages = [at(1, '2026-01-01T10:00:00Z')];
    expect(toItems([...messages], false)).toBe(toItems(messages, false));
  });

  it('E16.4 whatever changes, the items are those that would be made anew', () => {
    let state = 7;
    const random = (below: number) => (state = (state * 48_271) % 2_147_483_647) % below;
    const toItems = createMessageItems('UTC');
    let messages: Shown[] = [];
    let hasOlder = true;
    let low = 1_000;
    let high = 1_000;
    const make = (seq: number) =>
      at(seq, new Date(Date.UTC(2026, 0, 1) + seq * 3_600_000 + random(3_000_000)).toISOString(), {
        senderId: ['alice', 'bob', null][random(3)] ?? null,
        id: `message-${seq}`,
      });
    for (let step = 0; step < 600; step++) {
      const index = random(messages.length + 1);
      const kind = random(6);
      if (kind === 0)
        messages = [make(--low), make(--low), ...messages].sort((a, b) => (a.seq ?? 0) - (b.seq ?? 0));
      else if (kind <= 2) messages = [...messages, make(++high)];
      else if (kind === 3)
        messages = messages.map((message, i) => (i === index ? make(message.seq ?? 0) : message));
      else if (kind === 4) messages = messages.filter((_, i) => i !== index);
      else hasOlder = random(2) === 0;
      if (random(50) === 0) messages = messages.slice(-5);
      const divider = random(3) === 0 ? messages[index]?.id : undefined;
      const items = toItems(messages, hasOlder, divider);
      expect(items).toEqual(createMessageItems('UTC')(messages, hasOlder, divider));
      expect(new Set(items.map(({ key }) => key)).size).toBe(items.length);
    }
  });
});
