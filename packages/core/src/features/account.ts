import { defined } from '../lib/defined';
import type { JsonObject } from '../model/records';
import { decode } from '../model/wire';
import type { Engine } from '../sync/engine';

/** What concerns the current user as a whole. */
export interface Account {
  /**
   * Everything the current user has written and that is kept about them, page by page, in the form of the database: for
   * a download. The first page has everything but messages, of which each page has up to 1,000.
   *
   * @throws ConfabError `offline`, `unauthenticated`
   * @example
   * ```ts
   * const pages: object[] = [];
   * for await (const page of confab.account.exportData()) pages.push(page);
   * ```
   */
  exportData(): AsyncIterable<JsonObject>;
}

export function createAccount(engine: Engine): Account {
  return {
    async *exportData() {
      let after: string | undefined;
      do {
        const page = decode.exportPage(await engine.call('export_my_data', defined({ after })));
        yield page;
        after = typeof page['next'] === 'string' ? page['next'] : undefined;
      } while (after !== undefined);
    },
  };
}
