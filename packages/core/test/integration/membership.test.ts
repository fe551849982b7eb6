import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually, unwatchAll, watch } from './support/eventually';
import { createPair, done, live, say, type Pair } from './support/pair';
import type { Device, Person } from './support/world';

describe('who belongs to a conversation', () => {
  let pair: Pair;
  let carol: Person;
  let c: Device<Record<never, never>>;

  beforeAll(async () => {
    pair = await createPair();
    carol = await pair.world.person('Carol');
    c = await carol.device();
    await live(c);
  });
  afterEach(unwatchAll);
  afterAll(() => pair.world.stop());

  it('D9 an invitation is seen by the invited one alone, and joins when accepted', async () => {
    const { a, group, alice } = pair;
    const list = watch(c.confab.conversations.list());
    const invites = watch(c.confab.conversations.invites());
    await eventually(list, ({ isPending }) => !isPending);
    await say(a, group, 'Before');
    await done(a.confab.members.invite(group, [carol.id], { showsHistory: false }));
    const [invite] = await eventually(invites, (open) => open.length === 1);
    expect(invite).toMatchObject({ id: group, name: 'Group', lastMessage: null, invitedBy: alice.id });
    expect(list.get().conversations).toEqual([]);
    expect((await c.confab.conversations.find({ state: 'invited' })).items).toHaveLength(1);
    const joined = await done(c.confab.members.acceptInvite(group));
    expect(joined).toMatchObject({ id: group, role: 'member', invitedBy: null });
    await eventually(list, ({ conversations }) => conversations[0]?.members.length === 3);
    await eventually(invites, (open) => open.length === 0);
    await say(a, group, 'After');
    const messages = watch(c.confab.messages.list(group));
    const view = await eventually(messages, (shown) => shown.messages.at(-1)?.content === 'After');
    expect(view.messages.map(({ content, kind }) => content ?? kind)).toEqual(['system', 'After']);
  });

  it('D9 members are listed by name, searched, and given roles', async () => {
    const { a, b, group, bob } = pair;
    const { items } = await b.confab.members.list(group);
    expect(items.map(({ profile }) => profile.displayName)).toEqual(['Alice', 'Bob', 'Carol']);
    const page = await b.confab.members.list(group, { limit: 2 });
    const rest = await b.confab.members.list(group, { after: page.next ?? '' });
    expect(rest.items.map(({ userId }) => userId)).toEqual([carol.id]);
    expect((await a.confab.members.list(group, { query: 'bo' })).items).toMatchObject([{ userId: bob.id }]);
    const inbox = watch(b.confab.conversations.list());
    await done(a.confab.members.setRole(group, bob.id, 'admin'));
    await eventually(inbox, ({ conversations }) => conversations[0]?.role === 'admin');
    expect((await a.confab.members.list(group, { role: 'admin' })).items).toMatchObject([{ userId: bob.id }]);
  });

  it('D5 who is removed loses the conversation; the others see who is left', async () => {
    const { a, group } = pair;
    const mine = watch(a.confab.conversations.list());
    const theirs = watch(c.confab.conversations.list());
    await eventually(theirs, ({ conversations }) => conversations.length === 1);
    expect(await done(a.confab.members.remove(group, carol.id))).toMatchObject({ memberCount: 2 });
    await eventually(theirs, ({ conversations }) => conversations.length === 0);
    await eventually(mine, ({ conversations }) => conversations[0]?.members.length === 2);
    await done(a.confab.members.add(group, [carol.id], { showsHistory: true }));
    await eventually(theirs, ({ conversations }) => conversations.length === 1);
    expect(await done(c.confab.members.leave(group))).toBeNull();
    await eventually(theirs, ({ conversations }) => conversations.length === 0);
  });

  it('E5.21 a device that never met a former member knows them by name once it loads what names them', async () => {
    const { bob, group } = pair;
    const fresh = await bob.device();
    await live(fresh);
    await eventually(watch(fresh.confab.messages.list(group)), ({ messages }) => messages.length > 0);
    expect(fresh.confab.members.profiles.get()[carol.id]).toMatchObject({ displayName: 'Carol' });
  });

  it('D9 the only owner stays until there is another', async () => {
    const { a, b, group, bob } = pair;
    const leaving = await a.confab.members.leave(group);
    expect(await leaving.confirmed).toMatchObject({ ok: false, error: { code: 'last_owner' } });
    expect(a.confab.connection.get().failedCount).toBe(1);
    await a.confab.outbox.discard(leaving.id);
    expect(a.confab.connection.get().failedCount).toBe(0);
    await done(a.confab.members.transferOwnership(group, bob.id));
    await eventually(
      watch(b.confab.conversations.list()),
      ({ conversations }) => conversations[0]?.role === 'owner',
    );
    const declining = await c.confab.members.declineInvite(group);
    expect(await declining.confirmed).toMatchObject({ ok: false });
  });

  it('D9 what all see of a conversation changes for all', async () => {
    const { a, b, group } = pair;
    const mine = watch(a.confab.conversations.get(group));
    const changes = { title: 'Hike', description: 'On Sunday', data: { a_b: 1 }, slowModeSeconds: 5 };
    const changed = await done(b.confab.conversations.update(group, changes));
    expect(changed).toMatchObject({ ...changes, name: 'Hike' });
    await eventually(mine, ({ conversation }) => conversation?.description === 'On Sunday');
    expect(mine.get().conversation).toMatchObject(changes);
    await done(b.confab.conversations.update(group, { description: null, slowModeSeconds: 0 }));
    await eventually(mine, ({ conversation }) => conversation?.slowModeSeconds === 0);
    expect(mine.get().conversation?.description).toBeNull();
  });

  it('D9 in a locked conversation only admins write', async () => {
    const { a, b, alice, group } = pair;
    await done(b.confab.members.setRole(group, alice.id, 'member'));
    const mine = watch(a.confab.conversations.get(group));
    await eventually(mine, ({ conversation }) => conversation?.canPost === true);
    await done(b.confab.conversations.update(group, { isLocked: true }));
    await eventually(mine, ({ conversation }) => conversation?.canPost === false);
    const { id, confirmed } = await a.confab.messages.send(group, { content: 'Let me in' });
    expect(await confirmed).toMatchObject({ ok: false, error: { code: 'locked' } });
    await a.confab.messages.discard(id);
    await done(b.confab.conversations.update(group, { isLocked: false }));
    await say(a, group, 'Thank you');
  });

  it('D9 pinning, muting, archiving and hiding concern one user, on all devices', async () => {
    const { a, b, alice, bob, group } = pair;
    const direct = await a.confab.conversations.direct(bob.id);
    const second = await alice.device();
    await live(second);
    const one = watch(second.confab.conversations.get(direct));
    const list = watch(second.confab.conversations.list());
    await eventually(list, ({ conversations }) => conversations.length === 2);
    const changes = { isPinned: true, isArchived: true, mutedUntil: 'infinity' };
    expect(await done(a.confab.conversations.setMembership(direct, changes))).toMatchObject(changes);
    await eventually(one, ({ conversation }) => conversation?.isPinned === true);
    expect(one.get().conversation).toMatchObject(changes);
    const found = await a.confab.conversations.find({ isPinned: true, isMuted: true, isArchived: true });
    expect(found.items.map(({ id }) => id)).toEqual([direct]);
    await done(a.confab.conversations.setMembership(direct, { isHidden: true, mutedUntil: null }));
    await eventually(list, ({ conversations }) => conversations.map(({ id }) => id).join() === group);
    await say(b, direct, 'Hello again');
    await eventually(list, ({ conversations }) => conversations[0]?.id === direct);
    expect(list.get().conversations[0]).toMatchObject({ unreadCount: 1, mutedUntil: null });
  });

  it('D9 conversations are found by what they are about and who is in them', async () => {
    const { a, bob } = pair;
    const context = { type: 'course', id: 'latin-1' };
    const { id } = await a.confab.conversations.create({
      kind: 'course',
      title: 'Latín',
      memberIds: [bob.id],
      context,
    });
    await eventually(a.confab.connection, ({ unsentCount }) => unsentCount === 0);
    const ids = async (filter: Parameters<typeof a.confab.conversations.find>[0]) =>
      (await a.confab.conversations.find(filter)).items.map((row) => row.id);
    expect(await ids({ context })).toEqual([id]);
    expect(await ids({ kind: 'course' })).toEqual([id]);
    expect(await ids({ query: 'latin' })).toEqual([id]);
    expect(await ids({ query: 'nothing like it' })).toEqual([]);
  });
});
