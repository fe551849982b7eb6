import { createWritable, type Readable } from '@confab/core';
import * as z from 'zod/mini';

/** A value that this device keeps between visits. Some browsers refuse storage: then it lasts until the page is closed. */
export interface Kept<T> extends Readable<T> {
  set(value: T): void;
}

export function createKept<T>(key: string, schema: z.ZodMiniType<T>, initial: T): Kept<T> {
  const value = createWritable(read(key, schema) ?? initial);
  return {
    ...value,
    set(next) {
      value.set(next);
      try {
        localStorage.setItem(key, JSON.stringify(next));
      } catch {
        // Full, or not allowed.
      }
    },
  };
}

function read<T>(key: string, schema: z.ZodMiniType<T>): T | null {
  try {
    const result = z.safeParse(schema, JSON.parse(localStorage.getItem(key) ?? 'null'));
    return result.success ? result.data : null;
  } catch {
    return null;
  }
}
