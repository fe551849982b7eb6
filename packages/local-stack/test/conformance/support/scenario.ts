import { type Json, parseJson } from '../../../src/realtime/json.js';
import { type Client, type ClientHost, connect, type Refused } from './client.js';
import { openDatabase, type ScenarioDatabase, type Statement, type TransactionOptions } from './database.js';
import { eventOf, type Vsn } from './frames.js';
import { normalise, type StepRecord } from './normalise.js';
import { PEOPLE, type Person, type Tokens } from './people.js';
import type { World } from './world.js';

/** A step ends when all clients have been quiet for so long; longer where nothing more may come. */
const QUIET_MS = 250;
const NOTHING_MS = 800;
/** How long a step waits for what it expects; longer where the answer comes late. */
const WITHIN_MS = 4_000;
const DELAYED_MS = 9_000;
const LONGEST_QUIET_MS = 5_000;

/** A condition of the end of a step, over the frames a client got since the step began. */
export type Expected = (since: (client: Client) => readonly Json[]) => boolean;

export interface StepOptions {
  /** What must have come, besides the awaited answers. */
  until?: Expected[];
  /** The point is that nothing (more) comes. */
  nothing?: boolean;
  /** The answer may take some seconds. */
  delayed?: boolean;
  within?: number;
  quiet?: number;
  /** Clients for which the time to the first frame is recorded. */
  time?: Client[];
  /** The frames of one client come from independent sources: their order says nothing. */
  unordered?: boolean;
}

interface RestCall {
  token?: string;
  apikey?: string;
  body?: unknown;
  contentType?: string;
  raw?: Buffer;
  method?: string;
}

/** What a scenario can do. Its topics have a prefix of their own, so that scenarios do not meet. */
export interface Scenario {
  readonly tokens: Tokens;
  readonly database: ScenarioDatabase;
  /** A topic as REST and SQL want it, and as the websocket wants it. */
  topic(name: string): string;
  channel(name: string): string;
  userId(person: Person): string;
  token(person: Person, options?: { exp?: number; role?: string }): Promise<string>;
  member(name: string, person: Person, rights?: { write?: boolean; only?: string }): Promise<void>;
  /** Connects with the key `anon`. */
  client(name: string, options?: { vsn?: Vsn; apikey?: string }): Promise<Client>;
  /** For handshakes that may be refused: the answer, and how long it took. */
  handshake(apikey: string | undefined): Promise<Json>;
  rest(path: string, call: RestCall): Promise<Json>;
  sql(statements: readonly Statement[], options?: TransactionOptions): Promise<Json>;
  sendSql(name: string, event: string, payload: unknown, isPrivate?: boolean): Statement;
  /** Does something and records what every client gets, until all is quiet. What `action` answers is recorded. */
  step(label: string, action?: () => unknown, options?: StepOptions): Promise<void>;
}

/** Condition: `count` frames with this event have come. */
export function got(client: Client, event: string, count = 1): Expected {
  return (since) => since(client).filter((frame) => eventOf(frame) === event).length >= count;
}

function timingClass(ms: number): string {
  if (ms < 1_000) return 'prompt';
  if (ms < 4_000) return 'slow';
  return ms <= 7_000 ? 'delayed' : 'late';
}

let scenarios = 0;

