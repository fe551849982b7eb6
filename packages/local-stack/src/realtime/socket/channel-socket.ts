import type { Json } from '../json.js';
import type { ClientMessage, Frame, Serializer } from '../wire/messages.js';

/** One topic joined by one socket. It handles its events one at a time, independent of the socket. */
export interface Channel {
  /** Becomes a member, and sends what follows the answer to the join. */
  start(): void;
  /** Takes an event of the client. */
  receive(message: ClientMessage): void;
  /** The client leaves: the answer, then the close. */
  leave(ref: Json): void;
  /** Ends without a word: the socket is gone, or the topic was joined again. */
  stop(): void;
}

/** How a channel ends by itself: closed for a reason, or crashed. */
export type ChannelEnding = 'phx_close' | 'phx_error';

/** What a channel knows of its socket. */
export interface ChannelSocket {
  readonly serializer: Serializer;
  /** The token of the connection. */
  readonly connectToken: string;
  /** The `x-` headers of the handshake. */
  readonly headers: Readonly<Record<string, string>>;
  channelCount(): number;
  /** Sends a frame; while the socket is held up by a join the frame waits. */
  send(frame: Frame): void;
  /** The channel has ended by itself: tells the client so. */
  ended(channel: Channel, event: ChannelEnding): void;
}
