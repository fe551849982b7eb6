import { isJsonObject, parseJson } from '../json.js';
import type { Encoded, Serializer } from './messages.js';

/**
 * Stands for bytes where version 1 has a payload: the server prints an error where it should encode one, so that the
 * frame is no JSON.
 */
const NOT_ENCODED = '%{error: "unable to parse response"}';

/** Version 1.0.0: text frames, one JSON object each. The server's frames carry no `join_ref`. */
export const v1: Serializer = {
  decode(data) {
    const value = parseJson(data.toString('utf8'));
    if (!isJsonObject(value)) return undefined;
    const { topic, event, payload, ref, join_ref: joinRef } = value;
    if (typeof topic !== 'string' || typeof event !== 'string') return undefined;
    if (payload === undefined || ref === undefined) return undefined;
    return { joinRef: joinRef ?? null, ref, topic, event, payload: { kind: 'json', value: payload } };
  },

  reply(_joinRef, ref, topic, status, response) {
    return object(topic, 'phx_reply', `{"status":"${status}","response":${response}}`, JSON.stringify(ref));
  },

  push(_joinRef, ref, topic, event, payload) {
    return object(topic, event, payload, JSON.stringify(ref));
  },

  broadcast(topic, message): Encoded {
    switch (message.kind) {
      case 'json':
        return { frame: object(topic, message.event, message.text, 'null') };
      case 'binary':
        return { frame: object(topic, message.event, NOT_ENCODED, 'null') };
      case 'user': {
        if (message.encoding === 'binary') return { problem: 'unsendable' };
        const meta = message.meta === undefined ? '' : `"meta":${JSON.stringify(message.meta)},`;
        const payload = message.data.toString('utf8');
        const text = `{"event":${JSON.stringify(message.event)},${meta}"payload":${payload},"type":"broadcast"}`;
        return { frame: object(topic, 'broadcast', text, 'null') };
      }
    }
  },
};

function object(topic: string, event: string, payload: string, ref: string): string {
  return `{"event":${JSON.stringify(event)},"payload":${payload},"ref":${ref},"topic":${JSON.stringify(topic)}}`;
}
