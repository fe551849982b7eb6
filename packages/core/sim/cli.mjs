// pnpm sim --seeds A..B [--steps N] [--jobs N] [--members]: runs histories of clients in bad weather and checks what must hold.
import { parseArgs } from 'node:util';
import { bundleWorker, removeBundle } from './bundle.mjs';
import { runAll } from './pool.mjs';
import { createTotals } from './totals.mjs';

const SHRINK_MS = 20_000;
/** More failing seeds than anybody looks at. */
const MAX_FAILURES = 10;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1..2000' },
    steps: { type: 'string', default: '40' },
    jobs: { type: 'string', default: '2' },
    members: { type: 'boolean', default: false },
    'no-shrink': { type: 'boolean', default: false },
  },
});
const [from = NaN, to = from] = values.seeds.split('..').map(Number);
const [steps, jobs] = [Number(values.steps), Number(values.jobs)];
if (![from, to, steps, jobs].every(Number.isInteger) || to < from || steps < 1 || jobs < 1) {
  console.error('unable to run the simulation; say --seeds 1..2000, --steps 40, --jobs 2');
  process.exit(2);
}

function* orders() {
  for (let seed = from; seed <= to; seed++)
    yield { seed, steps, mayMove: values.members, shrinkMs: values['no-shrink'] ? 0 : SHRINK_MS };
}

const totals = createTotals();
const begin = Date.now();
let failures = 0;
let ended = 0;
const path = await bundleWorker();
try {
  await runAll({
    path,
    jobs: Math.min(jobs, to - from + 1),
    orders: orders(),
    onOutcome(outcome) {
      totals.add(outcome);
      ended++;
      if (!outcome.problem) return true;
      const { seed, problem, log } = outcome;
      console.log(`seed ${seed}: ${problem.kind}: ${problem.text}`);
      if (log.length > 0)
        console.log(`the shortest history found (${outcome.steps} steps):\n${log.join('\n')}\n`);
      return ++failures < MAX_FAILURES;
    },
  });
} finally {
  await removeBundle(path);
}
console.log(`${((Date.now() - begin) / 1000).toFixed(1)} s`);
console.log(totals.line());
const isShort = failures === 0 && ended <= to - from;
if (isShort) console.error(`unable to finish; ${ended} of ${to - from + 1} histories ended`);
process.exitCode = failures > 0 || isShort ? 1 : 0;
