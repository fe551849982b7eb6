import { act, cleanup, configure } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { useMessages, useOutbox } from '../src/index';
import { alice, bob, room, setUp } from './support/server';

configure({ reactStrictMode: true });
afterEach(cleanup);

/** A group in which the server refuses what begins with "bad". */
async function open() {
  const test = await setUp((it) => {
    it.addConversation(room(1), [alice, bob]);
  });
  test.server.refuseWhen(({ args }) =>
    JSON.stringify(args).includes('"bad') ? { code: 'forbidden', message: 'unable to send; no' } : null,
  );
  const rendered = await test.run(() => ({ outbox: useOutbox(), messages: useMessages(room(1)).messages }));
  const texts = () => rendered.result.current.messages.map(({ content }) => content);
  return { ...test, ...rendered, texts };
}

describe('H9 useOutbox', () => {
  it('H9.1 lists what waits, and forgets what is sent', async () => {
    const { confab, result, pass, goOffline, goOnline } = await open();
    expect(result.current.outbox).toMatchObject({ items: [], unreadable: [] });
    goOffline();
    await act(async () => void (await confab.messages.send(room(1), { content: 'Hello' })));
    expect(result.current.outbox.items).toMatchObject([
      { type: 'send_message', content: 'Hello', status: 'pending', conversationId: room(1) },
    ]);
    goOnline();
    await pass(5_000);
    expect(result.current.outbox.items).toEqual([]);
  });

  it('H9.2 says what was refused; it is retried, edited or given up', async () => {
    const { confab, result, pass, texts, server } = await open();
    await act(async () => {
      for (const content of ['bad 1', 'bad 2', 'bad 3']) await confab.messages.send(room(1), { content });
    });
    await pass(1_000);
    const { items, retry, discard, edit, retryAll } = result.current.outbox;
    expect(items.map(({ status, error }) => [status, error?.code])).toEqual(
      Array.from({ length: 3 }, () => ['failed', 'forbidden']),
    );
    const [first, second, third] = items;
    if (!first || !second || !third) throw new Error('unreachable');
    await act(async () => {
      await edit(first, { content: 'good 1' });
      await discard(second.id);
      await retry(third.id);
    });
    await pass(1_000);
    expect(texts()).toEqual(['good 1', 'bad 3']);
    expect(result.current.outbox.items).toMatchObject([{ id: third.id, status: 'failed' }]);
    server.refuseWhen(() => null);
    await act(() => retryAll());
    await pass(1_000);
    expect(result.current.outbox).toMatchObject({ items: [], retry, discard, edit, retryAll });
    expect(server.messages(room(1)).map(({ content }) => content)).toEqual(['good 1', 'bad 3']);
  });

  it('H9.3 what has not failed cannot be given up, and what is no message cannot be edited', async () => {
    const { confab, result, goOffline } = await open();
    goOffline();
    await act(async () => {
      await confab.conversations.setMembership(room(1), { isPinned: true });
    });
    const { items, discard, edit } = result.current.outbox;
    const [pin] = items;
    if (!pin) throw new Error('unreachable');
    await expect(discard(pin.id)).rejects.toMatchObject({ code: 'not_found' });
    await expect(edit(pin, { content: 'x' })).rejects.toMatchObject({ code: 'invalid' });
    expect(result.current.outbox.items).toHaveLength(1);
  });
});
