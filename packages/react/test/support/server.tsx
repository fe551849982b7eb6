import { createFakeServer, createManualClock, createTestConfab, runQueriesOn } from '@confab/core/testing';
import { notifyManager } from '@tanstack/react-query';
import { act, renderHook } from '@testing-library/react';
import type { ReactNode } from 'react';
import { ConfabProvider } from '../../src/index';
import { kinds } from './kinds';

const id = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
export const [alice, bob, carol, dave] = [id(1), id(2), id(3), id(4)] as const;
/** The id of the n-th conversation of a test. */
export const room = (n: number) => id(100 + n);

// Renders in the turn of what causes them, so that `settled` waits for them too.
notifyManager.setScheduler(queueMicrotask);

/** A server with Alice, Bob, Carol and Dave, and whatever `fill` adds; Alice's client on it, and a provider of that. */
export async function setUp(
  fill: (server: ReturnType<typeof createFakeServer>) => void = () => undefined,
  userId: string | null = alice,
) {
  const clock = createManualClock();
  runQueriesOn(clock);
  const server = createFakeServer();
  for (const [userId, name] of [
    [alice, 'Alice'],
    [bob, 'Bob'],
    [carol, 'Carol'],
    [dave, 'Dave Ångström'],
  ] as const)
    server.addUser(userId, name);
  fill(server);
  const test = createTestConfab({ server, userId, clock, messageKinds: kinds });
  const Provider = ({ children }: { children?: ReactNode }) => (
    <ConfabProvider client={test.confab}>{children}</ConfabProvider>
  );
  await clock.advance(0);
  return {
    ...test,
    server,
    clock,
    Provider,
    /** Renders a hook below the provider, and waits for what it loads. */
    async run<T>(hook: () => T) {
      const rendered = renderHook(hook, { wrapper: Provider });
      await pass();
      return rendered;
    },
    pass,
  };

  /** Lets time pass, and all that happens meanwhile. */
  async function pass(ms = 0): Promise<void> {
    await act(() => clock.advance(ms));
  }
}
