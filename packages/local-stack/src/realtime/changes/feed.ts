import { canonicalJson, type JsonObject } from '../json.js';
import type { Database } from '../database/pool.js';
import { createRateCounter } from '../rate-counter.js';
import { createReplicationKeeper } from '../replication/keeper.js';
import type { Transaction } from '../replication/stream.js';
import type { RealtimeSettings } from '../options.js';
import type { Claims } from '../token.js';
import type { Action } from './params.js';
import { evaluateChange, type Subscription } from './evaluate.js';
import { parseChangeParams } from './params.js';
import { CHANGES_PUBLICATION, resolveTables, type SubscribeError } from './subscribe.js';

/** A channel that wants row changes. */
export interface ChangeListener {
  /** A change for the entries of its `postgres_changes` with these ids. */
  deliver(ids: readonly number[], action: Action, data: string): void;
  /** What it subscribed to is forgotten: the published tables changed, or the log was interrupted. */
  renew(reason: 'tables_changed' | 'interrupted'): void;
}

export interface ChangeFeed {
  /**
   * Replaces the subscriptions of a listener by one per entry; all or none are accepted. Settles with
   * undefined when changes that commit from now on are delivered.
   */
  subscribe(
    listener: ChangeListener,
    entries: readonly ChangeEntry[],
    claims: Claims,
  ): Promise<SubscribeError | undefined>;
  unsubscribe(listener: ChangeListener): void;
  stop(): Promise<void>;
}

/** One entry of `postgres_changes`. */
export interface ChangeEntry {
  readonly id: number;
  readonly params: JsonObject;
}

interface Subscribed extends Subscription {
  readonly id: number;
  readonly listener: ChangeListener;
}

const CHANGES_SLOT = 'supabase_realtime_replication_slot';

/** The number that stands for some parameters: equal ones have an equal number of 27 bits. */
export function changeId(params: JsonObject): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(canonicalJson(params), 'utf8')) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return (hash ^ (hash >>> 27)) & 0x7ffffff;
}

/** Reads the log of the published tables while somebody wants it, and tells each listener its share. */
export function createChangeFeed(
  dbUrl: string,
  database: Database,
  { limits, timing }: RealtimeSettings,
): ChangeFeed {
  const rate = createRateCounter(limits.maxEventsPerSecond, timing.rateTickMs);
  let subscriptions: Subscribed[] = [];
  let publishedTables: string | undefined;
  let starting: Promise<void> | undefined;

  const keeper = createReplicationKeeper({
    dbUrl,
    publication: CHANGES_PUBLICATION,
    slotPrefix: CHANGES_SLOT,
    retryMs: [100, 5_000],
    onTransaction: tell,
    onLost: () => forgetAll('interrupted'),
  });

  function forgetAll(reason: 'tables_changed' | 'interrupted'): void {
    const listeners = new Set(subscriptions.map(({ listener }) => listener));
    subscriptions = [];
    for (const listener of listeners) listener.renew(reason);
  }

  async function tell({ changes, commitTime }: Transaction): Promise<void> {
    const timestamp = new Date(Number(commitTime / 1000n)).toISOString();
    for (const change of changes) {
      const action = ({ insert: 'INSERT', update: 'UPDATE', delete: 'DELETE' } as const)[change.tag];
      const interested = subscriptions.filter(({ table, params }) => {
        return table === change.relation.relationOid && (params.action === '*' || params.action === action);
      });
      if (interested.length === 0 || rate.isTriggered()) continue;
      const events = await database.inRolledBack((client) => {
        return evaluateChange(client, change, timestamp, interested);
      });
      for (const event of events.value ?? []) deliver(event.action, event.data, event.subscriptions);
    }
  }

  function deliver(action: Action, data: string, told: readonly Subscribed[]): void {
    rate.add(told.length);
    const idsOf = new Map<ChangeListener, number[]>();
    for (const { listener, id } of told) idsOf.set(listener, [...(idsOf.get(listener) ?? []), id]);
    for (const [listener, ids] of idsOf) listener.deliver(ids, action, data);
  }

  /** Tables that were published later are found by subscribing anew, as on the real server within a minute. */
  async function checkPublication(): Promise<void> {
    const found = await database.query(
      `select coalesce(string_agg(format('%I.%I', schemaname, tablename)::regclass::oid::text, ',' order by 1), '')
         as tables
       from pg_publication_tables where pubname = $1`,
      [CHANGES_PUBLICATION],
    );
    const tables = found.value?.rows[0]?.['tables'];
    if (typeof tables !== 'string') return;
    const isChanged = publishedTables !== undefined && tables !== publishedTables;
    publishedTables = tables;
    if (isChanged) forgetAll('tables_changed');
  }

  const timer = setInterval(() => {
    if (starting !== undefined) void checkPublication();
  }, timing.publicationCheckMs);
  timer.unref();

  return {
    async subscribe(listener, entries, claims) {
      starting ??= Promise.all([keeper.start(), checkPublication()]).then(() => undefined);
      await starting;
      if (!keeper.isLive()) return { error: 'Too many database timeouts', isFinal: false };
      const accepted: Subscribed[] = [];
      const wanted = [];
      for (const { id, params } of entries) {
        const parsed = parseChangeParams(params);
        if (parsed.value === undefined) return { error: parsed.error, isFinal: true };
        wanted.push({ id, params: parsed.value });
      }
      // The last one is tried first: where several are bad, its error is the one that is told.
      for (const { id, params } of wanted.reverse()) {
        const resolved = await resolveTables(database, params, claims);
        if (resolved.tables === undefined) return resolved;
        const role = typeof claims.role === 'string' ? claims.role : '';
        for (const table of resolved.tables) accepted.push({ id, table, params, role, claims, listener });
      }
      subscriptions = [...subscriptions.filter((known) => known.listener !== listener), ...accepted];
      return undefined;
    },
    unsubscribe(listener) {
      subscriptions = subscriptions.filter((known) => known.listener !== listener);
    },
    async stop() {
      clearInterval(timer);
      rate.stop();
      await keeper.stop();
    },
  };
}
