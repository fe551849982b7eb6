import { AsyncLocalStorage } from 'node:async_hooks';
import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { format } from 'node:util';
import { root } from './root.mjs';

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

/**
 * Where the output of commands goes while several run side by side; to ours when there is none.
 *
 * @type {AsyncLocalStorage<Buffer[]>}
 */
const output = new AsyncLocalStorage();

/**
 * Runs `act` with the output of its commands, and what it reports, kept together in the answer.
 *
 * @template T
 * @param {() => Promise<T>} act
 * @returns {Promise<{ result: T, text: string }>}
 */
export async function withOutput(act) {
  /** @type {Buffer[]} */
  const chunks = [];
  const result = await output.run(chunks, act);
  return { result, text: Buffer.concat(chunks).toString() };
}

/** Prints to where the output of the commands goes. @param {unknown} said */
export function report(said) {
  const chunks = output.getStore();
  if (chunks) chunks.push(Buffer.from(`${format(said)}\n`));
  else console.error(said);
}

const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

// A closed terminal or Ctrl+C must not leave a database behind.
function endChildren() {
  for (const child of running) child.kill('SIGTERM');
  process.exitCode = 130;
  setTimeout(() => process.exit(130), 5_000).unref();
}

/** @param {import('node:child_process').ChildProcess} child */
function remember(child) {
  if (running.size === 0) for (const signal of signals) process.on(signal, endChildren);
  running.add(child);
}

/** @param {import('node:child_process').ChildProcess} child */
function forget(child) {
  running.delete(child);
  if (running.size === 0) for (const signal of signals) process.off(signal, endChildren);
}

const quiet = {
  DO_NOT_TRACK: '1',
  TURBO_TELEMETRY_DISABLED: '1',
  TURBO_NO_UPDATE_NOTIFIER: '1',
  npm_config_update_notifier: 'false',
};

/**
 * The environment of child processes: commands of the workspace are found first.
 *
 * @param {Record<string, string>} [extra]
 */
function childEnv(extra = {}) {
  const path = [join(root, 'node_modules', '.bin'), process.env['PATH'] ?? ''].join(delimiter);
  return { ...process.env, ...quiet, ...extra, PATH: path };
}

/**
 * Runs a command to its end, its output going to ours.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string>, capture?: boolean, timeoutMs?: number }} [options]
 *   `capture`: keep stdout in the answer instead of printing it; `timeoutMs`: ends the command, 10 minutes
 * @returns {Promise<{ code: number, stdout: string }>}
 */
export function run(command, args, options = {}) {
  const { cwd = root, env = {}, capture = false, timeoutMs = 600_000 } = options;
  return new Promise((resolve) => {
    const chunks = output.getStore();
    const to = chunks ? 'pipe' : 'inherit';
    const child = spawn(command, args, {
      cwd,
      env: childEnv(env),
      stdio: ['ignore', capture ? 'pipe' : to, to],
      shell: process.platform === 'win32',
    });
    remember(child);
    let stdout = '';
    child.stdout?.on('data', (chunk) => (capture ? (stdout += chunk) : chunks?.push(chunk)));
    child.stderr?.on('data', (chunk) => chunks?.push(chunk));
    const timer = setTimeout(() => {
      report(`unable to finish ${command} ${args.join(' ')}; ended after ${timeoutMs / 1000} s`);
      child.kill('SIGTERM');
      setTimeout(() => child.kill('SIGKILL'), 10_000).unref();
    }, timeoutMs);
    /** @param {number} code */
    const done = (code) => {
      clearTimeout(timer);
      forget(child);
      resolve({ code, stdout });
    };
    child.once('error', (error) => {
      report(`unable to start ${command}; ${error.message}`);
      done(127);
    });
    child.once('close', (code) => done(code ?? 1));
  });
}
