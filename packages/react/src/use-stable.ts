import { useMemo } from 'react';

/** The same object while it says the same: what a component writes in its body is a new one with each render. */
export function useStable<T extends object>(value: T): T {
  const json = JSON.stringify(value);
  return useMemo(() => JSON.parse(json) as T, [json]);
}
