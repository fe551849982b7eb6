import type { Confab } from '@confab/core';
import type { Kinds } from './kinds';

/** The same client, and how many subscriptions to anything of it are open. */
export function counted(confab: Confab<Kinds>): { confab: Confab<Kinds>; open: () => number } {
  let open = 0;
  const wrapped = new WeakMap<object, object>();
  const wrap = (value: unknown): unknown => {
    if (typeof value === 'function') {
      const made =
        wrapped.get(value) ?? ((...args: unknown[]) => wrap(Reflect.apply(value, undefined, args)));
      wrapped.set(value, made);
      return made;
    }
    if (!isReadable(value)) return value;
    const known = wrapped.get(value);
    if (known) return known;
    const made = {
      ...value,
      subscribe(listener: () => void) {
        const stop = value.subscribe(listener);
        let isOpen = true;
        open++;
        return () => {
          stop();
          if (isOpen) open--;
          isOpen = false;
        };
      },
    };
    wrapped.set(value, made);
    return made;
  };
  const features = Object.entries(confab).map(([name, feature]: [string, unknown]) => {
    if (isReadable(feature)) return [name, wrap(feature)];
    if (name === 'queryClient' || name === 'close' || typeof feature !== 'object') return [name, feature];
    return [name, Object.fromEntries(Object.entries({ ...feature }).map(([key, act]) => [key, wrap(act)]))];
  });
  return { confab: Object.fromEntries(features) as Confab<Kinds>, open: () => open };
}

function isReadable(value: unknown): value is { subscribe: (listener: () => void) => () => void } {
  return typeof value === 'object' && value !== null && 'subscribe' in value && 'get' in value;
}
