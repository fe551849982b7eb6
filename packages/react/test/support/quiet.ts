import { afterEach, expect } from 'vitest';

// Whatever renders outside `act` is complained about, and a test in which React complains of anything fails.
Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

const said: string[] = [];
const note = (...parts: readonly unknown[]) => {
  said.push(parts.map(String).join(' '));
};
console.error = note;
console.warn = note;

afterEach(() => {
  expect(said.splice(0)).toEqual([]);
});
