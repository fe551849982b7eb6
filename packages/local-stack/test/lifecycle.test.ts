import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { access, cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import pg from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';

import { asObject, textField } from '../src/lib/json.js';
import { isProcessRunning } from '../src/lib/child-process.js';
import { eventually } from './support/eventually.js';
import { clientOf, migrationsDir, seed, startTestStack, temporaryFolder } from './support/stack.js';

const program = fileURLToPath(new URL('../stack.mjs', import.meta.url));

interface CommandStack {
  child: ChildProcess;
  apiUrl: string;
  anonKey: string;
  dbUrl: string;
}

/** A project folder with the fixtures, as an app would have. */
async function makeProject(): Promise<string> {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'supabase'));
  await cp(migrationsDir, join(folder, 'supabase', 'migrations'), { recursive: true });
  await cp(seed, join(folder, 'supabase', 'seed.sql'));
  return folder;
}

function runCommand(project: string, args: string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: project,
    env: { ...process.env, npm_lifecycle_event: undefined, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

async function startCommand(project: string, args: string[] = []): Promise<CommandStack> {
  const child = runCommand(project, ['--json', '--port', '0', '--db-port', '0', ...args]);
  if (child.stdout === null) throw new Error('no output');
  for await (const line of createInterface({ input: child.stdout })) {
    const said = asObject(JSON.parse(line)) ?? {};
    expect(Object.keys(said)).toEqual(['apiUrl', 'dbUrl', 'anonKey', 'serviceRoleKey', 'jwtSecret']);
    const read = (name: string): string => textField(said, name) ?? '';
    return { child, apiUrl: read('apiUrl'), anonKey: read('anonKey'), dbUrl: read('dbUrl') };
  }
  throw new Error('the command ended without a word');
}

async function endOf(child: ChildProcess): Promise<{ code: number | null; output: string }> {
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await once(child, 'close');
  return { code: child.exitCode, output };
}

async function query(dbUrl: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: dbUrl });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

async function listProcesses(): Promise<{ pid: number; parent: number; command: string }[]> {
  const { output } = await endOf(spawn('ps', ['-e', '-ww', '-o', 'pid=,ppid=,args=']));
  return output.split('\n').map((line) => {
    const [, pid, parent, command = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return { pid: Number(pid), parent: Number(parent), command };
  });
}

/** Postgres and PostgREST of a stack. */
async function serversOf(stack: CommandStack): Promise<number[]> {
  const children = (await listProcesses()).filter(({ parent }) => parent === stack.child.pid);
  return children.filter(({ command }) => !command.includes('confab-guard')).map(({ pid }) => pid);
}

async function runningOf(pids: number[]): Promise<number[]> {
  const answers = await Promise.all(pids.map(isProcessRunning));
  return pids.filter((_pid, index) => answers[index]);
}

describe('the command', () => {
  it('S1 prints one line of JSON, applies migrations and seed, and stops cleanly on SIGTERM', async () => {
    const project = await makeProject();
    const stack = await startCommand(project);
    expect(await query(stack.dbUrl, 'select id from public.secrets')).toEqual([{ id: 7 }]);
    const migrations = await query(
      stack.dbUrl,
      'select version from supabase_migrations.schema_migrations order by 1',
    );
    expect(migrations).toEqual([{ version: '20260101000000' }, { version: '20260101000100' }]);
    const servers = await serversOf(stack);
    expect(servers).toHaveLength(2);
    stack.child.kill('SIGTERM');
    expect((await endOf(stack.child)).code).toBe(0);
    expect(await runningOf(servers)).toEqual([]);
    // The data is the project's own, and stays.
    await access(join(project, '.confab', 'postgres', 'PG_VERSION'));
  });

  it.each(['SIGINT', 'SIGHUP'] as const)('S1 stops cleanly on %s', async (signal) => {
    const stack = await startCommand(await makeProject());
    const servers = await serversOf(stack);
    expect(servers).toHaveLength(2);
    stack.child.kill(signal);
    expect((await endOf(stack.child)).code).toBe(0);
    expect(await runningOf(servers)).toEqual([]);
  });

  it('S1 asked to stop while it starts, ends without starting', async () => {
    const project = await makeProject();
    const child = runCommand(project, ['--json', '--port', '0', '--db-port', '0']);
    const marker = join(project, '.confab', 'stack.json');
    await eventually('it makes its database', async () =>
      (await readFile(marker, 'utf8').catch(() => '')).includes('initialising'),
    );
    child.kill('SIGTERM');
    expect(await endOf(child)).toEqual({ code: 0, output: '' });
    await eventually('nothing of it is left', async () =>
      (await listProcesses()).every(({ command }) => !command.includes(project)),
    );
    // The next start begins anew.
    const next = await startCommand(project);
    expect(await query(next.dbUrl, 'select id from public.secrets')).toEqual([{ id: 7 }]);
    next.child.kill('SIGTERM');
    await endOf(next.child);
  });

  it('S1 leaves no orphans after kill -9, and the folder starts again with its data', async () => {
    const project = await makeProject();
    const first = await startCommand(project);
    await query(first.dbUrl, 'insert into public.secrets values (8)');
    const servers = await serversOf(first);
    expect(servers).toHaveLength(2);
    first.child.kill('SIGKILL');
    await endOf(first.child);
    // At once: the guards may still be at work.
    const second = await startCommand(project);
    await eventually('the old servers are gone', async () => (await runningOf(servers)).length === 0);
    // The seed is not applied twice.
    expect(await query(second.dbUrl, 'select id from public.secrets order by id')).toEqual([
      { id: 7 },
      { id: 8 },
    ]);
    second.child.kill('SIGINT');
    expect((await endOf(second.child)).code).toBe(0);

    const third = await startCommand(project, ['--fresh']);
    expect(await query(third.dbUrl, 'select id from public.secrets')).toEqual([{ id: 7 }]);
    third.child.kill('SIGTERM');
    await endOf(third.child);
  });

  it('S1 ends when the package manager that started it had gone before it could look', async () => {
    const project = await makeProject();
    // The shell ends at once and leaves the command to the first process of the system.
    const shell = spawn(
      '/bin/sh',
      [
        '-c',
        '"$0" "$@" >/dev/null 2>&1 & echo $!',
        process.execPath,
        program,
        '--json',
        '--port',
        '0',
        '--db-port',
        '0',
      ],
      {
        cwd: project,
        env: { ...process.env, npm_lifecycle_event: 'stack' },
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    );
    const pid = Number((await endOf(shell)).output);
    onTestFinished(async () => void ((await isProcessRunning(pid)) && process.kill(pid, 'SIGKILL')));
    expect(pid).toBeGreaterThan(1);
    await eventually('the command has ended', async () => !(await isProcessRunning(pid)), 40_000);
    const left = (await listProcesses()).filter(({ command }) => command.includes(project));
    expect(left).toEqual([]);
  });

  it('S1 applies migrations that were added since the last start', async () => {
    const project = await makeProject();
    const first = await startCommand(project);
    first.child.kill('SIGTERM');
    await endOf(first.child);
    const added = join(project, 'supabase', 'migrations', '20260102000000_more.sql');
    await writeFile(added, 'create table public.more (id int);');
    const second = await startCommand(project);
    expect(await query(second.dbUrl, 'select count(*)::int as n from public.more')).toEqual([{ n: 0 }]);
    second.child.kill('SIGTERM');
    await endOf(second.child);
  });
});

describe('the library', () => {
  it('S1 runs two stacks at once that know nothing of each other', async () => {
    const [one, two] = await Promise.all([startTestStack(), startTestStack()]);
    try {
      await clientOf(one).auth.signInAnonymously();
      expect(await query(one.dbUrl, 'select count(*)::int as n from auth.users')).toEqual([{ n: 1 }]);
      expect(await query(two.dbUrl, 'select count(*)::int as n from auth.users')).toEqual([{ n: 0 }]);
    } finally {
      await Promise.all([one.stop(), two.stop()]);
    }
    const servers = [one, two].flatMap(({ pids }) => [pids.postgres, pids.postgrest]);
    expect(await runningOf(servers)).toEqual([]);
    await one.stop();
  });

  it('S1 makes another copy when a migration has changed', async () => {
    const folder = await temporaryFolder();
    const file = join(folder, '20260101000000_one.sql');
    for (const table of ['first_table', 'second_table']) {
      await writeFile(file, `create table public.${table} (id int);`);
      const stack = await startTestStack({ migrationsDir: folder, seed: await emptySeed(folder) });
      const found = await query(stack.dbUrl, `select to_regclass('public.${table}') is not null as found`);
      await stack.stop();
      expect(found).toEqual([{ found: true }]);
    }
  });
});

describe('bad input', () => {
  it('S1 says in one line that a port is taken', async () => {
    const project = await makeProject();
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const address = server.address();
    const port = String(typeof address === 'object' ? address?.port : '');
    for (const option of ['--port', '--db-port']) {
      const { code, output } = await endOf(runCommand(project, [option, port]));
      expect(output).toMatch(/^unable to start [^\n]+port \d+ is taken: [^\n]+\n$/);
      expect(code).toBe(1);
    }
  });

  it('S1 says in one line that there is no PostgREST', async () => {
    const project = await makeProject();
    const { code, output } = await endOf(runCommand(project, [], { CONFAB_POSTGREST: '/nowhere/postgrest' }));
    expect(output).toMatch(/^unable to start PostgREST; [^\n]+\n$/);
    expect(code).toBe(1);
  });

  it('S1 says in one line that the data folder cannot be written or is not its own', async () => {
    const project = await makeProject();
    await writeFile(join(project, 'file'), '');
    const unwritable = await endOf(runCommand(project, ['--data-dir', join(project, 'file', 'inside')]));
    expect(unwritable.output).toMatch(/^unable to (make|write) the data folder [^\n]+\n$/);
    expect(unwritable.code).toBe(1);

    await mkdir(join(project, 'foreign', 'postgres'), { recursive: true });
    await writeFile(join(project, 'foreign', 'postgres', 'PG_VERSION'), '17\n');
    const foreign = await endOf(runCommand(project, ['--data-dir', join(project, 'foreign')]));
    expect(foreign.output).toMatch(/^unable to use [^\n]+did not make[^\n]+\n$/);
    await access(join(project, 'foreign', 'postgres', 'PG_VERSION'));
  });

  it('S1 says in one line that a folder is in use, and leaves its stack alone', async () => {
    const project = await makeProject();
    const stack = await startCommand(project);
    const { code, output } = await endOf(runCommand(project, ['--port', '0', '--db-port', '0']));
    expect(output).toMatch(
      new RegExp(`^unable to use [^\\n]+process id ${stack.child.pid ?? ''} [^\\n]+\\n$`),
    );
    expect(code).toBe(1);
    expect(await query(stack.dbUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('S1 says in one line which migration failed, and leaves nothing running', async () => {
    const project = await makeProject();
    await writeFile(
      join(project, 'supabase', 'migrations', '20260103000000_bad.sql'),
      'select missing_column;',
    );
    const child = runCommand(project, ['--port', '0', '--db-port', '0']);
    const { code, output } = await endOf(child);
    expect(output).toMatch(
      /^unable to apply the migrations; [^\n]*20260103000000_bad\.sql[^\n]+missing_column[^\n]+\n$/,
    );
    expect(code).toBe(1);
  });

  it('S1 says in one line that an option is not one', async () => {
    const project = await makeProject();
    for (const args of [
      ['--prot', '1'],
      ['--port', 'many'],
      ['--port', '70000'],
    ]) {
      const { code, output } = await endOf(runCommand(project, args));
      expect(output).toMatch(/^unable to start the local stack; [^\n]+\n$/);
      expect(code).toBe(1);
    }
  });
});

async function emptySeed(folder: string): Promise<string> {
  const file = join(folder, 'seed.sql');
  await writeFile(file, '');
  return file;
}
