import { describe, expect, it } from 'vitest';
import { timeOf, wallClock } from '../../../src/lib/days';

const iso = (text: string, timeZone?: string) => {
  const time = timeOf(text, timeZone);
  return time === null ? null : new Date(time).toISOString();
};
const HOUR_MS = 3_600_000;

describe('days and times', () => {
  it('E6.12 a day begins when clocks of its zone say so', () => {
    const begins: [day: string, zone: string, at: string][] = [
      ['2026-03-10', 'UTC', '2026-03-10T00:00:00.000Z'],
      ['2026-03-10', 'America/Los_Angeles', '2026-03-10T07:00:00.000Z'],
      ['2026-03-10', 'Asia/Tokyo', '2026-03-09T15:00:00.000Z'],
      ['2026-03-10', 'Asia/Kolkata', '2026-03-09T18:30:00.000Z'],
      ['2026-03-10', 'Asia/Kathmandu', '2026-03-09T18:15:00.000Z'],
      ['2026-03-10', 'Pacific/Chatham', '2026-03-09T10:15:00.000Z'],
      ['2026-03-10', 'America/St_Johns', '2026-03-10T02:30:00.000Z'],
      ['2026-03-10', 'Pacific/Kiritimati', '2026-03-09T10:00:00.000Z'],
      ['2026-03-10', 'Pacific/Pago_Pago', '2026-03-10T11:00:00.000Z'],
      // Of 23 and of 25 hours: the days, and those after them.
      ['2026-03-08', 'America/Los_Angeles', '2026-03-08T08:00:00.000Z'],
      ['2026-03-09', 'America/Los_Angeles', '2026-03-09T07:00:00.000Z'],
      ['2026-10-25', 'Europe/Berlin', '2026-10-24T22:00:00.000Z'],
      ['2026-10-26', 'Europe/Berlin', '2026-10-25T23:00:00.000Z'],
      // Clocks go from midnight to one: there is no 00:00.
      ['2018-11-04', 'America/Sao_Paulo', '2018-11-04T03:00:00.000Z'],
      // And from midnight back to eleven.
      ['2018-02-18', 'America/Sao_Paulo', '2018-02-18T03:00:00.000Z'],
      // A day that Samoa never had is the next one.
      ['2011-12-30', 'Pacific/Apia', '2011-12-30T10:00:00.000Z'],
      ['2028-02-29', 'UTC', '2028-02-29T00:00:00.000Z'],
    ];
    for (const [day, zone, at] of begins) expect([day, zone, iso(day, zone)]).toEqual([day, zone, at]);
  });

  it('E6.12 a day begins where the list draws its line, in every zone and on every day', () => {
    const zones = ['Australia/Lord_Howe', 'Africa/Cairo', 'Asia/Beirut'];
    for (const zone of zones) {
      const dayOf = (time: number) => wallClock(zone)(time).slice(0, 10);
      for (let day = Date.UTC(2026, 0, 1); day < Date.UTC(2027, 0, 1); day += 3 * 24 * HOUR_MS) {
        const name = new Date(day).toISOString().slice(0, 10);
        const begin = timeOf(name, zone) ?? NaN;
        expect([name, dayOf(begin), dayOf(begin - 1) < name]).toEqual([name, name, true]);
      }
    }
  });

  it('E6.12 a time with a zone is that time, and without one what clocks say', () => {
    expect(iso('2026-03-10T09:30:00Z', 'Asia/Tokyo')).toBe('2026-03-10T09:30:00.000Z');
    expect(iso('2026-03-10T09:30:00.123456+05:30')).toBe('2026-03-10T04:00:00.123Z');
    expect(iso('2026-03-10T09:30-07:00')).toBe('2026-03-10T16:30:00.000Z');
    expect(iso('2026-03-10 09:30:00+00:00')).toBe('2026-03-10T09:30:00.000Z');
    expect(iso('2026-03-10T09:30', 'Asia/Tokyo')).toBe('2026-03-10T00:30:00.000Z');
    expect(iso('2026-03-10T00:30:00', 'America/Los_Angeles')).toBe('2026-03-10T07:30:00.000Z');
    expect(iso('2026-03-10T00:30:00.5', 'UTC')).toBe('2026-03-10T00:30:00.000Z');
    // An hour that is left out.
    expect(iso('2026-03-08T02:30', 'America/Los_Angeles')).toBe('2026-03-08T10:00:00.000Z');
  });

  it('E6.12 what is no date is none', () => {
    for (const text of [
      '',
      'none',
      'today',
      '2026',
      '2026-03',
      '2026-3-10',
      '10.3.2026',
      '03/10/2026',
      '2026-02-30',
      '2027-02-29',
      '2026-13-01',
      '2026-00-10',
      '2026-03-00',
      '2026-02-30T10:00:00Z',
      '2026-03-10T25:00',
      '2026-03-10T09:60Z',
      '2026-03-10T09:30:00+1',
      ' 2026-03-10',
      '2026-03-10\n',
    ])
      expect([text, timeOf(text, 'UTC')]).toEqual([text, null]);
  });
});
