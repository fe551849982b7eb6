// `pnpm stack`: builds when a source is newer than what was built, then becomes the command line program.
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));

function newest(folder) {
  return readdirSync(folder, { withFileTypes: true }).reduce((latest, entry) => {
    const path = join(folder, entry.name);
    return Math.max(latest, entry.isDirectory() ? newest(path) : statSync(path).mtimeMs);
  }, 0);
}

const built = statSync(join(here, 'dist', 'cli.js'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
if (built < newest(join(here, 'src'))) {
  const tsup = join(
    dirname(createRequire(import.meta.url).resolve('tsup/package.json')),
    'dist',
    'cli-default.js',
  );
  const args = [tsup, '--silent', '--no-dts'];
  const { status } = spawnSync(process.execPath, args, { cwd: here, stdio: ['ignore', 2, 2] });
  if (status !== 0) {
    process.stderr.write('unable to start the local stack; it does not build: run pnpm build\n');
    process.exit(1);
  }
}
await import(new URL('./dist/cli.js', import.meta.url).href);
