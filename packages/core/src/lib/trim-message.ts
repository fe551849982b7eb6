/**
 * What is sent of what was written: without blank lines at the beginning and white space at the end. What stands before
 * the first word of a line is kept: in code and in lists it has a meaning.
 *
 * @example
 * ```ts
 * trimMessage('\n    if x:\n        run()\n'); // '    if x:\n        run()'
 * ```
 */
export function trimMessage(text: string): string {
  return text.replace(/^\s*[\n\r\u2028\u2029]/, '').trimEnd();
}
