import type { Environment } from '../ports';

const IDLE_AFTER_MS = 5 * 60_000;

/** Reads the browser's signals; on platforms without them the app counts as online, visible and in use. */
export function createBrowserEnvironment(): Environment {
  const listeners = new Set<{ readonly listener: (signal?: 'resumed') => void }>();
  const tell = (signal?: 'resumed') => {
    for (const { listener } of [...listeners]) listener(signal);
  };
  const isVisible = () => typeof document === 'undefined' || document.visibilityState !== 'hidden';
  let isIdle = false;
  let lastInputAt = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** Set again only when it has run: input itself costs no more than reading the time. */
  const watch = (ms: number) => {
    timer = setTimeout(() => {
      const left = lastInputAt + IDLE_AFTER_MS - Date.now();
      // More than all of it is left when the clock was put back.
      if (left > 0) return watch(Math.min(left, IDLE_AFTER_MS));
      isIdle = true;
      tell();
    }, ms);
  };
  const onInput = () => {
    lastInputAt = Date.now();
    if (!isIdle) return;
    isIdle = false;
    watch(IDLE_AFTER_MS);
    tell();
  };
  const onTurn = () => {
    if (isVisible()) onInput();
    tell();
  };

  let stop: AbortController | null = null;
  const start = () => {
    stop = new AbortController();
    const { signal } = stop;
    const on = (target: EventTarget, types: string, act: (event: Event) => void, capture = false) => {
      for (const type of types.split(' '))
        target.addEventListener(type, act, { passive: true, capture, signal });
    };
    on(window, 'online offline', () => tell());
    on(window, 'focus', onTurn);
    on(document, 'visibilitychange', onTurn);
    on(document, 'resume', () => tell('resumed'));
    // From the back/forward cache; a page that is merely loaded has missed nothing.
    on(window, 'pageshow', (event) => 'persisted' in event && event.persisted === true && tell('resumed'));
    on(window, 'pointerdown pointermove keydown wheel', onInput, true);
    onInput();
    watch(IDLE_AFTER_MS);
  };
  return {
    isOnline: () => typeof navigator === 'undefined' || navigator.onLine !== false,
    isVisible,
    isIdle: () => isIdle,
    onChange(listener) {
      if (typeof window === 'undefined' || typeof document === 'undefined') return () => undefined;
      const entry = { listener };
      listeners.add(entry);
      if (!stop) start();
      return () => {
        listeners.delete(entry);
        if (listeners.size > 0) return;
        stop?.abort();
        stop = null;
        clearTimeout(timer);
      };
    },
  };
}
