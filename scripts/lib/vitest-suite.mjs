import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fromRoot } from './root.mjs';
import { run } from './run.mjs';

/** @typedef {{ passed: number, failed: number, note?: string, failures?: string[] }} Counts
 *    `failures`: a line for each test that failed */
/** @typedef {{ status: string, fullName: string, failureMessages?: string[] }} Assertion */
/** @typedef {{ name: string, status: string, message?: string, assertionResults: Assertion[] }} TestFile */

/** @param {string | undefined} message */
const firstLine = (message) => (message ?? '').trim().split('\n')[0] ?? '';

/**
 * @param {TestFile} file
 * @returns {string[]} its failures, each with the file, the test and what was wrong
 */
function failuresOf({ name, status, message, assertionResults }) {
  if (status === 'failed' && assertionResults.length === 0)
    return [`${basename(name)}: ${firstLine(message)}`];
  return assertionResults
    .filter((test) => test.status === 'failed')
    .map((test) => `${basename(name)} > ${test.fullName}: ${firstLine(test.failureMessages?.[0])}`);
}

/**
 * What a Vitest JSON report says. A skipped test counts as failed: nothing is left out in silence.
 *
 * @param {string} text the report
 * @param {number} code the exit code of the run
 * @returns {Counts}
 */
export function countTests(text, code) {
  const report = JSON.parse(text);
  const passed = Number(report.numPassedTests);
  const skipped = Number(report.numPendingTests) + Number(report.numTodoTests ?? 0);
  const files = /** @type {TestFile[]} */ (report.testResults);
  const unloaded = files.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  ).length;
  const failed = Number(report.numFailedTests) + unloaded + skipped;
  if (passed + failed === 0) return { passed: 0, failed: 1, note: 'no tests' };
  if (code !== 0 && failed === 0) return { passed, failed: 1, note: 'error outside the tests' };
  const failures = files.flatMap(failuresOf);
  return {
    passed,
    failed,
    ...(skipped > 0 ? { note: `${skipped} skipped` } : {}),
    ...(failures.length > 0 ? { failures } : {}),
  };
}

/**
 * Runs Vitest in a folder, shows its output and counts its tests.
 *
 * @param {string} folder relative to the workspace; holds a Vitest configuration
 * @param {{ args?: string[], workers?: number, env?: Record<string, string>, timeoutMs?: number }} [options]
 * @returns {Promise<Counts>}
 */
export async function runVitest(folder, options = {}) {
  const { args = [], workers = 1, env = {}, timeoutMs = 1_800_000 } = options;
  const cwd = fromRoot(folder);
  if (!existsSync(cwd)) return { passed: 0, failed: 1, note: `no folder ${folder}` };
  const scratch = mkdtempSync(join(tmpdir(), 'confab-test-'));
  const report = join(scratch, 'report.json');
  try {
    const { code } = await run(
      'vitest',
      [
        'run',
        `--maxWorkers=${workers}`,
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${report}`,
        ...args,
      ],
      { cwd, env, timeoutMs },
    );
    if (!existsSync(report)) return { passed: 0, failed: 1, note: `no report, exit code ${code}` };
    return countTests(readFileSync(report, 'utf8'), code);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
