// Compares the numbered rules of the specification with the titles of the tests: every rule needs a test whose title
// begins with it, and every title begins with a rule. Prints one line per gap and ends with one JSON line.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fromRoot } from './lib/root.mjs';

const SPEC = 'packages/core/SPEC.md';
const TESTS = 'packages/core/test';
/** `it('E3.2 …`, also over several lines and with `it.each(…)`. */
const TITLE = /\b(?:it|test)(?:\.each\((?:[^()]|\([^()]*\))*\))?\(\s*(['"`])((?:\\.|(?!\1).)*)\1/gsu;
const RULES_OF_TITLE = /^(?:[A-Z]\d+(?:\.\d+)?\s+)+/u;

/** @param {string} folder @returns {string[]} */
function filesUnder(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return filesUnder(path);
    return name.endsWith('.test.ts') ? [path] : [];
  });
}

const rules = [...readFileSync(fromRoot(SPEC), 'utf8').matchAll(/^- \*\*(E\d+\.\d+)\*\*/gm)].map(
  ([, rule]) => rule ?? '',
);
const doubled = rules.filter((rule, i) => rules.indexOf(rule) !== i);
/** @type {Map<string, number>} */
const tested = new Map(rules.map((rule) => [rule, 0]));
/** @type {string[]} */
const gaps = doubled.map((rule) => `${SPEC}: ${rule} stands there twice`);
let titles = 0;

for (const file of filesUnder(fromRoot(TESTS))) {
  for (const [, , title = ''] of readFileSync(file, 'utf8').matchAll(TITLE)) {
    titles++;
    const named = title.match(RULES_OF_TITLE)?.[0].trim().split(/\s+/) ?? [];
    const where = `${file.slice(fromRoot('').length)}: “${title}”`;
    if (named.length === 0) gaps.push(`${where} begins with no rule`);
    for (const rule of named) {
      if (tested.has(rule)) tested.set(rule, (tested.get(rule) ?? 0) + 1);
      else if (rule.includes('.')) gaps.push(`${where} names ${rule}, which is not in ${SPEC}`);
    }
  }
}
for (const [rule, count] of tested) if (count === 0) gaps.push(`${SPEC}: ${rule} has no test`);

for (const gap of gaps) console.log(gap);
const covered = [...tested.values()].filter((count) => count > 0).length;
console.log(JSON.stringify({ rules: rules.length, covered, titles, gaps: gaps.length }));
process.exitCode = gaps.length > 0 ? 1 : 0;
