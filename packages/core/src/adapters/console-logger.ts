import type { Logger } from '../ports';

/** What to do about it, by code or else by event. */
const ADVICE: Readonly<Record<string, string>> = {
  unauthenticated: 'sign in anew with supabase.auth',
  not_signed_in: 'sign in with supabase.auth first',
  invalid_key: 'check the key given to createClient',
  not_installed: 'run npx confab-migrations, then supabase db push',
  schema_not_exposed: 'add confab to the exposed schemas of the API',
  unexpected_response: 'apply the migrations of this version',
  offline: 'check the network and the URL given to createClient',
  timeout: 'check the network and the URL given to createClient',
  unavailable: 'check the URL given to createClient and the state of the project',
  storage_failed: 'unsent writes are lost with this page; free some space or allow storage',
};

/** Writes warnings and errors to the console, each cause once, with what to do about it (rule E14). */
export function createConsoleLogger(): Logger {
  const said = new Set<unknown>();
  return ({ level, event, detail }) => {
    // Where there is nothing but JavaScript there is no console either.
    if ((level !== 'warn' && level !== 'error') || typeof console === 'undefined') return;
    const code = detail?.['code'];
    const cause = typeof code === 'string' ? code : event;
    if (said.has(cause)) return;
    said.add(cause);
    const advice = Object.hasOwn(ADVICE, cause) ? `: ${ADVICE[cause] ?? ''}` : '';
    console[level](`Confab (${cause})${advice}`, detail?.['reason'] ?? detail ?? '');
  };
}
