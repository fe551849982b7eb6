import { createManualClock } from '../manual-clock';
import { runQueriesOn } from '../query-timers';
import { createSeededRandom } from '../seeded-random';
import { createLedger } from './ledger';
import type { Plan } from './plan';
import { createServer, uuid } from './server';
import type { Run } from './world';

export interface RunOptions {
  /** Resolves when all promises that wait for nothing else have settled; by default a hundred turns. */
  readonly settled?: (this: void) => Promise<void>;
  /** Takes what was thrown meanwhile where nobody could catch it; undefined for nothing. */
  readonly takeCrash?: (this: void) => Promise<unknown>;
  /** Keeps a log. */
  readonly hasLog?: boolean;
}

export function createRun(plan: Plan, { settled, hasLog = false }: RunOptions): Run {
  const random = (name: string) => createSeededRandom(hash(`${plan.seed} ${name}`));
  const chance = random('clock');
  const clock = createManualClock({ random: () => chance.next(), ...(settled && { settled }) });
  runQueriesOn(clock);
  const server = createServer({
    truncateAfter: plan.truncateAfter,
    pageSize: plan.pageSize,
    now: () => clock.now(),
    // What is refused for now is drawn by lot.
    settings: { ...plan.settings, rate_limit_burst: 0 },
  });
  const ledger = createLedger(server);
  const begin = clock.now();
  const waiting = new Set<() => void>();
  const run: Run = {
    plan,
    clock,
    server,
    ledger,
    users: Array.from({ length: plan.userCount }, (_, i) => uuid(i + 1)),
    rooms: [uuid(10), uuid(11), ...(plan.hasClub ? [uuid(12)] : [])],
    clients: [],
    climate: plan.climate,
    random,
    faults: {},
    log: [],
    problem: null,
    operations: 0,
    later(ms, task) {
      const once = () => {
        if (waiting.delete(once)) task();
      };
      waiting.add(once);
      clock.after(ms, once);
    },
    catchUp() {
      // What is done now may leave something for later too.
      for (const task of waiting) task();
    },
    fault(kind) {
      run.faults[kind] = (run.faults[kind] ?? 0) + 1;
    },
    note(text) {
      if (hasLog) run.log.push(`${String(clock.now() - begin).padStart(7)} ${text}`);
    },
    report(kind, text) {
      if (run.problem) return;
      run.problem = { kind, text };
      run.note(`PROBLEM ${kind}: ${text}`);
    },
  };
  return run;
}

function hash(text: string): number {
  let value = 2_166_136_261;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 16_777_619);
  return value;
}

/** Ids are told by their ends. */
export function short(id: string): string {
  return id.slice(-4);
}
