import { ConfabError } from '../errors/confab-error';
import { decode, type LiveChange } from '../model/wire';
import type { Channel, ChannelStatus, Clock, Logger, Realtime } from '../ports';

/** The channel of the current user's durable events, and those of the conversations too large for it (rule D10). */
export interface Inbox {
  /** Joins the inbox, or reports again that it is joined. */
  open(userId: string): void;
  /** Joins these feeds and leaves all others. */
  setFeeds(topics: readonly string[]): void;
  close(): void;
}

export interface InboxHandlers {
  onReady(): void;
  onLost(): void;
  onDenied(): void;
  /** A feed has become live, has gone, or may be joined again: changes may have been missed. */
  onFeedChanged(): void;
  onChange(change: LiveChange): void;
}

/** A feed that the server has just closed is not asked for again at once: limits would close it again. */
const REOPEN_AFTER_MS = 2_000;

interface InboxDeps {
  readonly realtime: Realtime;
  readonly clock: Clock;
  readonly logger: Logger;
}

export function createInbox({ realtime, clock, logger }: InboxDeps, handlers: InboxHandlers): Inbox {
  let channel: { readonly topic: string; readonly opened: Channel; isReady: boolean } | null = null;
  let owner: string | null = null;
  const feeds = new Map<string, Channel>();
  /** Feeds the server refused; they are not asked for again (rule E9). */
  const denied = new Set<string>();
  /** Feeds the server closed, until they may be asked for again. */
  const resting = new Map<string, () => void>();

  const onBroadcast = (event: string, payload: unknown) => {
    if (event !== 'change') return;
    try {
      handlers.onChange(decode.liveChange(payload));
    } catch (error) {
      if (!(error instanceof ConfabError)) throw error;
      // An event of another version of the schema: the next pull brings what it meant.
      logger({
        level: 'warn',
        event: 'unreadable_live_event',
        cause: 'live',
        detail: { reason: error.message },
      });
    }
  };

  const rest = (topic: string) => {
    const rested = () => {
      resting.delete(topic);
      handlers.onFeedChanged();
    };
    resting.set(topic, clock.after(REOPEN_AFTER_MS, rested));
  };

  const close = () => {
    channel?.opened.close();
    channel = null;
    for (const feed of feeds.values()) feed.close();
    feeds.clear();
    for (const cancel of resting.values()) cancel();
    resting.clear();
    denied.clear();
  };

  const onStatus = (topic: string, status: ChannelStatus) => {
    if (channel?.topic !== topic) return;
    logger({ level: 'debug', event: 'inbox', detail: { ...status } });
    switch (status.type) {
      case 'joined':
        return;
      case 'ready':
        channel.isReady = true;
        return handlers.onReady();
      case 'lost':
        channel.isReady = false;
        return handlers.onLost();
      case 'closed':
        channel = null;
        return handlers.onLost();
      case 'denied':
        channel = null;
        return handlers.onDenied();
    }
  };

  return {
    open(userId) {
      const topic = `inbox:${userId}`;
      if (channel?.topic === topic) {
        realtime.wake().catch(() => undefined);
        if (channel.isReady) handlers.onReady();
        return;
      }
      // Another user's feeds go with the inbox; those of the same user outlive a reopened one.
      if (owner !== userId) close();
      owner = userId;
      const opened = realtime.open(topic, { onStatus: (status) => onStatus(topic, status), onBroadcast });
      channel = { topic, opened, isReady: false };
    },
    setFeeds(topics) {
      for (const [topic, feed] of feeds) {
        if (topics.includes(topic)) continue;
        feed.close();
        feeds.delete(topic);
      }
      for (const topic of topics) {
        if (feeds.has(topic) || denied.has(topic) || resting.has(topic)) continue;
        const onFeedStatus = (status: ChannelStatus) => {
          // A renewed key closes the old topic; the pull that follows brings the new one.
          if (status.type === 'closed' || status.type === 'denied') feeds.delete(topic);
          if (status.type === 'denied') denied.add(topic);
          if (status.type === 'closed') rest(topic);
          if (status.type === 'ready' || status.type === 'closed') handlers.onFeedChanged();
        };
        feeds.set(topic, realtime.open(topic, { onStatus: onFeedStatus, onBroadcast }));
      }
    },
    close,
  };
}
