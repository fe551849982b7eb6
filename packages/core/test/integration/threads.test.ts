import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually, unwatchAll, watch } from './support/eventually';
import { createPair, done, say, type Pair } from './support/pair';

describe('threads and reactions', () => {
  let pair: Pair;

  beforeAll(async () => {
    pair = await createPair();
  });
  afterEach(unwatchAll);
  afterAll(() => pair.world.stop());

  it('D7 a thread hangs under its root and stays out of the timeline', async () => {
    const { a, b, group, bob } = pair;
    const mine = watch(a.confab.messages.list(group));
    const theirs = watch(b.confab.messages.list(group));
    await eventually(theirs, ({ isPending }) => !isPending);
    const root = await say(a, group, 'Topic');
    for (const content of ['One', 'Two'])
      await done(b.confab.messages.send(group, { content, threadRootId: root.id }));
    const view = await eventually(mine, ({ messages }) => messages.at(-1)?.thread?.replyCount === 2);
    expect(view.messages.map(({ content }) => content)).toEqual(['Topic']);
    expect(view.messages[0]?.thread?.participantIds).toEqual([bob.id]);
    const { items } = await a.confab.threads.history(group, root.id, { limit: 1 });
    expect(items.map(({ content, threadRootId }) => [content, threadRootId])).toEqual([['Two', root.id]]);
    await say(b, group, 'Next');
    await eventually(mine, ({ messages }) => messages.map(({ content }) => content).join() === 'Topic,Next');
    await eventually(theirs, ({ messages }) => messages.length === 2);
  });

  it('D7 its author follows it, reads it, and stops', async () => {
    const { a, b, group } = pair;
    const root = await say(a, group, 'Another');
    const state = watch(a.confab.threads.state(root.id));
    const inbox = watch(a.confab.conversations.list());
    const reply = await done(b.confab.messages.send(group, { content: 'Yes', threadRootId: root.id }));
    await eventually(state, (known) => known?.unread === true);
    const { items } = await a.confab.threads.list({ onlyUnread: true });
    expect(items[0]).toMatchObject({ rootId: root.id, unread: true, root: { content: 'Another' } });
    const read = await done(a.confab.threads.markRead(group, root.id, reply.seq ?? 0));
    expect(read).toMatchObject({ unread: false, lastReadSeq: reply.seq });
    await eventually(state, (known) => known?.unread === false);
    await done(a.confab.threads.follow(group, root.id, false));
    await done(b.confab.messages.send(group, { content: 'Still there?', threadRootId: root.id }));
    await say(b, group, 'Marker');
    await eventually(watch(a.confab.messages.list(group)), ({ messages }) =>
      messages.some(({ content }) => content === 'Marker'),
    );
    expect(state.get()).toMatchObject({ isFollowing: false, unread: false });
    expect(inbox.get().conversations[0]?.name).toBe('Group');
  });

  it('D3 reactions are seen by all, and each knows its own', async () => {
    const { a, b, group, alice, bob } = pair;
    const mine = watch(a.confab.messages.list(group));
    const theirs = watch(b.confab.messages.list(group));
    const { id } = await say(a, group, 'Cake?');
    const reactionsIn = (view: ReturnType<typeof mine.get>) =>
      view.messages.find((row) => row.id === id)?.reactions;
    await done(b.confab.reactions.add(group, id, '👍'));
    await done(a.confab.reactions.add(group, id, '👍'));
    const seen = await eventually(mine, (view) => reactionsIn(view)?.[0]?.count === 2);
    expect(reactionsIn(seen)).toMatchObject([{ emoji: '👍', userIds: [bob.id, alice.id], isOwn: true }]);
    await eventually(theirs, (view) => reactionsIn(view)?.[0]?.isOwn === true);
    const { items } = await a.confab.reactions.list(id, { emoji: '👍' });
    expect(items.map(({ profile }) => profile.displayName)).toEqual(['Bob', 'Alice']);
    await done(b.confab.reactions.remove(group, id, '👍'));
    await eventually(theirs, (view) => reactionsIn(view)?.[0]?.count === 1);
    expect(reactionsIn(theirs.get())?.[0]?.isOwn).toBe(false);
    expect(reactionsIn(mine.get())?.[0]?.isOwn).toBe(true);
  });

  it('D3 toggling adds what is not there and takes back what is', async () => {
    const { a, group } = pair;
    const mine = watch(a.confab.messages.list(group));
    const message = await say(a, group, 'Tea?');
    const added = await done(a.confab.reactions.toggle(message, '🍵'));
    expect(added.reactions).toMatchObject([{ emoji: '🍵', count: 1, isOwn: true }]);
    const taken = await done(a.confab.reactions.toggle(added, '🍵'));
    expect(taken.reactions).toEqual([]);
    await eventually(mine, ({ messages }) => messages.at(-1)?.reactions.length === 0);
  });

  it('D11 what is no emoji is refused, and leaves nothing behind', async () => {
    const { a, group } = pair;
    const { id } = await say(a, group, 'Odd');
    const { confirmed } = await a.confab.reactions.add(group, id, 'not an emoji');
    expect(await confirmed).toMatchObject({ ok: false, error: { code: 'invalid' } });
    expect(a.confab.connection.get()).toMatchObject({ failedCount: 0, unsentCount: 0 });
  });
});
