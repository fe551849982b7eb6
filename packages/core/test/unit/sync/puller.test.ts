import { describe, expect, it } from 'vitest';
import { keys } from '../../../src/cache/cache';
import { openMessages } from '../../../src/cache/loaded-messages';
import { createApplier } from '../../../src/sync/apply';
import type { Call } from '../../../src/sync/deps';
import { createPuller } from '../../../src/sync/puller';
import { failure } from '../../../src/testing/fake-transport';
import { createFakes } from '../../../src/testing/fakes';
import { settled } from '../../../src/testing/settled';
import {
  ALICE,
  conversation,
  CONVERSATION,
  history,
  message,
  OTHER_CONVERSATION,
  range,
} from '../support/rows';
import { conversationRow, historyAnswer, messageRow, pullAnswer } from '../support/wire';

function start() {
  const fakes = createFakes();
  const { cache, transport, queryClient } = fakes;
  const applier = createApplier(cache, () => ALICE);
  const unsent = new Set<string>();
  const call: Call = (fn, args) => transport.call(fn, args, ALICE);
  const puller = createPuller(fakes, call, applier, (id) => unsent.has(id));
  const hold = (conversationId: string, from: number, to: number, version = to) =>
    queryClient.setQueryData(
      keys.messages(conversationId),
      openMessages(history(range(from, to), { covers: { from, to }, version })),
    );
  return {
    ...fakes,
    applier,
    puller,
    unsent,
    hold,
    pulls: () => transport.calls.filter(({ fn }) => fn === 'pull'),
  };
}

describe('a pull', () => {
  it('E7 tells where it stands and which windows it holds, and keeps the new cursor', async () => {
    const { puller, transport, cache, hold, pulls } = start();
    transport.on('pull', () => pullAnswer({ cursor: 'c2' }));
    cache.setCursor('c1');
    hold(CONVERSATION, 1, 5, 7);
    hold(OTHER_CONVERSATION, 1, 2);
    await puller.pull();
    expect(pulls()[0]?.args).toEqual({
      cursor: 'c1',
      windows: { [CONVERSATION]: 7, [OTHER_CONVERSATION]: 2 },
    });
    expect(cache.cursor()).toBe('c2');
  });

  it('E2 does not ask for a conversation the server has not been told of', async () => {
    const { puller, transport, cache, hold, unsent, pulls } = start();
    transport.on('pull', () => pullAnswer({}));
    cache.setCursor('c1');
    hold(CONVERSATION, 1, 0, 0);
    hold(OTHER_CONVERSATION, 1, 2);
    unsent.add(CONVERSATION);
    await puller.pull();
    expect(pulls()[0]?.args['windows']).toEqual({ [OTHER_CONVERSATION]: 2 });
  });

  it('E6.8 brings what the windows miss', async () => {
    const { puller, transport, cache, hold } = start();
    cache.setCursor('c1');
    hold(CONVERSATION, 1, 3);
    transport.on('pull', () => pullAnswer({ messages: [messageRow(message(4)), messageRow(message(5))] }));
    await puller.pull();
    expect(cache.messages(CONVERSATION)).toMatchObject({
      version: 5,
      windows: [{ covers: { from: 1, to: 5 } }],
    });
  });

  it('D4 asks on while there is more, each time from where it got', async () => {
    const { puller, transport, cache, hold, pulls } = start();
    cache.setCursor('c1');
    hold(CONVERSATION, 1, 3);
    transport.once('pull', () =>
      pullAnswer({ cursor: 'c2', has_more: true, messages: [messageRow(message(4))] }),
    );
    transport.once('pull', () => pullAnswer({ cursor: 'c3', has_more: true }));
    transport.once('pull', () => pullAnswer({ cursor: 'c4' }));
    await puller.pull();
    expect(pulls().map(({ args }) => args['cursor'])).toEqual(['c1', 'c2', 'c3']);
    expect(pulls()[1]?.args['windows']).toEqual({ [CONVERSATION]: 4 });
    expect(cache.cursor()).toBe('c4');
  });

  it('E4 that fails keeps the cursor, and the next one begins there again', async () => {
    const { puller, transport, cache, pulls } = start();
    cache.setCursor('c1');
    transport.once('pull', () => pullAnswer({ cursor: 'c2', has_more: true }));
    transport.once('pull', () => {
      throw failure('unavailable');
    });
    await expect(puller.pull()).rejects.toMatchObject({ code: 'unavailable' });
    expect(cache.cursor()).toBe('c2');
    transport.on('pull', () => pullAnswer({ cursor: 'c3' }));
    await puller.pull();
    expect(pulls().at(-1)?.args['cursor']).toBe('c2');
  });

  it('E12 that cannot be read is an error and changes nothing', async () => {
    const { puller, transport, cache } = start();
    cache.setCursor('c1');
    transport.on('pull', () => ({ cursor: 'c2', reset: false }));
    await expect(puller.pull()).rejects.toMatchObject({ code: 'unexpected_response' });
    expect(cache.cursor()).toBe('c1');
  });
});

