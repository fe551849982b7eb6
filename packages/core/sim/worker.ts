/** One process of the simulation: runs the seeds it is sent, one after the other, and says how each went. */
import { planOf, shrink, simulate, type Outcome, type Plan } from '../src/testing/simulation';

interface Order {
  readonly seed: number;
  readonly steps: number;
  /** Whether people join and leave. */
  readonly mayMove?: boolean;
  /** How long a shorter history may be looked for; 0 for not at all. */
  readonly shrinkMs: number;
}

/** Ticks come when all promises have had their turn: cheaper than many turns of promises, and all there are. */
const settled = () => new Promise<void>((resolve) => process.nextTick(resolve));
/** Node says of rejections that nobody caught only when no tick is left. */
const reported = () => new Promise<void>((resolve) => void setImmediate(resolve));
let crash: unknown;
process.on('uncaughtException', (error) => (crash ??= error));
process.on('unhandledRejection', (error) => (crash ??= error));
const takeCrash = async () => {
  await reported();
  const taken = crash;
  crash = undefined;
  return taken;
};

const run = async (plan: Plan, hasLog = false): Promise<Outcome> => {
  // Outside of all promises a tick would come before them.
  await reported();
  return simulate(plan, { settled, takeCrash, hasLog });
};

async function carryOut({
  seed,
  steps,
  mayMove,
  shrinkMs,
}: Order): Promise<Outcome & { readonly steps: number }> {
  const plan = planOf(seed, steps, mayMove);
  const outcome = await run(plan);
  if (!outcome.problem || shrinkMs === 0) return { ...outcome, steps };
  const end = Date.now() + shrinkMs;
  const least = await shrink(plan, outcome.problem.kind, run, () => Date.now() > end);
  const { problem, log } = await run(least, true);
  return { ...outcome, problem: problem ?? outcome.problem, log, steps: least.steps.length };
}

process.on('message', (order: Order) => {
  // What is thrown by the simulation itself ends the process with its reason, and is not waited for.
  const fail = (error: unknown) => {
    console.error(error);
    process.exit(1);
  };
  carryOut(order).then((outcome) => process.send?.(outcome), fail);
});
