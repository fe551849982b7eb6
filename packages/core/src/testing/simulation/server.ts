import { createFakeServer, type FakeServer } from '../fake-server/fake-server';

export type Server = FakeServer;
export const createServer = createFakeServer;

/** A readable id. */
export function uuid(n: number): string {
  return `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
}