describe('calls at the same time', () => {
  it('E7 share the pull that begins after them, however many they are', async () => {
    const { puller, transport, cache, pulls } = start();
    cache.setCursor('c1');
    transport.on('pull', () => pullAnswer());
    transport.hold('pull');
    const ended: string[] = [];
    const note = (name: string) => () => void ended.push(name);
    void puller.pull().then(note('first'));
    await settled();
    for (const name of ['a', 'b', 'c']) void puller.pull().then(note(name));
    await settled();
    expect(pulls()).toHaveLength(1);
    transport.nextHeld('pull').release();
    await settled();
    expect(ended).toEqual(['first']);
    expect(pulls()).toHaveLength(2);
    void puller.pull().then(note('later'));
    transport.nextHeld('pull').release();
    await settled();
    expect(ended).toEqual(['first', 'a', 'b', 'c']);
    transport.nextHeld('pull').release();
    await settled();
    expect(ended.at(-1)).toBe('later');
    expect(pulls()).toHaveLength(3);
  });

  it('E7 one that is asked for by what the pull brings never runs beside another', async () => {
    const { puller, transport, cache } = start();
    cache.setCursor('c1');
    let running = 0;
    let most = 0;
    transport.on('pull', async () => {
      most = Math.max(most, ++running);
      await settled();
      running--;
      return pullAnswer();
    });
    const again = () => puller.pull();
    const first = puller.pull();
    const second = puller.pull();
    await Promise.all([first.then(again), second.then(again), puller.pull(), first.then(again)]);
    await puller.pull();
    expect(most).toBe(1);
  });

  it('E4 a failure is told to those who shared the pull, and to nobody else', async () => {
    const { puller, transport, cache } = start();
    cache.setCursor('c1');
    transport.hold('pull');
    const first = puller.pull().catch((error: unknown) => error);
    await settled();
    const second = puller.pull();
    transport.on('pull', () => pullAnswer());
    transport.nextHeld('pull').fail(failure('offline'));
    expect(await first).toMatchObject({ code: 'offline' });
    await settled();
    transport.nextHeld('pull').release();
    await expect(second).resolves.toBeUndefined();
  });
});

describe('a reset', () => {
  it('D4 the first pull of all only fetches a cursor', async () => {
    const { puller, transport, cache, hold } = start();
    hold(CONVERSATION, 1, 3);
    transport.on('pull', () => pullAnswer({ cursor: 'c9', reset: true }));
    await puller.pull();
    expect(cache.cursor()).toBe('c9');
    expect(cache.messages(CONVERSATION)?.version).toBe(3);
  });

  it('D4 of a cursor of another epoch forgets what is cached, and goes on from the new one', async () => {
    const { puller, transport, cache, hold, pulls } = start();
    cache.setCursor('old');
    hold(CONVERSATION, 1, 3);
    transport.once('pull', () => pullAnswer({ cursor: 'c9', reset: true }));
    transport.on('pull', () => pullAnswer({ cursor: 'c10' }));
    await puller.pull();
    expect(cache.messages(CONVERSATION)).toBeUndefined();
    expect([...cache.versions().keys()]).toEqual([]);
    expect(cache.cursor()).toBe('c9');
    await puller.pull();
    expect(pulls().at(-1)?.args).toEqual({ cursor: 'c9', windows: {} });
  });

  it('E7 being ready means to have a cursor; it is asked for once', async () => {
    const { puller, transport, cache, pulls } = start();
    transport.on('pull', () => pullAnswer({ cursor: 'c1', reset: true }));
    await Promise.all([puller.ready(), puller.ready()]);
    expect(pulls()).toHaveLength(1);
    expect(cache.cursor()).toBe('c1');
    await puller.ready();
    expect(pulls()).toHaveLength(1);
  });

  it('E4 not being able to get one is an error, and can be tried again', async () => {
    const { puller, transport } = start();
    transport.once('pull', () => {
      throw failure('offline');
    });
    await expect(puller.ready()).rejects.toMatchObject({ code: 'offline' });
    transport.on('pull', () => pullAnswer({ reset: true }));
    await expect(puller.ready()).resolves.toBeUndefined();
  });
});

