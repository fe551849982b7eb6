import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decode } from '../../src/model/wire';
import type { FakeServer } from '../../src/testing/fake-server/fake-server';
import { createSeededRandom } from '../../src/testing/seeded-random';
import { addUsers, createTwin, useSettings } from './support/setup';
import { openRealServer, type RealServer } from './support/stack';

// Whatever was written is found by itself, by any words of it that stand beside each other, and by any one of them.

const id = (n: number) => `00000000-0000-7000-8000-${String(n + (Date.now() % 1e6) * 1e5).padStart(12, '0')}`;
const ALICE = id(1);
const ROOM = id(3);
const LIMITS = { rate_limit_burst: 0 };

let real: RealServer;
let fake: FakeServer;
beforeAll(async () => {
  real = await openRealServer();
  const users = [{ id: ALICE, name: 'Alice' }];
  await useSettings(real, LIMITS);
  await addUsers(real, users);
  fake = createTwin(users, LIMITS);
  const args = { id: ROOM, kind: 'group', title: 'Room', member_ids: [] };
  fake.call('create_conversation', args, ALICE);
  expect((await real.call('create_conversation', args, ALICE)).ok).toBe(true);
});
afterAll(async () => {
  await useSettings(real, {});
  await real.stop();
});

/** What people paste, and what a search might take for something else than text. */
const written = [
  'then run git push --force once',
  'rm -rf build && npm ci',
  'it is -5 degrees',
  'C++',
  'C#',
  'a message with the word c',
  'see http://example.com/a?b=c&d=%20e#f (or https://x.y/~z_1)',
  'write to Ann.Lee+list@example.co.uk, please',
  '"quoted" and “curly” and «angled» and "unbalanced',
  'a 5" pipe OR a 6" pipe AND NOT -this',
  "rock 'n' roll, don't, O’Brien's",
  'Q&A: R&D | AT&T & co. -> done => really <-> not ()',
  'v1.2.3-beta.4 of README.md, .env and src/lib/fold.ts',
  'if (x[0] != "y") { return `z`; } // TODO: fix?!',
  '!important sat:* (foo | bar) <b>bold</b> {{x}} $HOME 100% ~5 ^2 a_b c\\d',
  '#hashtag @ann $5 5€ §7 20° ±3 2×3 ½ ³',
  'ok',
  'a',
  '?',
  '->',
  ':-) :-(',
  '...',
  '👍',
  '⭐ ⌚ → ≠ ❤️ 👨‍👩‍👧‍👦 🇩🇪 1️⃣',
  '我们明天下午三点在北京开会，请准时参加。C++吗？',
  'パーティーは東京タワーで、iPhoneを買う。-がんばって',
  'พรุ่งนี้เจอกันที่กรุงเทพ ครับ',
  '내일 서울역에서 -만나요',
  'السَّلامُ عليكم، أهلاً بك -في المدينة',
  'Größere Straße – überraschend “schön”… ﬁn ŉ ĳ',
  'नमस्ते -दुनिया। हिन्दी',
  `long ${'word '.repeat(80)}end`,
  `${'-'.repeat(250)} under a line`,
  `"${'x'.repeat(260)}" in quotes`,
  '中'.repeat(300),
  '\u200bhidden\u200b join\u00aders \ufeff',
  'tab\tand\nline\r\nends\u00a0here',
  '%_ \\ \\% like wildcards 50%',
  "' or true -- ; drop table",
];

const whites = /[\s\u0085\u2800]+/u;
const pieces =
  'git --force "a b" C++ c ( ) [x] -5 a&b | :* !x ?? -> … 北京 を 👍 é ß O’B .env #1 @a_b 1.2.3 "x y ” “ % \\ '.split(
    ' ',
  );

function random(count: number): string[] {
  const chance = createSeededRandom(14);
  return Array.from({ length: count }, () =>
    Array.from({ length: 1 + chance.int(6) }, () => chance.pick(pieces) + chance.pick(['', ' ', ' ', ' ']))
      .join('')
      .trim(),
  ).filter((text) => text !== '');
}

