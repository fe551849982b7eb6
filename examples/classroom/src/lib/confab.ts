import type { Confab } from '@confab/core';
import type { messageKinds } from './kinds';

declare module '@confab/react' {
  interface Register {
    confab: Confab<typeof messageKinds>;
  }
}
