import { createFakeServer, type FakeServer } from '../../../src/testing/fake-server/fake-server';
import type { FakeServerSettings, GivenKinds } from '../../../src/testing/fake-server/state';
import type { RealServer } from './stack';

/** Kinds beside the built-in ones, so that every rule of a kind is met. */
const kinds = {
  conversationKinds: {
    silent: { hasReceipts: false },
    fresh: { showsHistory: false },
    open: { addMembersRole: 'member', updateRole: 'member', pinRole: 'admin' },
    small: { maxMembers: 3, slowModeSeconds: 3600 },
  },
  messageKinds: {
    hush: { countsAsUnread: false },
    dated: { needsContent: false, needsOccursOn: true },
    decree: { postRole: 'admin' },
  },
} as const satisfies GivenKinds;

/** What histories run under; none of them depends on how long something takes. */
export const settings: readonly Partial<FakeServerSettings>[] = [
  { rate_limit_burst: 0 },
  { rate_limit_burst: 0, fanout_max_members: 2, max_reactions_per_user: 1 },
  { rate_limit_burst: 0, receipts_max_members: 2, max_reactions_per_user: 1 },
  { rate_limit_burst: 2, rate_limit_per_second: 0.0001, max_content_length: 40 },
  { rate_limit_burst: 0, max_group_members: 4, max_data_bytes: 60, max_reactions_per_user: 1 },
];

const column = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

export async function addKinds(real: RealServer): Promise<void> {
  for (const [table, rows] of [
    ['conversation_kinds', kinds.conversationKinds],
    ['message_kinds', kinds.messageKinds],
  ] as const) {
    for (const [kind, rules] of Object.entries(rows)) {
      const names = Object.keys(rules);
      await real.query(
        `insert into confab.${table} (kind, ${names.map(column).join(', ')})
         values ($1, ${names.map((_, i) => `$${i + 2}`).join(', ')}) on conflict do nothing`,
        [kind, ...Object.values(rules)],
      );
    }
  }
}

/** Sets the limits of the real server; the defaults of the table where they are not named. */
export async function useSettings(real: RealServer, changes: Partial<FakeServerSettings>): Promise<void> {
  await real.query(
    `update confab_private.settings set fanout_max_members = default, receipts_max_members = default,
       rate_limit_burst = default, rate_limit_per_second = default, max_content_length = default,
       max_data_bytes = default, max_group_members = default, max_reactions_per_user = default`,
  );
  const names = Object.keys(changes);
  if (names.length === 0) return;
  await real.query(
    `update confab_private.settings set ${names.map((name, i) => `${name} = $${i + 1}`).join(', ')}`,
    Object.values(changes),
  );
}

export interface NamedUser {
  readonly id: string;
  readonly name: string;
}

/** Users that both servers know. Nobody was seen lately: a pull writes nothing, and is no transaction. */
export async function addUsers(real: RealServer, users: readonly NamedUser[]): Promise<void> {
  await real.query(
    `insert into auth.users (instance_id, id, aud, role, email, raw_user_meta_data)
     select '00000000-0000-0000-0000-000000000000', u.id, 'authenticated', 'authenticated',
            u.id || '@example.com', jsonb_build_object('display_name', u.name)
     from unnest($1::uuid[], $2::text[]) u (id, name)`,
    [users.map(({ id }) => id), users.map(({ name }) => name)],
  );
  await real.query(
    `update confab.profiles set last_seen_at = clock_timestamp() + interval '1 day' where id = any ($1::uuid[])`,
    [users.map(({ id }) => id)],
  );
}

/** A fake server with the same users, who have just been seen: its clock stands still. */
export function createTwin(users: readonly NamedUser[], given: Partial<FakeServerSettings>): FakeServer {
  const server = createFakeServer({ ...kinds, settings: given, now: () => Date.UTC(2026, 6, 1) });
  for (const { id, name } of users) {
    server.addUser(id, name);
    server.call('pull', {}, id);
  }
  return server;
}
