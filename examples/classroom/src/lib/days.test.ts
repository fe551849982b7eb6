import { describe, expect, it } from 'vitest';
import { addDays, dayOf, daysBetween, groupByDay, isDay, latestRange, rangeWith } from './days';

const entry = (id: string, occursOn: string | null, replyToId: string | null = null) => ({
  id,
  occursOn,
  replyToId,
});

describe('days', () => {
  it('counts days as people do, over months, years and leap days', () => {
    expect(addDays('2028-02-28', 2)).toBe('2028-03-01');
    expect(addDays('2026-01-01', -1)).toBe('2025-12-31');
    expect(daysBetween('2026-03-28', '2026-03-30')).toBe(2);
    expect(dayOf(new Date(2026, 4, 3, 23, 59))).toBe('2026-05-03');
    expect([isDay('2026-05-03'), isDay('2026-13-03'), isDay('tomorrow')]).toEqual([true, false, false]);
  });

  it('groups entries by the day they are about, in order, and leaves out what has none', () => {
    const days = groupByDay([
      entry('b', '2026-05-02'),
      entry('a', '2026-05-01'),
      entry('x', null),
      entry('c', '2026-05-02'),
    ]);
    expect(days.map(({ day, entries }) => [day, entries.map(({ message }) => message.id)])).toEqual([
      ['2026-05-01', ['a']],
      ['2026-05-02', ['b', 'c']],
    ]);
  });

  it('puts answers, and answers to them, under what they answer', () => {
    const day = '2026-05-01';
    const [only] = groupByDay([
      entry('a', day),
      entry('b', day),
      entry('a1', day, 'a'),
      entry('a2', day, 'a1'),
    ]);
    expect(only?.entries.map(({ message, answers }) => [message.id, answers.map(({ id }) => id)])).toEqual([
      ['a', ['a1', 'a2']],
      ['b', []],
    ]);
  });

  it('shows an answer by itself where what it answers is about another day or not there', () => {
    const days = groupByDay([
      entry('a', '2026-05-01'),
      entry('b', '2026-05-02', 'a'),
      entry('c', '2026-05-02', 'gone'),
    ]);
    expect(days.flatMap(({ entries }) => entries.map(({ message }) => message.id))).toEqual(['a', 'b', 'c']);
  });

  it('does not hang on two that answer each other', () => {
    const day = '2026-05-01';
    expect(() => groupByDay([entry('a', day, 'b'), entry('b', day, 'a')])).not.toThrow();
  });

  it('keeps the range while the day is in it, else shows the weeks around it', () => {
    const today = '2026-11-21';
    const latest = latestRange(today);
    expect(latest).toEqual({ from: '2026-10-10', to: '2026-11-22' });
    expect(rangeWith('2026-11-01', latest, today)).toBe(latest);
    const spring = rangeWith('2026-04-15', latest, today);
    expect(spring).toEqual({ from: '2026-03-25', to: '2026-05-06' });
    expect(rangeWith(today, spring, today)).toEqual(latest);
    expect(rangeWith('2026-12-24', latest, today)).toEqual({ from: '2026-10-10', to: '2026-12-24' });
  });
});
