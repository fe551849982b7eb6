import { randomBytes } from 'node:crypto';

import { openStream, type ReplicationStream, type StreamOptions } from './stream.js';

export interface ReplicationKeeper {
  /** Whether changes arrive now. */
  isLive(): boolean;
  /** Settles when the first attempt to start has ended, well or not. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface KeeperOptions extends Omit<StreamOptions, 'slotName'> {
  readonly slotPrefix: string;
  /** First and longest wait before it is tried again after it broke. */
  readonly retryMs: readonly [number, number];
  /** Called each time changes begin to arrive again after they had stopped. */
  readonly onRestart?: () => void;
  /** Called each time they stop. */
  readonly onLost?: () => void;
}

/**
 * Keeps a stream open: when it breaks, another is begun after a random wait that grows with every failure.
 * What is committed meanwhile is lost, as on the real server.
 */
export function createReplicationKeeper(options: KeeperOptions): ReplicationKeeper {
  const [firstMs, longestMs] = options.retryMs;
  let stream: ReplicationStream | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let waitMs = firstMs;
  let wasLive = false;

  async function open(): Promise<void> {
    try {
      // A name of its own: the slot of a connection that just broke may still be there.
      const slotName = `${options.slotPrefix}_${randomBytes(4).toString('hex')}`;
      const opened = await openStream({ ...options, slotName });
      if (isStopped) {
        await opened.close();
        return;
      }
      stream = opened;
      waitMs = firstMs;
      if (wasLive) options.onRestart?.();
      wasLive = true;
      void opened.ended.then(() => {
        stream = undefined;
        if (isStopped) return;
        options.onLost?.();
        retry();
      });
    } catch {
      retry();
    }
  }

  function retry(): void {
    if (isStopped) return;
    const delayMs = Math.min(longestMs, firstMs + Math.random() * (waitMs * 3 - firstMs));
    waitMs = delayMs;
    timer = setTimeout(() => void open(), delayMs);
    timer.unref();
  }

  return {
    isLive: () => stream !== undefined,
    start: open,
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await stream?.close();
    },
  };
}
