import { toConfabError } from '../errors/confab-error';
import { createWritable, type Readable } from '../lib/readable';

/** Loads further pages of a view, one at a time: whoever asks meanwhile waits for the same one. */
export interface Paging {
  readonly isFetching: Readable<boolean>;
  /** Resolves when the page is in the view; rejects with a `ConfabError`. */
  fetch(): Promise<void>;
}

export function createPaging(load: () => Promise<void>, doing: string): Paging {
  const isFetching = createWritable(false);
  let fetching: Promise<void> | null = null;
  const run = async (): Promise<void> => {
    isFetching.set(true);
    try {
      await load();
    } catch (error) {
      throw toConfabError(error, doing);
    } finally {
      isFetching.set(false);
      fetching = null;
    }
  };
  return { isFetching, fetch: () => (fetching ??= run()) };
}
