import { parseArgs } from 'node:util';
import { CommandError, explain } from './command-error.mjs';

/** @typedef {import('./vitest-suite.mjs').Counts} Counts */
/** @typedef {{ name: string, title: string, run: () => Promise<Counts>, isNeeded?: boolean }} Suite
 *    `isNeeded`: the suites after it make no sense when it fails */
/** @typedef {Counts & { name: string, ms: number }} Outcome */

/** @param {number} ms */
const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;

/** @param {Outcome[]} outcomes */
function printTable(outcomes) {
  const rows = outcomes.map(({ name, passed, failed, ms, note }) => [
    failed > 0 ? 'FAIL' : 'ok',
    name,
    String(passed),
    String(failed),
    seconds(ms),
    note ?? '',
  ]);
  const table = [['', 'suite', 'passed', 'failed', 'time', ''], ...rows];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  console.log('');
  for (const row of table) {
    const cells = row.map((cell, column) =>
      column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
    );
    console.log(cells.join('  ').trimEnd());
  }
}

/**
 * @param {Suite} suite
 * @returns {Promise<Counts>}
 */
async function attempt(suite) {
  try {
    return await suite.run();
  } catch (error) {
    console.error(explain(error));
    return { passed: 0, failed: 1, note: error instanceof Error ? (error.message.split('\n')[0] ?? '') : '' };
  }
}

/**
 * Runs suites one after the other and ends with a table and the line `N passed, M failed`.
 *
 * Options on the command line: `--list` names the suites, `--only a,b` runs these alone.
 *
 * @param {Suite[]} suites
 * @returns {Promise<number>} exit code
 */
export async function runSuites(suites) {
  const { values } = parseArgs({
    options: { only: { type: 'string', multiple: true }, list: { type: 'boolean', default: false } },
  });
  if (values.list) {
    for (const { name, title } of suites) console.log(`${name.padEnd(14)} ${title}`);
    return 0;
  }
  const wanted = values.only?.flatMap((names) => names.split(','));
  const unknown = wanted?.filter((name) => suites.every((suite) => suite.name !== name)) ?? [];
  if (unknown.length > 0)
    throw new CommandError(`unable to run ${unknown.join(', ')}; see --list for the suites`);
  const chosen = suites.filter(({ name }) => wanted === undefined || wanted.includes(name));

  /** @type {Outcome[]} */
  const outcomes = [];
  let isBroken = false;
  for (const [index, suite] of chosen.entries()) {
    console.log(`\n━━━ ${index + 1}/${chosen.length} ${suite.name}: ${suite.title}\n`);
    const start = performance.now();
    const counts = isBroken ? { passed: 0, failed: 1, note: 'not run' } : await attempt(suite);
    if (process.exitCode === 130) return 130;
    if (suite.isNeeded === true && counts.failed > 0) isBroken = true;
    outcomes.push({ name: suite.name, ms: performance.now() - start, ...counts });
  }

  printTable(outcomes);
  const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0);
  const failed = outcomes.reduce((sum, outcome) => sum + outcome.failed, 0);
  console.log(`\n${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
}
