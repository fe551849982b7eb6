import { writeFileSync } from 'node:fs';

import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { connect } from '../support/database.js';
import { askFunction, askTable } from './ask.js';
import { newCast, newCompany, targets, type Actor, type Role, type Target } from './cast.js';
import { compareCatalogue } from './catalogue.js';
import { describeCell, readMatrix, type Cell, type Section } from './expected.js';
import { functionCalls } from './function-calls.js';
import { request } from './rest.js';
import { extraRowsOf, fingerprints, insertRows, logRowsOf, newScene, rowsOf, type Scene } from './scenes.js';
import { askTopic, openSocket, topicOf } from './topics.js';

const concurrency = 6;
/** Thousands of requests take a while where much else is going on. */
const patience = 300_000;
const matrix = readMatrix();
const problems: string[] = [];
const isReading = ({ section, name }: Cell): boolean =>
  section !== 'function' || functionCalls[name]?.isReading === true;
const isWide = ({ name }: Cell): boolean => functionCalls[name]?.isWide === true;

let db: pg.Client;
/** Scenes that are only read, by role and target: of callers who take part in nothing else. */
const shown = new Map<string, Scene>();
/** A scene of its own for each cell that may change something. */
const played = new Map<Cell, Scene>();
const cursors = new Map<Role, string>();

const sceneOf = (cell: Cell): Scene => {
  const scene = isReading(cell) ? shown.get(`${cell.role} ${cell.target}`) : played.get(cell);
  if (scene === undefined) throw new Error(`no scene for ${describeCell(cell)}`);
  return scene;
};

beforeAll(async () => {
  db = await connect();
  const company = await newCompany();
  const [readers, writers] = [await newCast(), await newCast()];
  for (const reader of readers.values()) cursors.set(reader.role, await freshCursor(reader));
  for (const reader of readers.values()) {
    for (const target of targets) shown.set(`${reader.role} ${target}`, newScene(reader, company, target));
  }
  for (const cell of matrix.cells) {
    const writer = writers.get(cell.role);
    if (!isReading(cell) && writer !== undefined) played.set(cell, newScene(writer, company, cell.target));
  }
  await insertRows(db, [...shown.values(), ...played.values()].map(rowsOf));
  await insertRows(db, [...shown.values()].map(extraRowsOf));
  await insertRows(db, [...shown.values()].map(logRowsOf));
  // Plans made for empty tables would outlive the filling of them.
  await db.query('analyze confab.conversations, confab.members, confab.messages');
  for (const [name, { before }] of Object.entries(functionCalls)) {
    const scenes = matrix.cells.filter((cell) => cell.name === name).map(sceneOf);
    const ids = scenes.flatMap(({ here, there }) => [here, there]);
    if (before !== undefined && ids.length > 0) await db.query(before, [ids]);
  }
}, patience);

afterAll(async () => {
  // Rows of kinds that the service was allowed to add.
  for (const table of ['conversation_kinds', 'message_kinds']) {
    await db.query(`delete from confab.${table} where kind ~ '^k[0-9a-f]{32}$'`);
  }
  await db.end();
  const report = process.env['CONFAB_ACCESS_REPORT'];
  if (report !== undefined) {
    writeFileSync(report, JSON.stringify({ cells: matrix.cells.length, failures: problems }));
  }
});

async function freshCursor(actor: Actor): Promise<string> {
  const { body } = await request(actor, 'POST', 'rpc/pull', { cursor: null, windows: {} });
  return typeof body === 'object' && body !== null && 'cursor' in body ? String(body.cursor) : '';
}

