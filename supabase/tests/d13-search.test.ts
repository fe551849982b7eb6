import { randomUUID } from 'node:crypto';

import { beforeAll, describe, expect, it } from 'vitest';

import { query, withSettings } from './support/database.js';
import { refused } from './support/membership.js';
import { pagesOf } from './support/pages.js';
import { newClient, newGroup, newUsers, send, type User } from './support/users.js';
import type { Message, SearchPage } from './support/wire.js';

const search = (user: User, text: string | null, more: Record<string, unknown> = {}): Promise<SearchPage> =>
  user.call('search_messages', { query: text, ...more });

/** The contents found, newest first. */
const found = async (
  user: User,
  text: string,
  more: Record<string, unknown> = {},
): Promise<(string | null)[]> =>
  (await search(user, text, more)).results.map(({ message }) => message.content);

/** Snippets with [ ] for the marks. */
const snippets = async (user: User, text: string): Promise<string[]> =>
  (await search(user, text)).results.map(({ snippet }) =>
    snippet.replaceAll('\u{e000}', '[').replaceAll('\u{e001}', ']'),
  );

interface Language {
  text: string;
  finds: string[];
  misses: string[];
}

const languages: Record<string, Language> = {
  English: {
    text: 'Running late, see you at O’Brien’s at 8:30!',
    finds: ['running', 'RUN', 'late running', "o'brien", 'brien 8', '"see you"', '"at 8 30"', 'lat'],
    misses: ['run late', 'ru', 'unning', 'rin', '"you see"', 'late -see', 'runs', 'la'],
  },
  German: {
    text: 'Größere Straße in Köln – überraschend schön',
    finds: [
      'strasse',
      'STRASSE',
      'Straße',
      'grosse',
      'koln',
      'KÖLN',
      'überrasch',
      'uberraschend',
      'ko\u0308ln',
    ],
    misses: ['strase', 'kölner', 'koeln', 'raschend'],
  },
  French: {
    text: 'L’élève a mangé à la crèche, cœur léger',
    finds: ['eleve', 'ÉLÈVE', "l'élève", 'mange creche', 'coeur', 'cœur', '"a la creche"', 'leg'],
    misses: ['elev creche mangue', '"la a"', 'eve'],
  },
  Turkish: {
    text: 'Işık İstanbul’da ılık, DİYARBAKIR sıcak',
    finds: ['ışık', 'isik', 'IŞIK', 'istanbul', 'İSTANBUL', 'ılık', 'ILIK', 'diyarbakır', 'DIYARBAKIR'],
    misses: ['ankara', 'stanbul'],
  },
  Greek: {
    text: 'Ο ΣΊΣΥΦΟΣ είναι εδώ, καλημέρα',
    finds: ['σισυφος', 'Σίσυφος', 'ΕΙΝΑΙ', 'εδω', 'ΚΑΛΗΜΈΡΑ', 'καλη'],
    misses: ['σίσυφου', 'μερα'],
  },
  Russian: {
    text: 'Ёлка и новый ПОЕЗД в Санкт-Петербург',
    finds: ['елка', 'ёлка', 'НОВЫЙ', 'поезд', 'петербург', '"санкт-петербург"', 'пое'],
    misses: ['поезда', 'бург', '"петербург санкт"'],
  },
  Arabic: {
    text: 'السَّلامُ عليكم، أهلاً بك في المدينة',
    finds: ['السلام', 'اهلا', 'أهلا', 'المدينه', 'الســـلام', 'المد'],
    misses: ['سلام', 'مدرسة'],
  },
  Persian: {
    text: 'کتاب‌های خوب را می‌خوانم',
    finds: ['كتاب', 'خوب', 'می‌خوانم'],
    misses: ['بد'],
  },
  Hebrew: {
    text: 'שָׁלוֹם לכולם, בית־ספר',
    finds: ['שלום', 'שָׁלוֹם', 'ספר', '"בית ספר"'],
    misses: ['לום', '"ספר בית"'],
  },
  Hindi: {
    text: 'नमस्ते दुनिया। हिन्दी में संदेश',
    finds: ['नमस्ते', 'दुनिया', 'हिन्दी संदेश', '"हिन्दी में"', 'नमस्'],
    misses: ['दुनियादारी', 'मस्ते'],
  },
  Vietnamese: {
    text: 'Đường phố Hà Nội rất đẹp',
    finds: ['duong', 'Đường', 'hà nội', 'ha noi', '"Hà Nội"', 'dep'],
    misses: ['hanoi'],
  },
  Chinese: {
    text: '我们明天下午三点在北京开会，请准时参加。',
    finds: ['北京', '明天', '天下', '京', '明天下午三点', '北京 参加', '"北京开会"', '三点'],
    misses: ['上海', '北开', '京北', '明天下午四点', '北京 上海', '加入'],
  },
  Japanese: {
    text: 'パーティーは東京タワーで、iPhoneを買う。がんばって',
    finds: ['東京', 'タワー', 'ﾀﾜｰ', 'iphone', 'iPhoneを買う', '京タ', 'を', 'がん', 'パーティー 東京', 'ば'],
    misses: ['大阪', 'かん', 'phone', 'は\u3099ーティー', 'タワーは'],
  },
  Thai: {
    text: 'พรุ่งนี้เจอกันที่กรุงเทพนะครับ',
    finds: ['กรุงเทพ', 'พรุ่งนี้', 'เจอกัน', 'ครับ', 'นี้', 'กรุงเทพ ครับ'],
    misses: ['เชียงใหม่', 'เทพกรุง'],
  },
  Korean: {
    text: '내일 서울역에서 만나요 한국어',
    finds: ['서울', '울역', '서울역에서', '한국어', '\u1112\u1161\u11ab국', '만나 내일', '어'],
    misses: ['부산', '하국', '서역', '한구'],
  },
  Khmer: {
    text: 'សួស្តីអ្នកទាំងអស់គ្នា',
    finds: ['អ្នក', 'គ្នា'],
    misses: ['ភ្នំពេញ'],
  },
  emoji: {
    text: 'party 🎉🎂 yes 👍🏽 ❤️',
    finds: ['🎉', '🎂', '🎉🎂', '👍', '👍🏽', '❤', '❤️', 'party 🎉'],
    misses: ['🎈', '🎂🎉', 'party 🎈'],
  },
  signs: {
    text: 'snake_case C++ a/b 50% user@example.com #tag 3.14 don\\t ₤5 ½ ﬁne ｗｉｄｅ',
    finds: [
      'snake',
      'case',
      'snake_case',
      'c++',
      '50%',
      'example',
      'user@example.com',
      '#tag',
      '"3.14"',
      'fine',
      'wide',
      'don\\t',
    ],
    misses: ['snakecase', '31', 'percent', 'c#', 'c--x', '#snake'],
  },
};

