import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually, unwatchAll, watch } from './support/eventually';
import { createPair, done, say, type Pair } from './support/pair';

describe('what the operator takes away', () => {
  let pair: Pair;
  const open: Pair[] = [];

  beforeEach(async () => {
    pair = await createPair();
    open.push(pair);
  });
  afterEach(unwatchAll);
  afterAll(() => Promise.all(open.map(({ world }) => world.stop())));

  it.each([
    ['erase_user_messages', (user: string) => `select confab.erase_user_messages('${user}')`],
    [
      'purge_messages',
      (user: string) =>
        `update confab.messages set created_at = created_at - interval '2 days' where sender_id = '${user}';
         select confab.purge_messages(1)`,
    ],
  ])('E6.21 E6.25 %s reaches quotes, the last message and pins on a device', async (_, sql) => {
    const { world, alice, a, b, group } = pair;
    const said = await say(a, group, 'secret');
    const reply = await done(b.confab.messages.send(group, { content: 'I see', replyToId: said.id }));
    await done(b.confab.messages.pin(group, said.id));
    const last = await say(a, group, 'another secret');
    const messages = watch(b.confab.messages.list(group));
    const list = watch(b.confab.conversations.list());
    const found = watch(b.confab.messages.found);
    await eventually(messages, (view) => view.messages.some(({ id }) => id === last.id));
    const { items } = await b.confab.messages.pinned(group);
    expect(items.map(({ content }) => content)).toEqual(['secret']);
    await world.db.query(sql(alice.id));
    await eventually(found, (now) => now.get(said.id)?.deletedAt !== null);
    await eventually(messages, (view) => {
      const quoted = view.messages.find(({ id }) => id === reply.id)?.replyTo;
      return (
        quoted?.content !== 'secret' && view.messages.every(({ content }) => !content?.includes('secret'))
      );
    });
    await eventually(
      list,
      ({ conversations }) => !conversations[0]?.lastMessage?.content?.includes('secret'),
    );
    expect(found.get().get(said.id)).toMatchObject({ content: null, pinnedAt: null });
  });
});
