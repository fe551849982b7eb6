import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { promisify } from 'node:util';

import { StackError } from '../lib/stack-error.js';

/** How to run the Postgres programs so that they accept it: they refuse to run as root. */
export interface PostgresUser {
  /** `undefined` when this process is not root: the programs run as it does. */
  readonly ids: { readonly uid: number; readonly gid: number } | undefined;
  /** The command line to really run for `program` with `args`. */
  command(program: string, args: readonly string[]): { file: string; args: string[] };
}

const CANDIDATES = ['postgres', 'nobody'];
const run = promisify(execFile);

/**
 * Chooses the system user that runs Postgres: this process's own, or, for root, `postgres` or `nobody`.
 *
 * `paths` are the files and folders that user must be able to reach. When it cannot (a checkout inside
 * `/root`, say), it is given the capability to, with `setpriv`. Rejects with `user_missing`.
 */
export async function choosePostgresUser(paths: readonly string[]): Promise<PostgresUser> {
  if (process.getuid?.() !== 0) {
    assertHasName();
    return { ids: undefined, command: (program, args) => ({ file: program, args: [...args] }) };
  }
  const ids = await findUser();
  if (ids === undefined) {
    throw new StackError(
      'user_missing',
      'unable to start Postgres; it does not run as root and there is no user "postgres" or "nobody": ' +
        'run as a normal user, or add one with: useradd --system postgres',
    );
  }
  if (await canReach(ids, paths)) {
    return { ids, command: (program, args) => ({ file: program, args: [...args] }) };
  }
  const privileges = ['--reuid', String(ids.uid), '--regid', String(ids.gid), '--clear-groups'];
  const capability = ['--inh-caps', '+dac_override', '--ambient-caps', '+dac_override'];
  const wrapped = (program: string, args: readonly string[]): { file: string; args: string[] } => ({
    file: 'setpriv',
    args: [...privileges, ...capability, program, ...args],
  });
  try {
    const probe = wrapped('test', ['-x', paths[0] ?? '/']);
    await run(probe.file, probe.args);
  } catch (thrown) {
    throw new StackError(
      'user_missing',
      'unable to start Postgres; it does not run as root, and the user that would run it cannot reach this ' +
        'folder: run as a normal user, or move the folder out of a private home',
      thrown,
    );
  }
  // setpriv changes the user itself, so the child must still be started as root.
  return { ids, command: wrapped };
}

/** Whether `command` leaves changing the user to the spawn options. */
export function spawnIds(user: PostgresUser): { uid: number; gid: number } | Record<string, never> {
  if (user.ids === undefined) return {};
  const isWrapped = user.command('x', []).file !== 'x';
  return isWrapped ? {} : { uid: user.ids.uid, gid: user.ids.gid };
}

/** initdb asks for the name of its user; in containers that run under a made-up number there is none. */
function assertHasName(): void {
  try {
    userInfo();
  } catch (thrown) {
    throw new StackError(
      'user_missing',
      `unable to start Postgres; this user id has no name: add it to /etc/passwd or run as another user`,
      thrown,
    );
  }
}

async function findUser(): Promise<{ uid: number; gid: number } | undefined> {
  const table = await readFile('/etc/passwd', 'utf8').catch(() => '');
  for (const name of CANDIDATES) {
    const fields = table
      .split('\n')
      .find((line) => line.startsWith(`${name}:`))
      ?.split(':');
    const uid = Number(fields?.[2]);
    const gid = Number(fields?.[3]);
    // macOS writes nobody as -2.
    if (Number.isInteger(uid) && Number.isInteger(gid) && uid > 0) return { uid, gid };
  }
  return undefined;
}

async function canReach(ids: { uid: number; gid: number }, paths: readonly string[]): Promise<boolean> {
  const checks = paths.map((path) =>
    run('/bin/sh', ['-c', 'test -x "$1"', 'sh', path], { cwd: '/', ...ids }),
  );
  const results = await Promise.allSettled(checks);
  return results.every((result) => result.status === 'fulfilled');
}
