import { ConfabError } from '../../errors/confab-error';
import type { ServerErrorCode } from '../../errors/codes';
import { trimmed } from '../../lib/blank';
import type { JsonObject } from '../../model/records';
import { parseDay, parseTime } from './time';

export type CallArguments = Readonly<Record<string, unknown>>;

/** Refuses as the functions do (rule D11). `message` reads "unable to <do>; <reason>". */
export function fail(code: ServerErrorCode, message: string, retryAfterSeconds?: number): never {
  throw new ConfabError({
    code,
    message,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterMs: retryAfterSeconds * 1000 }),
  });
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The uuid a value spells in its usual form, else null. */
export const uuidOf = (value: unknown): string | null =>
  typeof value === 'string' && UUID.test(value) ? value.toLowerCase() : null;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const readers = {
  text: (value: unknown) => (typeof value === 'string' ? value : null),
  uuid: uuidOf,
  bigint: (value: unknown) =>
    typeof value === 'number' && /^-?\d{1,18}$/.test(String(value)) ? value : null,
  integer: (value: unknown) =>
    typeof value === 'number' && /^-?\d{1,9}$/.test(String(value)) ? value : null,
  boolean: (value: unknown) => (typeof value === 'boolean' ? value : null),
  object: (value: unknown) => (isObject(value) ? value : null),
  time: (value: unknown) => (typeof value === 'string' ? parseTime(value) : null),
  date: (value: unknown) => (typeof value === 'string' && parseDay(value) !== null ? value : null),
  uuids(value: unknown) {
    const ids = Array.isArray(value) ? value.map(uuidOf) : null;
    return ids?.every((id) => id !== null) ? ids : null;
  },
  list: (value: unknown) => (Array.isArray(value) ? value : null),
  texts: (value: unknown) =>
    Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : null,
};
type Readers = typeof readers;

/** Reads arguments: null when one is absent, `invalid` when it is not of the type. */
export type ArgumentReader = <T extends keyof Readers>(type: T, name: string) => ReturnType<Readers[T]>;

export function readArguments(args: JsonObject, doing: string): ArgumentReader {
  return <T extends keyof Readers>(type: T, name: string) => {
    const value = args[name];
    if (value === undefined || value === null) return null as ReturnType<Readers[T]>;
    const read = readers[type](value) as ReturnType<Readers[T]>;
    return read ?? fail('invalid', `unable to ${doing}; ${name} must be of type ${type}`);
  };
}

/** A misspelt key must not go unnoticed. */
export function requireKeys(value: unknown, known: readonly string[], doing: string): JsonObject {
  if (!isObject(value)) return fail('invalid', `unable to ${doing}; an object is needed`);
  if (Object.keys(value).some((key) => !known.includes(key)))
    fail('invalid', `unable to ${doing}; the keys are ${known.join(', ')}`);
  return value;
}

export const charLength = (text: string): number => {
  let length = 0;
  for (const _ of text) length++;
  return length;
};

/** A short text without white space around it, null when nothing of it shows. */
export function requireText(text: string | null, name: string, max: number, doing: string): string | null {
  const short = text === null ? null : trimmed(text);
  if (short !== null && short.length > max && charLength(short) > max)
    fail('invalid', `unable to ${doing}; ${name} exceeds ${max} characters`);
  return short;
}

/** How long jsonb is as text, in bytes: with a blank after each comma and colon. */
function jsonbBytes(value: unknown): number {
  if (Array.isArray(value))
    return (
      2 + Math.max(0, value.length - 1) * 2 + value.reduce<number>((sum, one) => sum + jsonbBytes(one), 0)
    );
  if (isObject(value)) {
    const entries = Object.entries(value);
    const inner = entries.reduce((sum, [key, one]) => sum + jsonbBytes(key) + 2 + jsonbBytes(one), 0);
    return 2 + Math.max(0, entries.length - 1) * 2 + inner;
  }
  return byteLength(JSON.stringify(value));
}

export function byteLength(text: string): number {
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    // Each half of a surrogate pair is two of its four bytes.
    bytes += unit < 0x80 ? 1 : unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 2 : 3;
  }
  return bytes;
}

/** The custom data, {} for null. */
export function requireData(data: unknown, maxBytes: number, doing: string): JsonObject {
  if (data === null || data === undefined) return {};
  if (!isObject(data)) return fail('invalid', `unable to ${doing}; data must be an object`);
  if (jsonbBytes(data) > maxBytes)
    fail('invalid', `unable to ${doing}; data must not exceed ${maxBytes} bytes`);
  return data;
}

/** Whether it holds NUL or half of a surrogate pair. */
function isBroken(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const point = text.codePointAt(i) ?? 0;
    if (point === 0 || (point >= 0xd800 && point < 0xe000)) return true;
    if (point > 0xffff) i++;
  }
  return false;
}

/** Whether Postgres can keep it as JSON: no NUL and no half of a surrogate pair, in no text and no key. */
export function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return !isBroken(value);
  if (Array.isArray(value)) return value.every(isStorable);
  if (!isObject(value)) return true;
  return Object.entries(value).every(([key, one]) => isStorable(key) && isStorable(one));
}
