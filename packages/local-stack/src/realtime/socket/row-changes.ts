import type { ChangeListener } from '../changes/feed.js';
import type { ChannelCore } from './channel-core.js';
import { SUBSCRIBED } from './texts.js';

/** How long to wait before trying again when the subscription failed for no fault of the client. */
const RETRY_MS = [5_000, 10_000] as const;

export interface ChannelChanges {
  /** Subscribes to what the join asked for, if anything; the client hears of it by a system message. */
  start(): void;
  /** The same again after some time: the channel has another token. */
  renewLater(): void;
  stop(): void;
}

export function createChannelChanges(core: ChannelCore): ChannelChanges {
  const { context, options, socket, member } = core;
  const { changes, timing } = context;
  let timer: NodeJS.Timeout | undefined;

  const listener: ChangeListener = {
    deliver(ids, action, data) {
      if (core.isStopped()) return;
      // The old form of a join gets the bare change under its own name.
      const event = options.config.isLegacy ? action : 'postgres_changes';
      const text = options.config.isLegacy ? data : `{"data":${data},"ids":${JSON.stringify(ids)}}`;
      const { frame } = socket.serializer.broadcast(member.topic, {
        kind: 'json',
        event,
        text,
        isObject: true,
      });
      if (frame !== undefined) socket.send(frame);
    },
    renew(reason) {
      if (reason === 'tables_changed') core.post(subscribe);
      else subscribeLater(timing.resubscribeMs);
    },
  };

  function subscribeLater([least, most]: readonly [number, number]): void {
    clearTimeout(timer);
    timer = setTimeout(() => core.post(subscribe), least + Math.random() * (most - least));
    timer.unref();
  }

  async function subscribe(): Promise<void> {
    clearTimeout(timer);
    const failed = await changes.subscribe(listener, options.entries, core.claims);
    if (core.isStopped()) {
      changes.unsubscribe(listener);
      return;
    }
    if (failed === undefined) {
      core.system('postgres_changes', 'ok', SUBSCRIBED);
      return;
    }
    core.system('postgres_changes', 'error', failed.error);
    if (!failed.isFinal) subscribeLater(RETRY_MS);
  }

  return {
    start() {
      if (options.entries.length > 0) core.post(subscribe);
    },
    renewLater() {
      if (options.entries.length > 0) subscribeLater(timing.resubscribeMs);
    },
    stop() {
      clearTimeout(timer);
      changes.unsubscribe(listener);
    },
  };
}
