import { defineConfig } from 'vitest/config';

/** The tests that decide about mutants: fast ones, which need neither a backend nor a browser. */
export default defineConfig({
  test: {
    include: ['test/unit/**/*.test.ts', 'test/sync/**/*.test.ts'],
    exclude: ['test/sync/simulation.test.ts', 'test/sync/long-list.test.ts'],
    maxWorkers: 1,
    testTimeout: 300_000,
  },
});
