/** What a channel went through. After `denied` and `closed` it is dead; after `lost` it comes back by itself. */
export type ChannelStatus =
  /** Joined: broadcasts of members arrive. */
  | { readonly type: 'joined' }
  /** Events written in the database arrive too. Follows every `joined`. */
  | { readonly type: 'ready' }
  /** The socket or the join failed; the channel retries by itself. */
  | { readonly type: 'lost'; readonly reason: string }
  /** The server refused the join; asking again would freeze the socket for seconds (rule E9). */
  | { readonly type: 'denied'; readonly reason: string }
  /** The server closed the channel (expired token, a limit); a new one must be opened. */
  | { readonly type: 'closed'; readonly reason: string };

/** Presence by key: what each connection of that key tracked. */
export type PresenceMetas = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

export interface ChannelHandlers {
  onStatus(status: ChannelStatus): void;
  onBroadcast(event: string, payload: unknown): void;
  /** Set to receive presence; called with the whole state after every change. */
  onPresence?(state: PresenceMetas): void;
}

/** One private channel. */
export interface Channel {
  /** Best effort: nobody learns whether it arrived. Does nothing unless joined. */
  send(event: string, payload: Readonly<Record<string, unknown>>): void;
  /** Announces this client under its key; the server allows 5 calls in 30 s. Does nothing unless joined. */
  track(payload: Readonly<Record<string, unknown>>): void;
  /** Leaves; no handler is called afterwards. */
  close(): void;
}

/** Live channels. */
export interface Realtime {
  /**
   * Joins a private topic with the current token (rule E7), and rejoins after losses.
   * @param presenceKey the key under which this client is tracked
   */
  open(topic: string, handlers: ChannelHandlers, presenceKey?: string): Channel;
  /**
   * To be called on wake: gives the socket the current token, because it may rejoin with a stale one, connects it at
   * once if it waits to, and has it prove that it is alive. A dead one is reported as `lost` within seconds.
   */
  wake(): Promise<void>;
}
