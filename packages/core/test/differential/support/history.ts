import { ConfabError } from '../../../src/errors/confab-error';
import type { FakeServer } from '../../../src/testing/fake-server/fake-server';
import type { FakeServerSettings } from '../../../src/testing/fake-server/state';
import { createSeededRandom } from '../../../src/testing/seeded-random';
import {
  argsOfFunction,
  finalReadings,
  isCallable,
  knownTimes,
  nextReading,
  nextWrite,
  type Args,
  type Play,
  type Reading,
  type Write,
} from './actions';
import { createComparison } from './compare';
import { createTwin, type NamedUser } from './setup';
import type { Outcome, RealServer } from './stack';

/** A random history of one seed, played to both servers. */
export interface History {
  readonly seed: number;
  readonly users: readonly NamedUser[];
  /** Both servers have the users by then. */
  begin(): Promise<void>;
  /** Changes something. Other histories may do so at the same time. */
  write(): Promise<void>;
  /** Reads; nobody may change anything meanwhile, for what a cursor is depends on all that is under way. */
  read(): Promise<void>;
  /** Reads everything. */
  end(): Promise<void>;
  /** Ids of what events are about. */
  topicIds(): readonly string[];
  compareEvents(real: readonly RealEvent[]): void;
  /** Functions and mutations that were answered, and codes of refusals. */
  readonly met: ReadonlySet<string>;
}

