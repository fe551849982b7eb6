// `pnpm bench <what> [--json]`: measures one part against its limits; exit code 1 when one is missed.
import { parseArgs } from 'node:util';

import { benchStack } from './stack.mjs';

const BENCHES = { stack: benchStack };

const { values, positionals } = parseArgs({
  args: process.argv.slice(2).filter((argument) => argument !== '--'),
  options: { json: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const bench = BENCHES[positionals[0] ?? ''];
if (bench === undefined) {
  process.stderr.write(
    `unable to measure; say what: pnpm bench ${Object.keys(BENCHES).join('|')} [--json]\n`,
  );
  process.exit(1);
}
try {
  const print = values.json ? () => undefined : (line) => process.stdout.write(`${line}\n`);
  const result = await bench(print);
  process.stdout.write(`${JSON.stringify(result)}\n`);
  process.exit(result.ok ? 0 : 1);
} catch (thrown) {
  process.stderr.write(`${thrown instanceof Error ? thrown.message : String(thrown)}\n`);
  process.exit(1);
}
