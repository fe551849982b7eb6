const DAY_MS = 86_400_000;

/** From here on "5 days ago" says less than a date. */
const LONG_AGO_DAYS = 7;

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** Days between two instants as people count them: by midnight, where they are. */
function daysBetween(earlier: Date, later: Date): number {
  // The same dates a day apart are a day apart, also where a clock is put forward.
  const noon = (date: Date) => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate(), 12);
  return Math.round((noon(later) - noon(earlier)) / DAY_MS);
}

/**
 * Words for times, in a language and as its country writes them.
 *
 * @param locale the browser's where it is left out
 */
export function createDates(locale?: string) {
  const format = (options: Intl.DateTimeFormatOptions) => {
    const formatter = new Intl.DateTimeFormat(locale, options);
    return (date: Date) => formatter.format(date);
  };
  const time = format({ timeStyle: 'short' });
  const weekday = format({ weekday: 'long' });
  const shortWeekday = format({ weekday: 'short' });
  const dayAndMonth = format({ day: 'numeric', month: 'long' });
  const withYear = format({ day: 'numeric', month: 'long', year: 'numeric' });
  const shortDate = format({ day: 'numeric', month: 'short' });
  const shortWithYear = format({ day: 'numeric', month: 'short', year: 'numeric' });
  const full = format({ dateStyle: 'full', timeStyle: 'short' });
  const year = format({ year: 'numeric', era: 'short' });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'long' });
  /** A day of another year says which, by the calendar of the language. */
  const dated = (date: Date, now: Date) => (year(date) === year(now) ? dayAndMonth : withYear)(date);

  /** "today", "yesterday", "tomorrow", "Tuesday", "3 May", "3 May 2024": inside of a sentence. */
  const dayInText = (iso: string, now: number): string => {
    const [date, today] = [new Date(iso), new Date(now)];
    const days = daysBetween(date, today);
    if (days <= 1 && days >= -1) return relative.format(-days, 'day');
    return days > 0 && days < 7 ? weekday(date) : dated(date, today);
  };
  return {
    /** "14:03", "2:03 pm". */
    formatTime: (iso: string): string => time(new Date(iso)),
    formatFull: (iso: string): string => full(new Date(iso)),
    dayInText,
    /** "Today", "Yesterday", "Tomorrow", "Tuesday", "3 May", "3 May 2024". */
    formatDay: (iso: string, now: number): string => capital(dayInText(iso, now)),
    /** What fits a list: "14:03", "Tue", "3 May", "3 May 2024". */
    formatShort: (iso: string, now: number): string => {
      const [date, today] = [new Date(iso), new Date(now)];
      const days = daysBetween(date, today);
      if (days === 0) return time(date);
      if (days > 0 && days < 7) return shortWeekday(date);
      return (year(date) === year(today) ? shortDate : shortWithYear)(date);
    },
    /** "5 minutes ago", "yesterday", "3 May", "3 May 2024". */
    formatAgo: (iso: string, now: number): string => {
      const [date, today] = [new Date(iso), new Date(now)];
      const minutes = Math.max(1, Math.round((now - date.getTime()) / 60_000));
      if (minutes < 60) return relative.format(-minutes, 'minute');
      if (minutes < 24 * 60) return relative.format(-Math.round(minutes / 60), 'hour');
      const days = daysBetween(date, today);
      return days < LONG_AGO_DAYS ? relative.format(-days, 'day') : dated(date, today);
    },
  };
}

export const { formatTime, formatFull, dayInText, formatDay, formatShort, formatAgo } = createDates();
