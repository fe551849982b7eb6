import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { root } from './root.mjs';

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

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
    const child = spawn(command, args, {
      cwd,
      env: childEnv(env),
      stdio: ['ignore', capture ? 'pipe' : 'inherit', 'inherit'],
      shell: process.platform === 'win32',
    });
    remember(child);
    let stdout = '';
    child.stdout?.on('data', (chunk) => (stdout += chunk));
    const timer = setTimeout(() => {
      console.error(`unable to finish ${command} ${args.join(' ')}; ended after ${timeoutMs / 1000} s`);
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
      console.error(`unable to start ${command}; ${error.message}`);
      done(127);
    });
    child.once('close', (code) => done(code ?? 1));
  });
}
