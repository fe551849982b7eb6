interface Timer {
  /** In elapsed time, which never steps back. */
  readonly due: number;
  /** Of two that are due at the same time the one set first comes first. */
  readonly order: number;
  /** Null once it is taken or cancelled. */
  task: (() => void) | null;
}

/** Timers by when they are due. */
export interface Timers {
  /** Returns the function that cancels it. */
  add(due: number, task: () => void): () => void;
  /** Takes out the next one that is due until then; null when there is none. */
  takeDue(until: number): { readonly due: number; readonly task: () => void } | null;
  count(): number;
}

const isBefore = (a: Timer, b: Timer) => a.due < b.due || (a.due === b.due && a.order < b.order);

/** A binary heap: a long play sets many thousands. */
export function createTimers(): Timers {
  const heap: Timer[] = [];
  let last = 0;
  let count = 0;

  const add = (timer: Timer) => {
    let at = heap.length;
    for (let above = (at - 1) >> 1; at > 0; above = (at - 1) >> 1) {
      const parent = heap[above];
      if (!parent || !isBefore(timer, parent)) break;
      heap[at] = parent;
      at = above;
    }
    heap[at] = timer;
  };
  const removeFirst = () => {
    const timer = heap.pop();
    if (!timer || heap.length === 0) return;
    let at = 0;
    for (;;) {
      const left = heap[2 * at + 1];
      const right = heap[2 * at + 2];
      const child = left && right && isBefore(right, left) ? right : left;
      if (!child || !isBefore(child, timer)) break;
      heap[at] = child;
      at = 2 * at + (child === left ? 1 : 2);
    }
    heap[at] = timer;
  };

  return {
    add(due, task) {
      const timer: Timer = { due, order: ++last, task };
      add(timer);
      count++;
      return () => {
        if (timer.task) count--;
        timer.task = null;
      };
    },
    takeDue(until) {
      for (let [first] = heap; first && (!first.task || first.due <= until); [first] = heap) {
        removeFirst();
        const { due, task } = first;
        first.task = null;
        if (!task) continue;
        count--;
        return { due, task };
      }
      return null;
    },
    count: () => count,
  };
}
