import {
  foundChanged,
  foundHidden,
  withFound,
  type FoundChange,
  type FoundMessages,
} from '../cache/found-messages';
import { createWritable, type Readable } from '../lib/readable';
import type { MessageRecord } from '../model/records';

/** The messages on pages that are read once, as they are now (rule E6.25). */
export interface Found {
  readonly messages: Readable<FoundMessages>;
  /** Another page has come: its messages follow what happens from then on. */
  add(rows: FoundMessages): void;
  changed(message: MessageRecord): void;
  /** The user has deleted it for themselves, or `shown` is what they took back. */
  hidden(messageId: string, shown: MessageRecord | null): void;
  reset(): void;
}

/** More changes than come while a page is on its way. */
const RECENT = 100;

export function createFound(): Found {
  const messages = createWritable<FoundMessages>([]);
  /** The last changes, the last one of each kind and message: a page that was on its way meanwhile may be older. */
  const recent = new Map<string, FoundChange>();
  const apply = (key: string, change: FoundChange) => {
    recent.delete(key);
    recent.set(key, change);
    for (const oldest of recent.keys()) if (recent.size > RECENT) recent.delete(oldest);
    messages.update(change);
  };
  return {
    messages,
    add(rows) {
      const now = [...recent.values()].reduce((known, change) => change(known), rows);
      messages.update((known) => withFound(known, now));
    },
    changed: (message) => apply(message.id, foundChanged(message)),
    hidden: (id, shown) => apply(`hidden ${id}`, foundHidden(id, shown)),
    reset() {
      recent.clear();
      messages.set([]);
    },
  };
}
