import { createWritable } from '@confab/core';
import { useSyncExternalStore } from 'react';

export type Theme = 'system' | 'light' | 'dark';

const KEY = 'confab-theme';

/** Some browsers refuse storage altogether. */
function stored(): Theme {
  try {
    const value = localStorage.getItem(KEY);
    return value === 'light' || value === 'dark' ? value : 'system';
  } catch {
    return 'system';
  }
}

const theme = createWritable(stored());
const subscribe = (listener: () => void) => theme.subscribe(listener);
const get = () => theme.get();

function apply(): void {
  document.documentElement.dataset['theme'] = theme.get();
}

apply();
theme.subscribe(apply);

export function setTheme(next: Theme): void {
  theme.set(next);
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // It holds until the page is closed.
  }
}

export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, get);
}
