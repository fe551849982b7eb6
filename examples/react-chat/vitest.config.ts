import { defineConfig } from 'vitest/config';

// The browser tests. Each file starts a stack of its own; the built app and the Chromium are everybody's.
export default defineConfig({
  test: {
    include: ['e2e/**/*.test.ts'],
    globalSetup: ['@confab/example-support/global-setup'],
    maxWorkers: 1,
    testTimeout: 90_000,
    hookTimeout: 120_000,
  },
});
