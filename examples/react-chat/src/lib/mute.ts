const HOUR_MS = 3_600_000;

const after = (ms: number) => (now: number) => new Date(now + ms).toISOString();

/** When the day begins, not when the date changes. */
function tomorrow(now: number): string {
  const date = new Date(now);
  date.setDate(date.getDate() + 1);
  date.setHours(8, 0, 0, 0);
  return date.toISOString();
}

/** For how long to mute: in words, and until when, as the SDK takes it. */
export const MUTE_CHOICES = [
  ['For an hour', after(HOUR_MS)],
  ['For 8 hours', after(8 * HOUR_MS)],
  ['Until tomorrow', tomorrow],
  ['For ever', () => 'infinity'],
] as const;
