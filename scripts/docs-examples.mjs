// `node scripts/docs-examples.mjs`: type-checks the examples of the documentation against the built packages, and
// executes those marked `run` against a local stack. How to mark them: CONTRIBUTING.md.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';
import { readDocstrings, readMarkdown } from './lib/code-blocks.mjs';
import { CommandError, runMain } from './lib/command-error.mjs';
import { fromRoot, root } from './lib/root.mjs';
import { run } from './lib/run.mjs';

/** @typedef {import('./lib/code-blocks.mjs').Example & { file: string }} ExampleFile */

// Inside the workspace, so that the packages are found; git ignores it.
const folder = fromRoot('temp/docs-examples');
const prelude = fromRoot('scripts/docs-prelude.ts');

/**
 * @param {string[]} include globs relative to the workspace
 * @param {string[]} extensions
 */
function find(include, extensions) {
  return ts.sys
    .readDirectory(root, extensions, ['**/node_modules', '**/dist', '**/*.test.ts'], include)
    .sort();
}

/** Names a docstring may use without importing them, as its reader sees it from inside the package. */
async function ownExports(/** @type {string} */ name) {
  return Object.keys(await import(name)).filter((key) => key !== 'default');
}

/**
 * @param {string} code
 * @param {string} name of the package
 * @param {string[]} exported
 */
function importUsed(code, name, exported) {
  const used = exported.filter(
    (key) => new RegExp(`\\b${key}\\b`).test(code) && !new RegExp(`import[^;]*\\b${key}\\b`).test(code),
  );
  return used.length === 0 ? `export {};${code}` : `import { ${used.join(', ')} } from '${name}';${code}`;
}

/** @returns {Promise<ExampleFile[]>} */
async function collect() {
  const pages = find(['README.md', 'docs/**/*.md', 'packages/*/README.md'], ['.md']).flatMap((path) =>
    readMarkdown(readFileSync(path, 'utf8'), relative(root, path)),
  );
  const docstrings = [];
  for (const short of ['core', 'react']) {
    const name = `@confab/${short}`;
    const exported = await ownExports(name);
    for (const path of find([`packages/${short}/src/**/*`], ['.ts', '.tsx'])) {
      for (const example of readDocstrings(readFileSync(path, 'utf8'), relative(root, path))) {
        docstrings.push({ ...example, code: importUsed(example.code, name, exported) });
      }
    }
  }
  const marked = [...pages.map((page) => ({ ...page, code: `export {};${page.code}` })), ...docstrings];
  return marked.map((example, index) => {
    const name = `${example.source.replace(/[^\w.]+/g, '-')}.${index}.${example.isTsx ? 'tsx' : 'ts'}`;
    return { ...example, file: join(folder, name) };
  });
}

/**
 * @param {ExampleFile[]} examples
 * @returns {number} errors
 */
function typeCheck(examples) {
  const { config } = ts.readConfigFile(fromRoot('tsconfig.base.json'), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  const program = ts.createProgram([prelude, ...examples.map(({ file }) => file)], {
    ...options,
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
    types: ['node'],
    jsx: ts.JsxEmit.ReactJSX,
    declaration: false,
    noEmit: true,
  });
  const errors = ts.getPreEmitDiagnostics(program);
  for (const { file, start, messageText } of errors) {
    const example = examples.find((candidate) => candidate.file === file?.fileName);
    const line = file === undefined ? 0 : ts.getLineAndCharacterOfPosition(file, start ?? 0).line + 1;
    const place = `${example?.source ?? (file === undefined ? '' : relative(root, file.fileName))}:${line}`;
    console.error(`${place} ${ts.flattenDiagnosticMessageText(messageText, '\n')}`);
  }
  return errors.length;
}

/**
 * @param {ExampleFile[]} examples
 * @returns {Promise<number>} failures
 */
async function execute(examples) {
  if (examples.length === 0) return 0;
  const { startLocalStack } = await import('@confab/local-stack');
  const stack = await startLocalStack({
    migrationsDir: fromRoot('supabase/migrations'),
    seed: fromRoot('supabase/seed.sql'),
  });
  let failures = 0;
  try {
    for (const { source, code, file } of examples) {
      const script = file.replace(/\.tsx?$/, '.mjs');
      const { outputText } = ts.transpileModule(code, {
        compilerOptions: {
          module: ts.ModuleKind.ESNext,
          target: ts.ScriptTarget.ES2022,
          jsx: ts.JsxEmit.ReactJSX,
        },
      });
      writeFileSync(script, outputText);
      const line = code.length - code.replace(/^(export \{\};)?\n*/, '').length;
      console.log(`${source}:${line} runs`);
      const env = { SUPABASE_URL: stack.apiUrl, SUPABASE_ANON_KEY: stack.anonKey };
      const { code: exitCode } = await run('node', [script], { env, timeoutMs: 60_000 });
      if (exitCode === 0) continue;
      failures += 1;
      console.error(`${source}:${line} ended with exit code ${exitCode}`);
    }
  } finally {
    await stack.stop();
  }
  return failures;
}

await runMain(async () => {
  const all = await collect();
  const examples = all.filter(({ kind }) => kind !== 'fragment');
  if (examples.length === 0) throw new CommandError('unable to check examples; the documentation holds none');
  rmSync(folder, { recursive: true, force: true });
  for (const { file, code } of examples) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, code);
  }
  const errors = typeCheck(examples);
  const toRun = examples.filter(({ kind }) => kind === 'run');
  const failures = await execute(toRun);
  const fragments = all.length - examples.length;
  console.log(
    `${examples.length} examples type-checked with ${errors} errors, ${toRun.length} executed with ${failures} failures, ${fragments} fragments left alone`,
  );
  return errors + failures === 0 ? 0 : 1;
});