describe('languages', () => {
  let alice: User;
  const idOf: Record<string, string> = {};

  beforeAll(async () => {
    [alice] = (await newUsers('Alice')) as [User];
    for (const [name, { text }] of Object.entries(languages)) {
      const { id } = await newGroup(alice);
      idOf[name] = id;
      await send(alice, id, text);
    }
  });

  it.each(Object.entries(languages))('D13 %s', async (name, { text, finds, misses }) => {
    const inside = { conversation_id: idOf[name] };
    for (const one of finds) expect(await found(alice, one, inside), one).toEqual([text]);
    for (const one of misses) expect(await found(alice, one, inside), one).toEqual([]);
    for (const one of finds) expect(await found(alice, one, { max_rows: 200 }), one).toContain(text);
  });
});

describe('what a query says', () => {
  let alice: User;
  let id: string;
  const texts = ['the cat sat on the mat', 'the dog sat', 'a catalogue of cats', 'concatenate'];

  beforeAll(async () => {
    [alice] = (await newUsers('Alice')) as [User];
    ({ id } = await newGroup(alice));
    for (const text of texts) await send(alice, id, text);
  });

  const cases: [string, number[]][] = [
    ['cat', [0, 2]],
    ['ca', []],
    ['CAT', [0, 2]],
    ['cat sat', [0]],
    ['cat the', [0]],
    ['sat the', [0, 1]],
    ['"cat"', [0]],
    ['"sat on"', [0]],
    ['"on sat"', []],
    ['"the cat', [0]],
    ['“sat on”', [0]],
    // A dash takes nothing away.
    ['the -cat', []],
    ['the -"sat on"', [0]],
    ['the -"on sat"', []],
    ['sat - cat', [0]],
    ['sat & dog', [1]],
    ['sat | dog', [1]],
    ['!sat', [0, 1]],
    ['sat:*', []],
    ['sat <-> on', [0]],
    ['(sat)', [0, 1]],
    ['cat cat cat', [0]],
    ['-cat', []],
    ['-', []],
    ['', []],
    ['   ', []],
    ['?!…', []],
    ['""', []],
    ['%', []],
    ['_', []],
    ['c_t', []],
    ['ca%', []],
    ['cat%', []],
    ['\\', []],
  ];

  it.each(cases)('D13 %j', async (text, expected) => {
    expect((await found(alice, text)).sort()).toEqual(expected.map((n) => texts[n]).sort());
    expect((await found(alice, text, { sort: 'relevance' })).sort()).toEqual(
      expected.map((n) => texts[n]).sort(),
    );
  });

  it('D13 of a query 200 characters count, and what is excluded may have as many', async () => {
    expect(await found(alice, `cat ${'sat '.repeat(49)} and more`)).toEqual([texts[0]]);
    expect(await found(alice, `cat ${'- '.repeat(10_000)}`)).toEqual([texts[2], texts[0]]);
    expect(await found(alice, 'x'.repeat(10_000))).toEqual([]);
    expect(await found(alice, 'the', { excluding: 'cat' })).toEqual([texts[1]]);
    expect(await found(alice, 'the', { excluding: '"sat on"' })).toEqual([texts[1]]);
    expect(await found(alice, 'the', { excluding: '"on sat" ?' })).toEqual([texts[1], texts[0]]);
    expect(await found(alice, '', { excluding: 'cat' })).toEqual([]);
    expect(
      refused(await alice.refusal('search_messages', { query: 'cat', excluding: 'x'.repeat(201) })),
    ).toBe('400 invalid');
    expect(await search(alice, null)).toEqual({ results: [], profiles: [], next: null });
  });

  it('D13 whatever is typed is only looked for', async () => {
    const before = await query(`select count(*) from confab.messages where conversation_id = $1`, [id]);
    const typed = [
      `'; delete from confab.messages; --`,
      `' or true --`,
      `cat' & 'dog`,
      `'cat':A | !'x'`,
      `\\'; select pg_sleep(10) --`,
      `cat\\`,
      `$$ || $1 ||`,
      `%' or content like '%`,
      `" -" - " --""`,
      `(((((((((((((((`,
      `[a-z]+.*(?=x)`,
      `\u{e000}cat\u{e001}`,
      `\u0001\u001f\u007f cat`,
      `cat\n\tdog`,
      `& | ! <-> :* ( )`,
      '\u202e\u200d\ufeff',
      '👨‍👩‍👧‍👦',
      'é'.repeat(200),
      '中'.repeat(200),
      `${'zz '.repeat(66)}`,
      '-'.repeat(200),
      '"'.repeat(200),
    ];
    for (const text of typed) {
      for (const sort of ['newest', 'relevance']) {
        const { data, error } = await alice.client
          .schema('confab')
          .rpc('search_messages', { query: text, sort, max_rows: 200 });
        expect(error, text).toBeNull();
        const { results } = data as SearchPage;
        // At most what the word in it finds.
        for (const { message } of results) expect(texts, text).toContain(message.content);
        if (!text.includes('cat')) expect(results, text).toEqual([]);
      }
    }
    expect(await query(`select count(*) from confab.messages where conversation_id = $1`, [id])).toEqual(
      before,
    );
  });

  it('D13 any text can be sent, and be found', async () => {
    const typed = [
      ` ${'x'.repeat(7000)} needle1`,
      `${'中文'.repeat(3000)} needle2`,
      `${'é '.repeat(3000)} needle3`,
      `${Array.from({ length: 1300 }, (_, n) => `w${n}`).join(' ')} needle4`,
      `' " \\ \u0001 \u{e000} \u{e001} %_ & | needle5`,
      `\u{1f468}\u200d\u{1f469}\u200d\u{1f467} needle6`,
      `${'\u0300'.repeat(2000)} needle7`,
      `\ufdfa`.repeat(400) + ' needle8',
    ];
    for (const [n, text] of typed.entries()) {
      await send(alice, id, text);
      expect(await found(alice, `needle${n + 1}`), text.slice(0, 20)).toEqual([text]);
    }
    await withSettings({ max_content_length: 1_500_000 }, async () => {
      const huge = `needle9 ${Array.from({ length: 140_000 }, (_, n) => `huge${n}`).join(' ')} needle10`;
      await send(alice, id, huge);
      expect(await found(alice, 'needle9')).toEqual([huge]);
      await send(alice, id, `needle11 ${'中文字'.repeat(100_000)}`);
      expect(await found(alice, 'needle11')).toHaveLength(1);
    });
    const long = `w${'x'.repeat(150)}`;
    await send(alice, id, `${long}y`);
    expect(await found(alice, long)).toEqual([`${long}y`]);
    expect(await found(alice, `"${long}"`)).toEqual([]);
    expect(await found(alice, `${long}z`)).toEqual([]);
  });
});

