/** @typedef {{ line: number, name: string }} Missing an import of a package that no install line names yet */

const CODE = /^(?:tsx?|jsx?|mjs|typescript|javascript)$/;
const IMPORT = /(?:\bfrom|\bimport|\b(?:import|require)\()\s*(['"])([^'"]+)\1/g;
const INSTALL = /\b(?:npm|pnpm|yarn|bun|npx expo)\s+(?:install|i|add)\s+([^`#&|;]+)/g;
/** `name`, `@scope/name`, also with a version or with the path of one of its modules. */
const PACKAGE = /^(@[a-z\d][\w.-]*\/[\w.-]+|[a-z\d][\w.-]*)(?:[/@].*)?$/;

/** @param {string} specifier @returns {string | undefined} the package it is of */
const packageOf = (specifier) => PACKAGE.exec(specifier)?.[1];

/**
 * Reads a Markdown page from top to bottom: which packages its install lines name, and which of those its code imports
 * none names before.
 *
 * @param {string} text
 * @param {Iterable<string>} [already] what is installed before one reads it
 * @returns {{ installed: Set<string>, missing: Missing[] }}
 */
export function readInstalls(text, already = []) {
  const installed = new Set(already);
  /** @type {Missing[]} */
  const missing = [];
  /** The language of the block a line is in. @type {string | null} */
  let language = null;
  let begun = '';
  for (const [index, last] of text.split('\n').entries()) {
    const line = begun + last;
    begun = line.endsWith('\\') ? `${line.slice(0, -1)} ` : '';
    if (begun) continue;
    const fence = /^\s*`{3,}\s*(\w*)/.exec(line);
    if (fence) {
      language = language === null ? (fence[1] ?? '') : null;
    } else if (language !== null && CODE.test(language)) {
      for (const [, , specifier = ''] of line.matchAll(IMPORT)) {
        const name = packageOf(specifier);
        if (name && !installed.has(name)) missing.push({ line: index + 1, name });
      }
    } else {
      for (const [, names = ''] of line.matchAll(INSTALL))
        for (const name of names.split(/\s+/).flatMap((word) => packageOf(word) ?? [])) installed.add(name);
    }
  }
  return { installed, missing };
}
