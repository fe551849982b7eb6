import { describe, expect, it } from 'vitest';
import { createComposer } from '../../../src/screens/composer';
import { fitsFilter, type ConversationsFilter } from '../../../src/screens/conversation-filter';
import { createReadReceipts } from '../../../src/screens/read-receipts';
import { createThread } from '../../../src/screens/thread';
import { createTimeline } from '../../../src/screens/timeline';
import { createFakeServer, createTestConfab, runQueriesOn, settled } from '../../../src/testing';
import { createManualClock } from '../../../src/testing/manual-clock';

const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const [alice, bob, carol, group] = [uuid(1), uuid(2), uuid(3), uuid(9)];

/** Alice's client; she, Bob and Carol are in one group. */
function open() {
  const clock = createManualClock();
  runQueriesOn(clock);
  const server = createFakeServer();
  server.addUser(alice, 'Alice');
  server.addUser(bob, 'Bob');
  server.addUser(carol, 'Carol');
  server.addConversation(group, [alice, bob, carol]);
  const client = createTestConfab({ server, clock, userId: alice });
  return { ...client, server, say: (content: string, by = bob) => server.send(by, group, content) };
}

const watch = async (readable: { subscribe: (listener: () => void) => () => void }) => {
  const stop = readable.subscribe(() => undefined);
  await settled();
  return stop;
};

