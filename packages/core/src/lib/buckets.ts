/**
 * A dictionary of which changing one entry copies a small part: a copy of a record of a thousand entries costs more than
 * all else that an incoming message does. Plain data, so that it can be stored and sent.
 */
export type Buckets<T> = readonly (Readonly<Record<string, T>> | null)[];

const COUNT = 64;

/** Ends of ids are random. */
function bucketOf(key: string): number {
  let hash = 0;
  for (let i = Math.max(0, key.length - 4); i < key.length; i++) hash = (hash * 31 + key.charCodeAt(i)) | 0;
  return (hash >>> 0) % COUNT;
}

export function entryOf<T>(buckets: Buckets<T> | undefined, key: string): T | undefined {
  const bucket = buckets?.[bucketOf(key)];
  return bucket && Object.hasOwn(bucket, key) ? bucket[key] : undefined;
}

export function withEntry<T>(buckets: Buckets<T> | undefined, key: string, value: T): Buckets<T> {
  const copy = buckets ? buckets.slice() : new Array<null>(COUNT).fill(null);
  const at = bucketOf(key);
  copy[at] = { ...copy[at], [key]: value };
  return copy;
}

/** The keys whose entries are not the same in both. */
export function changedIn<T>(before: Buckets<T>, after: Buckets<T>): Set<string> {
  const changed = new Set<string>();
  if (before === after) return changed;
  for (let i = 0; i < COUNT; i++) {
    const [old, now] = [before[i], after[i]];
    if (old === now) continue;
    for (const key in now) if (old?.[key] !== now[key]) changed.add(key);
    for (const key in old) if (!now || !(key in now)) changed.add(key);
  }
  return changed;
}
