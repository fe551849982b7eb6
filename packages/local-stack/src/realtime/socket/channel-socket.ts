import type { Json } from '../json.js';
import type { Frame, Serializer } from '../wire/messages.js';
import type { Channel } from './channel.js';

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
  /** The channel has ended by itself: tells the client so, as a close or as an error. */
  ended(channel: Channel, event: 'phx_close' | 'phx_error'): void;
}

/** Refs are whatever JSON the client sent. */
export type Ref = Json;
