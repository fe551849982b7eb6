/** Which lanes may send, and when the others may. */
export interface Schedule {
  /** Lanes that may have something to send, the one that waits longest first. */
  readonly ready: ReadonlySet<string>;
  /** Something of it may be sent now, unless it is delayed. */
  readonly wake: (lane: string) => void;
  /** Nothing of it can be sent until it is woken. */
  rest(lane: string): void;
  /** Its head is about what another lane is about to make: it rests until `wakeCrossed`. */
  cross(lane: string): void;
  readonly wakeCrossed: () => void;
  /** Nothing but what may soon become one with more of its kind is in it: it rests for a moment. */
  gather(lane: string): void;
  /** There is more in it by now. */
  readonly hasten: (lane: string) => void;
  /** The same for all that rest for that; says whether there were any. */
  readonly hastenAll: () => boolean;
  /** Its head was refused for a while. `asked` is until when the server asked to wait, 0 if it did not. */
  delay(lane: string, until: number, asked: number): void;
  /** The same for all lanes. */
  pause(until: number, asked: number): void;
  /** How often in a row everything had to wait. */
  readonly failures: number;
  /** The server has answered. */
  answered(): void;
  /** Brings back lanes whose time has come; false while everything waits. */
  begin(now: number): boolean;
  /** Delays end, but for what the server asked for. */
  resume(): void;
  /** When a lane may be tried at the earliest; 0 for now. */
  laneAt(lane: string): number;
  /** When any may; null when nothing waits for time to pass. */
  nextAt(): number | null;
}

const GATHER_MS = 1_000;

interface Delay {
  readonly until: number;
  readonly asked: number;
}

/** @param isBusy whether something of a lane is on its way */
export function createSchedule(isBusy: (lane: string) => boolean): Schedule {
  const ready = new Set<string>();
  const delayed = new Map<string, Delay>();
  const crossed = new Set<string>();
  /** Until when; null until the time is known. */
  const gathering = new Map<string, number | null>();
  let all: Delay = { until: 0, asked: 0 };
  let failures = 0;
  /** The earliest of the delays; undefined when it has to be looked for. */
  let earliest: number | undefined;

  const findEarliest = (): number => {
    if (earliest === undefined) {
      earliest = Infinity;
      for (const { until } of delayed.values()) earliest = Math.min(earliest, until);
    }
    return earliest;
  };
  const wake = (lane: string) => {
    if (!delayed.has(lane) && !gathering.has(lane) && !isBusy(lane)) ready.add(lane);
  };
  const hasten = (lane: string) => {
    gathering.delete(lane);
    wake(lane);
  };
  const hastenAll = () => {
    const lanes = [...gathering.keys()];
    lanes.forEach(hasten);
    return lanes.length > 0;
  };

  return {
    ready,
    wake,
    rest: (lane) => void ready.delete(lane),
    cross: (lane) => void crossed.add(lane),
    wakeCrossed() {
      for (const lane of crossed) wake(lane);
      crossed.clear();
    },
    gather(lane) {
      if (!ready.has(lane) && !delayed.has(lane) && !gathering.has(lane)) gathering.set(lane, null);
    },
    hasten,
    hastenAll,
    delay(lane, until, asked) {
      const known = delayed.get(lane);
      delayed.set(lane, {
        until: Math.max(until, known?.until ?? 0),
        asked: Math.max(asked, known?.asked ?? 0),
      });
      ready.delete(lane);
      earliest = undefined;
    },
    pause(until, asked) {
      failures++;
      all = { until, asked };
    },
    get failures() {
      return failures;
    },
    answered() {
      failures = 0;
    },
    begin(now) {
      if (all.until > now) return false;
      for (const [lane, until] of gathering) {
        if (until === null) gathering.set(lane, now + GATHER_MS);
        else if (until <= now) hasten(lane);
      }
      if (findEarliest() > now) return true;
      for (const [lane, { until }] of delayed) {
        if (until > now) continue;
        delayed.delete(lane);
        ready.add(lane);
      }
      earliest = undefined;
      return true;
    },
    resume() {
      failures = 0;
      hastenAll();
      all = { until: all.asked, asked: all.asked };
      for (const [lane, { asked }] of delayed) delayed.set(lane, { until: asked, asked });
      earliest = undefined;
    },
    laneAt: (lane) => Math.max(all.until, delayed.get(lane)?.until ?? gathering.get(lane) ?? 0),
    nextAt() {
      let next = ready.size > 0 ? 0 : findEarliest();
      for (const until of gathering.values()) next = Math.min(next, until ?? 0);
      return next === Infinity ? null : Math.max(all.until, next);
    },
  };
}
