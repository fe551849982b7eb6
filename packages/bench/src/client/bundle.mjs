// The engine as the benchmark drives it: built from source, with the fakes of its tests, as one module.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';

import { build } from 'esbuild';

const coreDir = fileURLToPath(new URL('../../../core', import.meta.url));

const PARTS = `
  export { createConfab } from './src/index';
  export { createConfabOnFakes, createFakes } from './src/testing/fakes';
  export { createFakeRealtime } from './src/testing/fake-realtime';
  export { createFakeAuth } from './src/testing/fake-auth';
  export { createManualClock } from './src/testing/manual-clock';
  export { settled } from './src/testing/settled';
  export { createIndexedDbStorage } from './src/adapters/indexeddb-storage';
  export { createMemoryStorage } from './src/adapters/memory-storage';
  export { timeoutManager } from '@tanstack/query-core';
`;

const settings = {
  bundle: true,
  minify: process.env.CONFAB_BENCH_READABLE === undefined,
  format: 'esm',
  target: 'es2022',
  define: { 'process.env.NODE_ENV': '"production"' },
  logLevel: 'error',
};

/** The module of {@link PARTS}; compiled as apps compile it for production. */
export async function loadCore() {
  const folder = await mkdtemp(join(tmpdir(), 'confab-bench-client-'));
  try {
    const outfile = join(folder, 'core.mjs');
    await build({
      ...settings,
      stdin: { contents: PARTS, resolveDir: coreDir, loader: 'ts' },
      external: ['@supabase/supabase-js'],
      outfile,
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Bytes of what an app loads at its start, packed: all of the entry with its dependencies, supabase-js left out. */
export async function measureBundle() {
  const { outputFiles } = await build({
    ...settings,
    stdin: { contents: "export * from './src/index';", resolveDir: coreDir, loader: 'ts' },
    external: ['@supabase/supabase-js'],
    write: false,
  });
  return gzipSync(outputFiles[0].contents, { level: 9 }).length;
}
