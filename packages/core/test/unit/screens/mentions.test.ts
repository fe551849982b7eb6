import { describe, expect, it } from 'vitest';
import { mentionsIn, moved, queryAt, readMentions, replaced } from '../../../src/screens/mentions';
import { findByName } from '../../../src/screens/names';

const at = (start: number, length = 4, userId: string | null = 'bob') => ({ userId, start, length });
const written = { text: 'Hi @Bob, hi @Ann', mentions: [at(3), at(12, 4, 'ann')] };

describe('mentions in a text', () => {
  it('E16.5 stay with what they mark when the text in front of them changes, and go when they are changed', () => {
    expect(moved(written, 'Hi there @Bob, hi @Ann')).toEqual([at(9), at(18, 4, 'ann')]);
    expect(moved(written, 'Hi @Bob, hi @Ann!')).toEqual(written.mentions);
    expect(moved(written, 'Hi @Bo, hi @Ann')).toEqual([at(11, 4, 'ann')]);
    expect(moved(written, '@Ann')).toEqual([at(0, 4, 'ann')]);
    expect(moved(written, '')).toEqual([]);
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

  it('E16.8 are found again in a message, and read from a draft only where they fit', () => {
    const member = (userId: string, displayName: string) => ({
      userId,
      profile: { id: userId, displayName, avatarUrl: null, isDeleted: false },
      role: 'member' as const,
      state: 'joined' as const,
      lastReadSeq: 0,
      lastDeliveredSeq: 0,
      lastSeenAt: null,
    });
    const members = [member('ann', 'Ann'), member('bob', 'Bob'), member('nameless', '')];
    expect(mentionsIn(written.text, ['bob', 'nameless', 'gone'], members)).toEqual([at(3)]);
    expect(readMentions(written.text, written.mentions)).toEqual(written.mentions);
    expect(readMentions(written.text, [null, 1, {}, at(4), at(12, 40), { ...at(3), userId: 7 }])).toEqual([]);
    expect(readMentions(written.text, undefined)).toEqual([]);
  });

  it('E16.13 names match without case and accents, those that begin so first', () => {
    const people = ['Bo Ångström', 'Angela', 'bob'].map((displayName) => ({ profile: { displayName } }));
    const found = (query: string) => findByName(people, query).map(({ profile }) => profile.displayName);
    expect(found('ang')).toEqual(['Angela', 'Bo Ångström']);
    expect(found('ÅN\u200bG')).toEqual(['Angela', 'Bo Ångström']);
    expect(found('')).toEqual(['Angela', 'Bo Ångström', 'bob']);
  });
});
