import { createTestConfab } from '@confab/core/testing';
import { act, cleanup, configure } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { useConversation, useMyPresence, usePresence, useTyping } from '../src/index';
import { alice, bob, carol, dave, room, setUp } from './support/server';

configure({ reactStrictMode: true });
afterEach(cleanup);

describe('H20 useTyping', () => {
  it('H20.1 names the first two typers and counts the others, until they are silent', async () => {
    const { server, clock, run, pass } = await setUp((it) => {
      it.addConversation(room(1), [alice, bob, carol, dave]);
    });
    const { result } = await run(() => ({ ...useConversation(room(1)), ...useTyping(room(1)) }));
    expect(result.current).toMatchObject({ typers: [], names: [], othersCount: 0 });
    for (const userId of [bob, carol, dave]) {
      const { confab } = createTestConfab({ server, userId, clock });
      await pass();
      const typing = confab.typing.in(room(1));
      typing.subscribe(() => undefined);
      await pass();
      await act(async () => typing.keystroke());
    }
    expect(result.current).toMatchObject({ names: ['Bob', 'Carol'], othersCount: 1 });
    await pass(4_000);
    expect(result.current).toMatchObject({ typers: [], names: [], othersCount: 0 });
  });
});

describe('H20 useMyPresence', () => {
  it('H20.2 shows what others see, and sets it', async () => {
    const { server, clock, environment, run, pass } = await setUp((it) => {
      it.addConversation(room(1), [alice, bob]);
    });
    const { result } = await run(() => ({ mine: useMyPresence(), all: usePresence(room(1)) }));
    const { confab } = createTestConfab({ server, userId: bob, clock });
    const seen = confab.presence.in(room(1));
    // What it shows of others needs their conversation.
    confab.conversations.list().subscribe(() => undefined);
    seen.subscribe(() => undefined);
    await pass(10_000);
    expect(result.current.mine).toMatchObject({ state: 'online', chosen: null });
    expect(seen.get()[alice]?.state).toBe('online');
    const { setPresence } = result.current.mine;
    act(() => setPresence('busy'));
    await pass(10_000);
    expect(result.current.mine).toMatchObject({ state: 'busy', chosen: 'busy', setPresence });
    expect(seen.get()[alice]?.state).toBe('busy');
    act(() => setPresence(null));
    await act(async () => environment.setVisible(false));
    await pass(10_000);
    expect(result.current.mine).toMatchObject({ state: 'away', chosen: null });
    expect(seen.get()[alice]?.state).toBe('away');
  });
});
