import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually, unwatchAll, watch } from './support/eventually';
import { createPair, done, say, type Pair } from './support/pair';

describe('what can be done with a message', () => {
  let pair: Pair;

  beforeAll(async () => {
    pair = await createPair();
    await pair.world.db.query(
      `insert into confab.message_kinds (kind, needs_content, needs_occurs_on) values ('test_note', false, true)
       on conflict (kind) do nothing`,
    );
  });
  afterEach(unwatchAll);
  afterAll(() => pair.world.stop());

  it('E5.1 an answer quotes what it answers, on both sides', async () => {
    const { a, b, group, alice } = pair;
    const theirs = watch(b.confab.messages.list(group));
    await eventually(theirs, ({ isPending }) => !isPending);
    const question = await say(a, group, 'Where?');
    await done(b.confab.messages.send(group, { content: 'Here', replyToId: question.id }));
    const view = await eventually(theirs, ({ messages }) => messages.at(-1)?.content === 'Here');
    const quote = { id: question.id, content: 'Where?', sender: { id: alice.id, displayName: 'Alice' } };
    expect(view.messages.at(-1)?.replyTo).toMatchObject(quote);
    const mine = watch(a.confab.messages.list(group));
    const own = await eventually(mine, ({ messages }) => messages.at(-1)?.content === 'Here');
    expect(own.messages.at(-1)?.replyTo).toMatchObject(quote);
  });

  it('D7 who is mentioned is told so, and finds the messages again', async () => {
    const { a, b, group, bob } = pair;
    const inbox = watch(b.confab.conversations.list());
    const sent = await done(
      a.confab.messages.send(group, { content: '@Bob, look', mentionedUserIds: [bob.id] }),
    );
    expect(sent.mentionedUserIds).toEqual([bob.id]);
    await eventually(inbox, ({ conversations }) => conversations[0]?.unreadMentionCount === 1);
    await done(a.confab.messages.send(group, { content: 'All of you', mentionsEveryone: true }));
    await eventually(inbox, ({ conversations }) => conversations[0]?.unreadMentionCount === 2);
    const first = await b.confab.messages.mentions({ limit: 1 });
    expect(first.items.map(({ content }) => content)).toEqual(['All of you']);
    const second = await b.confab.messages.mentions(first.next ? { after: first.next, limit: 1 } : {});
    expect(second.items.map(({ content }) => content)).toEqual(['@Bob, look']);
    expect((await a.confab.messages.mentions()).items).toEqual([]);
    await b.confab.messages.markRead(group);
    await eventually(inbox, ({ conversations }) => conversations[0]?.unreadMentionCount === 0);
  });

  it('D3 a message is pinned for all, listed, and unpinned', async () => {
    const { a, b, group, alice } = pair;
    const theirs = watch(b.confab.messages.list(group));
    const { id } = await say(a, group, 'Remember this');
    expect(await done(a.confab.messages.pin(group, id))).toMatchObject({ id, pinnedBy: alice.id });
    await eventually(theirs, ({ messages }) =>
      messages.some((row) => row.id === id && row.pinnedAt !== null),
    );
    const { items } = await b.confab.messages.pinned(group);
    expect(items.map((row) => row.id)).toEqual([id]);
    await done(b.confab.messages.unpin(group, id));
    expect((await a.confab.messages.pinned(group)).items).toEqual([]);
  });

  it('D3 a copy goes where it is forwarded, and says what it is a copy of', async () => {
    const { a, b, bob, group } = pair;
    const direct = await a.confab.conversations.direct(bob.id);
    const original = await say(a, group, 'Pass it on');
    const copy = await done(a.confab.messages.forward(original.id, direct));
    expect(copy).toMatchObject({ conversationId: direct, content: 'Pass it on', isOwn: true });
    expect(copy.forwardedFromId).toBe(original.id);
    const theirs = watch(b.confab.messages.list(direct));
    await eventually(theirs, ({ messages }) => messages.at(-1)?.id === copy.id);
  });

  it('D5 what one deletes for oneself leaves the own views, and nobody else’s', async () => {
    const { a, b, group, alice } = pair;
    const second = await alice.device();
    const mine = watch(a.confab.messages.list(group));
    const other = watch(second.confab.messages.list(group));
    const theirs = watch(b.confab.messages.list(group));
    const { id } = await say(b, group, 'For your eyes');
    const shows = (view: { readonly messages: readonly { readonly id: string }[] }) =>
      view.messages.some((row) => row.id === id);
    await eventually(mine, shows);
    await eventually(other, shows);
    await eventually(theirs, shows);
    expect(await done(a.confab.messages.hide(group, id))).toMatchObject({ id, content: null });
    await eventually(mine, (view) => !shows(view));
    await eventually(other, (view) => !shows(view));
    expect(shows(theirs.get())).toBe(true);
    const inbox = watch(a.confab.conversations.list());
    await eventually(inbox, ({ conversations }) =>
      conversations.some((row) => row.id === group && row.unreadCount === 0),
    );
  });

  it('D3 edits keep what was before, and mentions when nothing is said of them', async () => {
    const { a, b, bob, group } = pair;
    const input = { content: 'Tpyo, @Bob', mentionedUserIds: [bob.id] };
    const { id } = await done(a.confab.messages.send(group, input));
    const edited = await done(a.confab.messages.edit(group, id, { content: 'Typo, @Bob' }));
    expect(edited).toMatchObject({ content: 'Typo, @Bob', mentionedUserIds: [bob.id] });
    const none = await done(a.confab.messages.edit(group, id, { content: 'Typo', mentionedUserIds: [] }));
    expect(none.mentionedUserIds).toEqual([]);
    expect(await b.confab.messages.versions(id)).toMatchObject([
      { number: 1, content: 'Tpyo, @Bob' },
      { number: 2, content: 'Typo, @Bob' },
    ]);
  });

  it('D9 entries are found by the day they belong to', async () => {
    const { alice, b, group } = pair;
    const zod = await import('zod/mini');
    const d = await alice.device({ messageKinds: { test_note: zod.object({ mood: zod.string() }) } });
    for (const day of ['2026-06-01', '2026-06-15', '2026-07-01'])
      await done(d.confab.messages.send(group, { kind: 'test_note', data: { mood: day }, occursOn: day }));
    const june = { from: '2026-06-01', to: '2026-06-30', limit: 1 };
    const first = await d.confab.messages.byDate(group, { ...june, kinds: ['test_note'] });
    expect(first.items.map((row) => row.kind === 'test_note' && row.data.mood)).toEqual(['2026-06-15']);
    const rest = await b.confab.messages.byDate(group, { ...june, after: first.next ?? '' });
    expect(rest.items.map(({ occursOn }) => occursOn)).toEqual(['2026-06-01']);
    expect(rest.next).toBeNull();
  });
});
