const time = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: 'long' });
const shortWeekday = new Intl.DateTimeFormat(undefined, { weekday: 'short' });
const dayAndMonth = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'long' });
const shortDate = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'short' });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto', style: 'long' });
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

const DAY_MS = 86_400_000;

/** Days between two instants as people count them: by midnight. */
function daysBetween(earlier: Date, later: Date): number {
  const midnight = (date: Date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
  return Math.round((midnight(later) - midnight(earlier)) / DAY_MS);
}

export const formatTime = (iso: string): string => time.format(new Date(iso));

export const formatFull = (iso: string): string => full.format(new Date(iso));

/** "Today", "Yesterday", "Tomorrow", "Tuesday", "3 May". */
export function formatDay(iso: string, now: number): string {
  const date = new Date(iso);
  const days = daysBetween(date, new Date(now));
  if (days <= 1 && days >= -1) return capital(relative.format(-days, 'day'));
  return days > 0 && days < 7 ? weekday.format(date) : dayAndMonth.format(date);
}

/** What fits a list: "14:03", "Tue", "3 May". */
export function formatShort(iso: string, now: number): string {
  const date = new Date(iso);
  const days = daysBetween(date, new Date(now));
  if (days <= 0) return time.format(date);
  return days < 7 ? shortWeekday.format(date) : shortDate.format(date);
}

/** "5 minutes ago", "yesterday". */
export function formatAgo(iso: string, now: number): string {
  const minutes = Math.max(1, Math.round((now - Date.parse(iso)) / 60_000));
  if (minutes < 60) return relative.format(-minutes, 'minute');
  if (minutes < 24 * 60) return relative.format(-Math.round(minutes / 60), 'hour');
  return relative.format(-daysBetween(new Date(iso), new Date(now)), 'day');
}
