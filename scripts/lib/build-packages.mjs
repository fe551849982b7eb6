import { CommandError } from './command-error.mjs';
import { run } from './run.mjs';

/** Builds the packages; what has not changed since the last time is taken from turbo's cache. */
export async function buildPackages() {
  const { code } = await run('turbo', [
    'run',
    'build',
    '--filter=./packages/*',
    '--concurrency=2',
    '--output-logs=errors-only',
    '--ui=stream',
  ]);
  if (code !== 0) throw new CommandError('unable to build the packages; see the messages above');
}
