import type { Clock } from '../../ports';
import type { ManualClock } from '../manual-clock';

/** The clock of one device: it may be set, and stands still while the device sleeps. */
export interface DeviceClock extends Clock {
  /** Sets the time of day. */
  jump(ms: number): void;
  /** Timers that become due meanwhile run when it wakes, late. */
  sleep(ms: number): void;
  isAsleep(): boolean;
  /** Earlier than it would by itself. */
  wake(): void;
}

export function createDeviceClock(world: ManualClock, random: () => number): DeviceClock {
  let offset = 0;
  let isAsleep = false;
  let overdue: (() => void)[] = [];
  const wake = () => {
    isAsleep = false;
    const tasks = overdue;
    overdue = [];
    for (const task of tasks) task();
  };
  return {
    now: () => world.now() + offset,
    random,
    after(ms, task) {
      let isCancelled = false;
      const runs = () => {
        if (!isCancelled) task();
      };
      const cancel = world.after(ms, () => {
        if (isAsleep) overdue.push(runs);
        else runs();
      });
      return () => {
        isCancelled = true;
        cancel();
      };
    },
    jump(ms) {
      offset += ms;
    },
    sleep(ms) {
      if (isAsleep) return;
      isAsleep = true;
      world.after(ms, wake);
    },
    isAsleep: () => isAsleep,
    wake,
  };
}
