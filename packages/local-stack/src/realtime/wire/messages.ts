import type { Json } from '../json.js';

/** What a client sent, whatever its version of the protocol. */
export interface ClientMessage {
  readonly joinRef: Json;
  readonly ref: Json;
  readonly topic: string;
  readonly event: string;
  readonly payload: ClientPayload;
}

export type ClientPayload =
  | { readonly kind: 'json'; readonly value: Json }
  /** A binary push (kind 0). */
  | { readonly kind: 'binary'; readonly data: Buffer }
  /** A broadcast in a binary frame (kind 3): JSON text or bytes. */
  | {
      readonly kind: 'user';
      readonly event: string;
      readonly encoding: UserEncoding;
      readonly data: Buffer;
    };

export type UserEncoding = 'json' | 'binary';

/** What goes to all members of a channel. It is encoded once per version, not once per member. */
export type Broadcast =
  | {
      readonly kind: 'json';
      readonly event: string;
      /** The payload as JSON text, passed on as it is. */
      readonly text: string;
      /** Version 2 cannot carry a payload that is no object. */
      readonly isObject: boolean;
    }
  | { readonly kind: 'binary'; readonly event: string; readonly data: Buffer }
  | UserBroadcast;

/** A broadcast whose payload the server never looks into: a binary frame for version 2. */
export interface UserBroadcast {
  readonly kind: 'user';
  readonly event: string;
  readonly encoding: UserEncoding;
  readonly data: Buffer;
  readonly meta?: { readonly id: string; readonly replayed?: true };
}

export type Frame = string | Buffer;

/**
 * Why there is no frame. `unsendable`: this version has no form for it. `too_long`: a part does not fit into its
 * frame. `invalid`: the payload has to be an object, and trying it crashes the sender's channel.
 */
export type Encoded =
  | { readonly frame: Frame; readonly problem?: never }
  | { readonly frame?: never; readonly problem: 'unsendable' | 'too_long' | 'invalid' };

export type ReplyStatus = 'ok' | 'error';

/** One version of the wire format. Payloads and responses are JSON text. */
export interface Serializer {
  /** The message in a frame; `undefined` for anything else, which the server ignores. */
  decode(data: Buffer, isBinary: boolean): ClientMessage | undefined;
  reply(joinRef: Json, ref: Json, topic: string, status: ReplyStatus, response: string): Frame;
  push(joinRef: Json, ref: Json, topic: string, event: string, payload: string): Frame;
  broadcast(topic: string, message: Broadcast): Encoded;
}
