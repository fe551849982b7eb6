import { describe, expect, it } from 'vitest';
import { plainSnippet, plainText, toPieces, type Piece } from './rich-text';

/** Pieces as tags, to be read at a glance. */
function tagged(pieces: readonly Piece[]): string {
  return pieces
    .map((piece) => {
      if (typeof piece === 'string') return piece;
      if (piece.type === 'list')
        return `<list>${piece.items.map(({ number, pieces: inner }) => `<${number ?? '*'}>${tagged(inner)}`).join('')}</list>`;
      const inner = 'pieces' in piece ? tagged(piece.pieces) : piece.text;
      const open = piece.type === 'link' ? `link ${piece.href}` : piece.type;
      return `<${open}>${inner}</${piece.type}>`;
    })
    .join('');
}
/** Of a message that mentions these, wherever their names stand. */
const read = (content: string, names: readonly string[] = []) => {
  const places = names.flatMap((name) =>
    [...content.matchAll(new RegExp(`@${name}`, 'g'))].map(({ index: start, 0: { length } }) => ({
      start,
      end: start + length,
    })),
  );
  return tagged(toPieces(content, places));
};

describe('marks in a text', () => {
  it.each([
    ['**bold** and _italic_', '<strong>bold</strong> and <em>italic</em>'],
    ['*italic*, ~~struck~~', '<em>italic</em>, <del>struck</del>'],
    ['***both***', '<em><strong>both</strong></em>'],
    ['**_both_**', '<strong><em>both</em></strong>'],
    ['"**quoted**" (_in brackets_)', '"<strong>quoted</strong>" (<em>in brackets</em>)'],
    ['**Note:** read it.', '<strong>Note:</strong> read it.'],
    ['`**code**` and **`code`**', '<code>**code**</code> and <strong><code>code</code></strong>'],
    ['これは**重要**です', 'これは<strong>重要</strong>です'],
    ['**중요**합니다', '<strong>중요</strong>합니다'],
    ['👍**yes**👍', '👍<strong>yes</strong>👍'],
    ['# **a**', '# <strong>a</strong>'],
  ])('H6 %j is shown as they say', (text, shown) => {
    expect(read(text)).toBe(shown);
  });

  it.each([
    'snake_case_name, file__name and __init__',
    '2*3*4, 2**3**4, 5 * 3 * 2, a*b and c*d',
    'def f(*args, **kwargs): g(*args, **kwargs)',
    'int *p, *q; char **argv',
    '/usr/*/lib/*/x, src/**/*.ts and test/**/*.ts, **/*.md',
    '*/5 * * * *',
    '~5 to ~10, ~/a and ~/b',
    '¯\\_(ツ)_/¯ and \\*not this\\*',
    '(-_-) -_- -_- ^_^ *_* T_T >_< :_)',
    '**bold**text *abc*def',
    '** not ** * this * _ or _',
    '*****',
    '``````',
    '# heading\n---\nTitle\n===',
    '<b>bold</b> <script>alert(1)</script> &lt;b&gt;',
    '| a | b |\n|---|---|\n| 1 | 2 |',
    '[x](javascript:alert(1)) [x](/relative) [x]: [y][x]',
    '![x](a.png)',
    '    if x:\n        y = 1\n\n\nend  \nof it',
    '-5 degrees, +1, 1986. That was a year',
    '>5 people and >:(',
    '**over\nlines**',
  ])('H6 %j stays as it was written', (text) => {
    expect(read(text)).toBe(text);
    expect(plainText(text)).toBe(text.trim().replace(/\n{2,}/g, '\n'));
  });

  it('H6 lines of code stand apart, however they are fenced', () => {
    expect(read('Run:\n```ts\nconst a = 1; // *b*\n```\nor `a + 1`')).toBe(
      'Run:<block>const a = 1; // *b*</block>or <code>a + 1</code>',
    );
    expect(read('```\na\n\n  b```')).toBe('<block>a\n\n  b</block>');
    expect(read('```one line``` after')).toBe('<block>one line</block> after');
    expect(read('```\nnever closed\n**x**')).toBe('<block>never closed\n**x**</block>');
    expect(read('use ``` for code')).toBe('use ``` for code');
  });

  it('H6 lists keep their numbers, and what comes after them is no part of them', () => {
    expect(read('- a\n- **b**\nand so on')).toBe('<list><*>a<*><strong>b</strong></list>and so on');
    expect(read('Winners:\n3. c\n2. b\n1. a\n\nbye')).toBe('Winners:<list><3>c<2>b<1>a</list>\nbye');
    expect(read('- a\n  - b\n- c')).toBe('<list><*>a<list><*>b</list><*>c</list>');
    expect(read('* * *')).toBe('* * *');
  });

  it('H6 an answer below a quote is no part of it', () => {
    expect(read('> one\n> **two**\nmine')).toBe('<quote>one\n<strong>two</strong></quote>mine');
    expect(read('> a\n> > b')).toBe('<quote>a<quote>b</quote></quote>');
  });

  it('H6 links are whole, whatever marks are in them or around them', () => {
    const url = 'https://example.com/_a_/**b**_c';
    expect(read(`**see ${url}**, or _${url}_`)).toBe(
      `<strong>see <link ${url}>${url}</link></strong>, or <em><link ${url}>${url}</link></em>`,
    );
    expect(read('[**the** guide](https://example.com/a_(b)).')).toBe(
      '<link https://example.com/a_(b)><strong>the</strong> guide</link>.',
    );
    expect(read(`\`${url}\``)).toBe(`<code>${url}</code>`);
  });

  it('H6 a link cannot pretend to lead elsewhere', () => {
    const [bank, evil] = ['https://bank.example', 'https://evil.example'];
    expect(read(`[${bank}](${evil})`)).toBe(`[<link ${bank}>${bank}</link>](<link ${evil}>${evil}</link>)`);
    expect(read(`[bank.example](${evil})`)).toBe(`[bank.example](<link ${evil}>${evil}</link>)`);
    expect(read(`[a](${evil} "${bank}") ${bank}`)).toBe(
      `<link ${evil}>a</link> <link ${bank}>${bank}</link>`,
    );
  });

  it('H6 names are whole, inside of marks and with marks in them', () => {
    expect(read('**Hi @Ann**, @x_y_z and `@Ann`', ['Ann', 'x_y_z'])).toBe(
      '<strong>Hi <mention>@Ann</mention></strong>, <mention>@x_y_z</mention> and <code>@Ann</code>',
    );
    expect(read('- @Ann\n> _@Ann_', ['Ann'])).toBe(
      '<list><*><mention>@Ann</mention></list><quote><em><mention>@Ann</mention></em></quote>',
    );
    expect(read('\ufdd0@Ann\ufdd0', ['Ann'])).toBe('<mention>@Ann</mention>');
  });

  it.each(['> ', '**a *b ', '[a](', '- ', '`a', '```a\n', '_', '~~a '])(
    'H6 thousands of %j harm nobody',
    (mark) => {
      const text = mark.repeat(Math.floor(2_000 / mark.length));
      expect(plainText(text)).toEqual(expect.any(String));
      expect(toPieces(text)).toEqual(expect.any(Array));
    },
  );
});

