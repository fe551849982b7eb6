import type { Channel, ChannelHandlers, PresenceMetas, Realtime } from '../ports';

/** What a channel sent. */
export interface SentBroadcast {
  readonly event: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** One opened channel, driven by the test. What a dead or closed channel is told reaches nobody. */
export interface FakeChannel {
  readonly topic: string;
  readonly presenceKey: string | undefined;
  /** Broadcasts that left, in order: those sent while joined. */
  readonly sent: readonly SentBroadcast[];
  /** Presence payloads that left, in order. */
  readonly tracked: readonly Readonly<Record<string, unknown>>[];
  /** Whether its owner still holds it and the server has not ended it. */
  isOpen(): boolean;
  /** Whether it is joined just now. */
  isJoined(): boolean;
  /** Joined, without events of the database yet. */
  join(): void;
  /** Joined, if it was not, and ready. */
  ready(): void;
  lose(reason?: string): void;
  deny(reason?: string): void;
  /** The server closes it. */
  end(reason?: string): void;
  emit(event: string, payload: unknown): void;
  presence(state: PresenceMetas): void;
}

/** Channels whose statuses and events a test drives. */
export interface FakeRealtime extends Realtime {
  /** The channel of this topic opened last; throws when there was none. */
  channel(topic: string): FakeChannel;
  /** All ever opened, in order. */
  channels(topic?: string): readonly FakeChannel[];
  /** Topics with an open channel, in the order they were opened; a topic twice when it is open twice. */
  openTopics(): readonly string[];
  /** How often the topic was opened. */
  opened(topic: string): number;
  /** How often an owner closed a channel of the topic. */
  closed(topic: string): number;
  /** How often the socket was woken. */
  woken(): number;
  /** Sends an event to every joined channel of the topic. */
  publish(topic: string, event: string, payload: unknown): void;
}

export interface FakeRealtimeOptions {
  /** What becomes of a new channel by itself, a moment after it was opened; by default nothing. */
  readonly onOpen?: (channel: FakeChannel) => void;
  /** Hears what a joined channel sends. */
  readonly onSend?: (channel: FakeChannel, event: string, payload: Readonly<Record<string, unknown>>) => void;
  /** Hears that a channel has tracked something, or was closed by its owner. */
  readonly onPresence?: (channel: FakeChannel) => void;
}

export function createFakeRealtime(options: FakeRealtimeOptions = {}): FakeRealtime {
  const all: FakeChannel[] = [];
  const closes = new Map<string, number>();
  let wakings = 0;

  const opening = (topic: string, handlers: ChannelHandlers, presenceKey: string | undefined) => {
    let state: 'joining' | 'joined' | 'dead' = 'joining';
    let isClosed = false;
    const sent: SentBroadcast[] = [];
    const tracked: Readonly<Record<string, unknown>>[] = [];
    const isOpen = () => !isClosed && state !== 'dead';
    const isJoined = () => isOpen() && state === 'joined';
    const join = () => {
      if (!isOpen()) return;
      state = 'joined';
      handlers.onStatus({ type: 'joined' });
    };
    const die = (type: 'denied' | 'closed', reason: string) => {
      if (!isOpen()) return;
      state = 'dead';
      handlers.onStatus({ type, reason });
    };
    const driven: FakeChannel = {
      topic,
      presenceKey,
      sent,
      tracked,
      isOpen,
      isJoined,
      join,
      ready() {
        if (state === 'joining') join();
        if (isOpen()) handlers.onStatus({ type: 'ready' });
      },
      lose(reason = 'lost') {
        if (!isOpen()) return;
        state = 'joining';
        handlers.onStatus({ type: 'lost', reason });
      },
      deny: (reason = 'denied') => die('denied', reason),
      end: (reason = 'closed') => die('closed', reason),
      emit(event, payload) {
        if (isJoined()) handlers.onBroadcast(event, payload);
      },
      presence(metas) {
        if (isJoined()) handlers.onPresence?.(metas);
      },
    };
    const channel: Channel = {
      send(event, payload) {
        if (!isJoined()) return;
        sent.push({ event, payload });
        options.onSend?.(driven, event, payload);
      },
      track(payload) {
        if (!isJoined()) return;
        tracked.push(payload);
        options.onPresence?.(driven);
      },
      close() {
        if (isClosed) return;
        closes.set(topic, (closes.get(topic) ?? 0) + 1);
        isClosed = true;
        options.onPresence?.(driven);
      },
    };
    return { driven, channel };
  };

  const channels = (topic?: string) => all.filter((one) => topic === undefined || one.topic === topic);
  return {
    open(topic, handlers, presenceKey) {
      const { driven, channel } = opening(topic, handlers, presenceKey);
      all.push(driven);
      if (options.onOpen) void Promise.resolve(driven).then(options.onOpen);
      return channel;
    },
    wake() {
      wakings++;
      return Promise.resolve();
    },
    channel(topic) {
      const last = channels(topic).at(-1);
      if (!last) throw new Error(`unable to find a channel; ${topic} was never opened`);
      return last;
    },
    channels,
    openTopics: () => all.filter((one) => one.isOpen()).map((one) => one.topic),
    opened: (topic) => channels(topic).length,
    closed: (topic) => closes.get(topic) ?? 0,
    woken: () => wakings,
    publish(topic, event, payload) {
      for (const one of channels(topic)) one.emit(event, structuredClone(payload));
    },
  };
}
