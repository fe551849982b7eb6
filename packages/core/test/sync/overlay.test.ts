import { describe, expect, it } from 'vitest';
import type { Readable } from '../../src/lib/readable';
import { failure } from '../../src/testing/fake-transport';
import { settled } from '../../src/testing/settled';
import { ALICE, BOB, uuid } from './support/ids';
import { createLiveWorld, ROOM } from './support/world';

/** Everything a view said from now on, without repeating itself. */
function historyOf<T>(readable: Readable<unknown>, read: () => T): T[] {
  const said: T[] = [read()];
  readable.subscribe(() => {
    if (JSON.stringify(said.at(-1)) !== JSON.stringify(read())) said.push(read());
  });
  return said;
}

describe('what is written shows at once', () => {
  it('E5.4 E5.11 a reaction shows while its push is held, and nothing flickers when it is confirmed', async () => {
    const { alice, server, messages } = await createLiveWorld();
    const { id } = server.send(BOB, ROOM, 'hello');
    await settled();
    const shown = historyOf(messages, () =>
      messages.get().messages.map(({ reactions }) => reactions.map(({ count, isOwn }) => [count, isOwn])),
    );
    alice.transport.hold('push');
    const { confirmed } = await alice.confab.reactions.add(ROOM, id, '👍');
    expect(shown.at(-1)).toEqual([[[1, true]]]);
    server.react(BOB, ROOM, id, '👍');
    await settled();
    expect(shown.at(-1)).toEqual([[[2, true]]]);
    alice.transport.unhold('push');
    alice.transport.nextHeld('push').release();
    await settled();
    expect((await confirmed).ok).toBe(true);
    expect(shown).toEqual([[[]], [[[1, true]]], [[[2, true]]]]);
  });

  it('E5.4 one emoji is one reaction, however its selectors are written', async () => {
    const spelt: [string, string, string][] = [
      ['❤\ufe0f', '❤', '❤\ufe0e'],
      ['1\ufe0f\u20e3', '1\u20e3', '1\ufe0e\u20e3'],
      ['❤\ufe0f\u200d🔥', '❤\u200d🔥', '❤\u200d🔥\ufe0f'],
      ['🏳\ufe0f\u200d🌈', '🏳\u200d🌈', '🏳\u200d🌈\ufe0f'],
      ['☝🏽', '☝\ufe0f🏽', '☝🏽'],
      ['👍', '👍\ufe0f', '👍\ufe0e'],
    ];
    const { alice, server, messages } = await createLiveWorld();
    for (const [stored, first, second] of spelt) {
      const { id } = server.send(BOB, ROOM, `react with ${stored}`);
      server.react(BOB, ROOM, id, stored);
      await settled();
      const shown = () => {
        const { reactions = [] } = messages.get().messages.find((message) => message.id === id) ?? {};
        return reactions.map(({ emoji, count, isOwn }) => [emoji, count, isOwn]);
      };
      const toggle = (emoji: string) => {
        const message = messages.get().messages.find((one) => one.id === id);
        return message && alice.confab.reactions.toggle(message, emoji);
      };
      alice.transport.hold('push');
      await toggle(first);
      expect(shown()).toEqual([[stored, 2, true]]);
      await toggle(second);
      expect(shown()).toEqual([[stored, 1, false]]);
      await toggle(second);
      expect(shown()).toEqual([[stored, 2, true]]);
      alice.transport.unhold('push');
      for (const held of alice.transport.held('push')) held.release();
      await settled();
      expect(shown()).toEqual([[stored, 2, true]]);
      await toggle(first);
      await settled();
      expect(shown()).toEqual([[stored, 1, false]]);
    }
  });

  it('E5.5 E5.6 a pin and a hide do, and stay when they are confirmed', async () => {
    const { alice, server, messages } = await createLiveWorld();
    const first = server.send(BOB, ROOM, 'first');
    const second = server.send(BOB, ROOM, 'second');
    await settled();
    const shown = historyOf(messages, () =>
      messages.get().messages.map(({ content, pinnedAt }) => [content, pinnedAt !== null]),
    );
    await alice.confab.messages.pin(ROOM, first.id);
    await alice.confab.messages.hide(ROOM, second.id);
    await settled();
    expect(alice.confab.connection.get().unsentCount).toBe(0);
    expect(shown.at(-1)).toEqual([['first', true]]);
    expect(shown).toHaveLength(3);
  });

  it('E5.6 what one takes back is there at once while nobody knows of it, and else with the answer', async () => {
    const { alice, server, messages } = await createLiveWorld();
    const { id } = server.send(BOB, ROOM, 'first');
    server.send(BOB, ROOM, 'second', { reply_to_id: id });
    server.react(BOB, ROOM, id, '👍');
    await settled();
    const before = messages.get().messages;
    const contents = () => messages.get().messages.map(({ content }) => content);
    alice.transport.hold('push');
    await alice.confab.messages.hide(ROOM, id);
    expect(contents()).toEqual(['second']);
    await alice.confab.messages.unhide(ROOM, id);
    expect(contents()).toEqual(['first', 'second']);
    alice.transport.unhold('push');
    alice.transport.nextHeld('push').release();
    await settled();
    expect(messages.get().messages).toEqual(before);
    expect(server.message(ALICE, id)).toMatchObject({ is_hidden: false });

    const shown = historyOf(messages, contents);
    await (
      await alice.confab.messages.hide(ROOM, id)
    ).confirmed;
    await settled();
    const outcome = await (await alice.confab.messages.unhide(ROOM, id)).confirmed;
    expect(outcome).toMatchObject({ ok: true, value: { id, content: 'first' } });
    await settled();
    expect(messages.get().messages).toEqual(before);
    expect(shown).toEqual([['first', 'second'], ['second'], ['first', 'second']]);
  });

  it('E5.6 D7 another device shows it again too, with what is unread', async () => {
    const { alice, server, messages, clock } = await createLiveWorld();
    const { id } = server.send(BOB, ROOM, 'first');
    await settled();
    const unread = () => alice.confab.conversations.get(ROOM).get().conversation?.unreadCount;
    const before = [messages.get().messages, unread()];
    server.apply(ALICE, 'hide_message', ROOM, { message_id: id });
    await settled();
    expect([messages.get().messages, unread()]).toEqual([[], 0]);
    server.apply(ALICE, 'unhide_message', ROOM, { message_id: id });
    await settled();
    expect([messages.get().messages, unread()]).toEqual(before);
    // Hidden and shown again while away, with an edit in between.
    alice.network.hasEvents = false;
    server.apply(ALICE, 'hide_message', ROOM, { message_id: id });
    server.apply(BOB, 'edit_message', ROOM, { message_id: id, content: 'edited' });
    server.apply(ALICE, 'unhide_message', ROOM, { message_id: id });
    await clock.advance(66_000);
    expect(messages.get().messages.map(({ content }) => content)).toEqual(['edited']);
  });

  it('E5.9 what is changed of a conversation does, and goes back when it was refused', async () => {
    const { alice, list } = await createLiveWorld();
    const shown = historyOf(list, () =>
      list.get().conversations.map(({ name, isPinned }) => [name, isPinned]),
    );
    await alice.confab.conversations.update(ROOM, { title: 'Renamed' });
    await alice.confab.conversations.setMembership(ROOM, { isPinned: true });
    await settled();
    expect(shown.slice(1)).toEqual([[['Renamed', false]], [['Renamed', true]]]);

    const { confirmed } = await alice.confab.members.leave(ROOM);
    expect(list.get().conversations).toEqual([]);
    // Alice is the only owner.
    expect(await confirmed).toMatchObject({ ok: false, error: { code: 'last_owner' } });
    await settled();
    expect(list.get().conversations).toHaveLength(1);
  });

  it('E5.10 a member who is removed is gone at once, and does not come back', async () => {
    const { alice, confab } = await createLiveWorld().then((world) => ({
      ...world,
      confab: world.alice.confab,
    }));
    const one = alice.watch(confab.conversations.get(ROOM));
    const shown = historyOf(one, () => one.get().conversation?.members.map(({ userId }) => userId));
    await confab.members.remove(ROOM, BOB);
    await settled();
    expect(shown).toHaveLength(2);
    expect(shown.at(-1)).not.toContain(BOB);
    expect(shown.at(-1)).toContain(ALICE);
  });

  it('E5.16 a draft does, the one saved last counting', async () => {
    const { alice, clock } = await createLiveWorld();
    const draft = alice.watch(alice.confab.drafts.get(ROOM));
    await settled();
    alice.transport.hold('push');
    await alice.confab.drafts.save(ROOM, { content: 'Shall' });
    expect(draft.get()?.content).toBe('Shall');
    await clock.advance(1000);
    await alice.confab.drafts.save(ROOM, { content: 'Shall we', replyToId: ROOM });
    expect(draft.get()).toMatchObject({ content: 'Shall we', replyToId: ROOM, threadRootId: null });
    await clock.advance(1000);
    await alice.confab.drafts.save(ROOM, { content: '  ' });
    expect(draft.get()).toBeNull();
    expect(alice.confab.drafts.get(ROOM)).toBe(alice.confab.drafts.get(ROOM));
    alice.transport.unhold('push');
    for (const held of alice.transport.held()) held.release();
    await settled();
    expect(alice.confab.connection.get().unsentCount).toBe(0);
    expect(draft.get()).toBeNull();
  });

  it('E5.22 that everything is read does, and what is marked unread after it is; a refusal undoes it', async () => {
    const { alice, server, list, messages } = await createLiveWorld({ pageSize: 1 });
    const { confab, transport } = alice;
    const total = alice.watch(confab.conversations.unreadCount());
    for (let n = 11; n < 14; n++) server.addConversation(uuid(n), [BOB, ALICE]);
    const { id: root } = server.send(ALICE, ROOM, 'root');
    server.send(BOB, ROOM, 'reply', { thread_root_id: root });
    for (const room of [uuid(11), uuid(12), uuid(13), ROOM]) server.send(BOB, room, 'hello');
    await settled();
    const counts = () => {
      const [first] = list.get().conversations;
      const thread = confab.threads.state(root).get();
      return [total.get(), first?.unreadCount, first?.unreadThreadCount, thread?.unread];
    };
    expect(counts()).toEqual([4, 1, 1, true]);
    transport.hold('push');
    const { confirmed } = await confab.unread.markAllRead();
    expect(counts()).toEqual([0, 0, 0, false]);
    expect(confab.threads.states().get()[root]?.unread).toBe(false);
    const last = messages.get().messages.at(-1)?.seq ?? 0;
    await alice.clock.advance(1);
    await confab.messages.markUnread(ROOM, last);
    expect(counts()).toEqual([1, 1, 0, false]);
    transport.nextHeld('push').fail(failure('offline'));
    server.refuseWhen(({ type }) =>
      type === 'mark_all_read' ? { code: 'forbidden', message: 'unable to', retry_after: null } : null,
    );
    transport.unhold('push');
    await alice.clock.advance(60_000);
    expect(await confirmed).toMatchObject({ ok: false });
    expect(counts()).toEqual([4, 1, 1, true]);
  });

  it('E5.23 that one follows a thread does, or no longer, and that one has read it', async () => {
    const { alice, server } = await createLiveWorld();
    const { threads } = alice.confab;
    const { id: root } = server.send(ALICE, ROOM, 'root');
    const { id: other } = server.send(BOB, ROOM, 'other');
    server.send(BOB, ROOM, 'reply', { thread_root_id: root });
    await settled();
    const [state, foreign] = [root, other].map((id) => alice.watch(threads.state(id)));
    alice.transport.hold('push');
    await threads.markRead(ROOM, root, 9);
    expect(state?.get()).toMatchObject({ lastReadSeq: 3, unread: false });
    await threads.follow(ROOM, root, false);
    expect(state?.get()).toMatchObject({ isFollowing: false });
    expect(threads.states().get()[root]).toBe(state?.get());
    await threads.follow(ROOM, other);
    expect(foreign?.get()).toMatchObject({ rootId: other, isFollowing: true, unread: false });
    alice.transport.unhold('push');
    for (const held of alice.transport.held()) held.release();
    await settled();
    expect(alice.confab.connection.get().unsentCount).toBe(0);
    expect([state?.get()?.isFollowing, foreign?.get()?.isFollowing]).toEqual([false, true]);
  });

  it('E5.18 of a conversation one has left no draft is listed; they come back with it, and others stay', async () => {
    const { alice, server } = await createLiveWorld();
    const { confab } = alice;
    const club = uuid(11);
    server.addConversation(club, [BOB, ALICE]);
    const [all, one] = [alice.watch(confab.drafts.list()), alice.watch(confab.drafts.get(ROOM))];
    for (const room of [ROOM, club]) await confab.drafts.save(room, { content: 'Shall' });
    await settled();
    const kept = one.get();
    const listed = () => all.get().map(({ conversationId }) => conversationId);
    server.apply(ALICE, 'leave_conversation', club);
    await settled();
    expect(listed()).toEqual([ROOM]);
    expect(one.get()).toBe(kept);
    server.apply(BOB, 'add_members', club, { user_ids: [ALICE] });
    await settled();
    expect(listed().sort()).toEqual([ROOM, club]);
    expect(alice.transport.count('drafts')).toBe(1);
  });

  it('E5.18 nor one that was saved just before, and is confirmed after', async () => {
    const { alice, server } = await createLiveWorld();
    const { confab, transport } = alice;
    const club = uuid(11);
    server.addConversation(club, [BOB, ALICE]);
    alice.watch(confab.messages.list(club));
    const all = alice.watch(confab.drafts.list());
    await settled();
    transport.hold('push');
    await confab.drafts.save(club, { content: 'Shall' });
    await settled();
    transport.nextHeld('push').perform();
    server.apply(BOB, 'remove_member', club, { user_id: ALICE });
    await settled();
    transport.nextHeld('push').release();
    await settled();
    expect(all.get()).toEqual([]);
  });

  it('E5.17 a draft is saved when writing pauses, or at once when the field is left', async () => {
    const { alice, clock } = await createLiveWorld();
    const { drafts } = alice.confab;
    const draft = alice.watch(drafts.get(ROOM));
    await settled();
    drafts.saveSoon(ROOM, { content: 'S' });
    await clock.advance(999);
    drafts.saveSoon(ROOM, { content: 'Sh' });
    await clock.advance(999);
    expect(draft.get()).toBeNull();
    await clock.advance(1);
    expect(draft.get()?.content).toBe('Sh');
    drafts.saveSoon(ROOM, { content: 'Shall' });
    drafts.flush(ROOM);
    expect(draft.get()?.content).toBe('Shall');
    drafts.saveSoon(ROOM, { content: '' });
    drafts.flush(ROOM);
    expect(draft.get()).toBeNull();
    await clock.advance(5000);
    const saved = alice.transport.count('push');
    drafts.saveSoon(ROOM, { content: 'sent at once' });
    drafts.saveSoon(ROOM, { content: '' });
    await clock.advance(5000);
    expect(alice.transport.count('push')).toBe(saved);
  });
});
