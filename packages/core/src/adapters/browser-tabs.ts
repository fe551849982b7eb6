import type { Tabs } from '../ports';
import { singleTab } from './single-tab';

/** Web Locks and BroadcastChannel; the single tab where either is missing. */
export function createBrowserTabs(): Tabs {
  // Older browsers, and pages that are not served securely, have no locks.
  const locks = typeof navigator === 'undefined' ? undefined : (navigator as Partial<Navigator>).locks;
  if (!locks || typeof BroadcastChannel === 'undefined') return singleTab;
  return {
    kind: 'shared',
    lead(name, onChange) {
      /** Ends the present request, or the lead it was granted; null while frozen or withdrawn. */
      let end: (() => void) | null = null;

      const ask = (options: LockOptions = {}): void => {
        let isLeading = false;
        const abort = new AbortController();
        const setLeading = (next: boolean) => {
          const hasChanged = isLeading !== next;
          isLeading = next;
          if (hasChanged) onChange(next);
        };
        end?.();
        const mine = (end = () => {
          end = null;
          abort.abort();
          setLeading(false);
        });
        const held = () =>
          new Promise<void>((release) => {
            abort.signal.addEventListener('abort', () => release());
            if (abort.signal.aborted) release();
            else setLeading(true);
          });
        // Taking a lock by force cannot be called off.
        locks.request(name, options.steal ? options : { signal: abort.signal }, held).catch(() => {
          if (end !== mine) return;
          // Taken by another tab: back into the queue. A page that may not have locks leads its own writes.
          if (isLeading) ask();
          else setLeading(true);
        });
      };

      // A frozen page would keep the lock and answer nobody. It may freeze without a word too; then others insist.
      const freeze = () => end?.();
      const resume = () => {
        if (!end) ask();
      };
      const stop = listen(freeze, resume);
      ask();
      return {
        insist: () => ask({ steal: true }),
        withdraw() {
          stop();
          onChange = () => undefined;
          end?.();
        },
      };
    },
    join(name, onMessage) {
      const channel = new BroadcastChannel(name);
      let isOpen = true;
      // A message may be on its way while the channel is closed.
      channel.onmessage = ({ data }: MessageEvent<unknown>) => {
        if (isOpen) onMessage(data);
      };
      return {
        post(message) {
          if (isOpen) channel.postMessage(message);
        },
        close() {
          isOpen = false;
          channel.close();
        },
      };
    },
  };
}

/** The life of a page: into the back/forward cache and out of it, or frozen in the background. */
function listen(freeze: () => void, resume: () => void): () => void {
  if (typeof window === 'undefined' || typeof document === 'undefined') return () => undefined;
  const abort = new AbortController();
  const { signal } = abort;
  window.addEventListener('pagehide', freeze, { signal });
  document.addEventListener('freeze', freeze, { signal });
  window.addEventListener('pageshow', resume, { signal });
  document.addEventListener('resume', resume, { signal });
  return () => abort.abort();
}
