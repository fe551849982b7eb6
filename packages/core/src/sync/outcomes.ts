import { ConfabError } from '../errors/confab-error';
import type { Mutation } from '../model/mutation';

/** How a mutation ended. */
export type MutationOutcome =
  { readonly ok: true; readonly result: unknown } | { readonly ok: false; readonly error: ConfabError };

export interface Settled {
  readonly outcome: Promise<MutationOutcome>;
}

/** A mutation and the server's answer. */
export interface Confirmed {
  readonly mutation: Mutation;
  readonly result: unknown;
}

/** Those who wait to hear how their mutations end. */
export interface Outcomes {
  of(id: string): Settled;
  has(id: string): boolean;
  finish(id: string, outcome: MutationOutcome): void;
  /** Those who wait for the first learn how the second ends. */
  join(id: string, other: string): void;
  finishAll(outcome: MutationOutcome): void;
}

export function createOutcomes(): Outcomes {
  const waiting = new Map<string, ((outcome: MutationOutcome) => void)[]>();
  const add = (id: string, resolve: (outcome: MutationOutcome) => void) => {
    const others = waiting.get(id);
    if (others) others.push(resolve);
    else waiting.set(id, [resolve]);
  };
  const finish = (id: string, outcome: MutationOutcome) => {
    const all = waiting.get(id) ?? [];
    waiting.delete(id);
    for (const resolve of all) resolve(outcome);
  };
  return {
    of: (id) => ({ outcome: new Promise((resolve) => add(id, resolve)) }),
    has: (id) => waiting.has(id),
    finish,
    join(id, other) {
      const some = id === other ? [] : (waiting.get(id) ?? []);
      if (some.length > 0) waiting.delete(id);
      for (const resolve of some) add(other, resolve);
    },
    finishAll(outcome) {
      for (const id of [...waiting.keys()]) finish(id, outcome);
    },
  };
}

/** How something ends that its user, or a later write, has taken back. */
export function discarded(): ConfabError {
  return new ConfabError({ code: 'discarded', message: 'unable to send; it was discarded' });
}
