/** A problem the person at the keyboard can solve: its message is shown in one line, without a stack. */
export class CommandError extends Error {}

/**
 * Runs a command's main function; a CommandError ends it with one line and exit code 1.
 *
 * @param {() => Promise<number | void>} main answers the exit code
 */
export async function runMain(main) {
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    console.error(error instanceof CommandError ? error.message : error);
    process.exitCode = 1;
  }
}
