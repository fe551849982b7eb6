import { useMemo, useSyncExternalStore } from 'react';
import { isDay, type Day } from './days';

/** What the address says: the open goal, and the day to show. */
export interface Place {
  readonly conversationId: string | null;
  readonly day: Day | null;
}

const PLACE = /^#\/g\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:\/(\d{4}-\d\d-\d\d))?$/i;

function parse(hash: string): Place {
  const [, conversationId = null, day = null] = PLACE.exec(hash) ?? [];
  return { conversationId, day: day !== null && isDay(day) ? day : null };
}

function subscribe(listener: () => void): () => void {
  addEventListener('hashchange', listener);
  return () => removeEventListener('hashchange', listener);
}

export function usePlace(): Place {
  const hash = useSyncExternalStore(subscribe, () => location.hash);
  return useMemo(() => parse(hash), [hash]);
}

export function hrefOf(conversationId: string, day: Day | null = null): string {
  return `#/g/${conversationId}${day === null ? '' : `/${day}`}`;
}

export const listHref = '#/';

export function openList(): void {
  location.hash = listHref;
}
