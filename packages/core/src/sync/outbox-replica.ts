import { decodeEntry, decodeError, type OutboxEntry } from '../outbox/entry';
import type { Enqueued, OutboxMachine } from '../outbox/machine';
import { decodeEvent } from './outbox-events';
import type { Outcomes } from './outcomes';

/** What a tab does with what others tell it (rule E10). */
export interface ReplicaParts {
  /** The queue of whoever is signed in now. */
  readonly machine: () => OutboxMachine;
  readonly outcomes: Outcomes;
  readonly isLeading: () => boolean;
  /** Another tab's mutation was folded, or has cancelled something. */
  readonly onFolded: (entry: OutboxEntry, became: Enqueued) => void;
  /** Tells the others of an entry of this tab. */
  readonly tell: (entry: OutboxEntry) => void;
  readonly tellAll: () => void;
  readonly onConfirmed: (entry: OutboxEntry, result: unknown) => void;
}

/** Takes in an event of another tab. */
export function createReplica(parts: ReplicaParts): (event: unknown) => void {
  const { outcomes, isLeading } = parts;

  const takeIn = (value: unknown, absorbs?: string) => {
    const machine = parts.machine();
    const entry = decodeEntry(value);
    if (!entry) return;
    const { id } = entry.mutation;
    if (absorbs) {
      machine.remove(absorbs);
      outcomes.join(absorbs, id);
    }
    const became = machine.accept(entry, isLeading());
    if (entry.error) outcomes.finish(id, { ok: false, error: entry.error });
    if (became && (became.absorbed || !became.entry)) parts.onFolded(entry, became);
  };

  const reconcile = (values: readonly unknown[]) => {
    const machine = parts.machine();
    const told = new Set(values.map((value) => decodeEntry(value)?.mutation.id));
    for (const entry of [...machine.entries()]) {
      const { id } = entry.mutation;
      if (told.has(id) || entry.status === 'confirmed') continue;
      // Settled while this tab heard nothing. Of its own it wants to hear how: sending it again tells.
      if (outcomes.has(id)) parts.tell(entry);
      else machine.remove(id);
    }
    for (const value of values) takeIn(value);
  };

  return (value) => {
    const event = decodeEvent(value);
    const machine = parts.machine();
    switch (event?.type) {
      case 'put':
        return takeIn(event.entry, event.absorbs);
      case 'confirmed': {
        const { id, result } = event;
        const entry = machine.find(id);
        if (entry && entry.status !== 'confirmed') {
          machine.confirm(id);
          parts.onConfirmed(entry, result);
        }
        return outcomes.finish(id, { ok: true, result });
      }
      case 'ended': {
        const { id, error } = event;
        // What is on its way here is settled by its answer.
        if (machine.find(id)?.status === 'sending') return;
        machine.remove(id);
        return outcomes.finish(
          id,
          error ? { ok: false, error: decodeError(error) } : { ok: true, result: null },
        );
      }
      case 'hello':
        if (isLeading()) parts.tellAll();
        return;
      case 'snapshot':
        if (!isLeading()) reconcile(event.entries);
        return;
      case undefined:
    }
  };
}
