import type { Environment } from '../ports';

/** A device whose signals a test sets. */
export interface FakeEnvironment extends Environment {
  setOnline(isOnline: boolean): void;
  setVisible(isVisible: boolean): void;
  setIdle(isIdle: boolean): void;
  /** Reports a change though nothing has changed, as focus does, or with `resumed` as a frozen tab that goes on. */
  touch(signal?: 'resumed'): void;
  /** How many listen. */
  listeners(): number;
}

export function createFakeEnvironment(): FakeEnvironment {
  const listeners = new Set<{ readonly listener: (signal?: 'resumed') => void }>();
  let isOnline = true;
  let isVisible = true;
  let isIdle = false;
  const touch = (signal?: 'resumed') => {
    for (const { listener } of [...listeners]) listener(signal);
  };
  return {
    isOnline: () => isOnline,
    isVisible: () => isVisible,
    isIdle: () => isIdle,
    onChange(listener) {
      const entry = { listener };
      listeners.add(entry);
      return () => void listeners.delete(entry);
    },
    setOnline(next) {
      isOnline = next;
      touch();
    },
    setVisible(next) {
      isVisible = next;
      touch();
    },
    setIdle(next) {
      isIdle = next;
      touch();
    },
    touch,
    listeners: () => listeners.size,
  };
}
