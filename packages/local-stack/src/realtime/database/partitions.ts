import type { Database } from './pool.js';

const DAY_MS = 86_400_000;
const DAYS_BEHIND = 1;
const DAYS_AHEAD = 3;
/** Older partitions are dropped with all their messages. */
const KEPT_HOURS = 72;

export interface Partitions {
  /** Makes those from yesterday to in three days, and drops those that are too old. */
  maintain(): Promise<void>;
  stop(): void;
}

/** The daily partitions of realtime.messages; looked after every `intervalMs`. */
export function createPartitions(database: Database, intervalMs: number): Partitions {
  async function maintain(): Promise<void> {
    const today = Date.now();
    for (let day = -DAYS_BEHIND; day <= DAYS_AHEAD; day += 1) {
      const from = dateOf(today + day * DAY_MS);
      const to = dateOf(today + (day + 1) * DAY_MS);
      await database.query(
        `create table if not exists realtime.${nameOf(from)}
         partition of realtime.messages for values from ('${from}') to ('${to}')`,
      );
    }
    await dropOlderThan(nameOf(dateOf(today - KEPT_HOURS * 3_600_000)));
  }

  /** The names sort like their dates. */
  async function dropOlderThan(limit: string): Promise<void> {
    const old = await database.query(
      `select child.relname as name from pg_inherits
       join pg_class child on child.oid = inhrelid
       where inhparent = 'realtime.messages'::regclass
         and child.relname ~ '^messages_\\d{4}_\\d{2}_\\d{2}$' and child.relname < $1`,
      [limit],
    );
    for (const row of old.value?.rows ?? []) {
      await database.query(`drop table if exists realtime.${String(row['name'])}`);
    }
  }

  // A failed round is made good by the next one.
  const timer = setInterval(() => void maintain(), intervalMs);
  timer.unref();

  return { maintain, stop: () => clearInterval(timer) };
}

function dateOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

function nameOf(date: string): string {
  return `messages_${date.replaceAll('-', '_')}`;
}
