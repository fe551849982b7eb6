import type { SupabaseClient } from '@supabase/supabase-js';
import { createAppEnvironment, createAsyncStorage, createConfab } from '../../../src';
import { createFakeAsyncStorage } from '../../contracts/support/fake-async-storage';

const USER = '00000000-0000-7000-8000-00000000000a';
const ROOM = '00000000-0000-7000-8000-0000000000cc';

/** What an app does in React Native: writes while the server is away, is restarted, and finds its message sent. */
export async function run(): Promise<Readonly<Record<string, unknown>>> {
  const asyncStorage = createFakeAsyncStorage();
  const server = { isUp: false, pushed: new Set<string>() };
  const answer = (fn: string, args: { readonly mutations?: readonly { readonly id: string }[] }) => {
    if (!server.isUp || fn !== 'push')
      return { data: null, status: 0, error: { message: 'Network request failed', code: '' } };
    // What was on its way when the app was closed may arrive twice, under its id.
    for (const mutation of args.mutations ?? []) server.pushed.add(mutation.id);
    const results = args.mutations?.map(({ id }) => ({ id, ok: true, result: null }));
    return { data: { results }, status: 200, error: null };
  };
  const call = (fn: string, args: object) => {
    const builder = {
      setHeader: () => builder,
      abortSignal: () => Promise.resolve(answer(fn, args)),
    };
    return builder;
  };
  const channel = { on: () => channel, subscribe: () => channel, state: 'closed' };
  const supabase = {
    schema: () => ({ rpc: call }),
    channel: () => channel,
    removeChannel: () => Promise.resolve('ok'),
    realtime: { setAuth: () => Promise.resolve(), getChannels: () => [] },
    auth: {
      getSession: () =>
        Promise.resolve({ data: { session: { user: { id: USER }, access_token: 'token' } }, error: null }),
      onAuthStateChange: () => ({ data: { subscription: { unsubscribe: () => undefined } } }),
    },
  } as unknown as SupabaseClient;
  const appState = { currentState: 'active', addEventListener: () => ({ remove: () => undefined }) };
  const start = () =>
    createConfab({
      supabase,
      storage: createAsyncStorage(asyncStorage),
      environment: createAppEnvironment({ appState }),
    });

  const first = start();
  const { id } = await first.messages.send(ROOM, { content: 'written offline' });
  const { unsentCount, isDurable } = first.connection.get();
  first.close();
  const stored = [...asyncStorage.rows.keys()].filter((key) => key.includes('outbox')).length;

  server.isUp = true;
  const second = start();
  const { confirmed } = await second.messages.send(ROOM, { content: 'and another' });
  const outcome = await confirmed;
  second.close();
  return { id, unsentCount, isDurable, stored, pushed: server.pushed.size, isSettled: 'ok' in outcome };
}
