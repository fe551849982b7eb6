import type { ConfabError } from '../errors/confab-error';
import { createWritable, type Readable } from '../lib/readable';
import type { Logger } from '../ports';

/** Why the last pull and the last push failed as a whole; null where it did not. */
export interface FailuresView {
  readonly pull: ConfabError | null;
  readonly push: ConfabError | null;
}

/** What `connection` and the log say of calls that failed (rule E9). */
export interface Failures {
  readonly view: Readable<FailuresView>;
  /** How one ended. */
  note(what: keyof FailuresView, error: ConfabError | null): void;
  /** Somebody else is there. */
  reset(): void;
}

const NONE: FailuresView = { pull: null, push: null };

export function createFailures(logger: Logger): Failures {
  const view = createWritable(NONE);
  return {
    view,
    note(what, error) {
      if (view.get()[what] !== error) view.update((both) => ({ ...both, [what]: error }));
      if (!error) return;
      const detail = { code: error.code, reason: error.message };
      logger({ level: 'warn', event: `${what}_failed`, detail });
    },
    reset: () => view.set(NONE),
  };
}
