import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { ConfabError, type ErrorCode } from '../../src';
import { eventually, unwatchAll, watch } from './support/eventually';
import { createWorld, type Device, type Person, type World } from './support/world';

const kinds = { daily_note: z.object({ mood: z.enum(['good', 'bad']) }) };
const UNKNOWN = '00000000-0000-7000-8000-000000000000';

/** The code an act is refused with; fails when it is not refused. */
async function refusal(act: () => unknown): Promise<ErrorCode> {
  try {
    await act();
  } catch (error) {
    if (error instanceof ConfabError) return error.code;
    throw error;
  }
  throw new Error('was not refused');
}

describe('what cannot be done is said by code and changes nothing', () => {
  let world: World;
  let alice: Person;
  let bob: Person;
  let mallory: Person;
  let a: Device<typeof kinds>;
  let m: Device<Record<never, never>>;
  let id: string;

  const count = async (): Promise<number> => {
    const { rows } = await world.db.query<{ n: number }>(
      'select count(*)::int as n from confab.messages where conversation_id = $1',
      [id],
    );
    return rows[0]?.n ?? -1;
  };

  beforeAll(async () => {
    world = await createWorld();
    [alice, bob, mallory] = await Promise.all([
      world.person('Alice'),
      world.person('Bob'),
      world.person('Mallory'),
    ]);
    a = await alice.device({ messageKinds: kinds });
    m = await mallory.device();
    id = await a.confab.conversations.direct(bob.id);
    await eventually(a.confab.connection, ({ type }) => type === 'live');
    await eventually(m.confab.connection, ({ type }) => type === 'live');
  });
  afterEach(unwatchAll);
  afterAll(() => world.stop());

  it('E1.10 malformed ids never leave the device', async () => {
    expect(await refusal(() => a.confab.messages.send('nonsense', { content: 'Hi' }))).toBe('invalid');
    expect(await refusal(() => a.confab.messages.list("1' or true"))).toBe('invalid');
    expect(await refusal(() => a.confab.conversations.direct('bob'))).toBe('invalid');
    expect(await refusal(() => a.confab.conversations.create({ kind: 'group', memberIds: ['x'] }))).toBe(
      'invalid',
    );
  });

  it('E1.10 empty content and characters no database stores are refused before they are queued', async () => {
    expect(await refusal(() => a.confab.messages.send(id, { content: '  \n' }))).toBe('content_empty');
    expect(await refusal(() => a.confab.messages.send(id, { content: 'a\0b' }))).toBe('invalid');
    expect(await refusal(() => a.confab.messages.send(id, { content: 'half \ud83d' }))).toBe('invalid');
    expect(a.confab.connection.get()).toMatchObject({ unsentCount: 0, failedCount: 0 });
    const { confirmed } = await a.confab.messages.send(id, { content: 'whole 🙂, and \\u0000 as text' });
    expect(await confirmed).toMatchObject({ ok: true });
  });

  it('E4 E12 data that does not fit its kind is refused before it is queued', async () => {
    // @ts-expect-error the mood is not one of the schema's
    const sad = () => a.confab.messages.send(id, { kind: 'daily_note', data: { mood: 'sad' } });
    expect(await refusal(sad)).toBe('invalid');
  });

  it('E4.5 over-long content fails visibly with its text and can be discarded', async () => {
    const before = await count();
    const list = watch(a.confab.messages.list(id));
    const content = 'x'.repeat(8_001);
    const { id: messageId, confirmed } = await a.confab.messages.send(id, { content });
    expect(await confirmed).toMatchObject({ ok: false, error: { code: 'content_too_long' } });
    const failed = list.get().messages.find((message) => message.id === messageId);
    expect(failed).toMatchObject({ status: 'failed', content, error: { code: 'content_too_long' } });
    const again = await a.confab.messages.retry(messageId);
    expect(await again.confirmed).toMatchObject({ ok: false, error: { code: 'content_too_long' } });
    await a.confab.messages.discard(messageId);
    expect(list.get().messages.some((message) => message.id === messageId)).toBe(false);
    expect(await count()).toBe(before);
  });

  it('D1 D11 a stranger can neither read nor write a conversation', async () => {
    const before = await count();
    const list = watch(m.confab.messages.list(id));
    expect((await eventually(list, ({ error }) => error !== null)).error?.code).toBe('not_member');
    const { confirmed } = await m.confab.messages.send(id, { content: 'Let me in' });
    expect(await confirmed).toMatchObject({ ok: false, error: { code: 'not_member' } });
    const rows = await m.supabase.schema('confab').from('messages').select('*').eq('conversation_id', id);
    expect(rows.data).toEqual([]);
    expect(await count()).toBe(before);
  });

  it('D11 an unknown conversation is not found', async () => {
    const { confirmed } = await a.confab.messages.send(UNKNOWN, { content: 'Anybody?' });
    expect(await confirmed).toMatchObject({ ok: false, error: { code: 'not_found' } });
    const view = watch(a.confab.conversations.get(UNKNOWN));
    expect((await eventually(view, ({ error }) => error !== null)).error?.code).toBe('not_found');
    expect(await refusal(() => a.confab.conversations.direct(UNKNOWN))).toBe('not_found');
  });

  it("D1 somebody else's message can be neither edited nor deleted nor have its id reused", async () => {
    const { id: messageId, confirmed } = await a.confab.messages.send(id, { content: 'Mine' });
    await confirmed;
    const b = await bob.device();
    const edit = await b.confab.messages.edit(id, messageId, { content: 'Yours' });
    expect(await edit.confirmed).toMatchObject({ ok: false, error: { code: 'forbidden' } });
    const removal = await b.confab.messages.delete(id, messageId);
    expect(await removal.confirmed).toMatchObject({ ok: false, error: { code: 'forbidden' } });
    const push = await b.supabase.schema('confab').rpc('push', {
      mutations: [
        {
          id: messageId,
          type: 'send_message',
          conversation_id: id,
          args: { content: 'Forged', kind: 'text', data: {} },
        },
      ],
    });
    expect(push.data).toMatchObject({ results: [{ ok: false, error: { code: 'id_taken' } }] });
    const { rows } = await world.db.query('select content, sender_id from confab.messages where id = $1', [
      messageId,
    ]);
    expect(rows).toEqual([{ content: 'Mine', sender_id: alice.id }]);
  });

  it('D11 a body that is not JSON is refused with a status and writes nothing', async () => {
    const before = await count();
    const session = await a.supabase.auth.getSession();
    const response = await fetch(`${world.stack.apiUrl}/rest/v1/rpc/push`, {
      method: 'POST',
      headers: {
        apikey: world.stack.anonKey,
        authorization: `Bearer ${session.data.session?.access_token ?? ''}`,
        'content-type': 'application/json',
        'content-profile': 'confab',
      },
      body: '{"mutations": [',
    });
    expect(response.status).toBe(400);
    expect(await count()).toBe(before);
  });

  it('E4.11 nobody signed in: writing and reading say so', async () => {
    const c = await (await world.person('Carol')).device();
    await c.supabase.auth.signOut();
    await eventually(c.confab.connection, ({ type }) => type === 'idle');
    expect(await refusal(() => c.confab.messages.send(id, { content: 'Hello?' }))).toBe('unauthenticated');
    const list = watch(c.confab.conversations.list());
    expect((await eventually(list, ({ error }) => error !== null)).error?.code).toBe('unauthenticated');
  });

  it('E4.4 an expired session parks the queue and loses nothing', async () => {
    const dave = await world.person('Dave');
    const d = await dave.device();
    const direct = await d.confab.conversations.direct(alice.id);
    await eventually(d.confab.connection, ({ type }) => type === 'live');
    await world.db.query('delete from auth.sessions where user_id = $1', [dave.id]);
    // A token the server does not know any more, as after its expiry.
    await d.supabase.auth.stopAutoRefresh();
    const list = watch(d.confab.messages.list(direct));
    await eventually(list, ({ isPending }) => !isPending);
    d.network.expireSession();
    const { confirmed } = await d.confab.messages.send(direct, { content: 'After all' });
    await eventually(d.confab.connection, ({ type }) => type === 'auth_required');
    expect(d.confab.connection.get().unsentCount).toBe(1);
    expect(list.get().messages.at(-1)).toMatchObject({ content: 'After all', status: 'pending' });
    d.network.restore();
    await dave.signIn(d);
    expect(await confirmed).toMatchObject({ ok: true });
    await eventually(d.confab.connection, ({ type }) => type === 'live');
  });
});
