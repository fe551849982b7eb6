import { describe, expect, it } from 'vitest';
import { formatDay, formatShort, formatTime } from './time';

const now = Date.parse('2026-01-02T10:00Z');

describe('the times of the Next.js example', () => {
  it('H5 names the year of a day of another year, and of none else', () => {
    const days = ['2026-01-02', '2026-01-01', '2025-12-31', '2024-03-04', '1899-12-31', '2026-03-04'];
    expect(days.map((day) => formatDay(day, now, 'UTC').replace(',', ''))).toEqual([
      'Today',
      'Yesterday',
      'Wednesday 31 December 2025',
      'Monday 4 March 2024',
      'Sunday 31 December 1899',
      'Wednesday 4 March',
    ]);
  });

  it('H5 asks for the year where the user is', () => {
    const newYear = '2026-01-01T03:00Z';
    expect(formatShort(newYear, now, 'America/Los_Angeles')).toBe('31 Dec 2025');
    expect(formatShort(newYear, now, 'Asia/Tokyo')).toBe('1 Jan');
    expect(formatShort('2025-12-31T16:00Z', now, 'Asia/Tokyo')).toBe('1 Jan');
    // There the year has not begun yet.
    const eve = Date.parse('2026-01-01T05:00Z');
    expect(formatShort('2025-12-30T12:00Z', eve, 'America/Los_Angeles')).toBe('30 Dec');
  });

  it('H5 writes a time as its country does', () => {
    expect(formatTime('2026-01-02T02:25Z', 'UTC')).toBe('02:25');
  });
});
