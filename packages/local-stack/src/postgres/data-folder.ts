import { chown, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describeProcess, isProcessRunning } from '../lib/child-process.js';
import { reasonOf, StackError } from '../lib/stack-error.js';
import { waitFor } from '../lib/wait.js';

/** `empty`: to be initialised; `ready`: holds a finished cluster. */
type FolderState = 'empty' | 'ready';

export interface DataFolder {
  /** The cluster itself (PGDATA). */
  readonly cluster: string;
  readonly log: string;
  readonly state: FolderState;
  /** Call when the cluster is complete; until then a restart begins from nothing. */
  markReady(): Promise<void>;
}

interface Marker {
  readonly state: 'initialising' | 'ready';
  readonly fingerprint: string;
  readonly owner: number;
}

/**
 * Looks at (and makes) a data folder: takes over one whose stack was killed, clears one whose first start
 * was cut off, refuses one that is in use, made by another version, or not ours.
 *
 * `fingerprint` names what the cluster was built with (Postgres version, bootstrap SQL).
 */
export async function openDataFolder(
  dataDir: string,
  fingerprint: string,
  ids: { uid: number; gid: number } | undefined,
  isFresh: boolean,
): Promise<DataFolder> {
  const cluster = join(dataDir, 'postgres');
  const markerPath = join(dataDir, 'stack.json');
  const write = (state: Marker['state']): Promise<void> =>
    writeFile(markerPath, `${JSON.stringify({ state, fingerprint, owner: process.pid })}\n`);
  try {
    await mkdir(dataDir, { recursive: true });
    const marker = await readMarker(markerPath);
    const hasCluster = (await readText(join(cluster, 'PG_VERSION'))) !== undefined;
    if (hasCluster && marker === undefined) {
      throw new StackError(
        'folder_foreign',
        `unable to use ${dataDir}; it holds a database that this stack did not make: choose another folder`,
      );
    }
    if (marker !== undefined) await endLeftover(cluster, dataDir, marker);
    const isReady = hasCluster && marker?.state === 'ready' && !isFresh;
    if (isReady && marker.fingerprint !== fingerprint) {
      throw new StackError(
        'folder_outdated',
        `unable to use ${dataDir}; it was made by another version of the stack: start with --fresh, or remove it`,
      );
    }
    if (!isReady) await rm(cluster, { recursive: true, force: true });
    // Written first, so that a first start cut off half-way is recognised as ours and begun again.
    await write(isReady ? 'ready' : 'initialising');
    await mkdir(cluster, { recursive: true, mode: 0o700 });
    if (ids !== undefined) await chown(cluster, ids.uid, ids.gid);
    return {
      cluster,
      log: join(dataDir, 'postgres.log'),
      state: isReady ? 'ready' : 'empty',
      markReady: () => write('ready'),
    };
  } catch (thrown) {
    if (thrown instanceof StackError) throw thrown;
    throw new StackError(
      'folder_unwritable',
      `unable to write the data folder ${dataDir}; ${reasonOf(thrown)}: make it writable or choose another`,
      thrown,
    );
  }
}

/** Ends the server a killed stack may have left on this folder; rejects when its stack is still alive. */
async function endLeftover(cluster: string, dataDir: string, marker: Marker): Promise<void> {
  const pidFile = join(cluster, 'postmaster.pid');
  const pid = Number((await readText(pidFile))?.split('\n')[0] ?? Number.NaN);
  if (!Number.isInteger(pid) || pid <= 0) return;
  if (await isProcessRunning(pid)) {
    const found = describeProcess(pid);
    // After a reboot the number may belong to any program: only one that names this folder is ours.
    if (found?.command.includes(cluster) === true) {
      const isOwned = found.parent === marker.owner && (await isProcessRunning(marker.owner));
      if (isOwned) {
        throw new StackError(
          'folder_in_use',
          `unable to use ${dataDir}; the stack with process id ${marker.owner} is running on it: ` +
            'stop that one or choose another folder',
        );
      }
      trySignal(pid, 'SIGQUIT');
      const isGone = await waitFor(async () => ((await isProcessRunning(pid)) ? undefined : true), 8000, 10);
      if (isGone === undefined) trySignal(pid, 'SIGKILL');
    }
  }
  await rm(pidFile, { force: true });
}

function trySignal(pid: number, signal: 'SIGQUIT' | 'SIGKILL'): void {
  try {
    process.kill(pid, signal);
  } catch {
    // it has just gone
  }
}

async function readMarker(path: string): Promise<Marker | undefined> {
  const text = await readText(path);
  if (text === undefined) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== 'object' || parsed === null) return undefined;
    const state = 'state' in parsed && parsed.state === 'ready' ? 'ready' : 'initialising';
    const fingerprint =
      'fingerprint' in parsed && typeof parsed.fingerprint === 'string' ? parsed.fingerprint : '';
    const owner = 'owner' in parsed && typeof parsed.owner === 'number' ? parsed.owner : 0;
    return { state, fingerprint, owner };
  } catch {
    // Cut off while it was written: nothing was finished then.
    return { state: 'initialising', fingerprint: '', owner: 0 };
  }
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return undefined;
  }
}
