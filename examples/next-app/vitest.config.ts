import { defineConfig } from 'vitest/config';

// The browser tests, against what `pnpm build` has made.
export default defineConfig({
  test: {
    include: ['e2e/**/*.test.ts'],
    maxWorkers: 1,
    testTimeout: 90_000,
    hookTimeout: 120_000,
  },
});
