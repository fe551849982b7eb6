import { describe, expect, it } from 'vitest';
import { readDocstrings, readMarkdown } from '../lib/code-blocks.mjs';

const page = [
  '# Title',
  '```ts',
  'const a = 1;',
  '```',
  '```sh',
  'ls',
  '```',
  '```tsx run',
  '<b />',
  '```',
].join('\n');

describe('reading the examples of the documentation', () => {
  it('T4 finds TypeScript blocks and keeps their line numbers', () => {
    expect(readMarkdown(page, 'page.md')).toEqual([
      { source: 'page.md', code: '\n\nconst a = 1;', kind: 'check', isTsx: false },
      { source: 'page.md', code: '\n'.repeat(8) + '<b />', kind: 'run', isTsx: true },
    ]);
  });

  it('T4 joins a block to the one it continues', () => {
    const text = ['```ts', 'const a = 1;', '```', 'words', '```ts continue run', 'a;', '```'].join('\n');
    expect(readMarkdown(text, 'page.md')).toEqual([
      { source: 'page.md', code: '\nconst a = 1;\n\n\n\na;', kind: 'run', isTsx: false },
    ]);
  });

  it('T4 reads the examples of docstrings', () => {
    const text = [
      '/**',
      ' * Adds.',
      ' * @example',
      ' * ```ts',
      ' * add(1);',
      ' * ```',
      ' */',
      'export const b = 1;',
    ];
    expect(readDocstrings(text.join('\n'), 'a.ts')).toEqual([
      { source: 'a.ts', code: '\n\n\n\nadd(1);', kind: 'check', isTsx: false },
    ]);
  });
});
