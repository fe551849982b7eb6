import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the workspace. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/**
 * @param {string} path relative to the workspace
 * @returns {string} absolute
 */
export const fromRoot = (path) => join(root, path);

/**
 * @param {string} path relative to the workspace
 * @returns {Record<string, any>}
 */
export function readJson(path) {
  return JSON.parse(readFileSync(fromRoot(path), 'utf8'));
}
