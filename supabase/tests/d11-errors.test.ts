import { randomUUID } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { serverErrorCodes } from '../../packages/core/src/errors/codes.js';
import { query, withSettings } from './support/database.js';
import { target } from './support/target.js';
import { direct, mutation, newUsers, outcomes, push, send, type User } from './support/users.js';

const two = async (): Promise<[User, User]> => (await newUsers('Alice', 'Bob')) as [User, User];

describe('codes', () => {
  it('D11 the database and the SDK have the same list', async () => {
    const rows = await query<{ code: string; status: number; retryable: boolean }>(
      'select code, status, retryable from confab_private.error_codes',
    );
    const classOf = ({ status, retryable }: { status: number; retryable: boolean }): string =>
      status === 401 ? 'auth' : retryable ? 'retryable' : 'permanent';
    expect(Object.fromEntries(rows.map((row) => [row.code, classOf(row)]))).toEqual(serverErrorCodes);
  });

  it('D11 a code comes with its HTTP status, in `details`, and a message of one grammar', async () => {
    const [alice, bob] = await two();
    const { id } = await direct(alice, bob);
    const message = await send(alice, id, 'one');
    await alice.call('delete_message', { message_id: message.id });
    const fresh = (args: object) => ({ id: randomUUID(), conversation_id: id, content: 'x', ...args });
    const cases: [string, Record<string, unknown>, number, string][] = [
      ['send_message', fresh({ content: ' \u00a0\t' }), 400, 'content_empty'],
      ['send_message', fresh({ content: null }), 400, 'content_empty'],
      ['send_message', fresh({ kind: 'nope' }), 400, 'unknown_kind'],
      ['send_message', fresh({ data: 5 }), 400, 'invalid'],
      ['send_message', fresh({ id: null }), 400, 'invalid'],
      ['send_message', fresh({ conversation_id: null }), 400, 'invalid'],
      ['send_message', fresh({ conversation_id: randomUUID() }), 404, 'not_found'],
      ['edit_message', { id: randomUUID(), message_id: message.id, content: 'x' }, 409, 'message_deleted'],
      ['edit_message', { id: null, message_id: message.id, content: 'x' }, 400, 'invalid'],
      ['delete_message', { message_id: null }, 400, 'invalid'],
    ];
    for (const [fn, args, status, code] of cases) {
      const refused = await alice.refusal(fn, args);
      expect(refused, `${fn} ${JSON.stringify(args)}`).toMatchObject({
        status,
        code,
        sqlstate: `PT${status}`,
      });
      expect(refused.message).toMatch(/^unable to .+; .+/);
    }
    expect((await bob.call('history', { conversation_id: id })).version).toBe(2);
  });

  it('D11 content is measured in characters, and the limit is said', async () => {
    const [alice, bob] = await two();
    const { id } = await direct(alice, bob);
    expect(await send(alice, id, '😀'.repeat(8000))).toMatchObject({ seq: 1 });
    const long = { id: randomUUID(), conversation_id: id, content: '😀'.repeat(8001) };
    const refused = await alice.refusal('send_message', long);
    expect(refused).toMatchObject({ status: 400, code: 'content_too_long' });
    expect(refused.message).toContain('8000');
    const message = await send(alice, id, 'short');
    expect(
      await alice.refusal('edit_message', {
        id: randomUUID(),
        message_id: message.id,
        content: 'x'.repeat(8001),
      }),
    ).toMatchObject({ code: 'content_too_long' });
    expect(
      await alice.refusal('edit_message', { id: randomUUID(), message_id: message.id, content: ' ' }),
    ).toMatchObject({ code: 'content_empty' });
  });

  it('D11 an edit comes too late after the window', async () => {
    const [alice, bob] = await two();
    const { id } = await direct(alice, bob);
    const message = await send(alice, id, 'one');
    await query(`update confab.messages set created_at = now() - interval '1 hour' where id = $1`, [
      message.id,
    ]);
    const edit = { id: randomUUID(), message_id: message.id, content: 'two' };
    await withSettings({ edit_window_seconds: 60 }, async () => {
      expect(await alice.refusal('edit_message', edit)).toMatchObject({
        status: 403,
        code: 'edit_window_closed',
      });
    });
    expect(await alice.call('edit_message', edit)).toMatchObject({ content: 'two' });
  });

  it('D11 malformed ids, missing parameters, bodies that are no JSON and expired tokens are refused by the API', async () => {
    const [alice] = await two();
    expect(await alice.refusal('history', { conversation_id: 'x' })).toMatchObject({
      status: 400,
      sqlstate: '22P02',
    });
    expect(await alice.refusal('history', {})).toMatchObject({ status: 404, sqlstate: 'PGRST202' });
    const post = (body: string, token: string): Promise<Response> =>
      fetch(`${target().apiUrl}/rest/v1/rpc/push`, {
        method: 'POST',
        headers: {
          apikey: target().anonKey,
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'content-profile': 'confab',
        },
        body,
      });
    const broken = await post('{"mutations": [', alice.accessToken);
    expect(broken.status).toBe(400);
    const [header, payload, signature] = alice.accessToken.split('.') as [string, string, string];
    const forged = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as Record<string, unknown>;
    const other = Buffer.from(JSON.stringify({ ...forged, sub: randomUUID() })).toString('base64url');
    expect((await post('{"mutations": []}', `${header}.${other}.${signature}`)).status).toBe(401);
    expect((await post('{"mutations": []}', alice.accessToken)).status).toBe(200);
  });
});

