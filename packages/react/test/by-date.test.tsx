import { act, cleanup, configure } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { useMessagesByDate } from '../src/index';
import { alice, bob, room, setUp } from './support/server';

configure({ reactStrictMode: true });
afterEach(cleanup);

const june = { from: '2026-06-01', to: '2026-06-30' };
const texts = (messages: readonly { readonly content: string | null }[]) =>
  messages.map(({ content }) => content);

describe('H22 useMessagesByDate', () => {
  it('H22.1 shows what belongs to some days, in their order, whenever it was written', async () => {
    const { run } = await setUp((it) => {
      it.addConversation(room(1), [alice, bob]);
      it.send(bob, room(1), 'second day', { occurs_on: '2026-06-02' });
      it.send(bob, room(1), 'no day');
      it.send(bob, room(1), 'first day, written later', { occurs_on: '2026-06-01' });
      it.send(bob, room(1), 'July', { occurs_on: '2026-07-01' });
      it.send(bob, room(1), 'second day again', { occurs_on: '2026-06-02' });
    });
    const { result } = await run(() => useMessagesByDate(room(1), { ...june }));
    expect(texts(result.current.messages)).toEqual([
      'first day, written later',
      'second day',
      'second day again',
    ]);
    expect(result.current).toMatchObject({ isPending: false, error: null, hasNextPage: false });
  });

  it('H22.2 keeps what was written long ago up to date, and shows what is being written for that day', async () => {
    const { server, confab, run, pass, goOffline } = await setUp((it) => {
      it.addConversation(room(1), [alice, bob]);
      it.send(bob, room(1), 'old', { occurs_on: '2026-06-05' });
      for (let n = 1; n <= 130; n++) it.send(bob, room(1), `Message ${n}`);
    });
    const { result } = await run(() => useMessagesByDate(room(1), june));
    const [old] = server.messages(room(1));
    if (!old) throw new Error('unreachable');
    await act(async () => server.edit(bob, room(1), old.id, 'changed'));
    await pass(1_000);
    expect(texts(result.current.messages)).toEqual(['changed']);
    await act(async () => void goOffline());
    await act(async () => {
      await confab.reactions.add(room(1), old.id, '✅');
      await confab.messages.send(room(1), { content: 'Found it', occursOn: '2026-06-05' });
      await confab.messages.send(room(1), { content: 'Today', occursOn: '2026-07-05' });
    });
    await pass();
    expect(texts(result.current.messages)).toEqual(['changed', 'Found it']);
    expect(result.current.messages[0]?.reactions).toMatchObject([{ emoji: '✅', isOwn: true }]);
    expect(result.current.messages[1]?.status).toBe('pending');
  });

  it('H22.3 what is deleted goes, and only the kinds asked for show', async () => {
    const { server, run, pass } = await setUp((it) => {
      it.addConversation(room(1), [alice, bob]);
      it.send(bob, room(1), 'one', { occurs_on: '2026-06-05' });
      it.send(bob, room(1), 'photo', { occurs_on: '2026-06-05', kind: 'image' });
    });
    const { result } = await run(() => useMessagesByDate(room(1), { ...june, kinds: ['text'] }));
    expect(texts(result.current.messages)).toEqual(['one']);
    const [one] = server.messages(room(1));
    await act(async () => server.delete(bob, room(1), one?.id ?? ''));
    await pass(1_000);
    expect(result.current.messages).toEqual([]);
  });

  it('H22.4 a message about another day renders nothing', async () => {
    const { server, run, pass } = await setUp((it) => {
      it.addConversation(room(1), [alice, bob]);
      it.send(bob, room(1), 'one', { occurs_on: '2026-06-05' });
    });
    const { result } = await run(() => useMessagesByDate(room(1), june));
    const before = result.current;
    await act(async () => void server.send(bob, room(1), 'later', { occurs_on: '2026-07-05' }));
    await pass();
    expect(result.current).toBe(before);
  });

  it('H22.5 refused it says why', async () => {
    const { run, pass } = await setUp((it) => it.addConversation(room(1), [alice, bob]));
    const { result } = await run(() => useMessagesByDate(room(1), { ...june, to: '2028-01-01' }));
    await pass(1_000);
    expect(result.current).toMatchObject({ messages: [], error: { code: 'invalid' } });
  });
});
