import type { Member } from '@confab/core';
import { act, cleanup, configure } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { useMembers, useMessages, useProfiles } from '../src/index';
import { alice, bob, carol, dave, room, setUp } from './support/server';

configure({ reactStrictMode: true });
afterEach(cleanup);

const names = (members: readonly Member[]) => members.map(({ profile }) => profile.displayName);

describe('H8 useMembers', () => {
  it('H8.1 lists those of a small conversation by name without asking, and follows what happens', async () => {
    const { server, run, pass, transport } = await setUp((it) => {
      it.addConversation(room(1), [alice, dave, bob]);
    });
    const { result } = await run(() => useMembers(room(1)));
    expect(names(result.current.members)).toEqual(['Alice', 'Bob', 'Dave Ångström']);
    expect(result.current).toMatchObject({ isPending: false, error: null, hasNextPage: false });
    await act(async () => {
      server.apply(alice, 'add_members', room(1), { user_ids: [carol] });
    });
    await pass(1_000);
    expect(names(result.current.members)).toEqual(['Alice', 'Bob', 'Carol', 'Dave Ångström']);
    expect(transport.count('members')).toBe(0);
  });

  it('H8.2 filters them by role and name', async () => {
    const { run } = await setUp((it) => {
      it.addConversation(room(1), [alice, dave, bob]);
      it.setRole(room(1), bob, 'admin');
    });
    const { result } = await run(() => [
      useMembers(room(1), { role: 'admin' }),
      useMembers(room(1), { query: ' ANG' }),
    ]);
    expect(result.current.map(({ members }) => names(members))).toEqual([['Bob'], ['Dave Ångström']]);
  });

  it('H8.3 shows its actions at once, and takes back what was refused', async () => {
    const { run, pass, goOffline, goOnline } = await setUp((it) => {
      it.addConversation(room(1), [alice, bob]);
      it.addConversation(room(2), [bob, alice, carol]);
    });
    const { result } = await run(() => [useMembers(room(1)), useMembers(room(2))] as const);
    const [own, others] = result.current;
    goOffline();
    await act(async () => {
      await own.add([carol]);
      await own.setRole(bob, 'admin');
      await others.remove(carol);
    });
    expect(names(result.current[0].members)).toEqual(['Alice', 'Bob', 'Carol']);
    expect(result.current[0].members[1]?.role).toBe('admin');
    expect(names(result.current[1].members)).toEqual(['Alice', 'Bob']);
    goOnline();
    await pass(5_000);
    expect(names(result.current[0].members)).toEqual(['Alice', 'Bob', 'Carol']);
    expect(names(result.current[1].members)).toEqual(['Alice', 'Bob', 'Carol']);
    expect(result.current[0]).toMatchObject({ add: own.add, setRole: own.setRole, invite: own.invite });
    await act(async () => void (await own.transferOwnership(bob)));
    await pass(5_000);
    expect(result.current[0].members.map(({ role }) => role)).toEqual(['admin', 'owner', 'member']);
  });

  it('H8.4 asks the server for those of a large conversation, page by page, and again when their number changes', async () => {
    const people = Array.from({ length: 70 }, (_, n) => room(500 + n));
    const { server, run, pass } = await setUp((it) => {
      people.forEach((id, n) => it.addUser(id, `Person ${String(n).padStart(2, '0')}`));
      it.addConversation(room(1), [alice, ...people]);
    });
    const { result } = await run(() => useMembers(room(1)));
    expect(result.current.members).toHaveLength(50);
    expect(result.current.hasNextPage).toBe(true);
    await act(() => result.current.fetchNextPage());
    expect(names(result.current.members).slice(-1)).toEqual(['Person 69']);
    expect(result.current.members).toHaveLength(71);
    await act(async () => server.remove(room(569), room(1)));
    await pass(60_000);
    expect(names(result.current.members).slice(-1)).toEqual(['Person 68']);
    await act(async () => void (await result.current.add([bob])));
    await pass(5_000);
    expect(names(result.current.members)).toContain('Bob');
  });

  it('H8.5 lists who is invited, and who is not any more', async () => {
    const { run, pass } = await setUp((it) => {
      it.addConversation(room(1), [alice, bob]);
    });
    const { result } = await run(() => useMembers(room(1), { state: 'invited' }));
    expect(result.current.members).toEqual([]);
    await act(async () => void (await result.current.invite([carol, dave])));
    await pass(1_000);
    expect(names(result.current.members)).toEqual(['Carol', 'Dave Ångström']);
    await act(async () => void (await result.current.remove(carol)));
    await pass(1_000);
    expect(names(result.current.members)).toEqual(['Dave Ångström']);
  });

  it('H8.6 says why there are none', async () => {
    const { run } = await setUp((it) => {
      it.addConversation(room(1), [bob, carol]);
    });
    const { result } = await run(() => useMembers(room(1)));
    expect(result.current).toMatchObject({ isPending: false, members: [], error: { code: 'not_member' } });
  });
});

describe('H5 useProfiles', () => {
  it('H8.7 knows former members by name once something that names them is loaded', async () => {
    const { server, run, pass } = await setUp((it) => {
      it.addConversation(room(1), [alice, bob, carol]);
      it.apply(carol, 'leave_conversation', room(1), {});
    });
    const { result } = await run(() => ({ view: useMessages(room(1)), profiles: useProfiles() }));
    expect(result.current.view.messages.at(-1)?.data).toMatchObject({
      event: 'member_left',
      user_ids: [carol],
    });
    expect(result.current.profiles[carol]?.displayName).toBe('Carol');
    const { profiles } = result.current;
    await act(async () => {
      server.apply(bob, 'send_message', room(1), { content: 'Who?', kind: 'text', data: {} });
    });
    await pass(1_000);
    expect(result.current.view.messages.at(-1)?.content).toBe('Who?');
    expect(result.current.profiles).toBe(profiles);
  });
});
