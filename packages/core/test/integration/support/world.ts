import { fileURLToPath } from 'node:url';
import { startLocalStack, type LocalStack, type LocalStackOptions } from '@confab/local-stack';
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { SignJWT } from 'jose';
import pg from 'pg';
import {
  createConfab,
  createMemoryStorage,
  type Confab,
  type ConfabOptions,
  type MessageKinds,
} from '../../../src';
import { createNetwork, type Network } from './network';

type Stack = Pick<LocalStack, 'apiUrl' | 'anonKey' | 'dbUrl' | 'jwtSecret' | 'stop'>;

/** Columns of `confab_private.settings`. */
type Settings = Record<string, unknown>;

/** A stack and its people, for one test file. */
export interface World {
  readonly stack: Stack;
  readonly db: pg.Client;
  /** A signed-up user; with as many clients as devices. */
  person(name: string): Promise<Person>;
  /** Changes limits of the whole installation until `stop`. */
  useSettings(changes: Settings): Promise<void>;
  /** A token of this user that is good for some seconds. */
  shortToken(userId: string, seconds: number): Promise<string>;
  stop(): Promise<void>;
}

export interface Person {
  readonly id: string;
  readonly name: string;
  /** Another client of the same user, on a network of its own. */
  device<K extends MessageKinds = Record<never, never>>(
    options?: Partial<ConfabOptions<K>>,
  ): Promise<Device<K>>;
  /** Signs the device in anew, after its session ended. */
  signIn(device: { readonly supabase: SupabaseClient }): Promise<void>;
}

export interface Device<K extends MessageKinds> {
  readonly confab: Confab<K>;
  readonly supabase: SupabaseClient;
  readonly network: Network;
}

const migrationsDir = fileURLToPath(new URL('../../../../../supabase/migrations', import.meta.url));
const PASSWORD = 'correct horse battery';

/**
 * Starts a stack, or uses the project that CONFAB_TEST_URL, _ANON_KEY and _DB_URL name; with the limits that
 * CONFAB_TEST_SETTINGS names.
 * @param options of the stack, if one is started
 */
export async function createWorld(options: LocalStackOptions = {}): Promise<World> {
  const stack = await openStack(options);
  const db = new pg.Client({ connectionString: stack.dbUrl });
  await db.connect();
  const open: { readonly supabase: SupabaseClient; readonly confab: { close(): void } }[] = [];
  let count = 0;
  const before = (await db.query<Settings>('select * from confab_private.settings')).rows[0] ?? {};
  const used: Settings = {};
  const useSettings = async (changes: Settings): Promise<void> => {
    for (const [name, value] of Object.entries(changes)) {
      used[name] ??= before[name];
      await db.query(`update confab_private.settings set ${pg.escapeIdentifier(name)} = $1`, [value]);
    }
  };
  await useSettings(settingsOf(process.env['CONFAB_TEST_SETTINGS'] ?? ''));
  return {
    stack,
    db,
    useSettings,
    async person(name) {
      const email = `${name}-${Date.now()}-${++count}@example.com`;
      const anonymous = connect(stack, createNetwork());
      const { data, error } = await anonymous.auth.signUp({
        email,
        password: PASSWORD,
        options: { data: { name } },
      });
      if (error || !data.user) throw error ?? new Error('no user');
      const { id } = data.user;
      const signIn = async (supabase: SupabaseClient): Promise<void> => {
        const answer = await supabase.auth.signInWithPassword({ email, password: PASSWORD });
        if (answer.error) throw answer.error;
      };
      return {
        id,
        name,
        signIn: ({ supabase }) => signIn(supabase),
        async device(options) {
          const network = createNetwork();
          const supabase = connect(stack, network);
          await signIn(supabase);
          const confab = createConfab({ supabase, storage: createMemoryStorage(), logger: null, ...options });
          open.push({ confab, supabase });
          return { confab, supabase, network };
        },
      };
    },
    shortToken(userId, seconds) {
      const exp = Math.floor(Date.now() / 1000) + seconds;
      return new SignJWT({ sub: userId, role: 'authenticated', aud: 'authenticated', exp })
        .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
        .sign(new TextEncoder().encode(stack.jwtSecret));
    },
    async stop() {
      for (const { confab, supabase } of open) {
        confab.close();
        await supabase.auth.stopAutoRefresh();
        await supabase.realtime.disconnect();
      }
      await useSettings(used);
      await db.end();
      await stack.stop();
    },
  };
}

function connect({ apiUrl, anonKey }: Stack, network: Network): SupabaseClient {
  const client: SupabaseClient = createClient(apiUrl, anonKey, {
    auth: { persistSession: false },
    global: { fetch: network.fetch },
    realtime: { transport: network.WebSocket },
  });
  return client;
}

/** Reads `fanout_max_members=1,receipts_max_members=500`. */
function settingsOf(text: string): Settings {
  const pairs = [...new URLSearchParams(text.replaceAll(',', '&'))];
  return Object.fromEntries(pairs.map(([name, value]) => [name, Number(value)]));
}

async function openStack(options: LocalStackOptions): Promise<Stack> {
  const {
    CONFAB_TEST_URL,
    CONFAB_TEST_ANON_KEY,
    CONFAB_TEST_DB_URL,
    CONFAB_TEST_JWT_SECRET = '',
  } = process.env;
  if (CONFAB_TEST_URL && CONFAB_TEST_ANON_KEY && CONFAB_TEST_DB_URL) {
    return {
      apiUrl: CONFAB_TEST_URL,
      anonKey: CONFAB_TEST_ANON_KEY,
      dbUrl: CONFAB_TEST_DB_URL,
      jwtSecret: CONFAB_TEST_JWT_SECRET,
      stop: () => Promise.resolve(),
    };
  }
  return startLocalStack({ migrationsDir, ...options });
}