describe('who finds what', () => {
  it('D13 only joined members, from where they may look back to', async () => {
    const [alice, bob, carol, dan] = (await newUsers('Alice', 'Bob', 'Carol', 'Dan')) as [
      User,
      User,
      User,
      User,
    ];
    const { id } = await newGroup(alice, bob);
    const word = `w${randomUUID().slice(0, 8)}`;
    await send(alice, id, `${word} early`);
    await alice.call('add_members', { conversation_id: id, user_ids: [carol.id], shows_history: false });
    await alice.call('invite_members', { conversation_id: id, user_ids: [dan.id] });
    await send(bob, id, `${word} late`);
    const all = [`${word} late`, `${word} early`];
    for (const sort of ['newest', 'relevance']) {
      expect((await found(alice, word, { sort })).sort()).toEqual([...all].sort());
      expect(await found(carol, word, { sort })).toEqual([`${word} late`]);
      expect(await found(dan, word, { sort })).toEqual([]);
    }
    expect(refused(await dan.refusal('search_messages', { query: word, conversation_id: id }))).toBe(
      '403 not_member',
    );
    await alice.call('remove_member', { conversation_id: id, user_id: bob.id });
    await carol.call('leave_conversation', { conversation_id: id });
    expect(await found(bob, word)).toEqual([]);
    expect(await found(carol, word)).toEqual([]);
  });

  it('D5 what is deleted, hidden or edited away is not found, what is edited in is', async () => {
    const [alice, bob] = (await newUsers('Alice', 'Bob')) as [User, User];
    const { id } = await newGroup(alice, bob);
    const first = await send(alice, id, 'apple one');
    const second = await send(alice, id, 'apple two');
    const third = await send(alice, id, 'apple three');
    await alice.call('delete_message', { message_id: first.id });
    await bob.call('hide_message', { message_id: second.id });
    await alice.call('edit_message', { id: randomUUID(), message_id: third.id, content: 'pear three' });
    expect(await found(alice, 'apple')).toEqual(['apple two']);
    expect(await found(bob, 'apple')).toEqual([]);
    expect(await found(bob, 'pear')).toEqual(['pear three']);
  });

  it('D11 refuses other people’s conversations and threads, and what is no argument', async () => {
    const [alice, stranger] = (await newUsers('Alice', 'Stranger')) as [User, User];
    const { id } = await newGroup(alice);
    const mine = await newGroup(stranger);
    const root = await send(alice, id, 'root');
    const own = await send(stranger, mine.id, 'own');
    const cases: [Record<string, unknown>, string][] = [
      [{ conversation_id: id }, '403 not_member'],
      [{ conversation_id: randomUUID() }, '404 not_found'],
      [{ thread_root_id: root.id }, '403 not_member'],
      [{ thread_root_id: randomUUID() }, '404 not_found'],
      [{ thread_root_id: own.id, conversation_id: id }, '403 not_member'],
      [{ thread_root_id: own.id, conversation_id: (await newGroup(stranger)).id }, '404 not_found'],
      [{ kind: 'nonsense' }, '400 unknown_kind'],
      [{ sort: 'oldest' }, '400 invalid'],
      [{ before: 'x' }, '400 invalid'],
      [{ before: `1_${randomUUID()}`, sort: 'relevance' }, '400 invalid'],
      [{ before: `1-1_${randomUUID()}` }, '400 invalid'],
    ];
    for (const [args, expected] of cases) {
      const refusal = await stranger.refusal('search_messages', { query: 'root', ...args });
      expect(refused(refusal), JSON.stringify(args)).toBe(expected);
    }
    const anonymous = await newClient().schema('confab').rpc('search_messages', { query: 'root' });
    expect(anonymous.error).not.toBeNull();
  });
});

