import { CALM, type Climate, type Plan } from './plan';
import type { ProblemKind } from './problem';
import type { Outcome } from './simulate';

/**
 * Looks for the shortest history with the same kind of problem: takes steps out as long as it is still there, and faults
 * of the weather too. Ends early when `isOver` says so.
 */
export async function shrink(
  plan: Plan,
  kind: ProblemKind,
  simulate: (plan: Plan) => Promise<Outcome>,
  isOver: () => boolean,
): Promise<Plan> {
  let best = plan;
  const tries = async (candidate: Plan): Promise<boolean> => {
    if (isOver() || (await simulate(candidate)).problem?.kind !== kind) return false;
    best = candidate;
    return true;
  };

  for (let size = best.steps.length >> 1; size >= 1; size >>= 1) {
    for (let from = 0; from < best.steps.length && !isOver();) {
      const steps = best.steps.toSpliced(from, size);
      if (!(await tries({ ...best, steps }))) from += size;
    }
  }
  for (const name of Object.keys(best.climate) as (keyof Climate)[])
    await tries({ ...best, climate: { ...best.climate, [name]: CALM[name] } });
  await tries({ ...best, oldMessages: 0 });
  // With less of the weather some steps may have become needless too.
  for (let at = best.steps.length - 1; at >= 0 && !isOver(); at--)
    await tries({ ...best, steps: best.steps.toSpliced(at, 1) });
  return best;
}
