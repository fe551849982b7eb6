import type { Environment } from '../ports';

/** A device whose signals a test sets. */
export interface FakeEnvironment extends Environment {
  setOnline(isOnline: boolean): void;
  setVisible(isVisible: boolean): void;
  /** Reports a change though nothing has changed, as `focus` and `resume` do. */
  touch(): void;
  /** How many listen. */
  listeners(): number;
}

export function createFakeEnvironment(): FakeEnvironment {
  const listeners = new Set<{ readonly listener: () => void }>();
  let isOnline = true;
  let isVisible = true;
  const touch = () => {
    for (const { listener } of [...listeners]) listener();
  };
  return {
    isOnline: () => isOnline,
    isVisible: () => isVisible,
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
    touch,
    listeners: () => listeners.size,
  };
}
