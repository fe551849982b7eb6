import type { ErrorCode } from '../../../src/errors/codes';
import type { Mutation } from '../../../src/model/mutation';
import { createOutboxMachine, MAX_BATCH, type Enqueued } from '../../../src/outbox/machine';
import { fullJitter } from '../../../src/outbox/retry-policy';
import { error } from './mutations';
import { uuid } from './rows';

export const NOW = 1_000_000;

/** The number an id of a test was made of. */
export const numberOf = (id: string) => Number.parseInt(id.slice(-12), 16);

/** A queue whose mutations are called by their numbers, at a time that stands still. */
export function createQueueUnderTest() {
  const machine = createOutboxMachine(fullJitter);
  const add = (mutation: Mutation, now = NOW): Enqueued => {
    const added = machine.enqueue(mutation, now, true);
    if (added.entry) machine.stored(added.entry);
    return added;
  };
  return {
    machine,
    /** Queues and stores, as the driver does when storage works. */
    queue: (...mutations: readonly Mutation[]) => void mutations.forEach((mutation) => add(mutation)),
    add,
    /** Takes a push. */
    take: (now = NOW, limit = MAX_BATCH) => machine.take(now, limit).map(({ id }) => numberOf(id)),
    accept: (...numbers: readonly number[]) => {
      for (const n of numbers) machine.settle(uuid(n), { ok: true }, NOW, 0);
    },
    refuse: (n: number, code: ErrorCode, random = 1, retryAfterMs?: number) =>
      machine.settle(uuid(n), { ok: false, error: error(code, retryAfterMs) }, NOW, random),
    /** The push that carried these failed as a whole. */
    fail: (numbers: readonly number[], code: ErrorCode, random = 1, retryAfterMs?: number) =>
      machine.fail(numbers.map(uuid), error(code, retryAfterMs), NOW, random),
    entry: (n: number) => machine.find(uuid(n)),
    /** All mutations, lane by lane. */
    mutations: () => {
      const view = machine.view();
      return [...view.lanes()].flatMap((id) => view.lane(id).map(({ mutation }) => mutation));
    },
  };
}
