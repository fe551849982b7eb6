import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, preview } from 'vite';

/** Where a built example finds the settings that are otherwise built in: one build serves any number of stacks. */
export const SETTINGS = 'confabSettings';

const define = {
  'import.meta.env.VITE_SUPABASE_URL': `globalThis.${SETTINGS}.url`,
  'import.meta.env.VITE_SUPABASE_ANON_KEY': `globalThis.${SETTINGS}.anonKey`,
};

/**
 * Builds an example and serves it.
 *
 * @param {string} example the folder of one that is built with Vite
 * @returns {Promise<{ url: string, outDir: string, close: () => Promise<void> }>}
 */
export async function serveExample(example) {
  const root = fileURLToPath(new URL(`../../${example}`, import.meta.url));
  const outDir = await mkdtemp(join(tmpdir(), `confab-${example}-`));
  const remove = () => rm(outDir, { recursive: true, force: true });
  try {
    await build({ root, logLevel: 'error', define, build: { outDir, emptyOutDir: true } });
    const server = await preview({
      root,
      logLevel: 'warn',
      build: { outDir },
      preview: { host: '127.0.0.1', port: 0 },
    });
    const url = server.resolvedUrls?.local[0];
    if (url === undefined) throw new Error('unable to serve the example; it has no address');
    return {
      url,
      outDir,
      async close() {
        await server.close();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
