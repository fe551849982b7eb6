import { createWritable, type Queued } from '@confab/core';
import { errorText } from './error-text';

export interface Notice {
  readonly key: number;
  readonly text: string;
}

/** The last thing to tell the user, wherever they are. */
export const notice = createWritable<Notice | null>(null);

function notify(text: string): void {
  notice.update((last) => ({ key: (last?.key ?? 0) + 1, text }));
}

/** Tells when writes are refused, now or by the server later. `what` completes "Could not …". */
export function report(what: string, writings: readonly Promise<Queued<unknown> | void>[]): void {
  const tell = (error: unknown) => notify(`Could not ${what}. ${errorText(error)}`);
  for (const writing of writings) {
    writing
      .then(async (queued) => {
        const outcome = await queued?.confirmed;
        if (outcome?.ok === false) tell(outcome.error);
      })
      .catch(tell);
  }
}
