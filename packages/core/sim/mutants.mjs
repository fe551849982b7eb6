// pnpm sim:mutants [--only WORDS] [--jobs N]: shows that the simulation notices bugs, by making some on purpose.
import { parseArgs } from 'node:util';
import { bundleWorker, removeBundle } from './bundle.mjs';
import { mutants } from './mutants-list.mjs';
import { runAll } from './pool.mjs';

const MOST = 2_000;
const STEPS = 40;

const { values } = parseArgs({
  options: { only: { type: 'string', default: '' }, jobs: { type: 'string', default: '2' } },
});
const chosen = mutants.filter(({ name }) => name.includes(values.only));

function* ordersFrom(first, last) {
  for (let seed = first; seed <= last; seed++) yield { seed, steps: STEPS, mayMove: true, shrinkMs: 0 };
}

/** The first history from a seed on that goes wrong. */
async function firstProblem(path, first, last) {
  let found = null;
  await runAll({
    path,
    jobs: Math.min(Number(values.jobs), last - first + 1),
    orders: ordersFrom(first, last),
    onOutcome(outcome) {
      if (outcome.problem) found ??= outcome;
      return !found;
    },
  });
  return found;
}

let caught = 0;
const begin = Date.now();
const sound = await bundleWorker({ name: 'sound' });
for (const [i, { name, patches }] of chosen.entries()) {
  const path = await bundleWorker({ name: String(i), patches });
  let found = await firstProblem(path, 1, MOST);
  // What goes wrong without the mutant too is not its doing.
  while (found && (await firstProblem(sound, found.seed, found.seed)))
    found = found.seed < MOST ? await firstProblem(path, found.seed + 1, MOST) : null;
  await removeBundle(path);
  if (found) caught++;
  const { seed, problem } = found ?? {};
  console.log(
    `${name}: ${problem ? `seed ${seed}: ${problem.kind}: ${problem.text.slice(0, 120)}` : 'NOT CAUGHT'}`,
  );
}
await removeBundle(sound);
console.log(`${((Date.now() - begin) / 1000).toFixed(1)} s`);
console.log(JSON.stringify({ mutants: chosen.length, caught }));
process.exitCode = caught === chosen.length ? 0 : 1;
