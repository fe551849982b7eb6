import { act, cleanup, configure } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type ConversationsFilter,
  useConversation,
  useConversations,
  useCreateConversation,
  useInvites,
  useMessages,
  useUnreadCount,
} from '../src/index';
import { alice, bob, carol, dave, room, setUp } from './support/server';

configure({ reactStrictMode: true });
afterEach(cleanup);

const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name);

/** Titled conversations with one message of Bob's each, the last one newest. */
const withRooms =
  (count: number) =>
  (server: Awaited<ReturnType<typeof setUp>>['server']): void => {
    for (let n = 1; n <= count; n++) {
      server.addConversation(room(n), [alice, bob]);
      server.send(bob, room(n), `Hello ${n}`);
    }
  };

describe('H5 useConversations with a filter', () => {
  it('H5.1 shows those on this device that fit, and follows what happens to them', async () => {
    const { server, run, pass, transport } = await setUp((it) => {
      withRooms(3)(it);
      it.apply(alice, 'set_membership', room(2), { changes: { is_archived: true } });
    });
    const { result } = await run(() => useConversations({ isArchived: false, isUnread: true }));
    expect(names(result.current.conversations)).toEqual(['Room 03', 'Room 01']);
    expect(result.current).toMatchObject({ isPending: false, hasNextPage: false, error: null });
    // All of them are on this device, so there is nothing to ask for.
    expect(transport.count('conversations')).toBe(1);
    await act(async () => server.markRead(alice, room(3), 1));
    await act(async () => void server.send(bob, room(1), 'Again'));
    await pass();
    expect(names(result.current.conversations)).toEqual(['Room 01']);
    await act(async () => {
      server.apply(alice, 'set_membership', room(2), { changes: { is_archived: false } });
    });
    await pass();
    expect(names(result.current.conversations)).toEqual(['Room 01', 'Room 02']);
  });

  it('H5.2 asks the server for those beyond the loaded page, and shows them without holes', async () => {
    const { server, run, pass, confab } = await setUp((it) => {
      withRooms(70)(it);
      for (const n of [2, 20, 45, 69])
        it.apply(alice, 'set_membership', room(n), { changes: { is_pinned: true } });
    });
    const { result } = await run(() => useConversations({ isPinned: true }));
    expect(names(result.current.conversations)).toEqual(['Room 69', 'Room 45', 'Room 20', 'Room 02']);
    expect(result.current.hasNextPage).toBe(false);
    // What was found follows what happens, though the list has not come to it.
    expect(confab.conversations.list().get().conversations).toHaveLength(30);
    await act(async () => void server.markRead(alice, room(2), 1));
    await pass();
    expect(result.current.conversations.at(-1)).toMatchObject({ name: 'Room 02', unreadCount: 0 });
    expect(confab.conversations.unreadCount().get()).toBe(server.unreadTotal(alice));
  });

  it('H5.3 loads further pages of what fits', async () => {
    const { run } = await setUp((it) => {
      withRooms(70)(it);
      for (let n = 1; n <= 70; n++)
        if (n !== 50) it.apply(alice, 'set_membership', room(n), { changes: { is_pinned: true } });
    });
    const { result } = await run(() => useConversations({ isPinned: true }));
    expect(result.current.conversations).toHaveLength(30);
    const { fetchNextPage } = result.current;
    await act(() => fetchNextPage());
    expect(result.current.conversations).toHaveLength(60);
    await act(() => fetchNextPage());
    expect(result.current.conversations).toHaveLength(69);
    expect(result.current.hasNextPage).toBe(false);
    expect(result.current.fetchNextPage).toBe(fetchNextPage);
    await act(() => fetchNextPage());
    expect(result.current.conversations).toHaveLength(69);
  });

  it('H5.4 finds by title and by name at once, and asks the server when typing pauses', async () => {
    const { run, pass, transport } = await setUp((it) => {
      it.addConversation(room(1), [alice, bob]);
      it.addConversation(room(2), [alice, dave]);
    });
    let query = '';
    const { result, rerender } = await run(() => useConversations({ query }));
    expect(result.current.conversations).toHaveLength(2);
    for (const text of ['a', 'an', 'ång', 'ANG']) {
      query = text;
      await act(async () => rerender());
      await pass(100);
    }
    expect(names(result.current.conversations)).toEqual(['Room 02']);
    expect(transport.count('conversations')).toBe(1);
    await pass(250);
    expect(transport.count('conversations')).toBe(2);
    expect(transport.calls.at(-1)?.args).toMatchObject({ filter: { query: 'ANG' } });
    // One's own name is in all of them.
    query = 'alice';
    await act(async () => rerender());
    await pass(250);
    expect(result.current.conversations).toEqual([]);
  });

  it('H5.5 shows hidden ones only to who asks for them', async () => {
    const { run, transport } = await setUp((it) => {
      withRooms(3)(it);
      it.apply(alice, 'set_membership', room(2), { changes: { is_hidden: true } });
    });
    const { result } = await run(() => ({
      all: useConversations({ kinds: ['group', 'direct'] }),
      hidden: useConversations({ isHidden: true }),
    }));
    expect(names(result.current.all.conversations)).toEqual(['Room 03', 'Room 01']);
    expect(names(result.current.hidden.conversations)).toEqual(['Room 02']);
    expect(transport.count('conversations')).toBe(2);
  });

  it('H5.6 says when the server cannot be asked, and asks again when it is back', async () => {
    const { run, pass, goOffline, goOnline } = await setUp(withRooms(40));
    let filter: ConversationsFilter = {};
    const { result, rerender } = await run(() => useConversations(filter));
    goOffline();
    filter = { isMuted: false };
    await act(async () => rerender());
    await pass(10_000);
    expect(result.current.error?.code).toBe('offline');
    expect(result.current.conversations).not.toEqual([]);
    goOnline();
    await pass(10_000);
    expect(result.current.error).toBeNull();
    expect(result.current.hasNextPage).toBe(true);
  });
});

