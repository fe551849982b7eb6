import {
  createFakeServer,
  createManualClock,
  createTestConfab,
  runQueriesOn,
  settled,
  type FakeServerOptions,
} from '@confab/core/testing';
import { notifyManager } from '@tanstack/react-query';
import { act, renderHook } from '@testing-library/react';
import type { ReactNode } from 'react';
import { ConfabProvider } from '../../src/index';
import { kinds } from './kinds';

const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
export const [alice, bob, carol, groupId] = [uuid(1), uuid(2), uuid(3), uuid(9)];

// Renders in the turn of what causes them, so that `settled` waits for them too.
notifyManager.setScheduler(queueMicrotask);

/** Alice's app and a server: she, Bob and Carol are in one group. Whatever others do is done on the server. */
export function createChat(options?: FakeServerOptions) {
  const clock = createManualClock();
  runQueriesOn(clock);
  const server = createFakeServer({ messageKinds: { daily_note: { needsContent: false } }, ...options });
  server.addUser(alice, 'Alice');
  server.addUser(bob, 'Bob');
  server.addUser(carol, 'Carol');
  server.addConversation(groupId, [alice, bob, carol]);
  const client = createTestConfab({ server, clock, userId: alice, messageKinds: kinds });
  const wrapper = ({ children }: { children: ReactNode }) => (
    <ConfabProvider client={client.confab}>{children}</ConfabProvider>
  );
  return {
    ...client,
    server,
    wrapper,
    /** Renders a hook and lets everything it begins come to rest. */
    async run<T>(hook: () => T) {
      const rendered = renderHook(hook, { wrapper });
      await act(settled);
      return rendered;
    },
    /** Does something and lets it come to rest. */
    after: (task: () => unknown) =>
      act(async () => {
        await task();
        await settled();
      }),
    /** The app of somebody else. */
    join: (userId: string) => createTestConfab({ server, clock, userId }),
    /** Lets time pass. */
    wait: (ms: number) => act(() => client.clock.advance(ms)),
    send: (content: string, userId = bob) => server.send(userId, groupId, content),
  };
}

export type Chat = ReturnType<typeof createChat>;
