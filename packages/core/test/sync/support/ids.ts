/** A readable id for tests. */
export function uuid(n: number): string {
  return `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
}

export const ALICE = uuid(1);
export const BOB = uuid(2);
export const CAROL = uuid(3);
