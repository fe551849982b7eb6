import type { Candidacy, Clock, Storage, Tabs, Transport } from '../ports';

/** The tabs of one origin in one browser. */
export interface FakeBrowser {
  open(): FakeTab;
  /** Who holds the lock; a frozen tab keeps it, a dead one does not. */
  leader(name: string): FakeTab | null;
}

/** One tab, which a test freezes and kills. */
export interface FakeTab extends Tabs {
  isAlive(): boolean;
  /** It ends here and now: nothing it has begun reaches storage or server, nothing reaches it, its locks are free. */
  kill(): void;
  /**
   * It stands still: messages, timers and answers wait for {@link FakeTab.thaw}, and it holds its locks.
   *
   * @param isAnnounced the browser told it, so that it gave up its locks before, as pages in the back/forward cache do
   */
  freeze(isAnnounced?: boolean): void;
  thaw(): void;
  /** The ports as code inside the tab has them: they end and stand still with it. */
  inside<P extends Ports>(ports: P): Omit<P, keyof Ports> & Ports;
}

interface Ports {
  readonly clock: Clock;
  readonly storage: Storage;
  readonly transport: Transport;
}

export interface FakeBrowserOptions {
  /**
   * Decides when a message or a lock arrives: calls `deliver` later, in any order; between two tabs messages keep theirs
   * all the same. By default they arrive at once, after what runs at present.
   */
  readonly schedule?: (deliver: () => void) => void;
  /** Whether a message to one of the others gets lost; by default none. */
  readonly isLost?: (message: unknown) => boolean;
}

interface Candidate {
  readonly tab: FakeTab;
  readonly onChange: (isLeading: boolean) => void;
}

interface Listener {
  readonly tab: FakeTab;
  readonly name: string;
  /** Hears a message unless it has closed by then. */
  hear(message: unknown): void;
}

/** Creates a browser without tabs. */
export function createFakeBrowser(options: FakeBrowserOptions = {}): FakeBrowser {
  const { schedule = (deliver) => void Promise.resolve().then(deliver), isLost = () => false } = options;
  /** Who holds each lock comes first, then who waits for it. */
  const locks = new Map<string, Candidate[]>();
  const listeners = new Set<Listener>();

  const queue = (name: string, candidates: Candidate[]): void => {
    const [before] = locks.get(name) ?? [];
    const [next] = candidates;
    locks.set(name, candidates);
    if (!next || next === before) return;
    // It may have lost the lock again by the time it hears of it.
    schedule(() => {
      if (locks.get(name)?.[0] === next) next.onChange(true);
    });
  };
  const without = (name: string, candidate: Candidate) =>
    (locks.get(name) ?? []).filter((other) => other !== candidate);

  const open = (): FakeTab => {
    let state: 'awake' | 'frozen' | 'dead' = 'awake';
    let waiting: (() => void)[] = [];
    /** Puts what the tab gave up when it was told that it freezes back. */
    let regain: (() => void)[] = [];

    const run = (task: () => void): void => {
      if (state === 'awake') task();
      else if (state === 'frozen') waiting.push(task);
    };
    /** Work outside of the tab that it asks for and waits for. */
    const outside = <T>(work: () => Promise<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        run(() => {
          work().then(
            (value) => run(() => resolve(value)),
            (error: unknown) => run(() => reject(error instanceof Error ? error : new Error(String(error)))),
          );
        });
      });
    const candidacies = () =>
      [...locks].flatMap(([name, queued]) => queued.map((candidate) => ({ name, candidate })));

    const tab: FakeTab = {
      kind: 'shared',
      lead(name, onChange): Candidacy {
        let isLeading = false;
        let isOver = false;
        const candidate: Candidate = {
          tab,
          onChange(next) {
            run(() => {
              if (isOver || next === isLeading) return;
              isLeading = next;
              onChange(next);
            });
          },
        };
        queue(name, [...(locks.get(name) ?? []), candidate]);
        return {
          insist() {
            const [holder, ...others] = locks.get(name) ?? [];
            if (isOver || state === 'dead' || !holder || holder === candidate) return;
            queue(name, [candidate, ...others.filter((other) => other !== candidate), holder]);
            schedule(() => {
              if (locks.get(name)?.[0] !== holder) holder.onChange(false);
            });
          },
          withdraw() {
            isOver = true;
            queue(name, without(name, candidate));
          },
        };
      },
      join(name, onMessage) {
        let isOpen = true;
        const listener: Listener = {
          tab,
          name,
          hear: (message) =>
            run(() => {
              if (isOpen) onMessage(message);
            }),
        };
        const links = new Map<Listener, unknown[]>();
        listeners.add(listener);
        return {
          post(message) {
            if (!isOpen || state === 'dead') return;
            for (const other of listeners) {
              if (other === listener || other.name !== name) continue;
              // A lost message was copied too: what cannot be cloned fails always.
              const copy: unknown = structuredClone(message);
              if (isLost(copy)) continue;
              const link = links.get(other) ?? [];
              links.set(other, link);
              link.push(copy);
              schedule(() => other.hear(link.shift()));
            }
          },
          close() {
            isOpen = false;
            listeners.delete(listener);
          },
        };
      },
      isAlive: () => state !== 'dead',
      kill() {
        state = 'dead';
        for (const listener of [...listeners]) if (listener.tab === tab) listeners.delete(listener);
        for (const { name, candidate } of candidacies())
          if (candidate.tab === tab) queue(name, without(name, candidate));
      },
      freeze(isAnnounced = false) {
        if (state !== 'awake') return;
        for (const { name, candidate } of isAnnounced ? candidacies() : []) {
          if (candidate.tab !== tab) continue;
          candidate.onChange(false);
          queue(name, without(name, candidate));
          regain.push(() => queue(name, [...(locks.get(name) ?? []), candidate]));
        }
        state = 'frozen';
      },
      thaw() {
        if (state !== 'frozen') return;
        state = 'awake';
        const tasks = [...regain, ...waiting];
        regain = [];
        waiting = [];
        for (const task of tasks) run(task);
      },
      inside: (ports) => ({
        ...ports,
        clock: {
          now: () => ports.clock.now(),
          random: () => ports.clock.random(),
          after: (ms, task) => {
            let isCancelled = false;
            const cancel = ports.clock.after(ms, () => run(() => isCancelled || task()));
            return () => {
              isCancelled = true;
              cancel();
            };
          },
        },
        storage: {
          ...ports.storage,
          open(name) {
            const store = ports.storage.open(name);
            return {
              entries: () => outside(() => store.entries()),
              get: (key) => outside(() => store.get(key)),
              set: (key, value) => outside(() => store.set(key, value)),
              setMany: (entries) => outside(() => store.setMany(entries)),
              delete: (key) => outside(() => store.delete(key)),
              clear: () => outside(() => store.clear()),
            };
          },
        },
        transport: {
          call: (fn, args, userId) => outside(() => ports.transport.call(fn, args, userId)),
        },
      }),
    };
    return tab;
  };

  return { open, leader: (name) => locks.get(name)?.[0]?.tab ?? null };
}
