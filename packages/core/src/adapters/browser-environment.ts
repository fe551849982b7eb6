import type { Environment } from '../ports';

/** Reads the browser's signals; on platforms without them the app counts as online and visible. */
export function createBrowserEnvironment(): Environment {
  return {
    isOnline: () => typeof navigator === 'undefined' || navigator.onLine !== false,
    isVisible: () => typeof document === 'undefined' || document.visibilityState !== 'hidden',
    onChange(listener) {
      if (typeof window === 'undefined' || typeof document === 'undefined') return () => undefined;
      const onWindow = ['online', 'offline', 'pageshow', 'focus'] as const;
      const onDocument = ['visibilitychange', 'resume'] as const;
      for (const type of onWindow) window.addEventListener(type, listener);
      for (const type of onDocument) document.addEventListener(type, listener);
      return () => {
        for (const type of onWindow) window.removeEventListener(type, listener);
        for (const type of onDocument) document.removeEventListener(type, listener);
      };
    },
  };
}
