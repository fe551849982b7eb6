import { ConfabError } from '../errors/confab-error';
import { createWritable, type Readable } from '../lib/readable';
import { decode, type LiveChange } from '../model/wire';
import type { Channel, Logger } from '../ports';
import type { Channels, JoinStatus } from './channels';

/** The channel of the current user's durable events, and those of the conversations too large for it (rule D10). */
export interface Inbox {
  /** Joins the inbox, or wakes it and reports again that it is joined. */
  open(userId: string): void;
  /** Joins these feeds, the first ones when there are too many, and leaves all others. */
  setFeeds(topics: readonly string[]): void;
  /** The topics from which events arrive now, by the user of the inbox, and the conversation of the feed. */
  hearing(): ReadonlyMap<string, string>;
  /** How many events could not be read. */
  readonly unreadable: Readable<number>;
  close(): void;
}

export interface InboxHandlers {
  readonly onReady: () => void;
  readonly onLost: () => void;
  readonly onDenied: () => void;
  /** A feed has become live, has gone or was refused, or an event could not be read: changes may have been missed. */
  readonly onMissed: () => void;
  /** What one transaction has told one topic, in order. */
  readonly onChanges: (changes: readonly LiveChange[]) => void;
  /** An event of this transaction has come: `of` is the id of the user, or of the conversation of a feed. */
  readonly onHeard: (of: string, xid: number) => void;
}

/** With the inbox and the rooms less than the 100 channels of a connection: some are left for the app's own. */
const MAX_FEEDS = 50;

export function createInbox(
  { channels, logger }: { readonly channels: Channels; readonly logger: Logger },
  handlers: InboxHandlers,
): Inbox {
  let channel: { readonly topic: string; readonly opened: Channel; isReady: boolean } | null = null;
  let owner: string | null = null;
  const unreadable = createWritable(0);
  const feeds = new Map<string, Channel>();
  /** The feeds that are live, by their conversation. */
  const heard = new Map<string, string>();
  /** Feeds the server refused; they are not asked for again (rule E9). */
  const denied = new Set<string>();
  let unheard = 0;

  /** Undefined for what is of another version of the schema: a pull brings what it meant. */
  const readable = <T>(decoder: (value: unknown) => T, value: unknown): T | undefined => {
    try {
      return decoder(value);
    } catch (error) {
      if (!(error instanceof ConfabError)) throw error;
      unreadable.update((count) => count + 1);
      logger({
        level: 'warn',
        event: 'unreadable_live_event',
        cause: 'live',
        detail: { reason: error.message, count: unreadable.get() },
      });
      return undefined;
    }
  };
  const onBroadcast = (of: string) => (event: string, payload: unknown) => {
    if (event !== 'changes') return;
    const told = readable(decode.liveEvent, payload);
    const changes = told ? told.changes.map((change) => readable(decode.liveChange, change)) : [undefined];
    const known = changes.filter((change) => change !== undefined);
    if (told) handlers.onHeard(of, told.xid);
    if (known.length > 0) handlers.onChanges(known);
    if (told?.is_cut === true || known.length < changes.length) handlers.onMissed();
  };

  const close = () => {
    for (const feed of feeds.values()) feed.close();
    feeds.clear();
    heard.clear();
    denied.clear();
    channel?.opened.close();
    channel = null;
  };

  const onStatus = (topic: string, status: JoinStatus) => {
    if (channel?.topic !== topic) return;
    channel.isReady = status.type === 'ready';
    switch (status.type) {
      case 'joined':
        return;
      case 'ready':
        return handlers.onReady();
      case 'lost':
        return handlers.onLost();
      case 'denied':
        channel = null;
        return handlers.onDenied();
    }
  };

  return {
    unreadable,
    open(userId) {
      const topic = `inbox:${userId}`;
      if (channel?.topic === topic) {
        channels.wake();
        if (channel.isReady) handlers.onReady();
        return;
      }
      // Another user's feeds go with the inbox; those of the same user outlive a reopened one.
      if (owner !== userId) close();
      owner = userId;
      const opened = channels.open(
        topic,
        { onStatus: (status) => onStatus(topic, status), onBroadcast: onBroadcast(userId) },
        undefined,
        true,
      );
      channel = { topic, opened, isReady: false };
    },
    setFeeds(all) {
      const topics = all.slice(0, MAX_FEEDS);
      if (unheard !== all.length - topics.length) {
        unheard = all.length - topics.length;
        logger({ level: 'warn', event: 'feeds_limited', detail: { joined: topics.length, unheard } });
      }
      for (const [topic, feed] of feeds) {
        if (topics.includes(topic)) continue;
        feed.close();
        feeds.delete(topic);
        heard.delete(idIn(topic));
      }
      for (const topic of topics) {
        if (feeds.has(topic) || denied.has(topic)) continue;
        const of = idIn(topic);
        const onFeedStatus = ({ type }: JoinStatus) => {
          if (type === 'ready') heard.set(of, topic);
          else heard.delete(of);
          if (type === 'denied') {
            feeds.delete(topic);
            denied.add(topic);
          }
          // A renewed key closes the old topic, or refuses it to who comes late; the pull that follows brings the new one.
          if (type !== 'joined') handlers.onMissed();
        };
        feeds.set(topic, channels.open(topic, { onStatus: onFeedStatus, onBroadcast: onBroadcast(of) }));
      }
    },
    hearing: () =>
      owner !== null && channel?.isReady === true ? new Map(heard).set(owner, channel.topic) : new Map(heard),
    close,
  };
}

/** The id in a topic. */
const idIn = (topic: string): string => topic.split(':')[1] ?? '';
