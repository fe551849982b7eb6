import type { Mutation } from '../model/mutation';
import {
  grown,
  isCreation,
  type OutboxView,
  type PendingCreation,
  type PendingMutation,
} from '../model/pending';
import type { OutboxEntry } from './entry';

/** Where an entry lives. The entry in it is replaced, the slot stays. */
export interface Slot {
  entry: OutboxEntry;
  shown: PendingMutation;
  /** What it is about was refused, or waits for what was: it is left out until that is retried. */
  isHeld: boolean;
}

/** The mutations of one conversation. */
export interface Lane {
  readonly id: string;
  /** In order. */
  readonly slots: Map<string, Slot>;
  /** The last of those that can be folded into one, by what they have in common. */
  readonly last: Map<string, string>;
  /** Those to be sent, in order, from `head` on; others may be among them. Null: to be gathered anew. */
  line: Slot[] | null;
  head: number;
  /** How many are on their way. */
  sending: number;
  shown: readonly PendingMutation[] | null;
}

/** The entries by id, lane and target, and what is shown of them. Nothing here costs more when more is queued. */
export interface Queue {
  slot(id: string): Slot | undefined;
  lane(conversationId: string): Lane | undefined;
  /** Adds an entry at the end of its lane, or changes it in its place. */
  put(entry: OutboxEntry): Slot;
  remove(id: string): void;
  /** Slots whose mutations are about what the mutation `id` creates. */
  dependents(id: string): Iterable<Slot>;
  /** Brings a lane, or all, into the order of the entries, after some were added out of order. */
  sort(laneId?: string): void;
  /** Mutations that are confirmed and still here. */
  readonly confirmed: ReadonlyMap<string, Mutation>;
  readonly slots: ReadonlyMap<string, Slot>;
  /** The same object until something shown changes. */
  view(): OutboxView;
}

/** What two mutations have in common that can become one; see `fold`. */
export function foldKey({ type, args }: Mutation): string | null {
  switch (type) {
    case 'edit_message':
      return `edit ${args.message_id}`;
    case 'pin_message':
    case 'unpin_message':
      return `pin ${args.message_id}`;
    case 'hide_message':
    case 'unhide_message':
      return `hide ${args.message_id}`;
    case 'add_reaction':
    case 'remove_reaction':
      return `react ${args.message_id} ${args.emoji}`;
    case 'mark_read':
    case 'mark_unread':
      return 'read';
    case 'mark_thread_read':
      return `read ${args.thread_root_id}`;
    case 'follow_thread':
      return `follow ${args.thread_root_id}`;
    case 'save_draft':
      return `draft ${args.thread_root_id ?? ''}`;
    case 'mark_delivered':
      return type;
    // A message brings a hidden conversation back: what was set before it is no longer the same as after it.
    case 'set_membership':
    case 'send_message':
    case 'forward_message':
      return 'membership';
    default:
      return null;
  }
}

/** Messages a mutation is about: it cannot go before them, nor without them. */
export function targetsOf({ args }: Mutation): readonly string[] {
  const targets: string[] = [];
  if ('message_id' in args) targets.push(args.message_id);
  if ('thread_root_id' in args && args.thread_root_id) targets.push(args.thread_root_id);
  if ('reply_to_id' in args && args.reply_to_id) targets.push(args.reply_to_id);
  return targets;
}

