// The local stack with a plain table beside Confab's, and people who use both through supabase-js.
import { fileURLToPath } from 'node:url';

import { startLocalStack } from '@confab/local-stack';
import { createClient } from '@supabase/supabase-js';
import pg from 'pg';
import { WebSocket } from 'ws';

const migrationsDir = fileURLToPath(new URL('../../../../supabase/migrations', import.meta.url));
const PASSWORD = 'correct horse battery';

/** What an app without Confab would begin with: one table, and a policy that lets people write as themselves. */
const PLAIN_TABLE = `
  create table public.plain_messages (
    id uuid primary key default gen_random_uuid(),
    conversation_id uuid not null,
    sender_id uuid not null,
    seq bigint generated always as identity,
    content text not null,
    created_at timestamptz not null default now()
  );
  create index on public.plain_messages (conversation_id, seq);
  alter table public.plain_messages enable row level security;
  create policy "read" on public.plain_messages for select to authenticated using (true);
  create policy "write" on public.plain_messages for insert to authenticated
    with check (sender_id = (select auth.uid()));
  grant select, insert on public.plain_messages to authenticated;
  create policy "bench listens" on realtime.messages for select to authenticated
    using ((select realtime.topic()) like 'plain:%');
  create policy "bench tells" on realtime.messages for insert to authenticated
    with check ((select realtime.topic()) like 'plain:%');
  -- What is measured is not how many a user may send.
  update confab_private.settings set rate_limit_burst = 0;
  notify pgrst, 'reload schema';
`;

export async function createWorld() {
  const stack = await startLocalStack({ migrationsDir });
  const db = new pg.Client({ connectionString: stack.dbUrl });
  await db.connect();
  await db.query(PLAIN_TABLE);
  const opened = [];
  let count = 0;
  return {
    stack,
    db,
    /** A signed-up user. */
    async person(name) {
      const email = `${name}-${(count += 1)}@example.com`;
      const anonymous = connect(stack.apiUrl, stack.anonKey, fetch);
      const { data, error } = await anonymous.auth.signUp({
        email,
        password: PASSWORD,
        options: { data: { name } },
      });
      if (error) throw error;
      return {
        id: data.user.id,
        /** A client of theirs at `url`, with the network in the caller's hand. */
        async device(url = stack.apiUrl) {
          const network = createNetwork();
          const supabase = connect(url, stack.anonKey, network.fetch);
          const answer = await supabase.auth.signInWithPassword({ email, password: PASSWORD });
          if (answer.error) throw answer.error;
          opened.push(supabase);
          return { supabase, network };
        },
      };
    },
    async stop() {
      for (const supabase of opened) {
        await supabase.auth.stopAutoRefresh();
        await supabase.realtime.disconnect();
      }
      await db.end();
      await stack.stop();
    },
  };
}

function connect(url, key, fetchOf) {
  return createClient(url, key, {
    auth: { persistSession: false },
    global: { fetch: fetchOf },
    realtime: { transport: WebSocket },
  });
}

/** Counts requests by function, and can be gone: then the device knows that it is offline. */
function createNetwork() {
  const counts = new Map();
  const listeners = new Set();
  let isOnline = true;
  const tell = (signal) => {
    for (const listener of [...listeners]) listener(signal);
  };
  return {
    async fetch(input, init) {
      const name = /\/rpc\/(\w+)/.exec(String(input.url ?? input))?.[1] ?? 'other';
      if (!isOnline) throw new TypeError('fetch failed');
      counts.set(name, (counts.get(name) ?? 0) + 1);
      return fetch(input, init);
    },
    count: (name) => counts.get(name) ?? 0,
    go(next) {
      isOnline = next;
      tell();
    },
    environment: {
      isOnline: () => isOnline,
      isVisible: () => true,
      onChange(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
  };
}

/** Resolves as soon as what a readable shows satisfies `holds`; rejects after a minute. */
export function until(readable, holds) {
  return new Promise((resolve, reject) => {
    const check = () => {
      const value = readable.get();
      if (!holds(value)) return;
      clearTimeout(timer);
      stop();
      resolve(value);
    };
    const timer = setTimeout(() => {
      stop();
      reject(new Error('unable to measure; what was waited for never came'));
    }, 60_000);
    const stop = readable.subscribe(check);
    queueMicrotask(check);
  });
}
