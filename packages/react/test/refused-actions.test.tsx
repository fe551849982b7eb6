import { ConfabError } from '@confab/core';
import { act, cleanup } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { useMessages, useMessageActions, useOutbox, useReactions, useSendMessage } from '../src/index';
import { everyHook } from './support/everything';
import { alice, bob, room, setUp } from './support/server';
import { unhandledIn } from './support/unhandled';

afterEach(cleanup);

const [conversationId, id] = [room(1), room(2)];
const MESSAGE = { id, conversationId, reactions: [] };
/** The client itself is no hook's action. */
const { useConfab: _, ...rest } = everyHook(conversationId, id);
const hooks: Readonly<Record<string, () => unknown>> = { ...rest, useReactions: () => useReactions(MESSAGE) };

/** What the actions are called with, by their names. */
const given: Readonly<Record<string, readonly unknown[]>> = {
  accept: [conversationId],
  add: [[bob]],
  addMention: [{ id: bob, displayName: 'Bob' }],
  create: [{ kind: 'group', memberIds: [bob] }],
  decline: [conversationId],
  direct: [bob],
  discard: [id],
  discardUnreadable: ['key'],
  edit: [{ content: 'Hi' }],
  forward: [conversationId],
  invite: [[bob]],
  jumpTo: [{ seq: 1 }],
  markRead: [1],
  markUnread: [1],
  remove: [bob],
  removeMention: [{ userId: bob, start: 0, length: 4 }],
  retry: [id],
  saveSoon: [{ content: 'Hi' }],
  send: [{ content: 'Hi' }],
  setPresence: ['busy'],
  setReplyTo: [{ id }],
  setRole: [bob, 'admin'],
  setText: ['Hi'],
  startEdit: [{ id, content: 'Hi', mentions: [] }],
  transferOwnership: [bob],
  update: [{ title: 'Hike' }],
  useMarkRead: [1],
  useSendMessage: [{ content: 'Hi' }],
  'useOutbox.edit': [{ type: 'send_message', conversationId, messageId: id }, { content: 'Hi' }],
  'useReactions.add': ['👍'],
  'useReactions.remove': ['👍'],
  'useReactions.toggle': ['👍'],
};
/** What works without a user: on what is shown, or on what waits on this device; the composer never rejects. */
const needsNobody =
  /^(useComposer\.send|.*\.(fetch\w+|jumpToLatest)|use(MessageActions|Outbox)\.(retry|discard)|useOutbox\.(retryAll|discardUnreadable))$/;

type Action = (...args: readonly unknown[]) => unknown;
const isAction = (value: unknown): value is Action => typeof value === 'function';

/** The actions a hook gives, by their names. */
function actionsOf(hook: string, result: unknown): readonly (readonly [string, Action])[] {
  const all = isAction(result) ? [[hook, result] as const] : Object.entries(result ?? {});
  return all.flatMap(([key, value]: readonly [string, unknown]) =>
    isAction(value) ? [[key === hook ? key : `${hook}.${key}`, value] as const] : [],
  );
}

/** The code a promise is rejected with. */
async function refusal(promise: unknown): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error instanceof ConfabError ? error.code : error;
  }
  return 'none';
}

it.each(Object.entries(hooks))(
  'H2.6 while nobody is signed in, what %s can do is refused to who awaits it, and unhandled for nobody',
  async (name, hook) => {
    const { run, pass } = await setUp(undefined, null);
    const { result } = await run(hook);
    const done: [string, unknown][] = [];
    const unhandled = await unhandledIn(() =>
      act(async () => {
        for (const [action, perform] of actionsOf(name, result.current))
          done.push([action, perform(...(given[action] ?? given[action.replace(/^.*\./, '')] ?? []))]);
        await pass();
      }),
    );
    expect(unhandled).toEqual([]);
    for (const [action, promise] of done)
      if (promise instanceof Promise && !needsNobody.test(action))
        expect([action, await refusal(promise)]).toEqual([action, 'unauthenticated']);
  },
);

/** Alice's, with a conversation of more than one page. */
const ofAlice = () =>
  setUp((server) => {
    server.addConversation(conversationId, [alice, bob]);
    for (let n = 0; n < 60; n++) server.send(bob, conversationId, `${n}`);
  });

it.each<[string, () => Action]>([
  ['content_empty', () => useSendMessage(conversationId) as Action],
  ['not_found', () => useOutbox().retry as Action],
  ['not_found', () => useMessageActions({ ...MESSAGE, seq: 1 }).discard],
  ['offline', () => useMessages(conversationId).fetchOlder],
])('H2.6 %s is refused to who awaits it, and unhandled for nobody', async (code, hook) => {
  const { run, goOffline } = await ofAlice();
  const { result } = await run(hook);
  act(goOffline);
  let promise: unknown;
  const unhandled = await unhandledIn(() => act(() => void (promise = result.current(''))));
  expect([unhandled, await refusal(promise)]).toEqual([[], code]);
});

it('H2.6 invalid is a fault of the app, and unhandled unless the app handles it', async () => {
  const { run } = await ofAlice();
  const { result } = await run(() => useReactions({ ...MESSAGE, id: 'nonsense' }));
  const { add } = result.current;
  expect(await unhandledIn(() => void add('👍'))).toMatchObject([{ code: 'invalid' }]);
  expect(await unhandledIn(() => add('👍').catch(() => undefined))).toEqual([]);
});