export function createQueue(): Queue {
  const slots = new Map<string, Slot>();
  const lanes = new Map<string, Lane>();
  const byTarget = new Map<string, Set<Slot>>();
  const creations = new Map<string, Slot>();
  const confirmed = new Map<string, Mutation>();
  let shownCreations: readonly PendingCreation[] | null = null;
  let unsentCount = 0;
  let failedCount = 0;
  let current: OutboxView | null = null;

  const count = ({ status, mutation }: PendingMutation, by: 1 | -1) => {
    // A draft is nothing that was to be sent: its field says what is wrong with it.
    if (status === 'failed' && mutation.type !== 'save_draft') failedCount += by;
    if (status === 'pending' && mutation.type !== 'mark_delivered') unsentCount += by;
    if (status === 'confirmed') {
      if (by > 0) confirmed.set(mutation.id, mutation);
      else confirmed.delete(mutation.id);
    }
  };
  const touch = (lane: Lane, id: string) => {
    lane.shown = null;
    if (id === lane.id) shownCreations = null;
    current = null;
  };
  const laneOf = (id: string): Lane => {
    const known = lanes.get(id);
    if (known) return known;
    const lane = { id, slots: new Map(), last: new Map(), line: [], head: 0, sending: 0, shown: null };
    lanes.set(id, lane);
    return lane;
  };
  const shownIn = (some: Iterable<Slot>) => Array.from(some, ({ shown }) => shown);
  const none: readonly PendingMutation[] = [];

  const view = (): OutboxView => ({
    lane(id) {
      const lane = lanes.get(id);
      return lane ? (lane.shown ??= shownIn(lane.slots.values())) : none;
    },
    lanes: () => lanes.keys(),
    find: (id) => slots.get(id)?.shown,
    about: (id) => shownIn(byTarget.get(id) ?? []),
    creations: () => (shownCreations ??= shownIn(creations.values()).filter(isCreation)),
    unsentCount,
    failedCount,
  });

  return {
    slots,
    confirmed,
    slot: (id) => slots.get(id),
    lane: (id) => lanes.get(id),
    put(entry) {
      const { mutation } = entry;
      const { id } = mutation;
      const lane = laneOf(mutation.conversation_id);
      const known = slots.get(id);
      const shown = show(entry, known?.shown);
      if (known) {
        // Shown where it is asked for.
        if (known.entry.attempt !== entry.attempt) current = null;
        known.entry = entry;
        if (shown === known.shown) return known;
        count(known.shown, -1);
        known.shown = shown;
      }
      const slot = known ?? { entry, shown, isHeld: false };
      count(shown, 1);
      const before = lane.shown;
      touch(lane, id);
      if (known) return slot;
      slots.set(id, slot);
      lane.slots.set(id, slot);
      lane.line?.push(slot);
      lane.shown = before && grown(before, shown);
      if (mutation.type === 'create_conversation') creations.set(id, slot);
      const key = foldKey(mutation);
      if (key !== null) lane.last.set(key, id);
      for (const target of targetsOf(mutation)) {
        const others = byTarget.get(target) ?? new Set();
        byTarget.set(target, others.add(slot));
      }
      return slot;
    },
    remove(id) {
      const slot = slots.get(id);
      const lane = slot && lanes.get(slot.entry.mutation.conversation_id);
      if (!lane) return;
      const { mutation } = slot.entry;
      count(slot.shown, -1);
      touch(lane, id);
      slots.delete(id);
      lane.slots.delete(id);
      creations.delete(id);
      const key = foldKey(mutation);
      if (key !== null && lane.last.get(key) === id) lane.last.delete(key);
      for (const target of targetsOf(mutation)) {
        const others = byTarget.get(target);
        others?.delete(slot);
        if (others?.size === 0) byTarget.delete(target);
      }
      if (lane.slots.size === 0) lanes.delete(lane.id);
    },
    *dependents(id) {
      yield* byTarget.get(id) ?? [];
      // Everything in a conversation is about it.
      for (const slot of lanes.get(id)?.slots.values() ?? []) if (slot.entry.mutation.id !== id) yield slot;
    },
    sort(laneId) {
      for (const lane of lanes.values()) {
        if (laneId !== undefined && lane.id !== laneId) continue;
        const sorted = [...lane.slots.values()].sort(
          ({ entry: a }, { entry: b }) => a.order - b.order || (a.mutation.id < b.mutation.id ? -1 : 1),
        );
        lane.slots.clear();
        lane.last.clear();
        for (const slot of sorted) {
          const key = foldKey(slot.entry.mutation);
          lane.slots.set(slot.entry.mutation.id, slot);
          if (key !== null) lane.last.set(key, slot.entry.mutation.id);
        }
        lane.line = null;
        touch(lane, lane.id);
      }
    },
    view: () => (current ??= view()),
  };
}

/** What readers see of an entry; the same object as before while it says the same. */
function show(
  { mutation, createdAt, status, error }: OutboxEntry,
  before?: PendingMutation,
): PendingMutation {
  const shown = status === 'failed' || status === 'confirmed' ? status : 'pending';
  if (before?.mutation === mutation && before.status === shown && before.error === error) return before;
  return { mutation, createdAt, status: shown, error };
}
