/** A day, and perhaps a time of it, and perhaps its zone, as ISO 8601 has them. */
const DATE = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/;

/** No zone is further from UTC than 14 hours. */
const REACH_SECONDS = 15 * 3_600;

/** What clocks of a time zone say, `2026-03-10 09:30:00`; without a zone those of the device. */
export function wallClock(timeZone: string | undefined): (time: number) => string {
  // The one language whose dates are ISO 8601 everywhere.
  const clock = new Intl.DateTimeFormat('sv', {
    timeZone,
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  return (time) => clock.format(time);
}

/**
 * The time a text gives, null when it is none. A day alone is its first moment in the zone, also where clocks are put
 * forward at midnight; a time without a zone is what clocks there say.
 */
export function timeOf(text: string, timeZone?: string): number | null {
  const [, day = '', minute = '00:00', second = ':00', zone] = DATE.exec(text) ?? [];
  const midnight = Date.parse(`${day}T00:00:00Z`);
  const utc = Date.parse(`${day}T${minute}${second}Z`);
  // `Date` takes 30 February for 2 March.
  if (Number.isNaN(utc) || new Date(midnight).toISOString().slice(0, 10) !== day) return null;
  if (zone !== undefined) return Date.parse(`${day}T${minute}${second}${zone}`);
  const wanted = `${day} ${minute}${second.slice(0, 3)}`;
  const clock = wallClock(timeZone);
  // By halves: clocks grow with time.
  let from = Math.floor(utc / 1_000) - REACH_SECONDS;
  let to = from + 2 * REACH_SECONDS;
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    if (clock(middle * 1_000) < wanted) from = middle + 1;
    else to = middle;
  }
  return from * 1_000;
}
