import type { ConfabError } from '../errors/confab-error';
import { derive, type Readable } from '../lib/readable';
import type { ConnectionState } from '../sync/connection-machine';
import type { TabRole } from '../ports';
import type { Engine } from '../sync/engine';

/** The state of the connection and of the outbox, for a banner. */
export type ConnectionView = ConnectionState & {
  /** Why changes could not be pulled last, or else why writes could not be sent; null once that went well again. */
  readonly error: ConfabError | null;
  /** Writes on this device that the server has not answered yet. */
  readonly unsentCount: number;
  /** Writes the server refused; they wait for the user. */
  readonly failedCount: number;
  /** False when unsent writes would not survive a reload, because the device's storage failed. */
  readonly isDurable: boolean;
  /** Stored writes that this version cannot read; they are kept. */
  readonly unreadableCount: number;
  /** Live events that this version cannot read; pulls brought what they meant (rule E8). */
  readonly unreadableEventCount: number;
  /**
   * What this tab does with unsent writes: one tab, the `leader`, sends those of all, a `follower` leaves its own to it, and
   * a `single` tab knows of no other (rule E10).
   */
  readonly tab: TabRole;
};

/** How the client is connected (rule E9). */
export interface Connection extends Readable<ConnectionView> {
  /** Connects and sends at once instead of waiting for the next attempt. */
  retry(): void;
}

export function createConnection(engine: Engine): Connection {
  const { outbox } = engine;
  const view = derive(
    [
      engine.connection,
      engine.failures,
      outbox.view,
      outbox.isDurable,
      outbox.unreadable,
      engine.unreadableEvents,
      engine.tabs.role,
    ],
    (
      state,
      { pull, push },
      { unsentCount, failedCount },
      isDurable,
      unreadable,
      unreadableEventCount,
      tab,
    ): ConnectionView => ({
      ...state,
      error: pull ?? (unsentCount > 0 ? push : null),
      unsentCount,
      failedCount,
      isDurable,
      unreadableCount: unreadable.length,
      unreadableEventCount,
      tab,
    }),
    (a, b) => JSON.stringify(a) === JSON.stringify(b),
  );
  return { ...view, retry: () => engine.retry() };
}