export interface RealEvent {
  readonly at: string;
  readonly topic: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

const WRITES = 5;
const READINGS = 3;
const NAMES = ['Alice', 'Bob Élan', 'Carol', 'Dave', 'Eve'];
const LAST_STEPS = 12;

export function createHistory(
  seed: number,
  salt: string,
  real: RealServer,
  settings: Partial<FakeServerSettings>,
): History {
  const random = createSeededRandom(seed * 7919 + 1);
  const minted = new Set<string>();
  const mint = () => {
    const hex = () => random.int(0x10000).toString(16).padStart(4, '0');
    const id = `${hex()}${hex()}-${hex()}-7${hex().slice(1)}-a${hex().slice(1)}-${hex()}${salt}`;
    minted.add(id);
    return id;
  };
  const users = NAMES.map((name) => ({ id: mint(), name }));
  const server: FakeServer = createTwin(users, settings);
  const comparison = createComparison((id) => minted.has(id), knownTimes);
  const play: Play = { random, server, users, rooms: [], done: [], mint, isKnown: comparison.isKnown };
  const steps: string[] = [];
  const met = new Set<string>();
  const cursors = new Map<string, { readonly fake: unknown; readonly real: unknown }[]>();
  const told: { readonly step: number; readonly topic: string; readonly payload: unknown }[] = [];
  server.onEvent((topic, payload) => void told.push({ step: steps.length, topic, payload }));

  const fail = (difference: string): never => {
    const log = steps.slice(-LAST_STEPS).join('\n');
    throw new Error(`seed ${seed}, step ${steps.length}: ${difference}\n${log}`);
  };
  const askFake = (fn: string, args: Args, userId: string): Outcome => {
    try {
      return { ok: true, value: server.call(fn, args, userId) };
    } catch (error) {
      if (!(error instanceof ConfabError)) throw error;
      return { ok: false, code: error.code as never, hasRetryAfter: error.retryAfterMs !== undefined };
    }
  };
  const nameOf = (userId: string) => users.find(({ id }) => id === userId)?.name ?? userId;

  /** Asks both servers the same and compares what they say. */
  const ask = async (fn: string, args: Args, userId: string, realArgs = args) => {
    steps.push(`${steps.length + 1} ${nameOf(userId)} ${fn} ${JSON.stringify(args)}`);
    const fake = askFake(fn, args, userId);
    const answer = await real.call(fn, comparison.toReal(realArgs) as Args, userId);
    const difference = comparison.differ(fake, answer, fn);
    if (difference !== null) fail(difference);
    met.add(fake.ok ? fn : fake.code);
    if (fake.ok && fn === 'push') for (const name of outcomesOf(args, fake.value)) met.add(name);
    return { fake: fake.ok ? fake.value : null, real: answer.ok ? answer.value : null };
  };

  const noteRooms = () => {
    for (const { id } of users)
      for (const room of server.conversationIds(id))
        if (!play.rooms.includes(room) && comparison.isKnown(room)) play.rooms.push(room);
  };
  const create = (by: string, kind: string, members: readonly string[]) =>
    ask('create_conversation', { id: mint(), kind, title: 'Room', member_ids: members }, by);

  /** The app's server renames somebody, or Auth deletes them. */
  const changePeople = async () => {
    const { id, name } = random.pick(users.slice(1));
    if (random.chance(0.3)) {
      steps.push(`${steps.length + 1} deleted ${name}`);
      server.deleteUser(id);
      await real.query('delete from auth.users where id = $1', [id]);
      return;
    }
    const renamed = random.pick([`${name} Smith`, 'Zoë']);
    const picture = random.pick([null, 'https://example.com/a.png']);
    steps.push(`${steps.length + 1} renamed ${name} to ${renamed}`);
    server.setProfile(id, renamed, picture);
    await real.query('select confab.set_profile($1, $2, $3)', [id, renamed, picture]);
  };

  const write = async () => {
    if (random.chance(0.06)) return changePeople();
    // The first one may do most.
    const by = (random.chance(0.3) ? users[0] : random.pick(users))?.id ?? '';
    if (random.chance(0.55)) {
      const batch: Write[] = [];
      for (let left = 1 + random.int(7); left > 0; left--) {
        const one = nextWrite(play, by);
        // Lanes are applied in the order of their ids, which differs where a server made them.
        if (one.conversation_id !== null && !minted.has(one.conversation_id)) continue;
        batch.push(one);
        play.done.push(one);
      }
      await ask('push', { mutations: batch }, by);
    } else {
      const one = nextWrite(play, by);
      if (!isCallable(one)) return;
      play.done.push(one);
      await ask(one.type, argsOfFunction(one), by);
    }
    noteRooms();
  };

  const readPages = async ({ fn, args, pages }: Reading, userId: string) => {
    let answer = await ask(fn, args, userId);
    for (let page = 0; page < 4 && pages !== undefined; page++) {
      const [fakeNext, realNext] = [nextOf(answer.fake), nextOf(answer.real)];
      if (fakeNext === null || realNext === null) return;
      answer = await ask(fn, { ...args, [pages]: fakeNext }, userId, { ...args, [pages]: realNext });
    }
  };

  const pull = async (userId: string) => {
    const known = cursors.get(userId) ?? [];
    const from = known.length === 0 ? null : random.chance(0.7) ? known.at(-1) : random.pick(known);
    const windows = Object.fromEntries(
      play.rooms
        .filter(() => random.chance(0.6))
        .map((room) => [room, random.int((server.conversation(userId, room)?.version ?? 0) + 2)]),
    );
    const cursor = (of: unknown) => (from ? { cursor: of } : {});
    const answer = await ask('pull', { ...cursor(from?.fake), windows }, userId, {
      ...cursor(from?.real),
      windows,
    });
    cursors.set(userId, [...known, { fake: cursorOf(answer.fake), real: cursorOf(answer.real) }]);
  };

  return {
    seed,
    users,
    met,
    async begin() {
      const [alice = '', ...others] = users.map(({ id }) => id);
      await create(alice, random.pick(['group', 'small', 'open', 'silent', 'fresh']), others.slice(0, 2));
      await create(alice, 'group', others.slice(0, 3));
      noteRooms();
    },
    async write() {
      for (let n = 0; n < WRITES; n++) await write();
    },
    async read() {
      for (const { id } of users.filter(() => cursors.size < users.length || random.chance(0.3)))
        await pull(id);
      for (let n = 0; n < READINGS; n++) await readPages(nextReading(play), random.pick(users).id);
    },
    async end() {
      for (const { id } of users) {
        // From the first cursor on: every row once more, the messages of all conversations included.
        const [first] = cursors.get(id) ?? [];
        const windows = Object.fromEntries(play.rooms.map((room) => [room, 0]));
        if (first) await ask('pull', { cursor: first.fake, windows }, id, { cursor: first.real, windows });
      }
      const { id } = random.pick(users);
      await ask('export_my_data', {}, id);
      for (const { fn, args } of finalReadings(server.conversationIds(id).filter(comparison.isKnown)))
        await ask(fn, args, id);
    },
    topicIds: () => [
      ...users.map(({ id }) => id),
      ...play.rooms.map((id) => comparison.toReal(id) as string),
    ],
    compareEvents(realEvents) {
      const transactions = (events: readonly { readonly key: unknown; readonly text: string }[]) => {
        const groups = new Map<unknown, string[]>();
        for (const { key, text } of events) groups.set(key, [...(groups.get(key) ?? []), text]);
        return [...groups.values()].map((texts) => texts.sort());
      };
      const textOf = (topic: string, payload: unknown, isFake: boolean) =>
        JSON.stringify(
          inOrder(comparison.normalised([topic.replace(/^(feed:.{36}):.*/, '$1'), payload], isFake)),
        );
      const fake = transactions(
        told.map(({ step, topic, payload }) => ({ key: step, text: textOf(topic, payload, true) })),
      );
      const found = transactions(
        realEvents.map(({ at, topic, payload: { id: _id, ...payload } }) => ({
          key: at,
          text: textOf(topic, payload, false),
        })),
      );
      const at = fake.findIndex((texts, i) => texts.join('\n') !== found[i]?.join('\n'));
      if (at >= 0 || fake.length !== found.length)
        fail(`events of transaction ${at}:\nfake ${fake[at]?.join('\n')}\nreal ${found[at]?.join('\n')}`);
    },
  };
}

/**
 * An event with the changes of each conversation together, in their order. Which conversation comes first depends on ids
 * that each server has minted for itself.
 */
function inOrder(event: unknown): unknown {
  if (!Array.isArray(event)) return event;
  const [topic, payload] = event as readonly unknown[];
  const changes = fieldOf(payload, 'changes');
  if (!Array.isArray(changes) || typeof payload !== 'object') return event;
  const idOf = (change: unknown) => String(fieldOf(change, 'conversation_id'));
  const sorted = changes.toSorted((a: unknown, b: unknown) =>
    idOf(a) < idOf(b) ? -1 : Number(idOf(a) > idOf(b)),
  );
  return [topic, { ...payload, changes: sorted }];
}

const fieldOf = (answer: unknown, name: string): unknown =>
  typeof answer === 'object' && answer !== null
    ? Object.entries(answer).find(([key]) => key === name)?.[1]
    : null;
const nextOf = (answer: unknown): string | null => {
  const next = fieldOf(answer, 'next');
  return typeof next === 'string' ? next : null;
};
const cursorOf = (answer: unknown): unknown => fieldOf(answer, 'cursor');

/** The type of each mutation that was applied, and the code of each that was refused. */
function outcomesOf({ mutations }: Args, answer: unknown): string[] {
  const results = fieldOf(answer, 'results');
  if (!Array.isArray(mutations) || !Array.isArray(results)) return [];
  return results.map((result, i) =>
    fieldOf(result, 'ok') === true
      ? `push ${String(fieldOf(mutations[i], 'type'))}`
      : String(fieldOf(fieldOf(result, 'error'), 'code')),
  );
}
