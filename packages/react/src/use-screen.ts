import type { Readable, Screen } from '@confab/core';
import { useMemo } from 'react';
import { heard } from './heard';
import type { RegisteredConfab } from './register';
import { useConfab } from './use-confab';
import { useReadable } from './use-readable';
import { useStable } from './use-stable';

/** What makes something of the client, and of arguments that JSON can tell apart. */
type Make<A extends readonly (string | object)[], T> = (confab: RegisteredConfab, ...args: A) => T;

function useMade<A extends readonly (string | object)[], T>(make: Make<A, T>, args: A): T {
  const confab = useConfab();
  const stable = useStable(args);
  return useMemo(() => make(confab, ...stable), [make, confab, stable]);
}

/** What a readable says that is made once for the same arguments. */
export function useView<A extends readonly (string | object)[], T>(
  make: Make<A, Readable<T>>,
  ...args: A
): T {
  return useReadable(useMade(make, args));
}

/** What a screen shows, with what can be done there: the same object while it shows the same. */
export function useScreen<A extends readonly (string | object)[], V extends object, D extends object>(
  make: Make<A, Screen<V, D>>,
  ...args: A
): V & D {
  const screen = useMade(make, args);
  const view = useReadable(screen);
  const actions = useMemo(() => heard(screen.actions), [screen]);
  return useMemo(() => ({ ...view, ...actions }), [view, actions]);
}