describe('filters', () => {
  let alice: User;
  let bob: User;
  let sent: Record<string, Message>;
  let id: string;

  beforeAll(async () => {
    [alice, bob] = (await newUsers('Alice', 'Bob')) as [User, User];
    ({ id } = await newGroup(alice, bob));
    const other = await newGroup(alice, bob);
    const make = (user: User, content: string, more: Record<string, unknown> = {}): Promise<Message> =>
      user.call('send_message', { id: randomUUID(), conversation_id: id, content, ...more });
    const root = await make(alice, 'word root');
    const reply = await make(bob, 'word reply', { thread_root_id: root.id });
    const picture = await make(alice, 'word picture', { kind: 'image' });
    const file = await make(bob, 'word file', { kind: 'file' });
    const elsewhere = await make(alice, 'word elsewhere', { conversation_id: other.id });
    sent = { root, reply, picture, file, elsewhere };
  });

  const namesOf = async (args: Record<string, unknown>): Promise<string[]> =>
    (await found(alice, 'word', args)).map((content) => content?.slice(5) ?? '');

  it('D13 conversation, sender, kind, attachments, thread', async () => {
    expect(await namesOf({})).toEqual(['elsewhere', 'file', 'picture', 'reply', 'root']);
    expect(await namesOf({ conversation_id: id })).toEqual(['file', 'picture', 'reply', 'root']);
    expect(await namesOf({ sender_id: bob.id })).toEqual(['file', 'reply']);
    expect(await namesOf({ sender_id: randomUUID() })).toEqual([]);
    expect(await namesOf({ kind: 'image' })).toEqual(['picture']);
    expect(await namesOf({ has_attachment: true })).toEqual(['file', 'picture']);
    expect(await namesOf({ has_attachment: false })).toEqual(['elsewhere', 'reply', 'root']);
    expect(await namesOf({ thread_root_id: sent.root?.id })).toEqual(['reply', 'root']);
    expect(await namesOf({ thread_root_id: sent.root?.id, sender_id: bob.id })).toEqual(['reply']);
    expect(await namesOf({ has_attachment: true, sender_id: alice.id, conversation_id: id })).toEqual([
      'picture',
    ]);
  });

  it('D13 a range of time, its end excluded', async () => {
    const at = (name: string): string => sent[name]?.created_at ?? '';
    expect(await namesOf({ from_time: at('picture') })).toEqual(['elsewhere', 'file', 'picture']);
    expect(await namesOf({ to_time: at('picture') })).toEqual(['reply', 'root']);
    expect(await namesOf({ from_time: at('reply'), to_time: at('file') })).toEqual(['picture', 'reply']);
    expect(await namesOf({ from_time: at('file'), to_time: at('reply') })).toEqual([]);
  });
});