/** Asks cells, a few at a time. */
async function askAll(cells: Cell[], ask: (cell: Cell) => Promise<string>): Promise<Map<Cell, string>> {
  const queue = [...cells];
  const outcomes = new Map<Cell, string>();
  const work = async (): Promise<void> => {
    for (let cell = queue.shift(); cell !== undefined; cell = queue.shift()) {
      outcomes.set(cell, await ask(cell).catch((error: unknown) => `failed: ${String(error)}`));
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  return outcomes;
}

/** The cells that came out differently, for the report and the test. */
function differing(outcomes: Map<Cell, string>): string[] {
  const found = [...outcomes]
    .filter(([cell, outcome]) => cell.expected !== outcome)
    .map(([cell, outcome]) => `${describeCell(cell)}: expected ${cell.expected}, got ${outcome}`);
  problems.push(...found);
  return found;
}

const cellsOf = (section: Section): Cell[] => matrix.cells.filter((cell) => cell.section === section);

/** Says of each outcome also what it left behind, where that is not what belongs to it. */
function withTraces(outcomes: Map<Cell, string>, isChanged: (id: string) => boolean): Map<Cell, string> {
  return new Map(
    [...outcomes].map(([cell, outcome]) => {
      const { here, there } = sceneOf(cell);
      const isDone = outcome === 'ok' && !isReading(cell);
      if (isChanged(there) || (isChanged(here) && !isDone)) return [cell, `${outcome}, with a trace`];
      const isIdle = isDone && !isChanged(here) && functionCalls[cell.name]?.isElsewhere !== true;
      return [cell, isIdle ? 'same' : outcome];
    }),
  );
}

describe('the access matrix', () => {
  it('D1 names every table and function of the schema, and nothing else', async () => {
    const found = await compareCatalogue(matrix);
    problems.push(...found);
    expect(found).toEqual([]);
  });

  it(
    'D10 topics are heard and spoken on by whom it says',
    async () => {
      expect(await compareTopics()).toEqual([]);
    },
    patience,
  );

  it(
    'D1 tables are read and written by whom it says',
    async () => {
      const outcomes = await askAll(cellsOf('table'), (cell) =>
        askTable(db, cell.name, cell.operation, sceneOf(cell)),
      );
      expect(differing(outcomes)).toEqual([]);
    },
    patience,
  );

  it(
    'D1 D13 functions do what it says, and leave no trace where they refuse',
    async () => {
      const ask = (cell: Cell): Promise<string> =>
        askFunction(cell.name, cell.operation, sceneOf(cell), cursors.get(cell.role) ?? null);
      const before = await fingerprints(db);
      const outcomes = await askAll(
        cellsOf('function').filter((cell) => !isWide(cell)),
        ask,
      );
      const after = await fingerprints(db);
      const wide = await askAll(cellsOf('function').filter(isWide), ask);
      const traced = withTraces(outcomes, (id) => before.get(id) !== after.get(id));
      expect(differing(new Map([...traced, ...wide]))).toEqual([]);
    },
    patience,
  );
});

/** One socket per caller; a listener with all rights hears what was really said. */
async function compareTopics(): Promise<string[]> {
  const service = shown.get('service own')?.actor;
  if (service === undefined) throw new Error('no service among the callers');
  const asked = new Map<string, Promise<Record<string, string>>>();
  const names = matrix.named('topic');
  for (const target of targets) {
    for (const name of names) {
      if (!matrix.cells.some((cell) => cell.name === name && cell.target === target)) continue;
      await Promise.all(
        [...new Set([...shown.values()].map(({ actor }) => actor.role))].map(async (role) => {
          const scene = shown.get(`${role} ${target}`);
          if (scene !== undefined) asked.set(`${role} ${target} ${name}`, ask(name, scene, service));
          await asked.get(`${role} ${target} ${name}`);
        }),
      );
    }
  }
  return differing(
    await askAll(
      cellsOf('topic'),
      async (cell) => (await asked.get(topicKey(cell)))?.[cell.operation] ?? 'not asked',
    ),
  );
}

const topicKey = ({ role, target, name }: { role: Role; target: Target; name: string }): string =>
  `${role} ${target} ${name}`;

async function ask(name: string, scene: Scene, service: Actor): Promise<Record<string, string>> {
  const topic = await topicOf(name, scene);
  const [socket, listener] = await Promise.all([openSocket(scene.actor), openSocket(service)]);
  try {
    await listener.ask(`realtime:${topic}`, 'phx_join', {
      config: {
        private: true,
        broadcast: { ack: false, self: false },
        presence: { enabled: false, key: '' },
      },
      access_token: service.token,
    });
    return await askTopic(topic, scene.actor, socket, listener);
  } finally {
    socket.close();
    listener.close();
  }
}
