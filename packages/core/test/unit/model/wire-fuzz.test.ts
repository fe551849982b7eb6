import { describe, expect, it } from 'vitest';
import { ConfabError } from '../../../src/errors/confab-error';
import { decode } from '../../../src/model/wire';
import { createFakeServer, createSeededRandom, createTestConfab, settled } from '../../../src/testing';
import { ALICE, BOB, uuid } from '../../sync/support/ids';
import { copied, createCorpus, type Sample } from '../support/corpus';
import { mutate } from '../support/mutate';

const corpus = createCorpus();
const ROUNDS = 6_000;

/** What apps put there, and what is not looked at: any JSON. */
const FREE = new Set(['data', 'result', 'changes', 'exportPage']);

/** Every field of what was decoded with the types it has, whatever it is inside of. */
function* typesOf(value: unknown, key: string): Iterable<readonly [field: string, type: string]> {
  if (FREE.has(key) || value instanceof Error) return;
  if (Array.isArray(value)) {
    yield [key, 'list'];
    for (const item of value) yield* typesOf(item, `${key}[]`);
  } else if (typeof value === 'object' && value !== null) {
    yield [key, 'object'];
    for (const [name, inner] of Object.entries(value)) yield* typesOf(inner, name);
  } else yield [key, value === null ? 'null' : typeof value];
}

const decoded = ({ name, value }: Sample): unknown => decode[name](value);
const known = new Map<string, Set<string>>();
for (const sample of corpus)
  for (const [field, type] of typesOf(decoded(sample), sample.name))
    known.set(field, (known.get(field) ?? new Set()).add(type));

/** The decoder's own refusal, null when it has read the value. */
function refusalOf(sample: Sample): ConfabError | null {
  try {
    decoded(sample);
    return null;
  } catch (error) {
    expect(error).toBeInstanceOf(ConfabError);
    return error as ConfabError;
  }
}

describe('decoders', () => {
  it('E12.1 read all events and answers of a server on which a bit of everything has happened', () => {
    expect(new Set(corpus.map(({ name }) => name))).toEqual(new Set(Object.keys(decode)));
    for (const sample of corpus) expect(refusalOf(sample)).toBeNull();
  });

  it('E12.1 refuse whatever has a wrong type anywhere, with a code and the place, and fail in no other way', () => {
    const random = createSeededRandom(12);
    let refused = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const { name, value } = random.pick(corpus);
      const mutated = mutate(value, random);
      const sample = { name, value: mutated.value };
      const refusal = refusalOf(sample);
      if (refusal) {
        refused++;
        expect(refusal.code).toBe('unexpected_response');
        expect(refusal.message).toMatch(/^unable to read the \w+; .+: .+/);
        continue;
      }
      for (const [field, type] of typesOf(decoded(sample), name)) {
        const types = known.get(field) ?? new Set(['nothing']);
        // Of a field that is empty in all samples the type cannot be told.
        if (types.size === 1 && (types.has('null') || types.has('list'))) continue;
        // What may be null was not in every sample.
        const fits = types.has(type) || type === 'null' || (types.has('null') && type === 'string');
        expect(fits, `round ${round}: ${name}, ${mutated.what}: ${field} is ${type}`).toBe(true);
      }
    }
    expect(refused).toBeGreaterThan(ROUNDS / 3);
  });

  it('E12.2 let no key of prototypes in, and change no prototype', () => {
    const random = createSeededRandom(13);
    const evil = JSON.parse(
      '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"toString":1,"hasOwnProperty":2}',
    ) as object;
    for (let round = 0; round < 300; round++) {
      const { name, value } = random.pick(corpus);
      const made: unknown =
        refusalOf({ name, value: { ...Object(value), ...evil } }) ?? decoded({ name, value });
      expect(Object.getPrototypeOf(Object(made)) === Object.prototype || made instanceof ConfabError).toBe(
        true,
      );
      if (name !== 'exportPage') expect(Object.keys(Object(made))).not.toContain('__proto__');
    }
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });
});

describe('a client that is told nonsense', () => {
  const ROOM = uuid(10);

  async function createClient() {
    const server = createFakeServer();
    server.addUser(ALICE, 'Alice');
    server.addUser(BOB, 'Bob');
    server.addConversation(ROOM, [ALICE, BOB]);
    const changes: unknown[] = [];
    server.onEvent((topic, event) => {
      if (topic === `inbox:${ALICE}`) changes.push(...event.changes.map(copied));
    });
    const client = createTestConfab({ server, userId: ALICE });
    const list = client.confab.messages.list(ROOM);
    const conversations = client.confab.conversations.list();
    list.subscribe(() => undefined);
    conversations.subscribe(() => undefined);
    await settled();
    server.send(BOB, ROOM, 'one');
    server.send(BOB, ROOM, 'two');
    server.markRead(BOB, ROOM, 2);
    await settled();
    return { server, client, list, conversations, changes };
  }

  it('E12.3 shows none of it when it comes live, counts it, and stays as the server has it', async () => {
    const { client, list, conversations, changes } = await createClient();
    const random = createSeededRandom(14);
    const before = [list.get(), conversations.get()];
    let refused = 0;
    for (let round = 0; round < 400; round++) {
      const { value } = mutate(random.pick(changes), random);
      const isCloneable = ![typeof value].some((type) => type === 'function' || type === 'symbol');
      if (!isCloneable || refusalOf({ name: 'liveChange', value }) === null) continue;
      try {
        structuredClone(value);
      } catch {
        continue;
      }
      client.realtime.channel(`inbox:${ALICE}`).emit('changes', { xid: 1, changes: [value] });
      refused++;
      if (round % 20 === 0) await settled();
    }
    await settled();
    expect(refused).toBeGreaterThan(100);
    expect(client.log.filter(({ event }) => event === 'unreadable_live_event')).toHaveLength(refused);
    expect([list.get(), conversations.get()]).toEqual(before);
    expect(client.confab.connection.get().type).toBe('live');
  });

  it('E12.3 shows none of it when a call answers it, and goes on with the next answer', async () => {
    const { server, client, list, conversations } = await createClient();
    const random = createSeededRandom(15);
    for (let round = 0; round < 40; round++) {
      client.transport.once('pull', (args, userId) => {
        const answer = copied(server.call('pull', args, userId));
        for (;;) {
          const { value } = mutate(answer, random);
          if (refusalOf({ name: 'pull', value })) return typeof value === 'object' ? value : { odd: true };
        }
      });
      server.send(BOB, ROOM, `${round}`);
      client.environment.touch();
      await client.clock.advance(70_000);
    }
    expect(list.get().messages.map(({ id }) => id)).toEqual(server.messages(ROOM).map(({ id }) => id));
    expect(conversations.get().conversations[0]?.unreadCount).toBe(server.unread(ALICE, ROOM));
    expect(client.confab.connection.get().type).toBe('live');
  });
});
