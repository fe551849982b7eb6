import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually, unwatchAll, watch } from './support/eventually';
import { createPair, done, live, say, type Pair } from './support/pair';

describe('finding, beginning and taking along', () => {
  let pair: Pair;

  beforeAll(async () => {
    pair = await createPair();
  });
  afterEach(unwatchAll);
  afterAll(() => pair.world.stop());

  it('D13 messages are found by their words, with what matched, page by page', async () => {
    const { a, b, alice, group } = pair;
    for (const content of ['The hike is on Sunday', 'Bring boots for the hike', 'Nothing else'])
      await say(a, group, content);
    const first = await b.confab.search.messages({ query: 'hike', limit: 1 });
    expect(first.items[0]?.message).toMatchObject({
      content: 'Bring boots for the hike',
      sender: { id: alice.id, displayName: 'Alice' },
    });
    const second = await b.confab.search.messages({ query: 'hike', limit: 1, after: first.next ?? '' });
    const [found] = second.items;
    expect(found?.snippet.map(({ text }) => text).join('')).toContain('The hike is on Sunday');
    expect(found?.snippet.filter(({ isMatch }) => isMatch)).toEqual([{ text: 'hike', isMatch: true }]);
    const filtered = {
      query: 'hike',
      conversationId: group,
      senderId: pair.bob.id,
      sort: 'relevance',
    } as const;
    expect((await b.confab.search.messages(filtered)).items).toEqual([]);
  });

  it('D13 who is not in a conversation finds nothing of it', async () => {
    const mallory = await pair.world.person('Mallory');
    const m = await mallory.device();
    await live(m);
    expect((await m.confab.search.messages({ query: 'hike' })).items).toEqual([]);
    await expect(
      m.confab.search.messages({ query: 'hike', conversationId: pair.group }),
    ).rejects.toMatchObject({ code: 'not_member' });
  });

  it('D4 a draft is on all devices of its user, and the one saved last wins', async () => {
    const { a, alice, group } = pair;
    const second = await alice.device();
    await live(second);
    const mine = watch(a.confab.drafts.get(group));
    const other = watch(second.confab.drafts.list());
    const saved = await done(a.confab.drafts.save(group, { content: 'Shall we ', data: { at_end: true } }));
    expect(saved).toMatchObject({ conversationId: group, content: 'Shall we ', data: { at_end: true } });
    await eventually(other, (drafts) => drafts[0]?.content === 'Shall we ');
    await done(second.confab.drafts.save(group, { content: 'Shall we go?' }));
    await eventually(mine, (draft) => draft?.content === 'Shall we go?');
    const root = await say(a, group, 'A topic');
    await done(a.confab.drafts.save(group, { content: 'In the thread', threadRootId: root.id }));
    await eventually(
      watch(second.confab.drafts.get(group, root.id)),
      (draft) => draft?.content === 'In the thread',
    );
    expect(other.get()).toHaveLength(2);
    await done(a.confab.drafts.save(group, { content: ' ' }));
    await eventually(other, (drafts) => drafts.length === 1);
    expect(mine.get()).toBeNull();
  });

  it('D4 a draft saved elsewhere while away comes with the next pull', async () => {
    const { a, alice, group } = pair;
    const second = await alice.device();
    const draft = watch(second.confab.drafts.get(group));
    await live(second);
    second.network.cut();
    await eventually(second.confab.connection, ({ type }) => type === 'offline');
    await done(a.confab.drafts.save(group, { content: 'Written elsewhere' }));
    second.network.restore();
    await eventually(draft, (known) => known?.content === 'Written elsewhere');
  });

  it('D5 a user takes along what they wrote, and nothing of others', async () => {
    const { a, b, group } = pair;
    await say(b, group, 'Of Bob');
    const pages: object[] = [];
    for await (const page of a.confab.account.exportData()) pages.push(page);
    expect(pages[0]).toMatchObject({ profile: { display_name: 'Alice' } });
    const all = JSON.stringify(pages);
    expect(all).toContain('The hike is on Sunday');
    expect(all).not.toContain('Of Bob');
  });
});
