import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromRoot } from './root.mjs';
import { run } from './run.mjs';

/** The file that asks every cell, relative to the folder `supabase`. */
export const accessMatrix = 'tests/access/matrix.test.ts';

/**
 * Asks every cell of the access matrix.
 *
 * @returns {Promise<{ cells: number, failures: string[] }>} each failure says who asked what, what was expected
 *   and what came
 */
export async function askAccessMatrix() {
  const scratch = mkdtempSync(join(tmpdir(), 'confab-access-'));
  const report = join(scratch, 'report.json');
  try {
    const { code } = await run('vitest', ['run', '--maxWorkers=1', accessMatrix], {
      cwd: fromRoot('supabase'),
      env: { CONFAB_ACCESS_REPORT: report },
    });
    if (!existsSync(report)) return { cells: 0, failures: [`the matrix was not asked, exit code ${code}`] };
    /** @type {{ cells: number, failures: string[] }} */
    const { cells, failures } = JSON.parse(readFileSync(report, 'utf8'));
    const isBroken = code !== 0 && failures.length === 0;
    return { cells, failures: isBroken ? [`an error outside the cells, exit code ${code}`] : failures };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** The same as a suite: a cell is a test. @returns {Promise<import('./vitest-suite.mjs').Counts>} */
export async function runAccessSuite() {
  const { cells, failures } = await askAccessMatrix();
  return { passed: Math.max(0, cells - failures.length), failed: failures.length };
}
