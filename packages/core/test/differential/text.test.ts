import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isBlank, trimmed } from '../../src/lib/blank';
import { qualifiedEmoji } from '../../src/lib/emoji';
import { openRealServer, type RealServer } from './support/stack';

// What the device and the database make of the same text.

let real: RealServer;
beforeAll(async () => {
  real = await openRealServer();
});
afterAll(() => real.stop());

/** What a function of the database makes of each text, asked all at once. */
async function inDatabase(expression: string, texts: readonly string[]): Promise<unknown[]> {
  const rows = await real.query<{ made: unknown }>(
    `select ${expression} as made from unnest($1::text[]) with ordinality as given (t, place) order by place`,
    [texts],
  );
  return rows.map(({ made }) => made);
}

/** Those of which the two do not say the same. */
async function differences(
  expression: string,
  texts: readonly string[],
  onDevice: (text: string) => unknown,
): Promise<unknown[]> {
  const made = await inDatabase(expression, texts);
  return texts.flatMap((text, i) => {
    const here = onDevice(text);
    return here === made[i] ? [] : [{ text: pointsOf(text), device: here, database: made[i] }];
  });
}

const pointsOf = (text: string) => [...text].map((one) => one.codePointAt(0)?.toString(16)).join(' ');

/** Every character that Postgres can store, but few of the planes in which nothing is assigned. */
const everyCharacter = Array.from({ length: 0x110000 - 1 }, (_, i) => i + 1)
  .filter(
    (point) =>
      point < 0xd800 || (point > 0xdfff && point < 0x34000) || point >> 12 === 0xe0 || point % 99 === 0,
  )
  .map((point) => String.fromCodePoint(point));

describe('blank text', () => {
  const isBlankThere = 'confab_private.is_blank(t)';

  it('E12.9 is the same on the device and in the database, of all characters', async () => {
    expect(await differences(isBlankThere, everyCharacter, isBlank)).toEqual([]);
    const around = everyCharacter
      .filter((one) => isBlank(one))
      .flatMap((one) => [one + one, `${one}\u0301`, `\u200b${one}é`]);
    expect(await differences(isBlankThere, ['', ...around], isBlank)).toEqual([]);
  });

  it('E12.9 is what Unicode calls white space, control or ignorable, and what else shows nothing', () => {
    const others = '\u2800\u{1d159}\ufff9\ufffa\ufffb';
    const isExpected = (one: string) =>
      /\p{White_Space}|\p{Cc}|\p{Default_Ignorable_Code_Point}/u.test(one) || others.includes(one);
    expect(everyCharacter.filter((one) => isBlank(one) !== isExpected(one)).map(pointsOf)).toEqual([]);
  });

  it('E12.9 names lose the white space around them, the same on both sides', async () => {
    const names = everyCharacter.flatMap((one) =>
      isBlank(one) ? [`${one}a b${one}`, ` ${one} `, `\t${one}c${one}\u2003`] : [],
    );
    expect(await differences('confab_private.trimmed(t)', names, trimmed)).toEqual([]);
  });
});

describe('emoji', () => {
  it('E5.4 have the form on the device that the database stores', async () => {
    const singles = everyCharacter.filter((one) => /\p{Emoji}/u.test(one));
    const selectors = ['', '\ufe0f', '\ufe0e'];
    const texts = selectors.flatMap((selector) =>
      singles.flatMap((one) => [
        one + selector,
        `${one}${selector}\u20e3`,
        `${one}${selector}🏽`,
        `${one}${selector}\u200d♂${selector}`,
        `👩🏿\u200d${one}${selector}`,
        `🏳${selector}\u200d${one}`,
      ]),
    );
    const accepted = await inDatabase('confab_private.emoji(t) is not null', texts);
    const emoji = texts.filter((_, i) => accepted[i]);
    expect(emoji.length).toBeGreaterThan(10_000);
    expect(await differences('confab_private.emoji(t)', emoji, qualifiedEmoji)).toEqual([]);
  });
});