describe('the rate limit', () => {
  it('D12 lets a burst through, then says how long to wait', async () => {
    const [alice, bob] = await two();
    const { id } = await direct(alice, bob);
    await withSettings({ rate_limit_burst: 3, rate_limit_per_second: 0.5 }, async () => {
      for (let n = 0; n < 3; n += 1) await send(alice, id, `${n}`);
      const refused = await alice.refusal('send_message', {
        id: randomUUID(),
        conversation_id: id,
        content: 'x',
      });
      expect(refused).toMatchObject({ status: 429, code: 'rate_limited', sqlstate: 'PT429' });
      const hint = JSON.parse(refused.hint ?? 'null') as { retry_after: number };
      expect([1, 2]).toContain(hint.retry_after);
      const [result] = await push(alice, mutation('send_message', id, { content: 'x' }));
      expect(result).toMatchObject({ ok: false, error: { code: 'rate_limited', retryable: true } });
      expect(result?.ok === false && [1, 2].includes(result.error.retry_after ?? 0)).toBe(true);
      // The others are not concerned, and what was bought is given when time has passed.
      await send(bob, id, 'mine');
      await query(
        `update confab_private.rate_buckets set refilled_at = refilled_at - interval '2 seconds' where user_id = $1`,
        [alice.id],
      );
      await send(alice, id, 'again');
      expect(
        await alice.refusal('send_message', { id: randomUUID(), conversation_id: id, content: 'x' }),
      ).toMatchObject({ code: 'rate_limited' });
    });
    expect((await bob.call('history', { conversation_id: id })).messages).toHaveLength(5);
  });

  it('D12 takes nothing for a replay, nor for a message that was refused', async () => {
    const [alice, bob] = await two();
    const { id } = await direct(alice, bob);
    await withSettings({ rate_limit_burst: 2, rate_limit_per_second: 0.001 }, async () => {
      const sent = mutation('send_message', id, { content: 'one' });
      await push(alice, sent);
      for (let n = 0; n < 3; n += 1) expect(outcomes(await push(alice, sent))).toEqual(['ok']);
      await push(alice, mutation('send_message', id, { content: '' }));
      expect(outcomes(await push(alice, mutation('send_message', id, { content: 'two' })))).toEqual(['ok']);
      expect(outcomes(await push(alice, mutation('send_message', id, { content: 'three' })))).toEqual([
        'rate_limited',
      ]);
      expect(outcomes(await push(alice, sent))).toEqual(['ok']);
    });
  });

  it('D12 0 turns it off', async () => {
    const [alice, bob] = await two();
    const { id } = await direct(alice, bob);
    for (const settings of [{ rate_limit_burst: 0 }, { rate_limit_burst: 1, rate_limit_per_second: 0 }]) {
      await withSettings(settings, async () => {
        const many = Array.from({ length: 20 }, () => mutation('send_message', id, { content: 'x' }));
        expect(new Set(outcomes(await push(alice, ...many)))).toEqual(new Set(['ok']));
      });
    }
  });
});
