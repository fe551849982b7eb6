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

/** The bar of a browser around the app; `index.html` says the same for who has chosen nothing. */
const BARS = { light: '#ffffff', dark: '#181b21' };

function apply(): void {
  const chosen = theme.get();
  document.documentElement.dataset['theme'] = chosen;
  for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')) {
    meta.content = BARS[chosen === 'system' ? (meta.media.includes('dark') ? 'dark' : 'light') : chosen];
  }
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
