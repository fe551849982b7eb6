import { afterEach, describe, expect, it, vi } from 'vitest';
import { createDates } from './dates';

const english = createDates('en-GB');
const american = createDates('en-US');
/** The blanks of a formatted time are of a kind that no line breaks at. */
const spaced = (text: string) => text.replace(/\s/g, ' ');

afterEach(() => vi.unstubAllEnvs());

/** Noon on this day, where the tests run. */
const noon = (year: number, month: number, day: number) => new Date(year, month - 1, day, 12);
const iso = (...day: [number, number, number]) => noon(...day).toISOString();

describe('words for days', () => {
  const now = noon(2026, 1, 10).getTime();

  it('H5 names the year of a day of another year, in all that tells a day', () => {
    const days = [iso(2026, 1, 2), iso(2025, 12, 31), iso(2024, 5, 3), iso(1999, 5, 3), iso(1899, 12, 31)];
    expect(days.map((day) => english.formatDay(day, now))).toEqual([
      '2 January',
      '31 December 2025',
      '3 May 2024',
      '3 May 1999',
      '31 December 1899',
    ]);
    expect(days.map((day) => english.formatShort(day, now))).toEqual([
      '2 Jan',
      '31 Dec 2025',
      '3 May 2024',
      '3 May 1999',
      '31 Dec 1899',
    ]);
    expect(days.map((day) => english.formatAgo(day, now))).toEqual([
      '2 January',
      '31 December 2025',
      '3 May 2024',
      '3 May 1999',
      '31 December 1899',
    ]);
    expect(american.formatDay(iso(2024, 5, 3), now)).toBe('May 3, 2024');
    expect(american.formatShort(iso(2024, 5, 3), now)).toBe('May 3, 2024');
  });

  it('H5 needs no year within a week, also at the turn of the year', () => {
    const january = noon(2026, 1, 3).getTime();
    const days = [iso(2026, 1, 3), iso(2026, 1, 2), iso(2025, 12, 31), iso(2025, 12, 28), iso(2025, 12, 27)];
    expect(days.map((day) => english.formatDay(day, january))).toEqual([
      'Today',
      'Yesterday',
      'Wednesday',
      'Sunday',
      '27 December 2025',
    ]);
    expect(english.formatShort(iso(2025, 12, 31), january)).toBe('Wed');
  });

  it('H5 tells a day that is still to come', () => {
    const december = noon(2025, 12, 30).getTime();
    expect(english.formatDay(iso(2025, 12, 31), december)).toBe('Tomorrow');
    expect(english.dayInText(iso(2025, 12, 31), december)).toBe('tomorrow');
    expect(english.formatDay(iso(2026, 1, 2), december)).toBe('2 January 2026');
    expect(english.dayInText(iso(2026, 1, 2), december)).toBe('2 January 2026');
    expect(english.formatShort(iso(2026, 1, 2), december)).toBe('2 Jan 2026');
  });

  it.each([
    ['America/Los_Angeles', '31 December 2024', '31 Dec 2024'],
    ['UTC', '1 January', '1 Jan'],
    ['Asia/Tokyo', '1 January', '1 Jan'],
    ['Pacific/Kiritimati', '1 January', '1 Jan'],
  ])('H5 goes by the clock of whoever looks: in %s', (zone, long, short) => {
    vi.stubEnv('TZ', zone);
    const there = createDates('en-GB');
    const newYear = '2025-01-01T04:00:00Z';
    const summer = Date.parse('2025-06-15T12:00:00Z');
    expect(there.formatDay(newYear, summer)).toBe(long);
    expect(there.formatShort(newYear, summer)).toBe(short);
  });

  it('H5 counts days by the calendar, also where a clock is put forward or back', () => {
    vi.stubEnv('TZ', 'Europe/Berlin');
    const { formatDay } = createDates('en-GB');
    const morning = Date.parse('2026-03-30T06:00:00+02:00');
    expect(formatDay('2026-03-29T00:30:00+01:00', morning)).toBe('Yesterday');
    expect(formatDay('2026-03-28T23:30:00+01:00', morning)).toBe('Saturday');
    const autumn = Date.parse('2026-10-26T00:15:00+01:00');
    expect(formatDay('2026-10-25T00:30:00+02:00', autumn)).toBe('Yesterday');
  });

  it('H5 goes by the calendar of the language', () => {
    // The year 1404 of the Persian calendar ends in March 2026.
    const persian = createDates('fa-IR-u-nu-latn');
    const spring = noon(2026, 4, 20).getTime();
    expect(persian.formatDay(iso(2026, 3, 10), spring)).toMatch(/1404/);
    expect(persian.formatDay(iso(2026, 3, 25), spring)).not.toMatch(/140/);
  });
});

describe('words for times', () => {
  const night = new Date(2026, 0, 10, 2, 25).toISOString();
  const afternoon = new Date(2026, 0, 10, 14, 5).toISOString();

  it.each([
    ['en-US', '2:25 AM', '2:05 PM'],
    ['en-GB', '02:25', '14:05'],
    ['de', '02:25', '14:05'],
    ['fi', '2.25', '14.05'],
    ['es', '2:25', '14:05'],
    ['ja', '2:25', '14:05'],
    ['en-IN', '2:25 am', '2:05 pm'],
  ])('H5 writes %s as its country does', (locale, early, late) => {
    const { formatTime, formatShort } = createDates(locale);
    expect([night, afternoon].map((at) => spaced(formatTime(at)))).toEqual([early, late]);
    expect(spaced(formatShort(night, Date.parse(afternoon)))).toBe(early);
  });

  it('H5 tells how long ago something was, and then when', () => {
    const now = noon(2026, 1, 10).getTime();
    const ago = (minutes: number) => english.formatAgo(new Date(now - minutes * 60_000).toISOString(), now);
    expect([0, 5, 59, 60, 23 * 60, 26 * 60, 6 * 1440, 7 * 1440].map(ago)).toEqual([
      '1 minute ago',
      '5 minutes ago',
      '59 minutes ago',
      '1 hour ago',
      '23 hours ago',
      'yesterday',
      '6 days ago',
      '3 January',
    ]);
  });
});
