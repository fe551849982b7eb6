import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    maxWorkers: 1,
    projects: [
      { test: { name: 'unit', include: ['src/**/*.test.ts'] } },
      {
        // Each file starts a stack of its own; the built app and the Chromium are everybody's.
        test: {
          name: 'browser',
          include: ['e2e/**/*.test.ts'],
          globalSetup: ['@confab/example-support/global-setup'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
