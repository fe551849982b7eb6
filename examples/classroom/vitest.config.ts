import { defineConfig } from 'vitest/config';

// What is worked out here, and the browser tests, which start a stack, the built app and a Chromium of their own.
export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'e2e/**/*.test.ts'],
    maxWorkers: 1,
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
