// `pnpm bench <what> [--json]`: measures one part against its limits.
import { parseArgs } from 'node:util';

import { benchClient } from './client.mjs';
import { benchReact } from './react.mjs';
import { benchSql } from './sql.mjs';
import { benchStack } from './stack.mjs';

/** The exit code is 1 when the limits of a strict one are missed; the others say so in the last line. */
const BENCHES = {
  stack: { run: benchStack, isStrict: true },
  sql: { run: benchSql, isStrict: false },
  client: { run: benchClient, isStrict: false },
  react: { run: benchReact, isStrict: false },
};

const { values, positionals } = parseArgs({
  args: process.argv.slice(2).filter((argument) => argument !== '--'),
  options: { json: { type: 'boolean', default: false }, scale: { type: 'string', default: '1' } },
  allowPositionals: true,
});
const bench = BENCHES[positionals[0] ?? ''];
if (bench === undefined) {
  process.stderr.write(
    `unable to measure; say what: pnpm bench ${Object.keys(BENCHES).join('|')} [--json] [--scale N]\n`,
  );
  process.exit(1);
}
const scale = Number(values.scale);
if (!Number.isInteger(scale) || scale < 1 || scale > 100) {
  process.stderr.write('unable to measure; --scale must be a whole number from 1 to 100\n');
  process.exit(1);
}
try {
  const print = values.json ? () => undefined : (line) => process.stdout.write(`${line}\n`);
  const result = await bench.run(print, { scale });
  process.stdout.write(`${JSON.stringify(result)}\n`);
  process.exit(bench.isStrict && !result.ok ? 1 : 0);
} catch (thrown) {
  process.stderr.write(`${thrown instanceof Error ? thrown.message : String(thrown)}\n`);
  process.exit(1);
}
