import { defineConfig } from 'vitest/config';

// The browser tests. Each file starts a stack, the built app and a Chromium of its own.
export default defineConfig({
  test: {
    include: ['e2e/**/*.test.ts'],
    maxWorkers: 1,
    testTimeout: 90_000,
    hookTimeout: 120_000,
  },
});