describe('answers', () => {
  it('D13 a result is the message as the caller sees it, with its sender', async () => {
    const [alice, bob] = (await newUsers('Alice', 'Bob')) as [User, User];
    const { id } = await newGroup(alice, bob);
    const first = await send(bob, id, 'first');
    await bob.call('send_message', {
      id: randomUUID(),
      conversation_id: id,
      content: 'second',
      reply_to_id: first.id,
    });
    await alice.call('add_reaction', { message_id: first.id, emoji: '👍' });
    const page = await search(alice, 'first');
    const { messages } = await alice.call('history', { conversation_id: id });
    expect(page.results[0]?.message).toEqual(messages.find((message) => message.id === first.id));
    expect(page).toMatchObject({ results: [{ rank: expect.any(Number) }], next: null });
    expect(page.profiles).toMatchObject([{ id: bob.id, display_name: 'Bob' }]);
  });

  it('D13 pages go on where the one before ended, in both orders', async () => {
    const [alice] = (await newUsers('Alice')) as [User];
    const groups = [await newGroup(alice), await newGroup(alice), await newGroup(alice)];
    const contents: string[] = [];
    for (let n = 0; n < 25; n += 1) {
      const content = `word ${'word '.repeat(n % 4)}number ${n} ${'filler '.repeat(n % 3)}`;
      contents.push(content);
      await send(alice, groups[n % 3]?.id ?? '', content);
    }
    for (const sort of ['newest', 'relevance']) {
      const pages = await pagesOf((before) => search(alice, 'word', { sort, before, max_rows: 4 }));
      expect(pages.map(({ results }) => results.length)).toEqual([4, 4, 4, 4, 4, 4, 1]);
      const results = pages.flatMap((page) => page.results);
      expect(new Set(results.map(({ message }) => message.id)).size).toBe(25);
      if (sort === 'newest') {
        expect(results.map(({ message }) => message.content)).toEqual([...contents].reverse());
      } else {
        const ranks = results.map(({ rank }) => rank);
        expect(ranks).toEqual([...ranks].sort((a, b) => b - a));
        expect(results[0]?.message.content).toMatch(/^word word word word/);
      }
    }
    expect((await search(alice, 'word', { max_rows: 25 })).next).toBeNull();
  });

  it('D13 relevance puts whole words, repeated words and short texts first', async () => {
    const [alice] = (await newUsers('Alice')) as [User];
    const { id } = await newGroup(alice);
    const texts = ['plan', 'the plan of the plan', 'planning', `plan ${'and more '.repeat(30)}`];
    for (const text of texts) await send(alice, id, text);
    const order = await found(alice, 'plan', { sort: 'relevance' });
    expect(order).toEqual([texts[1], texts[0], texts[2], texts[3]]);
  });

  it('D13 snippets mark what was found', async () => {
    const [alice] = (await newUsers('Alice')) as [User];
    const { id } = await newGroup(alice);
    const cases: [string, string, string][] = [
      ['see the Cat and the cats', 'cat', 'see the [Cat] and the [cats]'],
      ['<b>bold</b> & more', 'bold', '<b>[bold]</b> & more'],
      ['Große Straße, größere Straßen', 'strasse', 'Große [Straße], größere [Straßen]'],
      ['Œuvre d’un élève', 'eleve oeuvre', '[Œuvre] d’un [élève]'],
      ['e\u0301le\u0300ve', 'eleve', '[élève]'],
      ['好，我们明天在北京见', '北京 明天', '好，我们[明天]在[北京]见'],
      ['나는 서울역에 있어', '서울', '나는 [서울]역에 있어'],
      ['iPhoneを買う', 'iphone', '[iPhone]を買う'],
      ['say "hello   big\n\nworld" now', '"hello big world"', 'say "[hello big world]" now'],
      ['fake \u{e000}mark\u{e001} zebra', 'zebra', 'fake mark [zebra]'],
      ['ÄÖÜ ﬁnest ﬂower', 'flower', 'ÄÖÜ ﬁnest [ﬂower]'],
      ['IŞIK İstanbul', 'ışık istanbul', '[IŞIK] [İstanbul]'],
    ];
    for (const [text, typed, expected] of cases) {
      await send(alice, id, text);
      expect((await snippets(alice, typed))[0], text).toBe(expected);
    }
  });

  it('D13 a snippet of a long text has 200 characters around the first match', async () => {
    const [alice] = (await newUsers('Alice')) as [User];
    const { id } = await newGroup(alice);
    await send(alice, id, `${'before '.repeat(200)}needle ${'after '.repeat(200)}`);
    await send(alice, id, `${'ß '.repeat(1500)}nädel ${'danach '.repeat(100)}`);
    await send(alice, id, `${'字'.repeat(3000)}北京${'字'.repeat(3000)}`);
    for (const [typed, expected] of [
      ['needle', /^…(before )+\[needle\] (after )+(a|af|aft|afte|after)?…$/],
      ['nadel', /^…(ß )+\[nädel\] (danach )+(d|da|dan|dana|danac|danach)?…$/],
      ['北京', /^…字+\[北京\]字+…$/],
    ] as const) {
      const [snippet] = await snippets(alice, typed);
      expect(snippet).toMatch(expected);
      expect([...(snippet ?? '')].length).toBeLessThanOrEqual(204);
      expect([...(snippet ?? '')].length).toBeGreaterThan(180);
    }
  });
});

