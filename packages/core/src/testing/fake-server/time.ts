// Times as Postgres keeps and prints them: whole microseconds since 1970, `infinity` for never.

const DAY_MS = 86_400_000;
const PATTERN =
  /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:Z|([+-])(\d{2}):?(\d{2}))$/;

/** Many rows are printed of the same moment. */
let lastSecond = NaN;
let day = '';

/** As JSON has it: without zeros at the end of the fraction, in UTC. */
export function printTime(micros: number): string {
  if (micros === Infinity) return 'infinity';
  const second = Math.floor(micros / 1_000_000);
  const fraction = micros - second * 1_000_000;
  if (second !== lastSecond) {
    lastSecond = second;
    day = new Date(second * 1000).toISOString().slice(0, 19);
  }
  return `${day}${fraction === 0 ? '' : `.${String(fraction).padStart(6, '0').replace(/0+$/, '')}`}+00:00`;
}

/** Null where there is none. */
export const printTimeOrNull = (micros: number | null): string | null =>
  micros === null ? null : printTime(micros);

/** Days since 1970 of an existing day, else null. */
function dayNumber(year: number, month: number, day: number): number | null {
  const date = new Date(Date.UTC(2000, month - 1, day));
  date.setUTCFullYear(year, month - 1, day);
  const isReal = year > 0 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return isReal ? date.getTime() / DAY_MS : null;
}

/** Microseconds of an ISO 8601 time with its zone, or of `infinity`; null when it is neither. */
export function parseTime(text: string): number | null {
  if (text === 'infinity') return Infinity;
  const [, year, month, day, hour, minute, second, fraction = '', sign, zoneHour = 0, zoneMinute = 0] =
    PATTERN.exec(text) ?? [];
  const days = dayNumber(Number(year), Number(month), Number(day));
  if (days === null || !Number.isFinite(days)) return null;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60 || Number(zoneHour) > 15) return null;
  const zone = (Number(zoneHour) * 60 + Number(zoneMinute)) * (sign === '-' ? -1 : 1);
  const seconds = days * 86_400 + Number(hour) * 3600 + (Number(minute) - zone) * 60 + Number(second);
  return seconds * 1_000_000 + Math.round(Number(fraction.padEnd(9, '0')) / 1000);
}

/** Days since 1970 of a day like `2026-01-31`; null when there is no such day. */
export function parseDay(text: string): number | null {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? [];
  const days = dayNumber(Number(year), Number(month), Number(day));
  return days === null || !Number.isFinite(days) ? null : days;
}
