import type { Confab } from '@confab/core';
import * as z from 'zod/mini';

/** What the app of the tests has of its own. */
export const kinds = { daily_note: z.object({ mood: z.string() }) };
export type Kinds = typeof kinds;

declare module '../../src/register' {
  interface Register {
    confab: Confab<Kinds>;
  }
}
