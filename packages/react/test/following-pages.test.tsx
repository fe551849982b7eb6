import { act, cleanup } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import {
  useMentions,
  useMessagesByDate,
  useMessageSearch,
  usePinnedMessages,
  useThreads,
} from '../src/index';
import { alice, bob, room, setUp } from './support/server';

afterEach(cleanup);

/** A page that is read once: its hook, the texts of its messages, and the call that reads it. */
const pages = {
  search: [
    () => useMessageSearch('needle').results.map(({ message, snippet }) => ({ ...message, snippet })),
    'search_messages',
  ],
  mentions: [() => useMentions().messages, 'mentions'],
  pins: [() => usePinnedMessages(room(1)).messages, 'pinned_messages'],
  days: [
    () => useMessagesByDate(room(1), { from: '2026-06-01', to: '2026-06-30' }).messages,
    'history_by_date',
  ],
  threads: [() => useThreads().threads.map(({ root }) => root), 'threads'],
} as const;

/** A message of Bob's that is on each page, and too old to be loaded with its conversation. */
async function open(name: keyof typeof pages) {
  const [hook, fn] = pages[name];
  let id = '';
  const test = await setUp((it) => {
    it.addConversation(room(1), [alice, bob]);
    const about = { occurs_on: '2026-06-05', mentioned_user_ids: [alice] };
    ({ id } = it.send(bob, room(1), 'A needle', about));
    it.send(alice, room(1), 'A reply', { thread_root_id: id });
    it.apply(bob, 'pin_message', room(1), { message_id: id });
    for (let n = 0; n < 600; n++) it.send(bob, room(1), 'hay');
  });
  const { result } = await test.run(hook);
  await test.pass(250);
  expect(result.current.map(({ content }) => content)).toEqual(['A needle']);
  // Whoever asks the server from now on gets no answer.
  test.transport.hold(fn);
  return {
    ...test,
    id,
    texts: () => result.current.flatMap(({ content }) => content ?? []),
    shown: () => result.current,
    after: (change: () => unknown) =>
      act(async () => {
        await change();
        await test.pass();
      }),
  };
}

const names = Object.keys(pages) as (keyof typeof pages)[];

describe('H11 pages that are read once', () => {
  it.each(names)('H11.7 %s show the new text of a message by its edit', async (name) => {
    const { server, after, texts, id } = await open(name);
    await after(() => server.edit(bob, room(1), id, 'A pin'));
    expect(texts()).toEqual(['A pin']);
  });

  it.each(names)('H11.7 %s show no text of a message its author deletes', async (name) => {
    const { server, after, texts, id } = await open(name);
    await after(() => server.delete(bob, room(1), id));
    expect(texts()).toEqual([]);
  });

  it.each(names)('H11.7 %s show no text of a message an admin deletes', async (name) => {
    const { server, after, texts, id } = await open(name);
    await after(() => server.delete(alice, room(1), id));
    expect(texts()).toEqual([]);
  });

  it.each(names)('H11.7 %s show nothing of what one has deleted for oneself elsewhere', async (name) => {
    const { server, after, shown, id } = await open(name);
    await after(() => server.apply(alice, 'hide_message', room(1), { message_id: id }));
    expect(shown()).toEqual([]);
  });

  it.each(names)('H11.7 %s show what is pending of a message', async (name) => {
    const { confab, goOffline, after, texts, shown, id } = await open(name);
    await after(goOffline);
    await after(() => confab.messages.hide(room(1), id));
    expect(shown()).toEqual([]);
    await after(() => confab.messages.unhide(room(1), id));
    expect(texts()).toEqual(['A needle']);
    await after(() => confab.messages.delete(room(1), id));
    expect(texts()).toEqual([]);
  });

  it.each(names)('H11.7 %s are read again after an absence', async (name) => {
    const { server, transport, goOffline, goOnline, pass, after, texts, id } = await open(name);
    transport.unhold(pages[name][1]);
    await after(goOffline);
    await after(() => server.edit(bob, room(1), id, 'Another needle'));
    expect(texts()).toEqual(['A needle']);
    await after(goOnline);
    // As long as a search waits.
    await pass(250);
    expect(texts()).toEqual(['Another needle']);
  });
});
