import { describe, expect, it } from 'vitest';
import { trimMessage } from '../../../src/lib/trim-message';

describe('trimMessage', () => {
  it('E16.16 keeps the indentation of the first line, and drops blank lines before and blanks behind', () => {
    const kept = [
      '    if x:\n        run()',
      '\tif x:\n\t\trun()',
      '\u00a0\u00a0if x:',
      '\u3000段落',
      '  one line',
      '```\n  code\n```',
      '  - a list\n  - of two',
      'a\n\n\nb',
      '',
    ];
    for (const text of kept) expect(trimMessage(text)).toBe(text);
    expect(trimMessage('\n \n\t\n    if x:\n        run()\n\n')).toBe('    if x:\n        run()');
    expect(trimMessage('\r\n\r\n  Hello \t\u3000\n')).toBe('  Hello');
    expect(trimMessage('\u2028\u3000Hello\u2029')).toBe('\u3000Hello');
    for (const blank of [' ', '\n', ' \n ', '\u00a0', '\u3000\n']) expect(trimMessage(blank)).toBe('');
  });

  it('E16.16 says the same of what it has left', () => {
    const blanks = ['', ' ', '\n', '\t\n', ' \r\n ', '\u3000', '\u2028'];
    for (const before of blanks)
      for (const after of blanks) {
        const once = trimMessage(`${before}  a${after}`);
        expect(trimMessage(once)).toBe(once);
      }
  });
});