async function found(query: string, more: Readonly<Record<string, unknown>> = {}) {
  const args = { query, conversation_id: ROOM, max_rows: 200, ...more };
  const there = await real.call('search_messages', args, ALICE);
  if (!there.ok) throw new Error(`unable to search for ${JSON.stringify(query)}; ${there.code}`);
  const pages = [
    decode.searchPage(there.value),
    decode.searchPage(fake.call('search_messages', args, ALICE)),
  ];
  const [first, second] = pages.map(({ results }) =>
    results.map(({ message, snippet }) => ({ content: message.content, snippet })),
  );
  expect(second, query).toEqual(first);
  return (first ?? []).map(({ content }) => content);
}

let minted = 10;
async function send(contents: readonly string[]): Promise<void> {
  for (const content of contents) {
    const args = { id: id(++minted), conversation_id: ROOM, content };
    fake.call('send_message', args, ALICE);
    expect((await real.call('send_message', args, ALICE)).ok, content).toBe(true);
  }
}

/** A text, some of its words beside each other, and each of its words that says something. */
function queriesOf(text: string): string[] {
  const words = text.split(whites).filter((word) => word !== '');
  const middle = words.slice(Math.floor(words.length / 3), Math.ceil((words.length * 2) / 3));
  const hasLetters = /[\p{L}\p{N}]/u;
  return [text, words.slice(1).join(' '), words.slice(0, -1).join(' '), middle.join(' '), ...words]
    .filter((query, i) => i === 0 || hasLetters.test(query))
    .filter((query, i, all) => all.indexOf(query) === i);
}

describe('searching what was written', () => {
  it('D13 finds it, on both servers alike: what people paste', { timeout: 120_000 }, async () => {
    await send(written);
    const missed: unknown[] = [];
    for (const text of written)
      for (const query of queriesOf(text))
        if (!(await found(query)).includes(text)) missed.push({ text, query });
    expect(missed).toEqual([]);
  });

  it('D13 finds it, on both servers alike: any pieces beside each other', { timeout: 120_000 }, async () => {
    const texts = random(60);
    await send(texts);
    const missed: unknown[] = [];
    for (const text of texts)
      for (const query of queriesOf(text).slice(0, 6))
        if (!(await found(query)).includes(text)) missed.push({ text, query });
    expect(missed).toEqual([]);
  });

  it('D13 takes signs beside a word as they are written, and leaves out only what is asked to be', async () => {
    const own = [
      'zq C++ code',
      'zq C# code',
      'zq the letter c',
      'zq R & D',
      'zq r then d',
      'zq .NET',
      'zq a net',
      'zq ??',
      'zq ask',
    ];
    await send(own);
    const ofOwn = async (query: string, more = {}) =>
      (await found(`zq ${query}`, more)).filter((content) => own.includes(content ?? '')).sort();
    expect(await ofOwn('C++')).toEqual(['zq C++ code']);
    expect(await ofOwn('c#')).toEqual(['zq C# code']);
    expect(await ofOwn('c')).toEqual(['zq C# code', 'zq C++ code', 'zq the letter c']);
    expect(await ofOwn('R&D')).toEqual(['zq R & D']);
    expect(await ofOwn('.net')).toEqual(['zq .NET']);
    expect(await ofOwn('(c)!')).toEqual(['zq C# code', 'zq C++ code', 'zq the letter c']);
    expect(await ofOwn('"c code"')).toEqual(['zq C# code', 'zq C++ code']);
    expect(await ofOwn('"c++ code')).toEqual(['zq C++ code']);
    expect(await ofOwn('c', { excluding: 'letter' })).toEqual(['zq C# code', 'zq C++ code']);
    expect(await ofOwn('c', { excluding: '"the letter" -> code' })).toEqual([]);
    expect(await found('', { excluding: 'letter' })).toEqual([]);
    // Signs alone find what consists of signs.
    for (const signs of ['?', '??', '->', ':-(']) {
      const all = await found(signs);
      expect(all.filter((content) => !content?.includes(signs) || /[\p{L}\p{N}]/u.test(content))).toEqual([]);
    }
    expect(await found('->')).toContain('->');
    expect(await found(':-(')).toContain(':-) :-(');
  });
});
