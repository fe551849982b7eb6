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
  return new Intl.DateTimeFormat(LOCALE, { timeZone, timeStyle: 'short' }).format(new Date(iso));
}

const dayOf = (time: number, timeZone: string) =>
  new Intl.DateTimeFormat('sv', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(time);

const isSameYear = (day: string, other: string) => day.slice(0, 4) === other.slice(0, 4);

/** "Today", "Yesterday", "Tuesday 4 March", "Monday 4 March 2024", of a day as `YYYY-MM-DD`. */
export function formatDay(day: string, now: number, timeZone: string): string {
  const today = dayOf(now, timeZone);
  if (day === today) return 'Today';
  const date = new Date(`${day}T00:00Z`);
  const days = (Date.parse(`${today}T00:00Z`) - date.getTime()) / DAY_MS;
  if (days === 1) return 'Yesterday';
  return new Intl.DateTimeFormat(LOCALE, {
    timeZone: 'UTC',
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    ...(!isSameYear(day, today) && { year: 'numeric' }),
  }).format(date);
}

/** What fits a list: "14:05", "4 Mar", or "4 Mar 2024". */
export function formatShort(iso: string, now: number, timeZone: string): string {
  const time = Date.parse(iso);
  const [day, today] = [dayOf(time, timeZone), dayOf(now, timeZone)];
  if (day === today) return formatTime(iso, timeZone);
  return new Intl.DateTimeFormat(LOCALE, {
    timeZone,
    day: 'numeric',
    month: 'short',
    ...(!isSameYear(day, today) && { year: 'numeric' }),
  }).format(time);
}
