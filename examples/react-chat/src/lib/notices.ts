import { createWritable, type Queued } from '@confab/core';
import { useSyncExternalStore } from 'react';
import { errorText } from './error-text';

/** What can be done about it, or to take it back. */
export interface NoticeAction {
  readonly label: string;
  readonly run: () => void;
}

export interface Notice {
  readonly key: number;
  readonly text: string;
  readonly action: NoticeAction | null;
}

const notice = createWritable<Notice | null>(null);

const subscribe = (listener: () => void) => notice.subscribe(listener);
const get = () => notice.get();

/** What the user is to be told, wherever they are. */
export function useNotice(): Notice | null {
  return useSyncExternalStore(subscribe, get);
}

/** Shows it until something else is to be told, or it was read. */
export function notify(text: string, action: NoticeAction | null = null): void {
  notice.update((last) => ({ key: (last?.key ?? 0) + 1, text, action }));
}

export function dismissNotice(): void {
  notice.set(null);
}

/** Tells when a write is refused, now or by the server later. `what` completes "Could not …". */
export function report(what: string, writing: Promise<Queued<unknown> | void>): void {
  const tell = (error: unknown) => notify(`Could not ${what}. ${errorText(error)}`);
  writing
    .then(async (queued) => {
      const outcome = await queued?.confirmed;
      if (outcome?.ok === false) tell(outcome.error);
    })
    .catch(tell);
}
