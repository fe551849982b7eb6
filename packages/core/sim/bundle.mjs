import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

const core = resolve(import.meta.dirname, '..');

/**
 * Bundles the worker into one file; `patches` change the sources on the way.
 *
 * @param {{ name?: string, patches?: readonly { file: string, find: string, replace: string }[] }} options
 * @returns {Promise<string>} the path of the bundle
 */
export async function bundleWorker({ name = 'all', patches = [] } = {}) {
  const outfile = join(tmpdir(), `confab-sim-${process.pid}-${name}.mjs`);
  await build({
    entryPoints: [join(core, 'sim/worker.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'error',
    plugins: [patching(patches)],
  });
  return outfile;
}

export const removeBundle = (path) => rm(path, { force: true });

/** A patch that does not fit exactly once is an error: the source has changed and the patch has to follow. */
function patching(patches) {
  return {
    name: 'patching',
    setup({ onLoad }) {
      for (const file of new Set(patches.map((patch) => patch.file))) {
        const path = join(core, 'src', file);
        onLoad(
          { filter: new RegExp(`^${RegExp.escape?.(path) ?? path.replaceAll(/[.\\/]/g, '\\$&')}$`) },
          async () => {
            let contents = await readFile(path, 'utf8');
            for (const { find, replace } of patches.filter((patch) => patch.file === file)) {
              const parts = contents.split(find);
              if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} places with: ${find}`);
              contents = parts.join(replace);
            }
            return { contents, loader: 'ts' };
          },
        );
      }
    },
  };
}
