import { ConfabError } from '../errors/confab-error';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Refuses what cannot be an id, before it is stored or sent. */
export function assertId(id: string, doing: string): void {
  if (UUID.test(id)) return;
  throw new ConfabError({
    code: 'invalid',
    message: `unable to ${doing}; ${JSON.stringify(id)} is not an id`,
  });
}

/** Postgres stores neither NUL nor half of a surrogate pair; both would make the whole push unreadable. */
const UNSTORABLE = /\\u0000|\\ud[89a-f]/;

/** Refuses what JSON or Postgres cannot hold, before it is stored or sent. */
export function assertStorable(args: unknown, doing: string): void {
  if (!UNSTORABLE.test(JSON.stringify(args).replaceAll('\\\\', ''))) return;
  throw new ConfabError({
    code: 'invalid',
    message: `unable to ${doing}; it contains characters that cannot be stored`,
  });
}
