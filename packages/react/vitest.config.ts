import { createRequire } from 'node:module';
import { defineConfig } from 'vitest/config';

const { resolve } = createRequire(import.meta.url);
/** What is imported of React, as the older version has it. */
const older = [
  'react',
  'react/jsx-runtime',
  'react/jsx-dev-runtime',
  'react-dom',
  'react-dom/client',
  'react-dom/server',
  'react-dom/test-utils',
].map((id) => ({ find: new RegExp(`^${id}$`), replacement: resolve(id.replace(/^react(-dom)?/, '$&-18')) }));

export default defineConfig({
  test: {
    environment: 'jsdom',
    maxWorkers: 1,
    setupFiles: ['test/support/quiet.ts'],
    include: ['test/**/*.test.{ts,tsx}'],
    projects: [
      { extends: true, test: { name: 'react-19' } },
      {
        extends: true,
        resolve: { alias: older },
        test: {
          name: 'react-18',
          setupFiles: ['test/support/react-18.mjs', 'test/support/quiet.ts'],
          // Their imports of React are to be the older one's too.
          server: { deps: { inline: [/@testing-library\/react/, /@tanstack\/react-query/] } },
        },
      },
    ],
  },
});
