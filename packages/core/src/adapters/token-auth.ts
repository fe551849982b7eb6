import type { SupabaseClient } from '@supabase/supabase-js';
import { ConfabError } from '../errors/confab-error';
import type { Auth, Clock } from '../ports';
import { sessionAnswer } from './session-answer';
import { createSupabaseTransport } from './supabase-transport';

/** The app's `accessToken` tells nobody when somebody signs in or out, so it is asked. */
const LOOK_EVERY_MS = 2_000;
/** While it, or the server, fails. */
const LOOK_AT_LEAST_MS = 30_000;

interface Found {
  readonly token: string | null;
  readonly userId: string | null;
}

/**
 * The sessions of another identity provider, for a client that was created with the option `accessToken`: its
 * `supabase.auth` cannot be used. Who a token belongs to the server says, once for each subject.
 */
export function createTokenAuth(supabase: Pick<SupabaseClient, 'schema' | 'realtime'>, clock: Clock): Auth {
  const userIds = new Map<string, string>();
  const listeners = new Set<(userId: string | null) => void>();
  let last: Found | undefined;
  let cancel = () => {};
  let delay = LOOK_EVERY_MS;

  const readToken = async (): Promise<string | null> => {
    try {
      return (await supabase.realtime.accessToken?.()) ?? null;
    } catch (cause) {
      throw new ConfabError(
        { code: 'offline', message: 'unable to renew the session; the accessToken of the app failed' },
        { cause },
      );
    }
  };

  const userOf = async (token: string): Promise<string | null> => {
    const subject = subjectOf(token);
    const known = userIds.get(subject);
    if (known !== undefined) return known;
    const transport = createSupabaseTransport(supabase, { accessToken: () => Promise.resolve(token) }, clock);
    const answer = await transport.call('current_user_id', {}, '').catch((error: unknown) => {
      if (error instanceof ConfabError && error.class === 'auth') return null;
      throw error;
    });
    if (typeof answer !== 'string') return null;
    userIds.set(subject, answer);
    return answer;
  };

  const find = async (): Promise<Found> => {
    const token = await readToken();
    return { token, userId: token === null ? null : await userOf(token) };
  };

  const note = (found: Found): void => {
    const before = last;
    last = found;
    if (before && found.token === before.token && found.userId === before.userId) return;
    for (const listener of [...listeners]) listener(found.userId);
  };

  const look = async (): Promise<void> => {
    try {
      const found = await find();
      delay = LOOK_EVERY_MS;
      if (listeners.size > 0) note(found);
    } catch {
      // Said by whatever the user does meanwhile.
      delay = Math.min(2 * delay, LOOK_AT_LEAST_MS);
    }
    schedule();
  };
  const schedule = (): void => {
    cancel();
    cancel = listeners.size > 0 ? clock.after(delay, () => void look()) : () => {};
  };

  return {
    async currentUser() {
      try {
        last = await find();
        return last.userId;
      } catch {
        return undefined;
      }
    },
    async accessToken(userId) {
      const asked = find();
      // Whoever is asked for and has gone, or comes back, is noticed before the next look.
      void asked.then(note, () => undefined);
      const known = last?.token && last.userId === userId ? last : undefined;
      const found = await sessionAnswer(asked, known, clock);
      return found.userId === userId ? found.token : null;
    },
    onChange(listener) {
      const own = (userId: string | null) => listener(userId);
      listeners.add(own);
      schedule();
      return () => {
        listeners.delete(own);
        schedule();
      };
    },
    async refresh() {
      return (await find()).userId !== null;
    },
  };
}

/** Whom a token is about; the token itself where that cannot be read. */
function subjectOf(token: string): string {
  try {
    const [, payload = ''] = token.split('.');
    const claims: unknown = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')));
    if (typeof claims === 'object' && claims !== null && 'sub' in claims)
      return JSON.stringify(['iss' in claims ? claims.iss : null, claims.sub]);
  } catch {
    // Not every platform has atob.
  }
  return token;
}
