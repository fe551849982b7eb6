import { type Json, parseJson } from '../../../src/realtime/json.js';

export type Vsn = '1.0.0' | '2.0.0';

/** A message as the client means it. */
export interface Outgoing {
  joinRef: string | null | undefined;
  ref: string | null;
  topic: string;
  event: string;
  payload: unknown;
}

export function encodeMessage(vsn: Vsn, { joinRef, ref, topic, event, payload }: Outgoing): string {
  if (vsn === '2.0.0') return JSON.stringify([joinRef ?? null, ref, topic, event, payload]);
  return JSON.stringify({
    topic,
    event,
    payload,
    ref,
    ...(joinRef === undefined ? {} : { join_ref: joinRef }),
  });
}

/** A binary frame: kind, one size per part, extra bytes, the parts, the payload. */
export function encodeBinary(
  kind: number,
  parts: readonly string[],
  extra: number[],
  payload: Buffer,
): Buffer {
  const bytes = parts.map((part) => Buffer.from(part, 'utf8'));
  return Buffer.concat([
    Buffer.from([kind, ...bytes.map((part) => part.length), ...extra]),
    ...bytes,
    payload,
  ]);
}

/** A received frame as a JSON value that keeps its form on the wire; bytes become `hex:…`. */
export function decodeFrame(data: Buffer, isBinary: boolean): Json {
  if (!isBinary) {
    const text = data.toString('utf8');
    return parseJson(text) ?? { not_json: text };
  }
  switch (data[0]) {
    case 2: {
      const [topic = '', event = '', payload] = cut(data, 2, 0);
      return { binary: 'broadcast', topic, event, payload: hex(payload) };
    }
    case 4: {
      const [topic = '', event = '', meta = '', payload = ''] = cut(data, 3, 1);
      const isJson = data[4] === 1;
      return {
        binary: 'user_broadcast',
        topic,
        event,
        meta: meta === '' ? '' : (parseJson(meta) ?? null),
        encoding: isJson ? 'json' : 'binary',
        payload: isJson ? (parseJson(Buffer.from(payload, 'latin1').toString('utf8')) ?? null) : hex(payload),
      };
    }
    default:
      return { binary: 'unknown', bytes: hex(data.toString('latin1')) };
  }
}

/** The parts of a binary frame; the last one, the payload, as latin1. */
function cut(data: Buffer, count: number, extra: number): string[] {
  let at = 1 + count + extra;
  const parts = [...data.subarray(1, 1 + count)].map((size) => {
    const part = data.toString('utf8', at, at + size);
    at += size;
    return part;
  });
  return [...parts, data.toString('latin1', at)];
}

function hex(latin1 = ''): string {
  return `hex:${Buffer.from(latin1, 'latin1').toString('hex')}`;
}

/** The event of a decoded frame, whatever its form. */
export function eventOf(frame: Json): Json | undefined {
  if (Array.isArray(frame)) return frame[3];
  if (typeof frame !== 'object' || frame === null) return undefined;
  return frame['binary'] === 'user_broadcast' ? 'broadcast' : frame['event'];
}

export function refOf(frame: Json): Json | undefined {
  if (Array.isArray(frame)) return frame[1];
  return typeof frame === 'object' && frame !== null ? frame['ref'] : undefined;
}
