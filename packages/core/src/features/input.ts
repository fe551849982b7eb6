import { ConfabError } from '../errors/confab-error';
import { timeOf } from '../lib/days';
import { toJson } from '../lib/to-json';
import type { Mutation } from '../model/mutation';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Refuses what cannot be an id, before it is stored or sent. */
export function assertId(id: string, doing: string): void {
  if (UUID.test(id)) return;
  throw new ConfabError({
    code: 'invalid',
    message: `unable to ${doing}; ${JSON.stringify(id)} is not an id`,
  });
}

/**
 * A time as the server takes it: a `Date`, or text as ISO 8601 has it. A day alone begins when it does in the time zone, by
 * default that of the device.
 */
export function toInstant(date: Date | string, doing: string, timeZone?: string): string {
  const time = typeof date === 'string' ? timeOf(date, timeZone) : date.getTime();
  if (time !== null && !Number.isNaN(time)) return new Date(time).toISOString();
  throw new ConfabError({
    code: 'invalid',
    message: `unable to ${doing}; ${JSON.stringify(date)} is no date like 2026-03-10 or 2026-03-10T09:30:00Z`,
  });
}

/** Postgres stores neither NUL nor half of a surrogate pair; both would make the whole push unreadable. */
const UNSTORABLE = /\\u0000|\\ud[89a-f]/;

/** Refuses what JSON or Postgres cannot hold, before it is stored or sent. */
function assertStorable(args: unknown, doing: string): void {
  const refuse = (reason: string, cause?: unknown) =>
    new ConfabError({ code: 'invalid', message: `unable to ${doing}; ${reason}` }, { cause });
  let json: string;
  try {
    json = toJson(args);
  } catch (error) {
    throw refuse('its data is not plain JSON', error);
  }
  if (json.includes('\\u') && UNSTORABLE.test(json.replaceAll('\\\\', '')))
    throw refuse('it contains characters that cannot be stored');
}

/** Refuses a mutation whose ids are none, or that cannot be stored; `doing` is what its type says. */
export function assertMutation({ type, conversation_id, args }: Mutation): void {
  const doing = type.replaceAll('_', ' ');
  for (const [key, value] of Object.entries({ ...args, conversation_id })) {
    // What a conversation belongs to is the app's own, and so is its id.
    if (!/_ids?$/.test(key) || key === 'context_id') continue;
    for (const id of Array.isArray(value) ? value : [value])
      if (id) assertId(typeof id === 'string' ? id : JSON.stringify(id), doing);
  }
  assertStorable(args, doing);
}
