import { createClient } from '@supabase/supabase-js';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { createConfab, createMemoryStorage, type ConfabOptions } from '../../../src';
import { asTransport } from '../../integration/support/network';
import { createConsoleLogger } from '../../../src/adapters/console-logger';

const said: string[] = [];
const note =
  (level: string) =>
  (...parts: readonly unknown[]) =>
    void said.push([level, ...parts.map(String)].join(' '));

beforeEach(() => {
  said.length = 0;
  vi.spyOn(console, 'warn').mockImplementation(note('warn'));
  vi.spyOn(console, 'error').mockImplementation(note('error'));
});
afterEach(() => vi.restoreAllMocks());

it('E14.4 says each cause once, by its code, with what to do about it', () => {
  const log = createConsoleLogger();
  const missing = { code: 'not_installed', reason: 'unable to call pull; no such function' };
  for (const event of ['pull_failed', 'push_failed', 'pull_failed'])
    log({ level: 'warn', event, detail: missing });
  log({ level: 'error', event: 'storage_failed', detail: { reason: 'no space' } });
  log({ level: 'error', event: 'storage_failed', detail: { reason: 'still none' } });
  expect(said).toEqual([
    'warn Confab (not_installed): run npx confab-migrations, then supabase db push unable to call pull; no such function',
    'error Confab (storage_failed): unsent writes are lost with this page; free some space or allow storage no space',
  ]);
});

it('E14.4 says what has no advice too, and nothing of what is no warning', () => {
  const log = createConsoleLogger();
  log({ level: 'debug', event: 'cache' });
  log({ level: 'info', event: 'connection', detail: { code: 'offline' } });
  log({ level: 'warn', event: 'toString' });
  expect(said).toEqual(['warn Confab (toString) ']);
});

it.each<[string, Pick<ConfabOptions<never>, 'logger'>, readonly string[]]>([
  ['no logger', {}, ['warn Confab (not_signed_in): sign in with supabase.auth first ']],
  ['the logger null', { logger: null }, []],
])('E14.4 with %s a call while nobody is signed in is on the console, or not', async (_, given, expected) => {
  const supabase = createClient('http://127.0.0.1:9', 'key', {
    accessToken: () => Promise.resolve(null),
    realtime: { transport: asTransport(WebSocket) },
  });
  const auth = {
    currentUser: () => Promise.resolve(null),
    onChange: () => () => undefined,
    accessToken: () => Promise.resolve(null),
    refresh: () => Promise.resolve(false),
  };
  const confab = createConfab({ supabase, auth, storage: createMemoryStorage(), ...given });
  for (const attempt of ['first', 'second'])
    await expect(
      confab.conversations.direct('00000000-0000-4000-8000-000000000001'),
      attempt,
    ).rejects.toMatchObject({ code: 'unauthenticated' });
  confab.close();
  expect(said).toEqual(expected);
});
