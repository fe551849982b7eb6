import { inject } from 'vitest';

/** What the suites run against. */
export interface TestTarget {
  apiUrl: string;
  anonKey: string;
  serviceRoleKey: string;
  /** What tokens of any issuer are signed with here. */
  jwtSecret: string;
  /** A role that owns the schemas. */
  dbUrl: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    target: TestTarget;
  }
}

export const target = (): TestTarget => inject('target');