describe('screens on a whole client', () => {
  it('E16.9 the divider stays where it was on opening, and a live one goes with what is read', async () => {
    const { confab, say } = open();
    for (const text of ['one', 'two']) say(text);
    const kept = createTimeline(confab, group);
    const live = createTimeline(confab, group, { unreadDivider: 'live', timeZone: 'UTC' });
    await watch(kept);
    await watch(live);
    const types = ({ get }: typeof kept) => get().items.map(({ type }) => type);
    expect(types(kept)).toEqual(['day', 'unread', 'message', 'message']);
    expect(types(live)).toEqual(types(kept));
    await confab.messages.markRead(group);
    await settled();
    expect(types(kept)).toContain('unread');
    expect(types(live)).toEqual(['day', 'message', 'message']);
    expect(live.get().unreadAfterSeq).toBeNull();
    kept.actions.clearUnreadDivider();
    expect(types(kept)).not.toContain('unread');
    say('three');
    await settled();
    expect(types(kept)).not.toContain('unread');
    expect(types(live)).toContain('unread');
  });

  it('E16.3 the divider of a whole client stands above what counts, whatever lies before it', async () => {
    const { confab, say, server } = open();
    const read = say('read');
    server.apply(alice, 'mark_read', group, { seq: read.seq });
    const gone = say('gone');
    const hidden = say('hidden');
    server.apply(bob, 'delete_message', group, { message_id: gone.id });
    server.apply(alice, 'hide_message', group, { message_id: hidden.id });
    server.apply(carol, 'leave_conversation', group, {});
    const fresh = say('new');
    const timeline = createTimeline(confab, group, { timeZone: 'UTC' });
    await watch(timeline);
    const shown = () =>
      timeline.get().items.map((item) => (item.type === 'message' ? item.message.content : item.type));
    expect(shown()).toEqual(['day', 'read', null, null, 'unread', 'new']);
    expect(timeline.get().unreadAfterSeq).toBe(read.seq);
    server.apply(bob, 'delete_message', group, { message_id: fresh.id });
    await settled();
    expect(shown()).not.toContain('unread');
    await confab.messages.markUnread(group, gone.seq);
    await settled();
    expect(shown()).not.toContain('unread');
  });

  it('E16.10 a thread is followed, unread and read', async () => {
    const { confab, say, server } = open();
    const root = say('Where?', alice);
    const thread = createThread(confab, group, root.id);
    await watch(thread);
    expect(thread.get()).toMatchObject({ root: { id: root.id }, isUnread: false, items: [] });
    server.send(bob, group, 'Here', { thread_root_id: root.id });
    await settled();
    expect(thread.get()).toMatchObject({ isFollowing: true, isUnread: true });
    await thread.actions.markRead();
    await settled();
    expect(thread.get().isUnread).toBe(false);
    await thread.actions.send({ content: 'Thanks' });
    expect(thread.get().messages.map(({ content }) => content)).toEqual(['Here', 'Thanks']);
    await thread.actions.unfollow();
    await settled();
    expect(thread.get()).toMatchObject({ isFollowing: false, isUnread: false });
  });

  it('E16.11 a composer sends, gives back what is refused, and keeps its draft while it is watched', async () => {
    const { confab, server, auth } = open();
    const composer = createComposer(confab, group, { maxLength: 10 });
    const stop = await watch(composer);
    const { setText, send } = composer.actions;
    setText('Hello');
    await send();
    await settled();
    expect(composer.get()).toMatchObject({ text: '', canSend: false, mode: 'new' });
    expect(server.messages(group).at(-1)?.content).toBe('Hello');
    setText('far too long for this');
    expect(await send()).toBeNull();
    expect(composer.get()).toMatchObject({ isTooLong: true, error: { code: 'content_too_long' } });
    setText('Later');
    stop();
    await settled();
    const again = createComposer(confab, group);
    await watch(again);
    expect(again.get().text).toBe('Later');
    auth.signOut();
    await settled();
    again.actions.setText('Anyone?');
    await again.actions.send();
    expect(again.get()).toMatchObject({ text: 'Anyone?', error: { code: 'unauthenticated' } });
  });

  it('E16.16 a composer keeps the indentation of code, and an edit that changes nothing leaves all as it was', async () => {
    const { confab, server } = open();
    const composer = createComposer(confab, group);
    await watch(composer);
    const { setText, send, startEdit } = composer.actions;
    const list = confab.messages.list(group);
    await watch(list);
    const last = () => {
      const message = list.get().messages.at(-1);
      if (!message) throw new Error('there is no message');
      return message;
    };
    setText('\n    if x:\n        run()\n');
    await send();
    await settled();
    expect(server.messages(group).at(-1)?.content).toBe('    if x:\n        run()');
    for (const content of ['    if x:\n        run()', '\n\n\tx  \n', '\u3000段落\u3000']) {
      const { id, version } = server.send(alice, group, content);
      await settled();
      startEdit(last());
      expect(composer.get()).toMatchObject({ mode: 'edit', text: content });
      expect(await send()).toBeNull();
      await settled();
      expect(composer.get()).toMatchObject({ mode: 'new', error: null });
      expect(server.messages(group).at(-1)).toMatchObject({ id, version, content, edited_at: null });
    }
    startEdit(last());
    setText('\u3000段落。\u3000');
    await send();
    await settled();
    expect(server.messages(group).at(-1)?.content).toBe('\u3000段落。');
  });

  it('E16.17 mentions go with the message by their places, and an edit begins from there, whatever people are called then', async () => {
    const { confab, server } = open();
    const composer = createComposer(confab, group);
    await watch(composer);
    const list = confab.messages.list(group);
    await watch(list);
    const { setText, addMention, send, startEdit, removeMention } = composer.actions;
    const last = () => list.get().messages.at(-1) ?? expect.unreachable('there is no message');
    setText('\n😀 ');
    addMention({ id: bob, displayName: 'Sam Hillman' });
    addMention({ id: carol, displayName: 'Sam Hill' });
    const mentions = [
      { userId: bob, start: 3, length: 12 },
      { userId: carol, start: 16, length: 9 },
    ];
    const sending = send();
    expect(last()).toMatchObject({ status: 'pending', content: '😀 @Sam Hillman @Sam Hill', mentions });
    await sending;
    await settled();
    expect(last()).toMatchObject({ status: 'sent', mentions, mentionedUserIds: [bob, carol] });
    server.addUser(bob, 'Robert');
    await settled();
    startEdit(last());
    expect(composer.get().mentions).toEqual(mentions);
    // Nothing has changed.
    expect(await send()).toBeNull();
    startEdit(last());
    const [first] = composer.get().mentions;
    if (first) removeMention(first);
    await send();
    await settled();
    expect(last()).toMatchObject({
      content: '😀  @Sam Hill',
      mentions: [{ userId: carol, start: 4, length: 9 }],
      mentionedUserIds: [carol],
    });
    // Another person of that name, in the same text.
    startEdit(last());
    const [other] = composer.get().mentions;
    if (other) removeMention(other);
    addMention({ id: bob, displayName: 'Sam Hill' });
    await send();
    await settled();
    expect(last()).toMatchObject({ content: '😀  @Sam Hill', mentionedUserIds: [bob] });
  });

  it('E16.17 everyone, and who was mentioned without a place, are in an edit what they were in the message', async () => {
    const { confab, server } = open();
    const composer = createComposer(confab, group);
    await watch(composer);
    const list = confab.messages.list(group);
    await watch(list);
    const { setText, addMention, send, startEdit } = composer.actions;
    const last = () => list.get().messages.at(-1) ?? expect.unreachable('there is no message');
    addMention({ id: null, displayName: 'all' });
    await send();
    await settled();
    expect(server.messages(group).at(-1)?.mentions_everyone).toBe(true);
    startEdit(last());
    setText('Nobody', 6);
    await send();
    await settled();
    expect(server.messages(group).at(-1)?.mentions_everyone).toBe(false);
    const more = { mentioned_user_ids: [bob, carol], mentions_everyone: true };
    server.send(alice, group, 'Hi @Bob, and you know who', more);
    await settled();
    startEdit(last());
    setText('Hi, and you know who', 2);
    await send();
    await settled();
    expect(server.messages(group).at(-1)).toMatchObject({
      mentioned_user_ids: [carol],
      mentions_everyone: true,
    });
  });

  it('E16.17 what is undone in the field comes back with its mentions', async () => {
    const { confab } = open();
    const composer = createComposer(confab, group);
    await watch(composer);
    const { setText, addMention, send } = composer.actions;
    setText('Hi ');
    addMention({ id: bob, displayName: 'Bob' });
    const { mentions } = composer.get();
    setText('Hi @Bo', 6);
    expect(composer.get().mentions).toEqual([]);
    setText('Hi @Bob ', 8);
    expect(composer.get().mentions).toEqual(mentions);
    await send();
    // Not into the next message.
    setText('Hi @Bob ', 8);
    expect(composer.get().mentions).toEqual([]);
  });

  it('E16.12 receipts show the others where they have read to, and keep the rest', async () => {
    const { confab, say, server } = open();
    const [first, second] = [say('one', alice), say('two', alice)];
    server.apply(bob, 'mark_read', group, { seq: first.seq });
    server.apply(carol, 'mark_read', group, { seq: first.seq });
    const receipts = createReadReceipts(confab, group);
    await watch(receipts);
    const who = () =>
      Object.fromEntries(
        Object.entries(receipts.get()).map(([id, all]) => [id, all.map(({ userId }) => userId)]),
      );
    expect(who()).toEqual({ [first.id]: [bob, carol] });
    server.apply(carol, 'mark_read', group, { seq: second.seq });
    await settled();
    expect(who()).toEqual({ [first.id]: [bob], [second.id]: [carol] });
    const before = receipts.get()[first.id];
    say('three', alice);
    await settled();
    expect(receipts.get()[first.id]).toBe(before);
  });

  it('E16.14 a filter says what the server would say', async () => {
    const { confab, say } = open();
    say('Hello');
    await watch(confab.conversations.list());
    await confab.conversations.setMembership(group, { isPinned: true, mutedUntil: '2026-01-02T00:00:00Z' });
    await settled();
    const [conversation] = confab.conversations.held().get();
    if (!conversation) throw new Error('unable to filter; there is no conversation');
    const noon = Date.UTC(2026, 0, 1, 12);
    const fits = (filter: ConversationsFilter, now = noon) => fitsFilter(conversation, filter, alice, now);
    for (const filter of [
      {},
      { isPinned: true, isUnread: true, isArchived: false, isHidden: false },
      { kinds: ['group', 'direct'], query: 'cAR' },
      { isMuted: true },
    ])
      expect(fits(filter), JSON.stringify(filter)).toBe(true);
    for (const filter of [
      { isPinned: false },
      { isHidden: true },
      { kinds: ['direct'] },
      { query: 'alice' },
      { context: { type: 'course' } },
      { isMuted: false },
    ])
      expect(fits(filter), JSON.stringify(filter)).toBe(false);
    expect(fits({ isMuted: true }, Date.UTC(2026, 0, 3))).toBe(false);
  });
});
