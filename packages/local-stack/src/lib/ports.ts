import { createServer } from 'node:net';

import { StackError, systemCodeOf } from './stack-error.js';

function tryPort(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        resolve(address !== null && typeof address === 'object' ? address.port : port);
      });
    });
  });
}

/** A port that nobody listens on now. Somebody else may take it before you do: be ready to ask again. */
export function freePort(): Promise<number> {
  return tryPort(0);
}

/** Settles when `port` can be listened on; rejects with `port_taken` otherwise. `what` names the service. */
export async function assertPortFree(port: number, what: string): Promise<void> {
  try {
    await tryPort(port);
  } catch (thrown) {
    throw portError(port, what, thrown);
  }
}

/** The error to show when listening on `port` failed with `thrown`. */
export function portError(port: number, what: string, thrown: unknown): StackError {
  const isForbidden = systemCodeOf(thrown) === 'EACCES';
  const reason = isForbidden ? `port ${port} is not allowed for this user` : `port ${port} is taken`;
  return new StackError(
    'port_taken',
    `unable to start ${what}; ${reason}: stop what uses it or choose another (0 = any free one)`,
    thrown,
  );
}

/** `port` when nobody listens on it now, otherwise 0 (any free one). */
export async function preferPort(port: number): Promise<number> {
  return tryPort(port).catch(() => 0);
}