describe('H5 useConversation', () => {
  it('H5.7 its actions show at once and are stable', async () => {
    const { server, run, pass } = await setUp((it) => {
      it.addConversation(room(1), [alice, bob, carol]);
      it.send(bob, room(1), 'Hello');
      it.markRead(alice, room(1), 1);
    });
    const { result } = await run(() => ({ ...useConversation(room(1)), loaded: useMessages(room(1)) }));
    const { pin, mute, archive, update, markUnread } = result.current;
    await act(async () => {
      await pin();
      await mute();
      await archive();
      await update({ title: 'Hike' });
      await markUnread();
    });
    await pass(1_000);
    expect(result.current).toMatchObject({ pin, mute, archive, update, markUnread });
    expect(result.current.conversation).toMatchObject({
      name: 'Hike',
      isPinned: true,
      isArchived: true,
      mutedUntil: 'infinity',
      unreadCount: 1,
    });
    expect(server.conversation(alice, room(1))?.title).toBe('Hike');
    await act(async () => {
      await pin(false);
      await mute(null);
      await archive(false);
    });
    await pass(1_000);
    expect(result.current.conversation).toMatchObject({
      isPinned: false,
      isArchived: false,
      mutedUntil: null,
    });
  });

  it('H5.8 says so when the user is removed from it while it is open', async () => {
    const { server, run, pass } = await setUp((it) => {
      it.addConversation(room(1), [bob, alice]);
      it.send(bob, room(1), 'Hello');
    });
    const { result } = await run(() => ({ one: useConversation(room(1)), all: useConversations() }));
    expect(result.current.one.conversation?.name).toBe('Room 01');
    await act(async () => server.remove(alice, room(1)));
    await pass(5_000);
    expect(result.current.one).toMatchObject({ conversation: null, isPending: false });
    expect(result.current.one.error?.code).toBe('not_member');
    expect(result.current.all.conversations).toEqual([]);
  });

  it('H5.9 tells the only owner that they cannot leave, and lets others go', async () => {
    const { run, pass } = await setUp((it) => {
      it.addConversation(room(1), [alice, bob]);
      it.addConversation(room(2), [bob, alice]);
    });
    const { result } = await run(() => [useConversation(room(1)), useConversation(room(2))] as const);
    await act(async () => {
      const [owned, joined] = result.current;
      const kept = await owned.leave();
      const left = await joined.leave();
      await pass(1_000);
      expect(await kept.confirmed).toMatchObject({ ok: false, error: { code: 'last_owner' } });
      expect(await left.confirmed).toMatchObject({ ok: true });
    });
    await pass(1_000);
    expect(result.current[0].conversation?.name).toBe('Room 01');
    expect(result.current[1].conversation).toBeNull();
  });
});

