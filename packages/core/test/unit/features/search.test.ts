import { expect, it } from 'vitest';
import { toParts } from '../../../src/features/search';

const marked = (text: string) => text.replaceAll('[', '\uE000').replaceAll(']', '\uE001');

it.each([
  ['no match', [['no match', false]]],
  ['[all]', [['all', true]]],
  [
    'a [b] c [d]',
    [
      ['a ', false],
      ['b', true],
      [' c ', false],
      ['d', true],
    ],
  ],
  [
    '[a][b] <i>&amp;',
    [
      ['a', true],
      ['b', true],
      [' <i>&amp;', false],
    ],
  ],
  ['[cut', [['cut', true]]],
  ['', []],
])('D13 cuts %j where matches begin and end, and escapes nothing', (snippet, parts) => {
  expect(toParts(marked(snippet))).toEqual(parts.map(([text, isMatch]) => ({ text, isMatch })));
});
