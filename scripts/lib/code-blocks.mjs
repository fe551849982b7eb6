/**
 * @typedef {{ source: string, code: string, kind: 'check' | 'run' | 'fragment', isTsx: boolean }} Example
 *   `code` begins with as many empty lines as its source has before it, so that the compiler's line numbers are those
 *   of the source.
 */

/** @param {string} info what follows the opening fence */
function readInfo(info) {
  const [language = '', ...words] = info.trim().split(/\s+/);
  if (!['ts', 'tsx', 'typescript'].includes(language)) return null;
  return { isTsx: language === 'tsx', words };
}

/**
 * The TypeScript blocks of a Markdown page. What follows `ts` or `tsx` on the fence decides:
 * nothing: the block is a module and type-checked; `run`: it is executed too; `continue`: it goes on where the block
 * before it ended; `fragment`: it is left alone.
 *
 * @param {string} text
 * @param {string} source name for messages
 * @returns {Example[]}
 */
export function readMarkdown(text, source) {
  /** @type {Example[]} */
  const examples = [];
  /** @type {{ info: NonNullable<ReturnType<typeof readInfo>> | null, fence: string, start: number } | null} */
  let open = null;
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    const fence = /^\s*(`{3,})(.*)$/.exec(line);
    if (fence === null) continue;
    const [, marks = '', info = ''] = fence;
    if (open === null) {
      open = { info: readInfo(info), fence: marks, start: index + 1 };
    } else if (marks.length >= open.fence.length && info.trim() === '') {
      if (open.info !== null)
        addBlock(examples, source, open.info, lines.slice(open.start, index), open.start);
      open = null;
    }
  }
  return examples;
}

/**
 * @param {Example[]} examples
 * @param {string} source
 * @param {{ isTsx: boolean, words: string[] }} info
 * @param {string[]} body
 * @param {number} start lines before the body
 */
function addBlock(examples, source, info, body, start) {
  const previous = examples.at(-1);
  if (info.words.includes('continue') && previous !== undefined) {
    previous.code += '\n'.repeat(start - previous.code.split('\n').length + 1) + body.join('\n');
    if (info.words.includes('run')) previous.kind = 'run';
    return;
  }
  const kind = info.words.includes('run') ? 'run' : info.words.includes('fragment') ? 'fragment' : 'check';
  examples.push({ source, code: '\n'.repeat(start) + body.join('\n'), kind, isTsx: info.isTsx });
}

/**
 * The TypeScript blocks of the docstrings of a source file. They are type-checked, and may use what the prelude
 * (scripts/docs-prelude.ts) declares without importing it.
 *
 * @param {string} text
 * @param {string} source
 * @returns {Example[]}
 */
export function readDocstrings(text, source) {
  let isDocstring = false;
  const lines = text.split('\n').map((line) => {
    const starts = /^\s*\/\*\*/.test(line);
    if (starts) isDocstring = true;
    const content = isDocstring && !starts ? line.replace(/^\s*\*( |$)/, '') : '';
    if (line.includes('*/')) isDocstring = false;
    return content;
  });
  return readMarkdown(lines.join('\n'), source).map((example) => ({
    ...example,
    kind: example.kind === 'run' ? 'check' : example.kind,
  }));
}
