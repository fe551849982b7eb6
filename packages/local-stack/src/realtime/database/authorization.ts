import { randomUUID } from 'node:crypto';

import { type PoolClient, DatabaseError } from 'pg';

import type { Claims } from '../token.js';
import type { Database, DatabaseResult } from './pool.js';

/** What the policies on realtime.messages allow; null: not asked yet. */
export interface Policies {
  readonly broadcast: Access;
  readonly presence: Access;
}

export interface Access {
  readonly read: boolean | null;
  readonly write: boolean | null;
}

export const UNKNOWN_POLICIES: Policies = {
  broadcast: { read: null, write: null },
  presence: { read: null, write: null },
};

/** Who asks about which topic. */
export interface AuthorizationContext {
  readonly topic: string;
  readonly claims: Claims;
  /** Headers of the request; of a websocket only those that begin with `x-`. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface Authorization {
  /**
   * Asks the SELECT policies: writes one probe row per extension as the server, and looks which of them the
   * user sees. Presence is asked only with `withPresence`.
   */
  read(
    context: AuthorizationContext,
    known: Policies,
    withPresence: boolean,
  ): Promise<DatabaseResult<Policies>>;
  /** Asks the INSERT policies of both extensions: writes one row each as the user. */
  write(context: AuthorizationContext, known: Policies): Promise<DatabaseResult<Policies>>;
}

type Extension = 'broadcast' | 'presence';

/** Nothing stays: every question is asked in a transaction that is rolled back. */
export function createAuthorization(database: Database): Authorization {
  return {
    read(context, known, withPresence) {
      const probes: [Extension, string][] = [['broadcast', randomUUID()]];
      if (withPresence) probes.push(['presence', randomUUID()]);
      return database.inRolledBack(async (client) => {
        await client.query(
          `insert into realtime.messages (id, topic, extension, inserted_at, updated_at)
           select probe.id, $1, probe.extension, now() at time zone 'utc', now() at time zone 'utc'
           from unnest($2::uuid[], $3::text[]) as probe (id, extension)`,
          [context.topic, probes.map(([, id]) => id), probes.map(([extension]) => extension)],
        );
        await become(client, context);
        const seen = await client.query<{ id: string }>(
          'select id from realtime.messages where id = any($1::uuid[])',
          [probes.map(([, id]) => id)],
        );
        const ids = new Set(seen.rows.map((row) => row.id));
        return probes.reduce((policies, [extension, id]) => {
          return { ...policies, [extension]: { ...policies[extension], read: ids.has(id) } };
        }, known);
      });
    },

    write(context, known) {
      return database.inRolledBack(async (client) => {
        await become(client, context);
        const canBroadcast = await canInsert(client, context.topic, 'broadcast');
        const canTrack = await canInsert(client, context.topic, 'presence');
        return {
          broadcast: { ...known.broadcast, write: canBroadcast },
          presence: { ...known.presence, write: canTrack },
        };
      });
    },
  };
}

/** What policies see: the role, the topic, and the claims in both spellings. */
async function become(client: PoolClient, { topic, claims, headers }: AuthorizationContext): Promise<void> {
  const { role, sub } = claims;
  await client.query(
    `select set_config('role', $1, true), set_config('realtime.topic', $2, true),
       set_config('request.jwt.claims', $3, true), set_config('request.jwt.claim.sub', $4, true),
       set_config('request.jwt.claim.role', $1, true), set_config('request.headers', $5, true)`,
    [role, topic, JSON.stringify(claims), sub ?? null, JSON.stringify(headers)],
  );
}

const INSUFFICIENT_PRIVILEGE = '42501';

/** Without RETURNING, which would ask the SELECT policies too. */
async function canInsert(client: PoolClient, topic: string, extension: Extension): Promise<boolean> {
  await client.query('savepoint probe');
  try {
    await client.query(
      `insert into realtime.messages (topic, extension, inserted_at, updated_at)
       values ($1, $2, now() at time zone 'utc', now() at time zone 'utc')`,
      [topic, extension],
    );
    return true;
  } catch (thrown) {
    const isDenied = thrown instanceof DatabaseError && thrown.code === INSUFFICIENT_PRIVILEGE;
    if (!isDenied) throw thrown;
    await client.query('rollback to savepoint probe');
    return false;
  }
}
