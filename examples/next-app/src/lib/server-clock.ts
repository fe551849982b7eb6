import { cookies } from 'next/headers';
import type { ServerClock } from '../components/clock';
import { isTimeZone } from './time';

/** The time zone that the browser has said it is in, UTC on the first visit. */
export async function serverClock(): Promise<ServerClock> {
  const timeZone = (await cookies()).get('time-zone')?.value;
  return { timeZone: isTimeZone(timeZone) ? timeZone : 'UTC', now: Date.now() };
}
