import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isBlank, trimmed } from '../../src/lib/blank';
import { qualifiedEmoji } from '../../src/lib/emoji';
import { fold } from '../../src/lib/fold';
import { isNamed } from '../../src/screens/names';
import { createSeededRandom } from '../../src/testing/seeded-random';
import { names } from './support/names';
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
      (point < 0x34000 || point >> 12 === 0xe0 || point % 99 === 0) && (point < 0xd800 || point > 0xdfff),
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

  it('E12.9 the name of a user shows something', async () => {
    const made = await inDatabase(
      "confab_private.display_name_of(jsonb_build_object('display_name', t, 'name', 'Ann'))",
      ['\u200b', '\u3164\u2800', '\u3000Zoë\n'],
    );
    expect(made).toEqual(['Ann', 'Ann', 'Zoë']);
  });

  it('E12.9 names lose the white space around them, the same on both sides', async () => {
    const names = everyCharacter.flatMap((one) =>
      isBlank(one) ? [`${one}a b${one}`, ` ${one} `, `\t${one}c${one}\u2003`] : [],
    );
    expect(await differences('confab_private.trimmed(t)', names, trimmed)).toEqual([]);
  });
});

describe('folded text', () => {
  const foldThere = 'confab_private.fold(t)';

  it('E16.13 is the same on the device and in the database, of all characters', async () => {
    expect(await differences(foldThere, everyCharacter, fold)).toEqual([]);
  });

  it('E16.13 is the same of characters beside each other, whatever their scripts', async () => {
    const random = createSeededRandom(16);
    const interesting = everyCharacter.filter((one) => fold(one) !== one || /\p{M}/u.test(one));
    const texts = Array.from({ length: 30_000 }, () =>
      Array.from({ length: 1 + random.int(6) }, () =>
        random.pick(random.chance(0.7) ? interesting : everyCharacter),
      ).join(''),
    );
    expect(await differences(foldThere, texts, fold)).toEqual([]);
  });

  it.each(Object.entries(names))(
    'E16.13 finds the same names on the device and in the database: %s',
    async (_, table) => {
      const pairs = table.flatMap(([name, finds, misses]) => [
        ...finds.map((query) => ({ name, query, isFound: true })),
        ...misses.map((query) => ({ name, query, isFound: false })),
      ]);
      const rows = await real.query<{ is_found: boolean }>(
        `select coalesce(confab_private.fold(name) like confab_private.like_pattern(query), true) as is_found
       from unnest($1::text[], $2::text[]) with ordinality as given (name, query, place) order by place`,
        [pairs.map(({ name }) => name), pairs.map(({ query }) => query)],
      );
      expect(rows.map((row, i) => ({ ...pairs[i], isFound: row.is_found }))).toEqual(pairs);
      expect(pairs.map((pair) => ({ ...pair, isFound: isNamed(pair.name, pair.query) }))).toEqual(pairs);
    },
  );
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
