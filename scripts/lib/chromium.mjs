import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { CommandError } from './command-error.mjs';
import { run } from './run.mjs';

const usualPlaces = {
  linux: [
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome-stable',
    '/usr/bin/google-chrome',
    '/usr/bin/microsoft-edge',
    '/snap/bin/chromium',
  ],
  darwin: [
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ],
  win32: ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].flatMap((name) => {
    const folder = process.env[name];
    return folder === undefined
      ? []
      : [
          join(folder, 'Chromium', 'Application', 'chrome.exe'),
          join(folder, 'Google', 'Chrome', 'Application', 'chrome.exe'),
          join(folder, 'Microsoft', 'Edge', 'Application', 'msedge.exe'),
        ];
  }),
};

const playwrightFolders = {
  linux: join(homedir(), '.cache', 'ms-playwright'),
  darwin: join(homedir(), 'Library', 'Caches', 'ms-playwright'),
  win32: join(process.env['LOCALAPPDATA'] ?? homedir(), 'ms-playwright'),
};

const playwrightBinaries = [
  ['chrome-linux64', 'chrome'],
  ['chrome-linux', 'chrome'],
  ['chrome-headless-shell-linux64', 'chrome-headless-shell'],
  ['chrome-mac-arm64', 'Google Chrome for Testing.app', 'Contents', 'MacOS', 'Google Chrome for Testing'],
  ['chrome-mac-x64', 'Google Chrome for Testing.app', 'Contents', 'MacOS', 'Google Chrome for Testing'],
  ['chrome-mac', 'Chromium.app', 'Contents', 'MacOS', 'Chromium'],
  ['chrome-win64', 'chrome.exe'],
  ['chrome-win', 'chrome.exe'],
];

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** @returns {string[]} browsers in Playwright's own cache, newest first */
function playwrightCandidates() {
  const platform = /** @type {keyof typeof playwrightFolders} */ (process.platform);
  const folder = process.env['PLAYWRIGHT_BROWSERS_PATH'] ?? playwrightFolders[platform];
  if (folder === undefined || !existsSync(folder)) return [];
  const revision = (/** @type {string} */ name) => Number(name.split('-').at(-1));
  return readdirSync(folder)
    .filter((name) => /^chromium(_headless_shell)?-\d+$/.test(name))
    .sort((a, b) => revision(b) - revision(a))
    .flatMap((name) => playwrightBinaries.map((path) => join(folder, name, ...path)));
}

/**
 * Looks for a Chromium: the variable CHROMIUM_PATH, the usual places, Playwright's cache.
 *
 * @returns {string | null} its path; throws a CommandError when CHROMIUM_PATH names no program
 */
export function lookForChromium() {
  const asked = process.env['CHROMIUM_PATH'];
  if (asked !== undefined && asked !== '') {
    if (isExecutable(asked)) return asked;
    throw new CommandError(`unable to use CHROMIUM_PATH; ${asked} is not a program: correct it or unset it`);
  }
  const platform = /** @type {keyof typeof usualPlaces} */ (process.platform);
  return [...(usualPlaces[platform] ?? []), ...playwrightCandidates()].find(isExecutable) ?? null;
}

/** @type {Promise<void> | null} one for all suites: apt-get does not run twice at once */
let installing = null;

async function installWithApt() {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !isExecutable('/usr/bin/apt-get')) return;
  console.log('Chromium is missing: installing it with apt-get');
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update', '-qq'], { env });
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], { env });
}

/**
 * The path of a Chromium, which is installed first where that is possible (root on Debian or Ubuntu).
 *
 * @returns {Promise<string>} rejects with a CommandError that says what to do when there is none
 */
export async function findChromium() {
  const found = lookForChromium();
  if (found !== null) return found;
  await (installing ??= installWithApt());
  const installed = lookForChromium();
  if (installed !== null) return installed;
  throw new CommandError(
    'unable to find Chromium; install it (Debian: sudo apt-get install chromium, anywhere: npx playwright-core install chromium) or set CHROMIUM_PATH',
  );
}
