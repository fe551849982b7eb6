import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readInstalls } from '../lib/install-lines.mjs';
import { fromRoot } from '../lib/root.mjs';

/** @param {string} path */
const read = (path) => readFileSync(fromRoot(path), 'utf8');
/** @param {readonly string[]} lines */
const missing = (...lines) => readInstalls(lines.join('\n')).missing;

describe('the install lines of the documentation', () => {
  it('T6 names an import that no line before it installs, with its line', () => {
    expect(missing('```ts', "import * as z from 'zod/mini';", '```', '`npm install zod`')).toEqual([
      { line: 2, name: 'zod' },
    ]);
  });

  it.each([
    "import { a } from 'a';",
    "} from 'a/b';",
    "import 'a';",
    "const a = await import('a');",
    "const a = require('a');",
    'export * from "a";',
  ])('T6 reads %s', (line) => {
    expect(missing('```tsx fragment', line, '```')).toEqual([{ line: 2, name: 'a' }]);
  });

  it.each(['npm install b a', 'npm i -D a@1.2', 'pnpm add a', 'run `yarn add a`', 'npm install b \\\n a'])(
    'T6 takes %j for an install line',
    (line) => {
      expect(missing(line, '```js', "import 'a/b';", '```')).toEqual([]);
    },
  );

  it('T6 knows scopes, and leaves alone what nobody installs', () => {
    const code = [
      "import './a';",
      "import '../a';",
      "import 'node:fs';",
      "import '@/lib/a';",
      "import '@b/c/d';",
    ];
    expect(missing('npm install @b/c', '```ts', ...code, '```')).toEqual([]);
    expect(missing('npm install @b/d', '```ts', ...code, '```')).toEqual([{ line: 7, name: '@b/c' }]);
  });

  // Who reads a page of docs/ has read the README; that of a package is the first thing its reader sees.
  const { installed } = readInstalls(read('README.md'));
  const pages = readdirSync(fromRoot('docs'), { recursive: true, encoding: 'utf8' });
  it.each([
    ...['README.md', ...['core', 'react', 'local-stack'].map((name) => `packages/${name}/README.md`)].map(
      (path) => /** @type {const} */ ([path, []]),
    ),
    ...pages
      .filter((path) => path.endsWith('.md'))
      .map((path) => /** @type {const} */ ([`docs/${path}`, [...installed]])),
  ])('T6 whatever %s imports is installed by then', (path, already) => {
    expect(readInstalls(read(path), already).missing).toEqual([]);
  });
});