describe('a window that is too far behind', () => {
  it('E6.9 is replaced by the newest page before the cursor moves', async () => {
    const { puller, transport, cache, hold } = start();
    cache.setCursor('c1');
    hold(CONVERSATION, 1, 3);
    transport.on('pull', () => pullAnswer({ cursor: 'c2', truncated: [CONVERSATION] }));
    transport.hold('history');
    transport.on('history', () => {
      const covers = { from: 851, to: 900 };
      return historyAnswer(range(851, 900), { covers, version: 950, has_older: true });
    });
    const pulled = puller.pull();
    await settled();
    expect(cache.cursor()).toBe('c1');
    transport.nextHeld('history').release();
    await pulled;
    expect(cache.messages(CONVERSATION)).toMatchObject({
      version: 950,
      windows: [{ covers: { from: 851, to: 900 }, hasOlder: true, hasNewer: false }],
    });
    expect(cache.cursor()).toBe('c2');
  });

  it('E6.9 and that events have brought up to date meanwhile does not go back to an older page', async () => {
    const { puller, transport, cache, hold } = start();
    cache.setCursor('c1');
    hold(CONVERSATION, 1, 3);
    transport.on('pull', () => pullAnswer({ cursor: 'c2', truncated: [CONVERSATION] }));
    transport.hold('history');
    transport.on('history', () => historyAnswer(range(1, 5), { covers: { from: 1, to: 5 }, version: 5 }));
    const pulled = puller.pull();
    await settled();
    hold(CONVERSATION, 1, 6);
    transport.nextHeld('history').release();
    await pulled;
    expect(cache.messages(CONVERSATION)).toMatchObject({
      version: 6,
      windows: [{ covers: { from: 1, to: 6 } }],
    });
  });

  it('E6.9 and that is no longer held is not loaded into nothing', async () => {
    const { puller, transport, cache } = start();
    cache.setCursor('c1');
    transport.on('pull', () => pullAnswer({ truncated: [CONVERSATION] }));
    transport.on('history', () => historyAnswer(range(1, 3), { covers: { from: 1, to: 3 }, version: 3 }));
    await puller.pull();
    expect(cache.messages(CONVERSATION)).toBeUndefined();
  });

  it('E6.9 a page that cannot be loaded fails the pull, which begins at the old cursor again', async () => {
    const { puller, transport, cache, hold } = start();
    cache.setCursor('c1');
    hold(CONVERSATION, 1, 3);
    transport.on('pull', () => pullAnswer({ cursor: 'c2', truncated: [CONVERSATION] }));
    transport.on('history', () => {
      throw failure('timeout');
    });
    await expect(puller.pull()).rejects.toMatchObject({ code: 'timeout' });
    expect(cache.cursor()).toBe('c1');
    expect(cache.messages(CONVERSATION)?.version).toBe(3);
  });
});

describe('loading conversations', () => {
  it('D4 happens while no pull runs, and none begins before it has ended', async () => {
    const { puller, transport, cache } = start();
    cache.setCursor('c1');
    transport.on('pull', () => pullAnswer());
    transport.hold('pull');
    const steps: string[] = [];
    const first = puller.pull().then(() => steps.push('pulled'));
    await settled();
    const load = puller.alone(async () => {
      steps.push('load begins');
      await settled();
      steps.push('load ends');
      return 'list';
    });
    const second = puller.pull().then(() => steps.push('pulled again'));
    await settled();
    expect(steps).toEqual([]);
    transport.nextHeld('pull').release();
    expect(await load).toBe('list');
    await settled();
    transport.nextHeld('pull').release();
    await Promise.all([first, second]);
    expect(steps).toEqual(['pulled', 'load begins', 'load ends', 'pulled again']);
  });

  it('E4 that fails holds up no pull', async () => {
    const { puller, transport, cache } = start();
    cache.setCursor('c1');
    transport.on('pull', () => pullAnswer({ cursor: 'c2' }));
    const load = puller.alone(() => Promise.reject(failure('offline')));
    const pulled = puller.pull();
    await expect(load).rejects.toMatchObject({ code: 'offline' });
    await pulled;
    expect(cache.cursor()).toBe('c2');
  });

  it('D4 a conversation that a pull brings meanwhile is in the list', async () => {
    const { puller, transport, cache, queryClient } = start();
    cache.setCursor('c1');
    const load = puller.alone(async () => {
      await settled();
      queryClient.setQueryData(keys.conversations, {
        items: [],
        next: null,
        listedFrom: null,
        unreadElsewhere: 0,
      });
    });
    // All its members are named, so none has to be loaded.
    const joined = conversation({ memberCount: 0 });
    transport.on('pull', () => pullAnswer({ conversations: [conversationRow(joined)] }));
    await Promise.all([puller.pull(), load]);
    expect(cache.conversation(CONVERSATION)).toEqual(joined);
  });
});
