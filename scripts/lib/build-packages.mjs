import { CommandError } from './command-error.mjs';
import { run } from './run.mjs';

/**
 * Builds the packages, or one of them; what has not changed since the last time is taken from turbo's cache.
 *
 * @param {string} [name] of a single package
 */
export async function buildPackages(name = './packages/*') {
  const { code } = await run('turbo', [
    'run',
    'build',
    `--filter=${name}`,
    '--concurrency=2',
    '--output-logs=errors-only',
    '--ui=stream',
  ]);
  if (code !== 0) throw new CommandError('unable to build the packages; see the messages above');
}
