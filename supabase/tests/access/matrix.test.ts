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
  for (const [name, { before }] of Object.entries(functionCalls)) {
    const scenes = matrix.cells.filter((cell) => cell.name === name).map(sceneOf);
    const ids = scenes.flatMap(({ here, there }) => [here, there]);
    if (before !== undefined && ids.length > 0) await db.query(before, [ids]);
  }
});

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

/** Asks all cells of a section, a few at a time; answers those that differ. */
async function compare(
  section: Section,
  ask: (cell: Cell) => Promise<string>,
  isAsked: (cell: Cell) => boolean = () => true,
): Promise<string[]> {
  const queue = matrix.cells.filter((cell) => cell.section === section && isAsked(cell));
  const found: string[] = [];
  const work = async (): Promise<void> => {
    for (let cell = queue.shift(); cell !== undefined; cell = queue.shift()) {
      const got = await ask(cell).catch((error: unknown) => `failed: ${String(error)}`);
      if (got !== cell.expected) found.push(`${describeCell(cell)}: expected ${cell.expected}, got ${got}`);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  problems.push(...found);
  return found;
}

describe('the access matrix', () => {
  it('D1 names every table and function of the schema, and nothing else', async () => {
    const found = await compareCatalogue(matrix);
    problems.push(...found);
    expect(found).toEqual([]);
  });

  it('D10 topics are heard and spoken on by whom it says', async () => {
    expect(await compareTopics()).toEqual([]);
  });

  it('D1 tables are read and written by whom it says', async () => {
    expect(await compare('table', (cell) => askTable(db, cell.name, cell.operation, sceneOf(cell)))).toEqual(
      [],
    );
  });

  it('D1 D13 functions do what it says, and leave no trace where they refuse', async () => {
    const before = await fingerprints(db);
    const outcomes = new Map<Cell, string>();
    const askOne = async (cell: Cell): Promise<string> => {
      const cursor = cursors.get(cell.role) ?? null;
      return askFunction(cell.name, cell.operation, sceneOf(cell), cursor);
    };
    const found = await compare(
      'function',
      async (cell) => {
        const outcome = await askOne(cell);
        outcomes.set(cell, outcome);
        return outcome;
      },
      (cell) => !isWide(cell),
    );
    const after = await fingerprints(db);
    const traces = [...outcomes].flatMap(([cell, outcome]) => {
      const { here, there } = sceneOf(cell);
      const isAllowed = outcome === 'ok' && !isReading(cell);
      const untouched = isAllowed ? [there] : [here, there];
      const isTouched = untouched.some((id) => before.get(id) !== after.get(id));
      return isTouched ? [`${describeCell(cell)}: expected no trace, got a change besides ${outcome}`] : [];
    });
    problems.push(...traces);
    expect([...found, ...traces, ...(await compare('function', askOne, isWide))]).toEqual([]);
  });
});

/** One socket per caller; a listener with all rights hears what was really said. */
async function compareTopics(): Promise<string[]> {
  const service = shown.get('service own')?.actor;
  if (service === undefined) throw new Error('no service among the callers');
  const asked = new Map<string, Promise<Record<string, string>>>();
  const found: string[] = [];
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
  for (const cell of matrix.cells.filter(({ section }) => section === 'topic')) {
    const got = (await asked.get(topicKey(cell)))?.[cell.operation] ?? 'not asked';
    if (got !== cell.expected) found.push(`${describeCell(cell)}: expected ${cell.expected}, got ${got}`);
  }
  problems.push(...found);
  return found;
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
