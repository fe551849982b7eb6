import {
  anything,
  bool,
  fields,
  list,
  nullable,
  optional,
  read,
  tagged,
  text,
  type Decoded,
} from '../lib/decode';

const id = text;

const readEvent = tagged({
  /**
   * Stored or changed, in its stored form; `absorbs` has become part of it and ends as it does. `after` is what this tab
   * has told of that lane before.
   */
  put: { entry: anything, absorbs: optional(text), after: optional(text) },
  /** The server has confirmed it with this answer. */
  confirmed: { id, result: anything },
  /** Gone: refused and not kept, discarded, or, with no error, cancelled out. */
  ended: { id, error: nullable(fields({ code: text, message: text })) },
  /** Somebody has just come, or may have missed something. */
  hello: {},
  /**
   * All that the leader holds: the answer to `hello`, and what a new leader begins with. It is all there is unless the
   * leader could not read the storage.
   */
  snapshot: { entries: list(anything), isPartial: optional(bool) },
});

/** What the queues of several tabs tell each other; structured-cloneable. */
export type OutboxEvent = Decoded<typeof readEvent>;

/** Reads what another tab has told; null for what this version does not know. */
export function decodeEvent(value: unknown): OutboxEvent | null {
  const result = read(readEvent, value);
  return result.ok ? result.value : null;
}
