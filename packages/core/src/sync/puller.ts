import { openMessages } from '../cache/loaded-messages';
import { ConfabError } from '../errors/confab-error';
import { decode, type PullResponse } from '../model/wire';
import type { Applier } from './apply';
import type { Call, Deps } from './deps';

/** Brings everything that changed since the cursor (rules D4, E7). */
export interface Puller {
  /**
   * Resolves when a pull that began after this call has been applied; rejects with a `ConfabError`. Calls during a
   * running pull share the one that follows it.
   */
  pull(): Promise<void>;
  /**
   * Resolves when there is a cursor. What is loaded after that is kept up to date by pulls; what was loaded before could
   * have missed a change in between.
   */
  ready(): Promise<void>;
  /**
   * Runs a load of conversations while no pull runs: a pull in between would bring a change the load does not have yet
   * to a list that is not there yet, and move the cursor past it.
   */
  alone<T>(load: () => Promise<T>): Promise<T>;
}

const WINDOW_SIZE = 50;
/** How many conversations one pull makes known, the newest: those before are loaded with their page of the list. */
const MAX_MET = 30;

/** @param isUnsent whether a conversation is known to this device only: the server would call it removed */
export function createPuller(
  { cache, logger }: Deps,
  call: Call,
  applier: Applier,
  isUnsent: (conversationId: string) => boolean,
): Puller {
  const pullOnce = async (): Promise<void> => {
    // From the stored cursor, where there is one.
    await cache.hydrating();
    for (;;) {
      const windows = Object.fromEntries([...cache.versions()].filter(([id]) => !isUnsent(id)));
      const cursor = cache.cursor();
      const response = decode.pull(await call('pull', { ...(cursor === null ? {} : { cursor }), windows }));
      logger({
        level: 'debug',
        event: 'pull',
        cause: 'pull',
        detail: { messages: response.messages.length, isReset: response.reset, hasMore: response.has_more },
      });
      if (response.reset) {
        if (cursor !== null) applier.reset();
        cache.batch('pull', () => cache.setCursor(response.cursor));
        return;
      }
      applier.pull({ ...response, conversations: await complete(response) }, windows);
      await Promise.all(response.truncated.map(reopen));
      cache.batch('pull', () => cache.setCursor(response.cursor));
      // What was opened meanwhile may be of before.
      const isLate =
        [...cache.versions().keys()].some((id) => !(id in windows) && !isUnsent(id)) && applier.isBehind();
      if (!response.has_more && !isLate) return;
    }
  };

  /**
   * A pull names the members that changed. Of a conversation from beyond the loaded pages the others are not known here,
   * and without them its name and its receipts would be wrong: they are loaded first.
   */
  const complete = async ({
    conversations,
    members,
  }: PullResponse): Promise<PullResponse['conversations']> => {
    const list = cache.list();
    if (!list) return conversations;
    const listed = new Map<string, number>();
    for (const { conversationId, state } of members)
      if (state === 'joined') listed.set(conversationId, (listed.get(conversationId) ?? 0) + 1);
    const strangers = conversations
      .filter(
        ({ id, me, memberCount }) =>
          me.state === 'joined' && !cache.conversation(id) && (listed.get(id) ?? 0) < memberCount,
      )
      .sort((a, b) => (a.lastActivityAt < b.lastActivityAt ? 1 : -1));
    const met = strangers.slice(0, MAX_MET);
    await Promise.all(met.map(({ id }) => meet(id)));
    const unmet = new Set(strangers.slice(MAX_MET));
    return unmet.size === 0 ? conversations : conversations.filter((one) => !unmet.has(one));
  };

  const meet = async (conversationId: string): Promise<void> => {
    try {
      applier.page(decode.conversationPage(await call('conversation', { conversation_id: conversationId })));
    } catch (error) {
      // Who has been removed meanwhile is told so by the next pull.
      if (!(error instanceof ConfabError && error.code === 'not_member')) throw error;
    }
  };

  /** Too far behind to list the changes: the newest page replaces what is loaded (rule E6). */
  const reopen = async (conversationId: string): Promise<void> => {
    if (!cache.messages(conversationId)) return cache.replaceMessages(conversationId, null);
    await cache.whileLoading(conversationId, () => loadNewest(conversationId));
  };

  const loadNewest = async (conversationId: string): Promise<void> => {
    const history = decode.history(
      await call('history', { conversation_id: conversationId, max_rows: WINDOW_SIZE }),
    );
    applier.profiles(history.profiles);
    // Live events may have brought all of it, and more, while the page was on its way.
    const held = cache.messages(conversationId);
    const isOlder = held !== undefined && held.version >= history.version;
    cache.batch('history', () => {
      cache.replaceMessages(conversationId, isOlder ? held : openMessages(history));
      applier.loaded();
    });
  };

  // One at a time, in the order asked for.
  let last: Promise<unknown> = Promise.resolve();
  const enqueue = <T>(task: () => Promise<T>): Promise<T> => {
    const run = last.then(task, task);
    last = run.catch(() => undefined);
    return run;
  };
  let waiting: Promise<void> | null = null;
  const pull = (): Promise<void> => {
    waiting ??= enqueue(() => {
      waiting = null;
      return pullOnce();
    });
    return waiting;
  };
  return {
    pull,
    ready: () => (cache.cursor() === null ? pull() : Promise.resolve()),
    alone: enqueue,
  };
}
