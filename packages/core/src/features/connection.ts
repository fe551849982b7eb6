import { derive, type Readable } from '../lib/readable';
import type { ConnectionState } from '../sync/connection-machine';
import type { Engine } from '../sync/engine';

/** The state of the connection and of the outbox, for a banner. */
export type ConnectionView = ConnectionState & {
  /** Writes on this device that the server has not answered yet. */
  readonly unsentCount: number;
  /** Writes the server refused; they wait for the user. */
  readonly failedCount: number;
  /** False when unsent writes would not survive a reload, because the device's storage failed. */
  readonly isDurable: boolean;
  /** Stored writes that this version cannot read; they are kept. */
  readonly unreadableCount: number;
};

/** How the client is connected (rule E9). */
export interface Connection extends Readable<ConnectionView> {
  /** Connects and sends at once instead of waiting for the next attempt. */
  retry(): void;
}

export function createConnection(engine: Engine): Connection {
  const { outbox } = engine;
  const view = derive(
    [engine.connection, outbox.state, outbox.isDurable, outbox.unreadable],
    (state, { entries }, isDurable, unreadableCount): ConnectionView => ({
      ...state,
      unsentCount: entries.filter(
        ({ status, mutation }) =>
          (status === 'storing' || status === 'queued' || status === 'sending') &&
          mutation.type !== 'mark_delivered',
      ).length,
      failedCount: entries.filter(({ status }) => status === 'failed').length,
      isDurable,
      unreadableCount,
    }),
    (a, b) => JSON.stringify(a) === JSON.stringify(b),
  );
  return { ...view, retry: () => engine.retry() };
}
