import { setTimeout as delay } from 'node:timers/promises';

import type { Client } from 'pg';

/** As a rule the first or second answer is yes. */
const EAGER_TRIES = 20;
const LONGEST_MS = 1_000;

/**
 * Waits until a transaction is visible to new snapshots. The log can be read a moment before that: an
 * event would then arrive earlier than the row it is about. Gives up after a second, and answers whether.
 */
export async function isCommitVisible(client: Client, xid: number): Promise<boolean> {
  const deadline = performance.now() + LONGEST_MS;
  for (let attempt = 0; performance.now() < deadline; attempt += 1) {
    const { rows } = await client.query<{ is_visible: boolean }>({
      name: 'is_commit_visible',
      // The log has 32 bits of the id; the rest is that of the newest one.
      text: `select pg_visible_in_snapshot(
               ((pg_snapshot_xmax(now_visible)::text::bigint >> 32 << 32) | $1::bigint)::text::xid8, now_visible
             ) as is_visible
             from pg_current_snapshot() as now_visible`,
      values: [xid],
    });
    if (rows[0]?.is_visible === true) return true;
    if (attempt >= EAGER_TRIES) await delay(1);
  }
  return false;
}