describe('names', () => {
  it('D13 conversations are found by a part of their title or of a member’s name', async () => {
    const [alice, bob, zoe] = (await newUsers('Alice', 'Bob', 'Zoë Müller')) as [User, User, User];
    const make = (title: string, ...members: User[]): Promise<unknown> =>
      alice.call('create_conversation', {
        id: randomUUID(),
        kind: 'group',
        title,
        member_ids: members.map((member) => member.id),
      });
    await make('Élèves 100%', bob);
    await make('Other', zoe);
    await make('東京オフィス', bob);
    const titles = async (text: string): Promise<(string | null)[]> =>
      (await alice.call('conversations', { filter: { query: text } })).conversations.map(
        ({ title }) => title,
      );
    expect(await titles('eleve')).toEqual(['Élèves 100%']);
    expect(await titles('zoe mul')).toEqual(['Other']);
    expect(await titles('ZOË')).toEqual(['Other']);
    expect(await titles('京オ')).toEqual(['東京オフィス']);
    expect(await titles('100%')).toEqual(['Élèves 100%']);
    expect(await titles('%')).toEqual(['Élèves 100%']);
    expect(await titles('_')).toEqual([]);
    expect(await titles('\\')).toEqual([]);
    expect(await titles("' or true --")).toEqual([]);
    expect(await titles('alice')).toEqual([]);
  });
});