describe('H5 useCreateConversation', () => {
  it('H5.10 creates a group at once, and a direct conversation once', async () => {
    const { run, pass } = await setUp();
    const { result } = await run(() => ({ creating: useCreateConversation(), all: useConversations() }));
    const { create, direct } = result.current.creating;
    await act(async () => {
      await create({ kind: 'group', title: 'Hike', memberIds: [bob] });
    });
    expect(names(result.current.all.conversations)).toEqual(['Hike']);
    const ids = new Set<string>();
    await act(async () => {
      ids.add(await direct(bob));
      ids.add(await direct(bob));
    });
    await pass();
    expect(ids.size).toBe(1);
    expect(names(result.current.all.conversations)).toContain('Bob');
    expect(result.current.creating).toMatchObject({ isPending: false, error: null, create, direct });
  });

  it('H5.11 shows that it is under way, and why it failed', async () => {
    const { run, pass, transport } = await setUp();
    const { result } = await run(() => useCreateConversation());
    transport.hold('get_or_create_direct');
    let failed: Promise<unknown> = Promise.resolve();
    await act(async () => {
      failed = result.current.direct('00000000-0000-4000-8000-00000000dead').catch((error: unknown) => error);
    });
    expect(result.current.isPending).toBe(true);
    transport.nextHeld('get_or_create_direct').release();
    await pass();
    expect(result.current).toMatchObject({ isPending: false, error: { code: 'not_found' } });
    expect(await failed).toBe(result.current.error);
    act(() => result.current.reset());
    expect(result.current.error).toBeNull();
  });
});

describe('H5 useInvites and useUnreadCount', () => {
  it('H5.12 invitations come, are answered and go', async () => {
    const { server, run, pass } = await setUp((it) => {
      it.addConversation(room(1), [bob, carol]);
      it.addConversation(room(2), [bob, carol]);
    });
    const { result } = await run(() => ({ invited: useInvites(), all: useConversations() }));
    await act(async () => {
      for (const n of [1, 2]) server.apply(bob, 'invite_members', room(n), { user_ids: [alice] });
    });
    await pass(1_000);
    const { invites, accept, decline } = result.current.invited;
    expect(invites.map(({ invitedBy }) => invitedBy)).toEqual([bob, bob]);
    await act(async () => {
      await accept(room(1));
      await decline(room(2));
    });
    await pass(1_000);
    expect(result.current.invited).toMatchObject({ invites: [], accept, decline });
    expect(names(result.current.all.conversations)).toEqual(['Room 01']);
  });

  it('H5.13 counts what is unread in one conversation and in all', async () => {
    const { server, run, pass } = await setUp(withRooms(2));
    const { result } = await run(() => [useUnreadCount(), useUnreadCount(room(1))]);
    expect(result.current).toEqual([2, 1]);
    await act(async () => void server.send(bob, room(1), 'More'));
    await pass();
    expect(result.current).toEqual([3, 2]);
  });
});
