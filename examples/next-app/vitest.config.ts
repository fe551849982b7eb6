import { defineConfig } from 'vitest/config';

// What is worked out here, and the browser tests, against what `pnpm build` has made.
export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'e2e/**/*.test.ts'],
    maxWorkers: 1,
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
