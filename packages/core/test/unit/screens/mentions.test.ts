import { describe, expect, it } from 'vitest';
import { queryAt } from '../../../src/screens/mention-query';
import {
  cutAtMentions,
  cutOut,
  mentionsOf,
  moved,
  readMentions,
  replaced,
} from '../../../src/screens/mentions';
import { findByName } from '../../../src/screens/names';

const at = (start: number, length = 4, userId: string | null = 'bob') => ({ userId, start, length });
const written = { text: 'Hi @Bob, hi @Ann', mentions: [at(3), at(12, 4, 'ann')] };

const person = (id: string, displayName: string) => ({ id, displayName, avatarUrl: null });
/** In a message that says only whom it mentions. */
const found = (content: string, mentionedUserIds: string[], people: ReturnType<typeof person>[]) =>
  mentionsOf({ content, mentions: [], mentionedUserIds, mentionsEveryone: false }, people);

describe('mentions in a text', () => {
  it('E16.5 stay with what they mark when the text in front of them changes, and go when they are changed', () => {
    expect(moved(written, 'Hi there @Bob, hi @Ann')).toEqual([at(9), at(18, 4, 'ann')]);
    expect(moved(written, 'Hi @Bob, hi @Ann!')).toEqual(written.mentions);
    expect(moved(written, 'Hi @Bo, hi @Ann')).toEqual([at(11, 4, 'ann')]);
    expect(moved(written, '@Ann')).toEqual([at(0, 4, 'ann')]);
    expect(moved(written, '')).toEqual([]);
  });

  it('E16.5 of two people of one name, the one that is taken out goes', () => {
    const two = { text: '@Sam @Sam', mentions: [at(0, 4, 'one'), at(5, 4, 'two')] };
    // The text is the same either way; the caret tells which it was.
    expect(moved(two, '@Sam', 0)).toEqual([at(0, 4, 'two')]);
    expect(moved(two, '@Sam', 4)).toEqual([at(0, 4, 'one')]);
    expect(moved(two, ' @Sam', 0)).toEqual([at(1, 4, 'two')]);
    expect(
      moved({ ...two, text: 'Hi @Sam @Sam', mentions: [at(3, 4, 'one'), at(8, 4, 'two')] }, 'Hi  @Sam', 3),
    ).toEqual([at(4, 4, 'two')]);
    // What is put in is of nobody, wherever it looks the same.
    const one = { text: '@Sam', mentions: [at(0, 4, 'one')] };
    expect(moved(one, '@Sam @Sam', 5)).toEqual([at(5, 4, 'one')]);
    expect(moved(one, '@Sam @Sam', 9)).toEqual([at(0, 4, 'one')]);
    expect(moved(one, '@Sam @Sam')).toHaveLength(1);
    // A caret that cannot be is no help, and does no harm.
    for (const caret of [-5, 2, 400]) expect(moved(written, 'Hi there @Bob, hi @Ann', caret)).toHaveLength(2);
  });

  it('E16.5 one stays where the text is changed at several places at once', () => {
    // An autocorrection in front, and the blank that caused it behind.
    expect(moved({ text: 'teh @Bob x', mentions: [at(4)] }, 'the @Bob x ', 11)).toEqual([at(4)]);
    expect(moved(written, 'Hey @Bob: hi @Ann!')).toEqual([at(4), at(13, 4, 'ann')]);
    expect(moved(written, '“Hi @Bob”, “hi @Ann”')).toEqual([at(4), at(15, 4, 'ann')]);
    expect(moved(written, 'hi @Ann and @Bob')).toHaveLength(2);
    // All of it is replaced by something else, or one of two is.
    expect(moved(written, 'Hello')).toEqual([]);
    const two = { text: 'a @Sam b @Sam c', mentions: [at(2, 4, 'one'), at(9, 4, 'two')] };
    expect(moved(two, 'A @Sam b c!').length).toBeLessThan(2);
  });

  it('E16.5 emoji, marks and scripts from right to left in front of one move it by their units', () => {
    for (const before of ['😀', '👩‍👩‍👧 ', 'e\u0301 ', 'مرحبا ', '𠮷', '\u202b']) {
      const text = `${before}@Bob`;
      expect(moved({ text: '@Bob', mentions: [at(0)] }, text, before.length)).toEqual([at(before.length)]);
      expect(moved({ text, mentions: [at(before.length)] }, '@Bob', 0)).toEqual([at(0)]);
    }
    // Of two emoji that begin with the same unit one takes the place of the other.
    expect(moved({ text: '😀 @Bob', mentions: [at(3)] }, '😁 @Bob', 2)).toEqual([at(3)]);
    expect(moved({ text: '@Bob😀', mentions: [at(0, 6)] }, '@Bob😁', 6)).toEqual([]);
  });

  it('E16.5 what is sent of a text takes the mentions in it along', () => {
    const text = '\n\n @Bob and @Ann \n';
    const all = { text, mentions: [at(3), at(12, 4, 'ann')] };
    expect(cutOut(all, ' @Bob and @Ann')).toEqual({
      text: ' @Bob and @Ann',
      mentions: [at(1), at(10, 4, 'ann')],
    });
    // A name that ends with a blank.
    expect(cutOut({ text: '@Bob ', mentions: [at(0, 5)] }, '@Bob')).toEqual({
      text: '@Bob',
      mentions: [at(0)],
    });
  });

  it('E16.5 whatever is written, each mention marks the name it marked before', () => {
    let state = 3;
    const random = (below: number) => (state = (state * 48_271) % 2_147_483_647) % below;
    let now: { text: string; mentions: readonly ReturnType<typeof at>[] } = written;
    const nameOf = ({ userId }: { userId: string | null }) => (userId === 'bob' ? '@Bob' : '@Ann');
    for (let step = 0; step < 2_000; step++) {
      if (now.mentions.length === 0) now = written;
      const from = random(now.text.length + 1);
      const to = Math.min(now.text.length, from + random(3));
      const insert = 'ab@ BonA'.slice(random(8), random(9));
      const text = now.text.slice(0, from) + insert + now.text.slice(to);
      now = { text, mentions: moved(now, text) };
      for (const mention of now.mentions)
        expect(text.slice(mention.start, mention.start + mention.length)).toBe(nameOf(mention));
    }
  });

  it('E16.6 are looked for after an @ that begins a word, up to the caret', () => {
    const query = (text: string, caret = text.length) => queryAt({ text, mentions: [] }, caret);
    expect(query('Hi @')).toBe('');
    expect(query('@Ann rest', 3)).toBe('An');
    expect(query('(@Zoë')).toBe('Zoë');
    expect(query('@أحمد')).toBe('أحمد');
    expect(query("@O'Neil-B")).toBe("O'Neil-B");
    // The middle of a text, in front of what is written already.
    expect(query('Hi @An, hi', 6)).toBe('An');
    expect(query('Hi @Ann', 3)).toBeNull();
    for (const none of ['', 'Ann', 'ann@example', '@Ann ', '@@', `@${'x'.repeat(41)}`])
      expect(query(none)).toBeNull();
    // What is mentioned already is not looked for.
    expect(queryAt(written, 7)).toBeNull();
  });

  it('E16.6 are looked for in scripts that put no spaces between words, and after any @ they write', () => {
    const query = (text: string) => queryAt({ text, mentions: [] }, text.length);
    const found: Record<string, string> = {
      'こんにちは@田': '田',
      '请问@田': '田',
      '＠田': '田',
      '请问＠田': '田',
      '﹫田': '田',
      'データー@田中': '田中',
      'ﾃﾞｰﾀ@田': '田',
      '時々@佐々木': '佐々木',
      '注音ㄅ@林': '林',
      'สวัสดี@สม': 'สม',
      'ครับ@สมชาย': 'สมชาย',
      'ສະບາຍດີ@ສົມ': 'ສົມ',
      'សួស្តី@សុខ': 'សុខ',
      'မင်္ဂလာပါ@အောင်': 'အောင်',
      'བཀྲ་ཤིས@ཚེ': 'ཚེ',
      '안녕@김': '김',
      // While Hangul is composed from its parts.
      '안녕@ㄱ': 'ㄱ',
      '\u1112\u1161\u11ab@\u1100\u1175\u11b7': '\u1100\u1175\u11b7',
      '「@田': '田',
      '。@田': '田',
      '👍@Bob': 'Bob',
      '👩‍👩‍👧@Bob': 'Bob',
      '👍🏽@Bob': 'Bob',
      '1️⃣@Bob': 'Bob',
      '…@Bob': 'Bob',
      'Hello.@Bob': 'Bob',
      'Hi,@Zoe\u0308': 'Zoe\u0308',
      '@阿·杜': '阿·杜',
      '@ジョン・ス': 'ジョン・ス',
      '@علی\u200cرضا': 'علی\u200cرضا',
      '@D’Arcy': 'D’Arcy',
      'مرحبا @أحمد': 'أحمد',
      '𠮷@𠮷田': '𠮷田',
    };
    for (const [text, expected] of Object.entries(found))
      expect([text, query(text)]).toEqual([text, expected]);
  });

  it('E16.6 are not looked for in addresses and links', () => {
    for (const none of [
      'a@b',
      'ann.lee@example',
      'ann-lee@example',
      'ann_@example',
      'ann2@example',
      'jose\u0301@example',
      'josé@example',
      'почта@пример',
      'राम@उदाहरण',
      'ａ＠ｂ',
      'a＠b',
      '＠＠田',
      'https://example.org/@ann',
      'see https://example.org/a/@ann',
      '请看https://example.org/@ann',
      'www.example.org/@ann',
      'example.org/@ann',
      'ftp://ann:x@host',
    ])
      expect([none, queryAt({ text: none, mentions: [] }, none.length)]).toEqual([none, null]);
    // After a link that is over, and after a slash that is none.
    for (const text of ['https://example.org @ann', 'and/@ann', '/@ann'])
      expect([text, queryAt({ text, mentions: [] }, text.length)]).toEqual([text, 'ann']);
    // Behind a mention, not in it.
    const written = { text: '@田中@山', mentions: [at(0, 3)] };
    expect(queryAt(written, 5)).toBe('山');
    expect(queryAt({ text: '@a@b', mentions: [at(0, 4)] }, 4)).toBeNull();
  });

  it('E16.7 text that is replaced takes its mentions along', () => {
    expect(replaced(written, 0, 3, '')).toEqual({
      text: '@Bob, hi @Ann',
      mentions: [at(0), at(9, 4, 'ann')],
    });
    expect(replaced(written, 3, 7, '')).toEqual({ text: 'Hi , hi @Ann', mentions: [at(8, 4, 'ann')] });
  });

  it('E16.8 are read from a draft only where they fit', () => {
    const members = [person('ann', 'Ann'), person('bob', 'Bob'), person('nameless', '')];
    expect(found(written.text, ['bob', 'nameless', 'gone'], members)).toEqual([at(3)]);
    expect(readMentions(written.text, written.mentions)).toEqual(written.mentions);
    expect(readMentions(written.text, [null, 1, {}, at(4), at(12, 40), { ...at(3), userId: 7 }])).toEqual([]);
    expect(readMentions(written.text, undefined)).toEqual([]);
  });

  it('E16.8 the place of a mention is where its sender put it, whatever is written there', () => {
    const content = '@Sam Hill, @Sam Hillman and @Sam Hill';
    const mentions = [at(11, 12, 'long'), at(28, 9, 'two')];
    const message = { content, mentions, mentionedUserIds: ['long', 'two', 'one'], mentionsEveryone: false };
    expect(mentionsOf(message)).toEqual(mentions);
    expect(mentionsOf(message, [person('one', 'Sam Hill')])).toEqual(mentions);
    // After a rename too.
    expect(mentionsOf(message, [person('long', 'Samuel')])).toEqual(mentions);
    // Who is not mentioned is not marked, nor everyone.
    expect(mentionsOf({ ...message, mentionedUserIds: ['two'] })).toEqual([at(28, 9, 'two')]);
    const all = { ...message, content: '@all', mentions: [at(0, 4, null)] };
    expect(mentionsOf(all)).toEqual([]);
    expect(mentionsOf({ ...all, mentionsEveryone: true })).toEqual([at(0, 4, null)]);
    expect(mentionsOf({ ...message, content: null })).toEqual([]);
  });

  it('E16.8 places that cannot be are left out, and mark nothing', () => {
    const content = '😀 @Bob';
    const shown = (...mentions: ReturnType<typeof at>[]) =>
      mentionsOf({ content, mentions, mentionedUserIds: ['bob'], mentionsEveryone: false });
    expect(shown(at(3))).toEqual([at(3)]);
    for (const place of [
      at(-1),
      at(3, 0),
      at(3, -2),
      at(3, 5),
      at(7, 1),
      at(1.5),
      at(3, 1.5),
      at(NaN),
      at(1, 3),
      at(0, 1),
    ])
      expect([place, shown(place)]).toEqual([place, []]);
    // Of two that overlap the first; in the order of the text.
    expect(shown(at(4, 2), at(3))).toEqual([at(3)]);
    expect(shown(at(5, 2), at(3, 2))).toEqual([at(3, 2), at(5, 2)]);
    expect(shown(at(3), at(3))).toEqual([at(3)]);
    expect(cutAtMentions('@Bo', [at(0)])).toEqual([{ text: '@Bo', mention: null }]);
  });

  it('E16.8 whom a message mentions without saying where is found by name, as a whole', () => {
    const hills = [person('short', 'Sam Hill'), person('long', 'Sam Hillman')];
    const [short, long] = ['short', 'long'];
    expect(found('Hi @Sam Hillman and @Sam Hill', [short, long], hills)).toEqual([
      at(3, 12, long),
      at(20, 9, short),
    ]);
    expect(found('Hi @Sam Hillman', [short], hills)).toEqual([]);
    for (const text of ['@Anna', '@Ann_b', '@Ann1'])
      expect([text, found(text, ['ann'], [person('ann', 'Ann')])]).toEqual([text, []]);
    for (const text of ['@Ann', '@Ann.', "@Ann's", '@Annさん', '(@Ann)', '_@Ann_', '@Ann\n'])
      expect([text, found(text, ['ann'], [person('ann', 'Ann')])]).toEqual([
        text,
        [at(text.indexOf('@'), 4, 'ann')],
      ]);
    expect(found('@Zoe\u0308', ['zoe'], [person('zoe', 'Zoe')])).toEqual([]);
    expect(found('@田中さん', ['tanaka'], [person('tanaka', '田中')])).toEqual([at(0, 3, 'tanaka')]);
    // Two of one name share what there is, in turn.
    const sams = [person('one', 'Sam'), person('two', 'Sam')];
    expect(found('@Sam, @Sam, @Sam', ['one', 'two'], sams)).toEqual([
      at(0, 4, 'one'),
      at(6, 4, 'two'),
      at(12, 4, 'one'),
    ]);
    // Everyone, by the word the app has.
    const everyone = { id: null, displayName: 'everyone' };
    const message = { content: '@everyone', mentions: [], mentionedUserIds: [], mentionsEveryone: true };
    expect(mentionsOf(message, [everyone])).toEqual([at(0, 9, null)]);
    expect(mentionsOf({ ...message, mentionsEveryone: false }, [everyone])).toEqual([]);
  });

  it('E16.8 a text is cut at its mentions', () => {
    expect(cutAtMentions(written.text, written.mentions)).toEqual([
      { text: 'Hi ', mention: null },
      { text: '@Bob', mention: at(3) },
      { text: ', hi ', mention: null },
      { text: '@Ann', mention: at(12, 4, 'ann') },
    ]);
    expect(cutAtMentions('@Bob', [at(0)])).toEqual([{ text: '@Bob', mention: at(0) }]);
    expect(cutAtMentions('', [])).toEqual([]);
  });

  it('E16.13 names match without case and accents, those that begin so first', () => {
    const people = ['Bo Ångström', 'Angela', 'bob'].map((displayName) => ({ profile: { displayName } }));
    const found = (query: string) => findByName(people, query).map(({ profile }) => profile.displayName);
    expect(found('ang')).toEqual(['Angela', 'Bo Ångström']);
    expect(found('ÅN\u200bG')).toEqual(['Angela', 'Bo Ångström']);
    expect(found('')).toEqual(['Angela', 'Bo Ångström', 'bob']);
  });
});
