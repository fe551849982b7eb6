/** Days are `YYYY-MM-DD`, as `occursOn` has them: they are the same in every time zone. */
export type Day = string;

const DAY_MS = 86_400_000;
const toMs = (day: Day) => Date.parse(`${day}T00:00:00Z`);

/** The day it is for whoever looks at this device. */
export function dayOf(date: Date): Day {
  const pad = (n: number) => String(n).padStart(2, '0');
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
}

export function addDays(day: Day, count: number): Day {
  return new Date(toMs(day) + count * DAY_MS).toISOString().slice(0, 10);
}

/** How many days `later` is after `earlier`. */
export function daysBetween(earlier: Day, later: Day): number {
  return Math.round((toMs(later) - toMs(earlier)) / DAY_MS);
}

export function isDay(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(toMs(text));
}

export interface DayRange {
  readonly from: Day;
  readonly to: Day;
}

const WEEKS_SHOWN = 6;

/** The weeks until today, and a day more for those who are ahead of us. */
export function latestRange(today: Day): DayRange {
  return { from: addDays(today, -7 * WEEKS_SHOWN), to: addDays(today, 1) };
}

/** The range to show `day` in: the one shown if it is in it, else weeks around it. */
export function rangeWith(day: Day, shown: DayRange, today: Day): DayRange {
  if (day >= shown.from && day <= shown.to) return shown;
  const latest = latestRange(today);
  if (day >= latest.from) return day > latest.to ? { ...latest, to: day } : latest;
  return { from: addDays(day, -21), to: addDays(day, 21) };
}

interface Dated {
  readonly id: string;
  readonly occursOn: Day | null;
  readonly replyToId: string | null;
}

/** An entry with what answers it. */
export interface Entry<T> {
  readonly message: T;
  readonly answers: readonly T[];
}

export interface DayOf<T> {
  readonly day: Day;
  readonly entries: readonly Entry<T>[];
}

/** Messages by their day, each answer under what it answers; both in the order they come in. Those without a day are left out. */
export function groupByDay<T extends Dated>(messages: readonly T[]): readonly DayOf<T>[] {
  const byId = new Map(messages.map((message) => [message.id, message]));
  /** An answer to an answer hangs where that hangs. */
  const rootOf = (message: T): T => {
    for (let at = message, steps = 0; ; steps++) {
      const above = at.replyToId === null ? undefined : byId.get(at.replyToId);
      if (!above || above.occursOn !== message.occursOn || steps > messages.length) return at;
      at = above;
    }
  };
  const answers = new Map<string, T[]>();
  const days = new Map<Day, { message: T; answers: T[] }[]>();
  for (const message of messages) {
    if (message.occursOn === null) continue;
    const root = rootOf(message);
    if (root !== message) {
      answers.set(root.id, [...(answers.get(root.id) ?? []), message]);
      continue;
    }
    const day = days.get(message.occursOn) ?? [];
    day.push({ message, answers: [] });
    days.set(message.occursOn, day);
  }
  return [...days]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([day, entries]) => ({
      day,
      entries: entries.map(({ message }) => ({ message, answers: answers.get(message.id) ?? [] })),
    }));
}
