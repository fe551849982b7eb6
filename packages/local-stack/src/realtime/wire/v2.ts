import { parseJson } from '../json.js';
import type { ClientMessage, Encoded, Serializer, UserBroadcast } from './messages.js';

/** First byte of a binary frame. */
const PUSH = 0;
const BROADCAST = 2;
const USER_BROADCAST_PUSH = 3;
const USER_BROADCAST = 4;

/** Sizes in binary frames take one byte. */
const MAX_PART_BYTES = 255;

/** Version 2.0.0: text frames `[join_ref, ref, topic, event, payload]`, and binary frames. */
export const v2: Serializer = {
  decode(data, isBinary) {
    return isBinary ? decodeBinary(data) : decodeText(data);
  },

  reply(joinRef, ref, topic, status, response) {
    const refs = `${JSON.stringify(joinRef)},${JSON.stringify(ref)}`;
    return `[${refs},${JSON.stringify(topic)},"phx_reply",{"status":"${status}","response":${response}}]`;
  },

  push(joinRef, ref, topic, event, payload) {
    const refs = `${JSON.stringify(joinRef)},${JSON.stringify(ref)}`;
    return `[${refs},${JSON.stringify(topic)},${JSON.stringify(event)},${payload}]`;
  },

  broadcast(topic, message): Encoded {
    switch (message.kind) {
      case 'json': {
        if (!message.isObject) return { problem: 'invalid' };
        return {
          frame: `[null,null,${JSON.stringify(topic)},${JSON.stringify(message.event)},${message.text}]`,
        };
      }
      case 'binary':
        return binaryFrame(BROADCAST, [topic, message.event], [], message.data);
      case 'user':
        return userBroadcastFrame(topic, message);
    }
  },
};

function userBroadcastFrame(topic: string, message: UserBroadcast): Encoded {
  const meta = message.meta === undefined ? '' : JSON.stringify(message.meta);
  const encoding = message.encoding === 'json' ? 1 : 0;
  return binaryFrame(USER_BROADCAST, [topic, message.event, meta], [encoding], message.data);
}

/** kind, one size per part, the extra bytes, the parts, the payload. */
function binaryFrame(kind: number, texts: string[], extra: number[], payload: Buffer): Encoded {
  const parts = texts.map((text) => Buffer.from(text, 'utf8'));
  if (parts.some((part) => part.length > MAX_PART_BYTES)) return { problem: 'too_long' };
  const head = Buffer.from([kind, ...parts.map((part) => part.length), ...extra]);
  return { frame: Buffer.concat([head, ...parts, payload]) };
}

function decodeText(data: Buffer): ClientMessage | undefined {
  const value = parseJson(data.toString('utf8'));
  if (!Array.isArray(value) || value.length < 5) return undefined;
  const [joinRef = null, ref = null, topic, event, payload = null] = value;
  if (typeof topic !== 'string' || typeof event !== 'string') return undefined;
  return { joinRef, ref, topic, event, payload: { kind: 'json', value: payload } };
}

function decodeBinary(data: Buffer): ClientMessage | undefined {
  switch (data[0]) {
    case PUSH: {
      const cut = cutParts(data, 4, 0);
      if (cut === undefined) return undefined;
      const [joinRef = '', ref = '', topic = '', event = ''] = cut.parts;
      return { joinRef, ref, topic, event, payload: { kind: 'binary', data: cut.rest } };
    }
    case USER_BROADCAST_PUSH: {
      const cut = cutParts(data, 5, 1);
      if (cut === undefined) return undefined;
      const [joinRef = '', ref = '', topic = '', event = '', meta = ''] = cut.parts;
      if (meta !== '' && parseJson(meta) === undefined) return undefined;
      const encoding = data[6] === 0 ? 'binary' : 'json';
      return {
        joinRef,
        ref,
        topic,
        event: 'broadcast',
        payload: { kind: 'user', event, encoding, data: cut.rest },
      };
    }
    default:
      return undefined;
  }
}

/** Takes a binary frame apart that has `count` sizes and then `extra` bytes; `undefined` when it is too short. */
function cutParts(data: Buffer, count: number, extra: number): { parts: string[]; rest: Buffer } | undefined {
  let at = 1 + count + extra;
  const parts: string[] = [];
  for (const size of data.subarray(1, 1 + count)) {
    parts.push(data.toString('utf8', at, at + size));
    at += size;
  }
  if (parts.length < count || at > data.length) return undefined;
  return { parts, rest: data.subarray(at) };
}
