// Compares the numbered rules of the specification with the titles of the tests: every rule needs a test whose title
// begins with it, and every title begins with a rule. Prints one line per gap and ends with one JSON line.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fromRoot } from './lib/root.mjs';

/** Titles of `looseIn` may name a whole section. */
const PACKAGES = ['packages/core', 'packages/react'];
const looseIn = 'packages/core';
/** `it('E3.2 …`, also over several lines and with `it.each(…)`. */
const TITLE = /\b(?:it|test)(?:\.each\((?:[^()]|\([^()]*\))*\))?\(\s*(['"`])((?:\\.|(?!\1).)*)\1/gsu;
const RULES_OF_TITLE = /^(?:[A-Z]\d+(?:\.\d+)?\s+)+/u;

/** @param {string} folder @returns {string[]} */
function filesUnder(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return filesUnder(path);
    return /\.test\.tsx?$/.test(name) ? [path] : [];
  });
}

/** @param {string} folder of the package */
function check(folder) {
  const spec = `${folder}/SPEC.md`;
  const rules = [...readFileSync(fromRoot(spec), 'utf8').matchAll(/^- \*\*([A-Z]\d+\.\d+)\*\*/gm)].map(
    ([, rule]) => rule ?? '',
  );
  const doubled = rules.filter((rule, i) => rules.indexOf(rule) !== i);
  /** @type {Map<string, number>} */
  const tested = new Map(rules.map((rule) => [rule, 0]));
  /** @type {string[]} */
  const gaps = doubled.map((rule) => `${spec}: ${rule} stands there twice`);
  let titles = 0;

  for (const file of filesUnder(fromRoot(`${folder}/test`))) {
    for (const [, , title = ''] of readFileSync(file, 'utf8').matchAll(TITLE)) {
      titles++;
      const named = title.match(RULES_OF_TITLE)?.[0].trim().split(/\s+/) ?? [];
      const where = `${file.slice(fromRoot('').length)}: “${title}”`;
      if (named.length === 0) gaps.push(`${where} begins with no rule`);
      for (const rule of named) {
        if (tested.has(rule)) tested.set(rule, (tested.get(rule) ?? 0) + 1);
        else if (rule.includes('.') || folder !== looseIn)
          gaps.push(`${where} names ${rule}, which is not in ${spec}`);
      }
    }
  }
  for (const [rule, count] of tested) if (count === 0) gaps.push(`${spec}: ${rule} has no test`);
  const covered = [...tested.values()].filter((count) => count > 0).length;
  return { rules: rules.length, covered, titles, gaps };
}

const checked = PACKAGES.map(check);
const gaps = checked.flatMap((one) => one.gaps);
/** @param {'rules' | 'covered' | 'titles'} what */
const sum = (what) => checked.reduce((all, one) => all + one[what], 0);
for (const gap of gaps) console.log(gap);
console.log(
  JSON.stringify({ rules: sum('rules'), covered: sum('covered'), titles: sum('titles'), gaps: gaps.length }),
);
process.exitCode = gaps.length > 0 ? 1 : 0;
