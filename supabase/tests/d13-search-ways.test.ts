import { beforeAll, expect, it } from 'vitest';

import { one } from './support/database.js';
import { randomOf } from './support/random.js';
import { mutation, newGroup, newUsers, push, type User } from './support/users.js';
import type { Message } from './support/wire.js';

// Common words are looked for by walking, rare ones in the index. Both have to find the same, so each is asked by
// itself and compared with a third that is too simple to be wrong.

const words = [
  'alpha',
  'alpine',
  'beta',
  'été',
  'Straße',
  'Ärger',
  '北京',
  '北京市',
  'gamma',
  'delta',
  'epsilon',
  'zeta',
];
const queries = [
  'alpha',
  'alp',
  'alpha beta',
  'beta alp',
  'ete',
  'strasse arger',
  '北京',
  '京',
  '市 alpha',
  '"alpha beta"',
  'gamma delta',
  'zeta epsilon del',
];

const random = randomOf(13);
const groups: string[] = [];
let alice: User;
let bob: User;
let visible: Message[];

beforeAll(async () => {
  [alice, bob] = (await newUsers('Alice', 'Bob')) as [User, User];
  for (let n = 0; n < 5; n += 1) groups.push((await newGroup(alice, bob)).id);
  const say = (): string =>
    Array.from({ length: 1 + random.below(6) }, () => words[random.below(words.length)]).join(' ');
  for (let round = 0; round < 6; round += 1) {
    // Some conversations are busier than others.
    const mutations = Array.from({ length: 60 }, () =>
      mutation('send_message', groups[Math.min(random.below(5), random.below(5))] ?? null, {
        content: say(),
      }),
    );
    await push(bob, ...mutations);
  }
  const all: Message[] = [];
  for (const id of groups) {
    const { messages } = await alice.call('history', { conversation_id: id, max_rows: 200 });
    all.push(...messages.filter(({ kind }) => kind === 'text'));
  }
  expect(all).toHaveLength(360);
  const gone = new Set<string>();
  for (const [n, message] of all.entries()) {
    if (n % 9 === 0) {
      await bob.call('delete_message', { message_id: message.id });
      gone.add(message.id);
    } else if (n % 11 === 0) {
      await alice.call('hide_message', { message_id: message.id });
      gone.add(message.id);
    }
  }
  visible = all
    .filter(({ id }) => !gone.has(id))
    .sort((a, b) => (a.created_at < b.created_at ? 1 : a.created_at > b.created_at ? -1 : 0));
});

const fold = (text: string): string =>
  text.toLowerCase().normalize('NFD').replaceAll(/\p{M}/gu, '').replaceAll('ß', 'ss');
const isHan = (text: string): boolean => /\p{sc=Han}/u.test(text);

function fits(content: string, typed: string): boolean {
  const text = ` ${fold(content)} `;
  const pieces = [...fold(typed).matchAll(/(-?)(?:"([^"]*)"|(\S+))/g)];
  return pieces.every(([, minus, phrase, word], n) => {
    const looked = phrase ?? word ?? '';
    const isPrefix = word !== undefined && minus === '' && n === pieces.length - 1 && word.length >= 3;
    const isThere = isHan(looked)
      ? text.includes(looked)
      : text.includes(isPrefix ? ` ${looked}` : ` ${looked} `);
    return isThere === (minus === '');
  });
}

const walk = (
  typed: string,
  limit: number,
  step: number,
  filter: string,
  width = 2,
): Promise<{ ids: string[] | null }> =>
  one(
    `select (confab_private.search_walk(
       $1, confab_private.parse_search($2), ${filter}, $3,
       array_agg(c.id), array_agg(c.last_seq + 1), array_agg(v.visible_from_seq), array_agg(c.last_message_at), $4, $5, 1000000
     )).ids as ids
     from confab.members v join confab.conversations c on c.id = v.conversation_id
     where v.user_id = $1 and v.state = 'joined'`,
    [alice.id, typed, limit, step, width],
  );

const index = (typed: string, limit: number, filter: string): Promise<{ ids: string[] | null }> =>
  one(
    `select (confab_private.search_index($1, confab_private.parse_search($2), ${filter}, $4, $3)).ids as ids`,
    [alice.id, typed, limit, groups],
  );

it.each(queries)('D13 walking and the index find the same: %s', async (typed) => {
  const expected = visible.filter(({ content }) => fits(content ?? '', typed)).map(({ id }) => id);
  expect(expected.length).toBeGreaterThan(0);
  for (const limit of [1, 7, 1000]) {
    const wanted = expected.slice(0, limit);
    expect((await index(typed, limit, 'null')).ids ?? [], `index ${limit}`).toEqual(wanted);
    for (const step of [1, 4, 50]) {
      expect((await walk(typed, limit, step, 'null')).ids, `walk ${limit} by ${step}`).toEqual(wanted);
    }
  }
  const pages = await alice.call('search_messages', { query: typed, max_rows: 200 });
  expect(pages.results.map(({ message }) => message.id)).toEqual(expected.slice(0, 200));
});

it('D13 both heed the same filters', async () => {
  const middle = visible[100];
  if (middle === undefined) throw new Error('too few messages');
  const at = `'${middle.created_at}'::timestamptz`;
  const columns = [
    'conversation_id',
    'sender_id',
    'kind',
    'from_time',
    'to_time',
    'has_attachment',
    'attachment_kinds',
    'thread_root_id',
    'before_time',
    'before_id',
  ];
  const filters: [Record<string, string>, (message: Message) => boolean][] = [
    [{ sender_id: `'${bob.id}'` }, () => true],
    [{ sender_id: `'${alice.id}'` }, () => false],
    [{ kind: `'text'` }, () => true],
    [{ kind: `'image'` }, () => false],
    [{ from_time: at }, (message) => message.created_at >= middle.created_at],
    [{ to_time: at }, (message) => message.created_at < middle.created_at],
    [{ has_attachment: 'true', attachment_kinds: `'{image}'` }, () => false],
    [{ has_attachment: 'false', attachment_kinds: `'{image}'` }, () => true],
    [{ thread_root_id: `'${middle.id}'` }, ({ id }) => id === middle.id],
    [{ before_time: at, before_id: `'${middle.id}'` }, (message) => message.created_at < middle.created_at],
  ];
  for (const [values, isMeant] of filters) {
    const filter = `row(${columns.map((name) => values[name] ?? 'null').join(', ')})::confab_private.search_filter`;
    for (const typed of ['alp', 'alpha']) {
      const expected = visible.filter((message) => isMeant(message) && fits(message.content ?? '', typed));
      const wanted = expected.slice(0, 9).map(({ id }) => id);
      expect((await index(typed, 9, filter)).ids ?? [], filter).toEqual(wanted);
      expect((await walk(typed, 9, 4, filter)).ids, filter).toEqual(wanted);
    }
  }
});

it('D13 walking gives up beyond its budget', async () => {
  const { hits } = await one<{ hits: unknown }>(
    `select confab_private.search_walk(
       $1, confab_private.parse_search('nothing'), null, 5,
       array_agg(c.id), array_agg(c.last_seq + 1), array_agg(v.visible_from_seq), array_agg(c.last_message_at), 4, 256, 50
     ) is null as hits
     from confab.members v join confab.conversations c on c.id = v.conversation_id
     where v.user_id = $1 and v.state = 'joined'`,
    [alice.id],
  );
  expect(hits).toBe(true);
});