/** Runs a scenario and answers its normalised record. */
export async function runScenario(
  world: World,
  run: (scenario: Scenario) => Promise<void>,
): Promise<StepRecord[]> {
  scenarios += 1;
  const prefix = `conf${process.pid}x${scenarios}-`;
  const clients: Client[] = [];
  const steps: StepRecord[] = [];
  const marks = new Map<Client, number>();
  let awaited: { client: Client; ref: string; at: number }[] = [];
  let lastActivity = performance.now();
  let wake = (): void => undefined;
  const database = await openDatabase(world.dbUrl);

  const host: ClientHost = {
    channel: (name) => `realtime:${prefix}${name}`,
    onActivity() {
      lastActivity = performance.now();
      wake();
    },
    onAwaited: (client, ref) => awaited.push({ client, ref, at: performance.now() }),
  };
  /** Settles at the next frame, or after `ms`. */
  const change = (ms: number): Promise<void> => {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  };
  const since = (client: Client): readonly Json[] => {
    return client.received.slice(marks.get(client) ?? 0).map(({ frame }) => frame);
  };

  const scenario: Scenario = {
    tokens: world.tokens,
    database,
    topic: (name) => prefix + name,
    channel: host.channel,
    userId: (person) => PEOPLE[person],
    token: (person, options) => world.tokens.user(person, options),
    async member(name, person, { write = false, only } = {}) {
      await database.query(
        `insert into rt_conf.members values ($1, $2, $3, $4)
         on conflict (topic, user_id) do update set can_write = $3, only_extension = $4`,
        [prefix + name, PEOPLE[person], write, only ?? null],
      );
    },
    async client(name, { vsn = '2.0.0', apikey } = {}) {
      const connected = await connect(host, name, world.wsUrl, vsn, apikey ?? (await world.tokens.anon()));
      if (!('send' in connected)) throw new Error(`${name} could not connect: ${JSON.stringify(connected)}`);
      clients.push(connected);
      return connected;
    },
    async handshake(apikey) {
      const start = performance.now();
      const answer = await connect(host, 'handshake', world.wsUrl, '2.0.0', apikey);
      const took = timingClass(performance.now() - start);
      if (!('send' in answer)) return { ...(answer satisfies Refused), took };
      answer.terminate();
      return { http_status: 101, took };
    },
    async rest(path, { token, apikey, body, contentType = 'application/json', raw, method = 'POST' }) {
      const headers: Record<string, string> = { 'content-type': contentType };
      if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
      if (apikey !== undefined) headers['apikey'] = apikey;
      const answer = await fetch(world.restUrl + path, {
        method,
        headers,
        body: raw ?? JSON.stringify(body),
      });
      const text = await answer.text();
      return { http_status: answer.status, body: text === '' ? '' : (parseJson(text) ?? text) };
    },
    sql: (statements, options) => database.transaction(statements, options),
    sendSql(name, event, payload, isPrivate = true) {
      const values = [JSON.stringify(payload), event, prefix + name, isPrivate];
      return ['select realtime.send($1::jsonb, $2::text, $3::text, $4::boolean)', values];
    },

    async step(label, action, options = {}) {
      const { until = [], nothing = false, delayed = false, time = [], unordered = false } = options;
      const within = options.within ?? (delayed ? DELAYED_MS : WITHIN_MS);
      const quiet = options.quiet ?? (nothing ? NOTHING_MS : QUIET_MS);
      awaited = [];
      for (const client of clients) marks.set(client, marks.get(client) ?? 0);
      const start = performance.now();
      lastActivity = start;
      const result: unknown = await action?.();
      const sent = performance.now();
      const isDone = (): boolean => {
        const isAnswered = awaited.every(({ client, ref }) => client.replyTo(ref) !== undefined);
        return isAnswered && until.every((expected) => expected(since));
      };
      while (!isDone() && performance.now() - sent < within) await change(100);
      lastActivity = nothing ? performance.now() : Math.max(lastActivity, sent);
      const latest = performance.now() + LONGEST_QUIET_MS;
      while (performance.now() - lastActivity < quiet && performance.now() < latest) {
        await change(Math.max(5, quiet - (performance.now() - lastActivity)));
      }
      const timing = readTiming(awaited, time, start, marks);
      const frames: Record<string, Json[]> = {};
      for (const client of clients) {
        const own = since(client);
        if (own.length > 0) frames[client.name] = [...own];
        marks.set(client, (marks.get(client) ?? 0) + own.length);
      }
      const recorded = recordable(result);
      steps.push({
        step: label,
        ...(Object.keys(timing).length === 0 ? {} : { timing }),
        ...(recorded === undefined ? {} : { result: recorded }),
        ...(unordered ? { unordered } : {}),
        frames,
      });
    },
  };

  try {
    await run(scenario);
  } finally {
    for (const client of clients) client.terminate();
    await database.end();
  }
  return normalise(steps, prefix);
}

/** Answers of REST and SQL are objects; everything else an action returns is by the way. */
function recordable(result: unknown): Json | undefined {
  return typeof result === 'object' && result !== null ? parseJson(JSON.stringify(result)) : undefined;
}

const SLOWER = ['prompt', 'slow', 'delayed', 'late', 'no reply'];

function readTiming(
  awaited: readonly { client: Client; ref: string; at: number }[],
  timed: readonly Client[],
  start: number,
  marks: ReadonlyMap<Client, number>,
): Record<string, string> {
  const timing: Record<string, string> = {};
  for (const { client, ref, at } of awaited) {
    const reply = client.replyTo(ref);
    const found = reply === undefined ? 'no reply' : timingClass(reply.at - at);
    const known = timing[client.name];
    if (known === undefined || SLOWER.indexOf(found) > SLOWER.indexOf(known)) timing[client.name] = found;
  }
  for (const client of timed) {
    const first = client.received[marks.get(client) ?? 0];
    timing[client.name] = first === undefined ? 'nothing came' : timingClass(first.at - start);
  }
  return timing;
}
