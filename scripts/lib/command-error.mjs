/** A problem the person at the keyboard can solve: its message is shown in one line, without a stack. */
export class CommandError extends Error {}

/**
 * Errors with a stable code (of the stack and of the SDK) explain themselves too.
 *
 * @param {unknown} error
 */
export function explain(error) {
  const isExplained = error instanceof CommandError || (error instanceof Error && isNamed(error));
  return isExplained ? error.message : error;
}

/** @param {Error} error */
const isNamed = ({ name }) => name === 'StackError' || name === 'ConfabError';

/**
 * Runs a command's main function; an error that explains itself ends it with one line and exit code 1.
 *
 * @param {() => Promise<number | void>} main answers the exit code
 */
export async function runMain(main) {
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    console.error(explain(error));
    process.exitCode = 1;
  }
}