describe('what is only hinted at', () => {
  it.each([
    ['```ts\nconst a = 1;\n```', 'const a = 1;'],
    ['**Version 2** is out, see `CHANGES.md`', 'Version 2 is out, see CHANGES.md'],
    ['> you said\n\nand I say', 'you said\nand I say'],
    ['Buy:\n- milk\n- _bread_', 'Buy:\n• milk\n• bread'],
    ['2. b\n1. a', '2. b\n1. a'],
    ['[the guide](https://example.com)', 'the guide'],
    ['https://example.com/_a_', 'https://example.com/_a_'],
  ])('H6 %j has no marks', (text, plain) => {
    expect(plainText(text)).toBe(plain);
  });

  it('H6 keeps the words of a search marked, without other marks', () => {
    const parts = [
      { text: '…see **', isMatch: false },
      { text: 'Version', isMatch: true },
      { text: ' 2** in `a.md`, snake_', isMatch: false },
      { text: 'case', isMatch: true },
      { text: '_name', isMatch: false },
    ];
    expect(plainSnippet(parts)).toEqual([
      { text: '…see ', isMatch: false },
      { text: 'Version', isMatch: true },
      { text: ' 2 in a.md, snake_', isMatch: false },
      { text: 'case', isMatch: true },
      { text: '_name', isMatch: false },
    ]);
  });
});
