import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decode } from '../../src/model/wire';
import { ConfabError } from '../../src/errors/confab-error';
import type { FakeServer } from '../../src/testing/fake-server/fake-server';
import { addUsers, createTwin, useSettings } from './support/setup';
import { openRealServer, type RealServer } from './support/stack';

const id = (n: number) => `00000000-0000-7000-8000-${String(n + (Date.now() % 1e6) * 1e5).padStart(12, '0')}`;
const ALICE = id(1);
const BOB = id(2);
const ROOM = id(3);
let minted = 100;
const mint = () => id(++minted);

const LIMITS = { rate_limit_burst: 0, max_content_length: 200_000, max_data_bytes: 1_000_000 };

let real: RealServer;
let fake: FakeServer;
beforeAll(async () => {
  real = await openRealServer();
  const users = [ALICE, BOB].map((userId, i) => ({ id: userId, name: ['Alice', 'Bob'][i] ?? '' }));
  await useSettings(real, LIMITS);
  for (const user of users) await addUsers(real, [user]);
  fake = createTwin(users, LIMITS);
  const args = { id: ROOM, kind: 'group', title: 'Room', member_ids: [BOB] };
  fake.call('create_conversation', args, ALICE);
  expect((await real.call('create_conversation', args, ALICE)).ok).toBe(true);
});
afterAll(async () => {
  await useSettings(real, {});
  await real.stop();
});

const every = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => String.fromCodePoint(from + i)).join('');

/** What people and programs write that programs break on. */
const texts: Readonly<Record<string, string>> = {
  '100 kB': 'lorem ipsum '.repeat(8_533),
  '10,000 emoji': '👨‍👩‍👧🇩🇪👍🏽🦊'.repeat(2_500),
  'control characters': `a${every(1, 31)}\u007f${every(0x80, 0x9f)}z`,
  'from right to left': '\u202eabc\u202c \u2067שלום\u2069 مرحبا \u200f\u061c',
  'invisible ones': 'a\u200b\u200c\u200d\u2060\ufeff\u00ad\u034fb',
  'accents upon accents': `Z${'\u0300\u0316\u035c'.repeat(500)}algo`,
  'parts of pairs that belong together': '\ud83d\ude00'.repeat(50),
  noncharacters: 'a\uffff\ufffe\ufdd0\u{1ffff}\u{10ffff}z',
  'private use, as in snippets': 'a\ue000b\ue001c lorem',
  'markup and quotes': `<script>alert('x')</script> "'\`$$; drop table messages; -- \\u0000 \\ %s %n {{x}}`,
  'line ends': 'a\r\nb\rc\nd\u2028e\u2029f\u0085g',
  'blanks around': '  \t lorem \n ',
  'blanks that are none to everybody': '\u00a0\u2003\u3000 lorem',
  'only blanks': ' \t\n ',
  'only wide blanks': '\u3000\u2003',
  'only a no-break space': '\u00a0',
  'only what is invisible': '\u200b\u00ad\u202e\ufeff\u3164\u2800\ufe0f\u{e0061}\u0001',
  'only an accent': '\u0301',
  empty: '',
};
/** What Postgres keeps in no JSON. */
const unstorable: Readonly<Record<string, string>> = {
  NUL: 'a\u0000b',
  'the first half of a pair': 'a\ud83d',
  'the second half of a pair': '\ude00b',
  'halves the wrong way round': '\ude00\ud83d',
};

interface Said {
  readonly code?: string;
  readonly content?: unknown;
  readonly data?: unknown;
}

function said(result: unknown): Said {
  const row = Object(result) as { ok?: boolean; result?: Said; error?: { code: string } };
  return row.ok === true ? (row.result ?? {}) : { code: row.error?.code ?? 'none' };
}

/** Each in a push of its own; then the message as the other one loads it. */
async function sendTo(
  call: (fn: string, args: Readonly<Record<string, unknown>>, userId: string) => Promise<unknown>,
  content: string,
  data: unknown,
) {
  const messageId = mint();
  const mutation = { id: messageId, type: 'send_message', conversation_id: ROOM, args: { content, data } };
  const { results } = (await call('push', { mutations: [mutation] }, ALICE)) as { results: unknown[] };
  const answer = said(results[0]);
  const page = await call('history', { conversation_id: ROOM, max_rows: 1 }, BOB);
  const { messages } = decode.history(page);
  const found = messages.find((message) => message.id === messageId);
  return { code: answer.code ?? null, content: found?.content, data: found?.data };
}

const toFake = (fn: string, args: Readonly<Record<string, unknown>>, userId: string) =>
  Promise.resolve(JSON.parse(JSON.stringify(fake.call(fn, args, userId))) as unknown);
async function toReal(fn: string, args: Readonly<Record<string, unknown>>, userId: string): Promise<unknown> {
  const outcome = await real.call(fn, args, userId);
  if (!outcome.ok) throw new ConfabError({ code: outcome.code, message: `unable to call ${fn}` });
  return outcome.value;
}

describe('hostile content', () => {
  for (const [name, text] of Object.entries(texts)) {
    it(`E12.4 arrives as it was written or is refused with a code, on both servers alike: ${name}`, async () => {
      const data = { [`key ${text.slice(0, 50)}`]: text.slice(0, 1_000), list: [text.slice(0, 100)] };
      const answers = [await sendTo(toFake, text, data), await sendTo(toReal, text, data)];
      expect(answers[1]).toEqual(answers[0]);
      const [answer] = answers;
      if (answer?.code === null) expect(answer).toEqual({ code: null, content: text, data });
      else expect(answer).toMatchObject({ code: 'content_empty', content: undefined });
    });
  }

  for (const [name, text] of Object.entries(unstorable)) {
    it(`E12.4 is refused with a code, and nothing is lost with it but its own push, when no JSON holds it: ${name}`, async () => {
      const before = decode.history(await toReal('history', { conversation_id: ROOM, max_rows: 200 }, BOB));
      for (const call of [toFake, toReal]) {
        for (const [content, data] of [
          [text, {}],
          ['x', { a: text }],
          ['x', { [text]: 1 }],
        ] as const)
          await expect(async () => sendTo(call, content, data)).rejects.toMatchObject({ code: 'invalid' });
      }
      const after = decode.history(await toReal('history', { conversation_id: ROOM, max_rows: 200 }, BOB));
      expect(after).toEqual(before);
    });
  }

  it('E12.4 that is longer than allowed is refused, and what comes with it is not', async () => {
    await useSettings(real, { ...LIMITS, max_content_length: 8_000 });
    fake.updateSettings({ max_content_length: 8_000 });
    const batch = ['👍'.repeat(8_001), '👍'.repeat(8_000), 'after'].map((content) => ({
      id: mint(),
      type: 'send_message',
      conversation_id: ROOM,
      args: { content },
    }));
    for (const call of [toFake, toReal]) {
      const { results } = (await call('push', { mutations: batch }, ALICE)) as { results: unknown[] };
      expect(results.map((result) => said(result).code ?? 'ok')).toEqual(['content_too_long', 'ok', 'ok']);
    }
    await useSettings(real, LIMITS);
    fake.updateSettings(LIMITS);
  });
});
