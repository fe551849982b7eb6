/** The one language of this app; the server's own would be another one than the browser's. */
const LOCALE = 'en-GB';
const DAY_MS = 86_400_000;

export function isTimeZone(name: string | undefined): name is string {
  try {
    new Intl.DateTimeFormat(LOCALE, { timeZone: name });
    return name !== undefined;
  } catch {
    return false;
  }
}

/** "14:05". */
export function formatTime(iso: string, timeZone: string): string {
  return new Intl.DateTimeFormat(LOCALE, { timeZone, hour: '2-digit', minute: '2-digit' }).format(
    new Date(iso),
  );
}

const dayOf = (time: number, timeZone: string) =>
  new Intl.DateTimeFormat('sv', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(time);

/** "Today", "Yesterday", "Tuesday 4 March", of a day as `YYYY-MM-DD`. */
export function formatDay(day: string, now: number, timeZone: string): string {
  if (day === dayOf(now, timeZone)) return 'Today';
  const date = new Date(`${day}T00:00Z`);
  const days = (Date.parse(`${dayOf(now, timeZone)}T00:00Z`) - date.getTime()) / DAY_MS;
  if (days === 1) return 'Yesterday';
  return new Intl.DateTimeFormat(LOCALE, {
    timeZone: 'UTC',
    weekday: 'long',
    day: 'numeric',
    month: 'long',
  }).format(date);
}

/** What fits a list: "14:05", or "4 Mar". */
export function formatShort(iso: string, now: number, timeZone: string): string {
  const time = Date.parse(iso);
  if (dayOf(time, timeZone) === dayOf(now, timeZone)) return formatTime(iso, timeZone);
  return new Intl.DateTimeFormat(LOCALE, { timeZone, day: 'numeric', month: 'short' }).format(time);
}
