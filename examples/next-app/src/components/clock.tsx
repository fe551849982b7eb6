'use client';

import { createContext, useContext, useEffect, useSyncExternalStore, type ReactNode } from 'react';

/** What the server has rendered with: the browser hydrates with the same, and goes on with its own. */
export interface ServerClock {
  readonly timeZone: string;
  readonly now: number;
}

const ClockContext = createContext<ServerClock>({ timeZone: 'UTC', now: 0 });

const MINUTE_MS = 60_000;
const everyMinute = (listener: () => void) => {
  const timer = setInterval(listener, MINUTE_MS);
  return () => clearInterval(timer);
};
const thisMinute = () => Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
const never = () => () => undefined;
const ownTimeZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

export function ClockProvider({
  clock,
  children,
}: {
  readonly clock: ServerClock;
  readonly children: ReactNode;
}) {
  useEffect(() => {
    // From the next page on the server knows it.
    document.cookie = `time-zone=${ownTimeZone()}; path=/; max-age=31536000; samesite=lax`;
  }, []);
  return <ClockContext value={clock}>{children}</ClockContext>;
}

export function useClock(): ServerClock {
  const server = useContext(ClockContext);
  return {
    timeZone: useSyncExternalStore(never, ownTimeZone, () => server.timeZone),
    now: useSyncExternalStore(everyMinute, thisMinute, () => server.now),
  };
}
