import { daysBetween, type Day } from './days';

const time = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'short' });
const dated = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });
const withYear = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'long', year: 'numeric' });
const short = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const shortWithYear = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric' });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: 'short' });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
const dateOf = (day: Day) => new Date(`${day}T00:00`);
const isSameYear = (day: Day, other: Day) => day.slice(0, 4) === other.slice(0, 4);

export const formatTime = (iso: string): string => time.format(new Date(iso));
export const formatFull = (iso: string): string => full.format(new Date(iso));
/** "3 Nov", "3 Nov 2024". */
export const formatShortDay = (day: Day, today: Day): string =>
  (isSameYear(day, today) ? short : shortWithYear).format(dateOf(day));
export const formatWeekday = (day: Day): string => weekday.format(dateOf(day));

/** "Today", "Yesterday", "Tuesday 3 November", and of another year "3 November 2024". */
export function formatDay(day: Day, today: Day): string {
  const ago = daysBetween(day, today);
  if (Math.abs(ago) <= 1) return capital(relative.format(-ago, 'day'));
  return (isSameYear(day, today) ? dated : withYear).format(dateOf(day));
}

/** "today", "3 days ago". */
export const formatAgo = (day: Day, today: Day): string => relative.format(-daysBetween(day, today), 'day');

/** "45 min", "2 h", "12 h 40". */
export function formatMinutes(minutes: number): string {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  if (hours === 0) return `${rest} min`;
  return rest === 0 ? `${hours} h` : `${hours} h ${String(rest).padStart(2, '0')}`;
}
