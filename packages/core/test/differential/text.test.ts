import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

/** Every character that Postgres can store. */
const everyCharacter = Array.from({ length: 0x110000 - 1 }, (_, i) => i + 1)
  .filter((point) => point < 0xd800 || point > 0xdfff)
  .map((point) => String.fromCodePoint(point));

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
