import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { build } from 'tsup';
import { afterAll, beforeAll, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'confab-bare-'));
let bundle = '';

beforeAll(async () => {
  await build({
    entry: { app: join(import.meta.dirname, 'support/bare-app.ts') },
    outDir: folder,
    format: ['iife'],
    globalName: 'app',
    platform: 'neutral',
    noExternal: [/.*/],
    config: false,
    silent: true,
    dts: false,
  });
  bundle = readFileSync(join(folder, 'app.global.js'), 'utf8');
});
afterAll(() => rmSync(folder, { recursive: true }));

it('E9.14 runs where there is nothing but JavaScript, timers and AbortController', async () => {
  const context = createContext({ setTimeout, clearTimeout, queueMicrotask, AbortController });
  for (const name of ['window', 'document', 'navigator', 'crypto', 'structuredClone', 'indexedDB', 'process'])
    expect(runInContext(`typeof ${name}`, context), name).toBe('undefined');
  runInContext(bundle, context);
  const seen: unknown = await runInContext('app.run()', context);
  expect(seen).toEqual({
    id: expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown,
    unsentCount: 1,
    isDurable: true,
    stored: 1,
    pushed: 2,
    isSettled: true,
  });
});
