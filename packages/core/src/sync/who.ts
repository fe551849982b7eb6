import type { Deps } from './deps';

/** Finds out who is signed in, and remembers it for a start at which Auth cannot be asked (rule E15). */
export interface Who {
  /** Tells of everybody it finds; first of whoever was there last, where Auth does not answer in time. */
  start(tell: (userId: string | null) => void): () => void;
}

/** Offline nothing is worth waiting for: a token that has expired cannot be renewed. */
const PATIENCE_MS = 1_000;
const KEY = 'last';

export function createWho({ auth, clock, environment, storage, logger }: Deps): Who {
  const store = storage.open('confab-user');
  const read = async (): Promise<string | null> => {
    const found = await store.get(KEY);
    return typeof found === 'string' ? found : null;
  };
  const failed = (error: unknown) =>
    logger({
      level: 'warn',
      event: 'user_not_remembered',
      cause: 'local',
      detail: { reason: String(error) },
    });

  return {
    start(tell) {
      let isOver = false;
      /** Whether Auth itself has said who it is; what is remembered counts no more then. */
      let isTold = false;
      let remembered: string | null = null;
      /** Ends with who is remembered then; what Auth says is written in its order. */
      let last = read().catch((error: unknown) => {
        failed(error);
        return null;
      });
      void last.then((found) => void (remembered = found));

      const told = (userId: string | null) => {
        isTold = true;
        tell(userId);
        last = last.then(async (before) => {
          if (before === userId) return userId;
          try {
            // What is stored of somebody who is not signed in any more is of no use to anybody here.
            if (before !== null) await storage.open(`confab-cache-${before}`).clear();
            await (userId === null ? store.delete(KEY) : store.set(KEY, userId));
          } catch (error) {
            failed(error);
          }
          return userId;
        });
      };
      const stopAuth = auth.onChange((userId) => {
        if (!isOver) told(userId);
      });
      /** Also where Auth has nothing to say in time, and the storage has no answer either. */
      const goOn = (isLast: boolean) => {
        if (isTold || isOver) return;
        if (remembered !== null) tell(remembered);
        else if (isLast) tell(null);
      };
      let cancel = clock.after(environment.isOnline() ? PATIENCE_MS : 0, () => {
        void last.then(() => goOn(false));
      });
      void auth.currentUser().then((userId) => {
        if (isOver) return;
        if (userId !== undefined) {
          cancel();
          // What came by an event meanwhile is newer.
          if (!isTold) told(userId);
          return;
        }
        void last.then(() => goOn(true));
        cancel();
        cancel = clock.after(PATIENCE_MS, () => goOn(true));
      });
      return () => {
        isOver = true;
        cancel();
        stopAuth();
      };
    },
  };
}
