import { ConfabError } from '../errors/confab-error';
import type { Clock } from '../ports';

/**
 * In the last 90 seconds of a token supabase-js renews it before it answers anything about the session, and without
 * network it tries that for half a minute. Other identity providers do alike. Where something is known already nothing
 * waits for longer than this.
 */
const PATIENCE_MS = 300;
/** Where nothing is known, the server counts as out of reach after this time. */
const FIRST_ANSWER_MS = 4_000;

/**
 * What is answered about the session; what is known of it where that takes too long. A token that is over by then the
 * server refuses, and it is renewed.
 */
export async function sessionAnswer<T>(asked: Promise<T>, known: T | undefined, clock: Clock): Promise<T> {
  const answer = await within(asked, clock, known === undefined ? FIRST_ANSWER_MS : PATIENCE_MS);
  if (answer !== undefined) return answer;
  if (known !== undefined) return known;
  throw new ConfabError({ code: 'offline', message: 'unable to renew the session; nobody answers' });
}

function within<T>(asked: Promise<T>, clock: Clock, ms: number): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(ms, () => resolve(undefined));
    void asked.then(resolve, reject).finally(cancel);
  });
}
