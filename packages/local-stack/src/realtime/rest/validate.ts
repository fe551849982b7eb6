import { isJsonObject, type Json, type JsonObject, memberOf, termSize } from '../json.js';
import { isPayloadTooLarge, type RealtimeLimits } from '../options.js';

/** One message of a batch. */
export interface RestMessage {
  readonly topic: string;
  readonly event: string;
  readonly payload: JsonObject;
  readonly isPrivate: boolean;
  readonly id?: string;
}

/** Texts by field. */
export type FieldErrors = Record<string, string[]>;

export type Validated<T> =
  { readonly value: T; readonly errors?: never } | { readonly errors: JsonObject; readonly value?: never };

const BLANK = "can't be blank";
const INVALID = 'is invalid';
const TOO_LARGE = 'Payload size exceeds tenant limit';

/** The messages of `POST /broadcast`; the errors of all of them when one has any. */
export function validateBatch(body: Json, limits: RealtimeLimits): Validated<RestMessage[]> {
  const given = memberOf(body, 'messages');
  // An object with numbers for keys counts as a list.
  const list = isJsonObject(given) ? Object.values(given) : given;
  if (list === undefined || (Array.isArray(list) && list.length === 0))
    return { errors: { messages: [BLANK] } };
  if (!Array.isArray(list) || !list.every(isJsonObject)) return { errors: { messages: [INVALID] } };
  const results = list.map((message) => validateMessage(message, limits));
  const messages = results.flatMap(({ value }) => (value === undefined ? [] : [value]));
  if (messages.length === results.length) return { value: messages };
  return { errors: { messages: results.map(({ errors }) => errors ?? {}) } };
}

function validateMessage(message: JsonObject, limits: RealtimeLimits): Validated<RestMessage> {
  const errors: FieldErrors = {};
  const topic = textField(message, 'topic', errors);
  const event = textField(message, 'event', errors);
  const payload = message['payload'];
  if (payload === undefined || payload === null || payload === '') errors['payload'] = [BLANK];
  else if (!isJsonObject(payload)) errors['payload'] = [INVALID];
  else if (isPayloadTooLarge(limits, termSize(payload))) errors['payload'] = [TOO_LARGE];
  const isPrivate = readBoolean(message['private']);
  if (isPrivate === undefined) errors['private'] = [INVALID];
  const id = message['id'] ?? '';
  if (typeof id !== 'string') errors['id'] = [INVALID];
  const isComplete = topic !== undefined && event !== undefined && isJsonObject(payload);
  if (!isComplete || Object.keys(errors).length > 0) return { errors };
  const base = { topic, event, payload, isPrivate: isPrivate === true };
  return { value: typeof id === 'string' && id !== '' ? { ...base, id } : base };
}

/** A text that is not blank. */
function textField(message: JsonObject, name: string, errors: FieldErrors): string | undefined {
  const value = message[name] ?? '';
  if (typeof value !== 'string') errors[name] = [INVALID];
  else if (value.trim() === '') errors[name] = [BLANK];
  else return value;
  return undefined;
}

function readBoolean(value: Json | undefined): boolean | undefined {
  if (value === undefined || value === null || value === '') return false;
  if (value === true || value === 'true' || value === '1') return true;
  return value === false || value === 'false' || value === '0' ? false : undefined;
}

/** Errors of the path and the body of `POST /broadcast/:topic/events/:event`; undefined when there are none. */
export function validateSingle(
  topic: string,
  event: string,
  payload: Json | Buffer,
  limits: RealtimeLimits,
): JsonObject | undefined {
  const errors: FieldErrors = {};
  textField({ topic }, 'topic', errors);
  textField({ event }, 'event', errors);
  if (isPayloadTooLarge(limits, termSize(payload))) errors['payload'] = [TOO_LARGE];
  return Object.keys(errors).length > 0 ? errors : undefined;
}
