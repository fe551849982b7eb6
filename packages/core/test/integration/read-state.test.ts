import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually, unwatchAll, watch } from './support/eventually';
import { createPair, done, say, type Pair } from './support/pair';

describe('what is read', () => {
  let pair: Pair;

  beforeAll(async () => {
    pair = await createPair();
  });
  afterEach(unwatchAll);
  afterAll(() => pair.world.stop());

  it('D7 marking unread counts again from there, on all devices, and takes no receipt back', async () => {
    const { a, b, bob, group } = pair;
    const inbox = watch(b.confab.conversations.list());
    const theirs = watch(b.confab.messages.list(group));
    const mine = watch(a.confab.messages.list(group));
    for (const content of ['One', 'Two', 'Three']) await say(a, group, content);
    await eventually(theirs, ({ messages }) => messages.length === 3);
    await b.confab.messages.markRead(group);
    await eventually(mine, ({ readByAllSeq }) => readByAllSeq === 3);
    const second = await bob.device();
    const other = watch(second.confab.conversations.list());
    await eventually(other, ({ conversations }) => conversations[0]?.unreadCount === 0);

    await b.confab.messages.markUnread(group, 2);
    expect(inbox.get().conversations[0]).toMatchObject({ unreadCount: 2, lastReadSeq: 1 });
    await eventually(other, ({ conversations }) => conversations[0]?.unreadCount === 2);
    await eventually(b.confab.connection, ({ unsentCount }) => unsentCount === 0);
    await say(a, group, 'Four');
    await eventually(inbox, ({ conversations }) => conversations[0]?.unreadCount === 3);
    await eventually(b.confab.conversations.unreadCount(), (count) => count === 3);
    expect(mine.get().readByAllSeq).toBeGreaterThanOrEqual(3);

    await b.confab.messages.markRead(group);
    expect(inbox.get().conversations[0]).toMatchObject({ unreadCount: 0, lastReadSeq: 4 });
    await eventually(other, ({ conversations }) => conversations[0]?.unreadCount === 0);
  });

  it('D6 tells who has read a message, and when', async () => {
    const { a, b, bob, group } = pair;
    const theirs = watch(b.confab.messages.list(group));
    const { id, seq } = await say(a, group, 'Read this');
    const delivered = watch(a.confab.messages.list(group));
    watch(b.confab.conversations.list());
    await eventually(delivered, ({ deliveredToAllSeq }) => deliveredToAllSeq >= (seq ?? 0));
    expect(await a.confab.receipts.readers(id)).toMatchObject({ items: [], deliveredTo: [bob.id] });
    await eventually(theirs, ({ messages }) => messages.at(-1)?.id === id);
    await b.confab.messages.markRead(group);
    await eventually(delivered, ({ readByAllSeq }) => readByAllSeq >= (seq ?? 0));
    const { items, next } = await a.confab.receipts.readers(id);
    expect(items).toMatchObject([{ profile: { id: bob.id, displayName: 'Bob' } }]);
    expect(Date.parse(items[0]?.readAt ?? '')).toBeGreaterThan(0);
    expect(next).toBeNull();
  });

  it('D7 counts everything, and reads everything at once', async () => {
    const { a, b, bob, group } = pair;
    const direct = await a.confab.conversations.direct(bob.id);
    const inbox = watch(b.confab.conversations.list());
    const total = watch(b.confab.conversations.unreadCount());
    const root = await say(b, group, 'Root');
    await say(a, direct, 'Psst');
    await done(a.confab.messages.send(group, { content: '@Bob', mentionedUserIds: [bob.id] }));
    await done(a.confab.messages.send(group, { content: 'Reply', threadRootId: root.id }));
    expect(await b.confab.unread.counts()).toEqual({
      messages: 2,
      conversations: 2,
      mentions: 1,
      threads: 1,
    });
    await eventually(total, (count) => count === 2);
    await done(b.confab.unread.markAllRead());
    expect(await b.confab.unread.counts()).toEqual({
      messages: 0,
      conversations: 0,
      mentions: 0,
      threads: 0,
    });
    await eventually(total, (count) => count === 0);
    await eventually(inbox, ({ conversations }) =>
      conversations.every(
        (row) => row.unreadCount === 0 && row.unreadMentionCount === 0 && row.unreadThreadCount === 0,
      ),
    );
  });
});
