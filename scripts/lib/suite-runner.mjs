import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { CommandError, explain } from './command-error.mjs';
import { report, withOutput } from './run.mjs';

/** @typedef {import('./vitest-suite.mjs').Counts} Counts */
/** @typedef {{ name: string, title: string, run: () => Promise<Counts>, isNeeded?: boolean, isAlone?: boolean }} Suite
 *    `isNeeded`: the suites after it make no sense when it fails; `isAlone`: nothing runs beside it */
/** @typedef {Counts & { name: string, ms: number, text: string }} Outcome */

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
 * What failed, once more: whoever sees only the end of the output sees it too. A suite that does not name its failures
 * ends with them.
 *
 * @param {Outcome[]} outcomes
 */
function printFailures(outcomes) {
  for (const { name, failed, failures, text } of outcomes) {
    if (failed === 0) continue;
    console.log(`\nfailed in ${name}:`);
    for (const line of failures ?? text.trim().split('\n').slice(-LAST_LINES)) console.log(`  ${line}`);
  }
}

const LAST_LINES = 12;

/**
 * @param {Suite} suite
 * @returns {Promise<Counts>}
 */
async function attempt(suite) {
  try {
    return await suite.run();
  } catch (error) {
    report(explain(error));
    return { passed: 0, failed: 1, note: error instanceof Error ? (error.message.split('\n')[0] ?? '') : '' };
  }
}

/**
 * Those that are needed or alone by themselves, the others beside each other, in their order.
 *
 * @param {Suite[]} suites
 * @returns {Promise<Outcome[]>} in the order of the suites
 */
async function runSideBySide(suites) {
  /** @type {Map<Suite, Outcome>} */
  const outcomes = new Map();
  let isBroken = false;
  /** @param {Suite} suite */
  const runOne = async (suite) => {
    const start = performance.now();
    console.log(`… ${suite.name}`);
    const { result, text } = isBroken
      ? { result: { passed: 0, failed: 1, note: 'not run' }, text: '' }
      : await withOutput(() => attempt(suite));
    if (suite.isNeeded === true && result.failed > 0) isBroken = true;
    outcomes.set(suite, { name: suite.name, ms: performance.now() - start, text, ...result });
    console.log(`\n━━━ ${outcomes.size}/${suites.length} ${suite.name}: ${suite.title}\n\n${text.trim()}`);
  };
  const waiting = [...suites];
  while (waiting.length > 0 && process.exitCode !== 130) {
    const isBarrier = waiting.findIndex(({ isAlone, isNeeded }) => isAlone === true || isNeeded === true);
    const together = waiting.splice(0, isBarrier === -1 ? waiting.length : Math.max(1, isBarrier));
    const hands = Array.from({ length: SIDE_BY_SIDE }, async () => {
      for (let next = together.shift(); next; next = together.shift()) {
        if (process.exitCode === 130) return;
        await runOne(next);
      }
    });
    await Promise.all(hands);
  }
  return suites.flatMap((suite) => outcomes.get(suite) ?? []);
}

/** Two at a time: more would only take the processor from each other, and tests have deadlines. */
const SIDE_BY_SIDE = Math.min(2, availableParallelism());

/**
 * Runs suites, two side by side, and ends with a table and the line `N passed, M failed`. What a suite prints comes when
 * it has ended.
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

  const start = performance.now();
  const outcomes = await runSideBySide(chosen);
  if (process.exitCode === 130) return 130;
  printTable(outcomes);
  printFailures(outcomes);
  const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0);
  const failed = outcomes.reduce((sum, outcome) => sum + outcome.failed, 0);
  console.log(`\n${seconds(performance.now() - start)} in all`);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
}
