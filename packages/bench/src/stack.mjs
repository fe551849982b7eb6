import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { startLocalStack } from '@confab/local-stack';

const ROUNDS = 5;
const LIMITS_MS = { cold: 3000, warm: 1500 };
const migrationsDir = fileURLToPath(new URL('../../../supabase/migrations', import.meta.url));

/**
 * How long the local stack takes from the call to the first answer through its address: cold (an empty
 * folder: initdb, bootstrap, the migrations of this repository by the Supabase CLI) and warm (that folder
 * again). Nothing is copied from a template.
 */
export async function benchStack(print) {
  const times = { cold: [], warm: [], stop: [] };
  print(`starting the local stack ${ROUNDS} times cold and warm on ${cpus().length} cores`);
  for (let round = 1; round <= ROUNDS; round += 1) {
    const dataDir = await mkdtemp(join(tmpdir(), 'confab-bench-'));
    try {
      for (const kind of ['cold', 'warm']) {
        const began = performance.now();
        const stack = await startLocalStack({ dataDir, migrationsDir });
        const answer = await fetch(`${stack.apiUrl}/rest/v1/`, { headers: { apikey: stack.anonKey } });
        await answer.arrayBuffer();
        times[kind].push(performance.now() - began);
        const ending = performance.now();
        await stack.stop();
        times.stop.push(performance.now() - ending);
        print(`  round ${round} ${kind.padEnd(4)} ${format(times[kind].at(-1))}`);
      }
    } finally {
      await rm(dataDir, { recursive: true, force: true });
    }
  }
  const result = { bench: 'stack', rounds: ROUNDS, ok: true };
  for (const [kind, limit] of Object.entries(LIMITS_MS)) {
    const median = medianOf(times[kind]);
    const isOk = median < limit;
    result.ok &&= isOk;
    result[`${kind}_ms`] = Math.round(median);
    result[`${kind}_limit_ms`] = limit;
    print(`${kind.padEnd(4)} median ${format(median)}, limit ${limit} ms: ${isOk ? 'ok' : 'TOO SLOW'}`);
  }
  result.stop_ms = Math.round(medianOf(times.stop));
  return result;
}

function medianOf(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function format(ms) {
  return `${ms.toFixed(0)} ms`;
}
