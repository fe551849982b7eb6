import { listed } from '../cache/conversation-list';
import { ConfabError, toConfabError } from '../errors/confab-error';
import { createWritable, type Readable } from '../lib/readable';
import { isUnsent } from '../model/pending';
import { applyAnswer } from './answers';
import { createApplier, type Applier } from './apply';
import { createCachePersistence, type CachePersistence } from './cache-persistence';
import {
  failureOf,
  hasSession,
  tickAt,
  transition,
  type ConnectionEvent,
  type ConnectionEffect,
  type ConnectionState,
} from './connection-machine';
import { createChannels } from './channels';
import { createConfirmedWrites } from './confirmed-writes';
import { createDeliveries } from './deliveries';
import type { Call, Deps } from './deps';
import { createEchoes } from './echoes';
import { reloadFailed } from './failed-loads';
import { createFailures, type FailuresView } from './failures';
import { createInbox } from './inbox';
import { createLiveChanges } from './live-changes';
import { createOutboxDriver, type OutboxDriver } from './outbox-driver';
import type { Confirmed } from './outcomes';
import { createPuller } from './puller';
import { createRooms, type Rooms } from './rooms';
import { createTabSync, type TabSync } from './tabs';
import { createWaking, type Waking } from './waking';
import { createWho } from './who';

/** Keeps cache and server in step for whoever is signed in. */
export interface Engine {
  readonly connection: Readable<ConnectionState>;
  readonly failures: Readable<FailuresView>;
  /** Undefined until the session has been looked up. */
  readonly currentUser: Readable<string | null | undefined>;
  readonly outbox: OutboxDriver;
  readonly tabs: TabSync;
  readonly rooms: Rooms;
  readonly applier: Applier;
  /** Live events that could not be read. */
  readonly unreadableEvents: Readable<number>;
  /** Null where the cache is not stored. */
  readonly persistence: CachePersistence | null;
  /** The current user; waits for the session, rejects with `unauthenticated` or `closed`. */
  requireUser: () => Promise<string>;
  /**
   * Calls a function as the current user, with a renewed token if it has expired. Rejects with `closed` when the user
   * changed meanwhile, so that nobody sees what was answered to another.
   */
  call: Call;
  /** Resolves when pulls cover whatever is loaded from then on. */
  readyToLoad(): Promise<void>;
  /** Loads conversations while no pull runs. */
  loadAlone<T>(load: () => Promise<T>): Promise<T>;
  /** Pulls soon, because something is known to be missing. */
  requestPull(): void;
  /** Like waking up: joins and pulls at once. */
  retry(): void;
  close(): void;
}

/** Busy devices run timers late too, but not this late. */
const ASLEEP_AFTER_MS = 15_000;

export function createEngine(deps: Deps): Engine {
  const { auth, cache, clock, logger } = deps;
  const connection = createWritable<ConnectionState>({ type: 'idle' });
  const failures = createFailures(logger);
  const currentUser = createWritable<string | null | undefined>(undefined);
  const userId = () => currentUser.get() ?? null;
  const isWorking = () => hasSession(connection.get());
  /** Grows with every change of user: somebody may come back while what they asked for before is on its way. */
  let session = 0;
  const applier = createApplier(cache, userId);
  cache.onWrite((queryKey, cause) => logger({ level: 'debug', event: 'cache', cause, detail: { queryKey } }));
  const call: Call = async (fn, args) => {
    const user = await requireUser();
    const during = session;
    const answer = await withFreshToken(user, () => deps.transport.call(fn, args, user)).catch(
      (error: unknown) => {
        if (during === session) throw error;
      },
    );
    if (during === session) return answer;
    throw new ConfabError({ code: 'closed', message: `unable to call ${fn}; the user has changed` });
  };
  const writes = createConfirmedWrites(cache);
  const puller = createPuller(deps, call, applier, (id) => isUnsent(outbox.view.get(), id));
  const channels = createChannels(deps);
  const rooms = createRooms({
    ...deps,
    channels,
    currentUserId: () => (isWorking() ? userId() : null),
    versionOf: (id) => cache.conversation(id)?.version ?? 0,
    onVersion: (id, version) => echoes.expectVersion(id, version),
  });
  const echoes = createEchoes(clock, {
    hearing: () => (connection.get().type === 'live' ? inbox.hearing() : new Map()),
    isReached: (id, version) => (cache.conversation(id)?.version ?? Infinity) >= version,
    onLost(isRepeated) {
      logger({ level: 'warn', event: 'events_lost', cause: 'live', detail: { isRepeated } });
      rooms.tellVersions();
      dispatch({ type: 'events_lost', isRepeated });
    },
    onBehind: requestPull,
  });
  const outbox = createOutboxDriver(deps, echoes.watched(call), { onConfirmed, onPush, isOnline });
  const tabs = createTabSync(deps, outbox);
  const persistence = deps.persistsCache ? createCachePersistence(deps, tabs.role) : null;
  const deliveries = createDeliveries(deps, outbox);
  const inbox = createInbox(
    { channels, logger },
    {
      onReady() {
        readiness++;
        dispatch({ type: 'channel_ready' });
      },
      onLost: () => dispatch({ type: 'channel_lost' }),
      onDenied: () => dispatch({ type: 'channel_denied' }),
      onChanges: (changes) => live.take(changes),
      onHeard: echoes.heard,
      onMissed: () => requestPull(),
    },
  );
  const live = createLiveChanges(cache, applier, {
    isHolding,
    onMessage: (conversationId, senderId) => rooms.noteMessage(conversationId, senderId),
    onVersion: echoes.expectVersion,
    onApplied(isMissing, of) {
      if (isMissing) requestPull();
      afterRows(of);
    },
  });
  let cancelTick = () => {};
  /** Grows whenever the inbox becomes live. */
  let readiness = 0;

  function dispatch(event: ConnectionEvent): void {
    const before = connection.get();
    const { state, effects } = transition(before, event, clock.now(), clock.random());
    if (state !== before) {
      if (state.type !== before.type)
        logger({ level: 'info', event: 'connection', detail: { from: before.type, to: state.type } });
      cancelTick();
      const at = tickAt(state);
      if (at !== null) cancelTick = clock.after(Math.max(0, at - clock.now()), () => tick(at));
      if (state.type !== 'live') echoes.reset();
      connection.set(state);
      live.release();
      if (state.type === 'live' && before.type !== 'live') reloadFailed(cache, true);
    }
    // A listener, or an effect before, may have gone on to another state, which has effects of its own.
    for (const effect of effects) if (connection.get() === state) run(effect);
    if (hasSession(before) !== hasSession(state)) rooms.rejoin();
  }

  function tick(due: number): void {
    // Timers stand still while the device sleeps: a late one is a waking that nothing else announced.
    const before = connection.get();
    if (clock.now() - due > ASLEEP_AFTER_MS) waking?.noteSleep();
    if (connection.get() === before) dispatch({ type: 'tick' });
  }

  function run(effect: ConnectionEffect): void {
    switch (effect) {
      case 'open_channel':
        inbox.open(userId() ?? '');
        return;
      case 'close_channel':
        live.drop();
        inbox.close();
        return;
      case 'pull':
        void catchUp();
    }
  }

  async function catchUp(): Promise<void> {
    const during = session;
    const before = readiness;
    const isOver = () => during !== session || connection.get().type === 'closed';
    const pulled = writes.pulling();
    try {
      await puller.pull();
      if (isOver()) return;
      failures.note('pull', null);
      pulled();
      afterRows();
      // The server is back. Where it was never away, writes keep the delays it asked for.
      const { type } = connection.get();
      if (type !== 'live' && type !== 'polling') tabs.resume();
      tabs.check();
      // A pull asked for before the inbox was live may have missed what came in between (rule E7): the next one counts.
      if (before === readiness) dispatch({ type: 'caught_up' });
      reloadFailed(cache, false);
    } catch (thrown) {
      if (isOver()) return;
      const error = toConfabError(thrown, 'pull changes');
      failures.note('pull', error);
      dispatch({ type: 'pull_failed', failure: failureOf(error) });
    }
  }

  function requireUser(): Promise<string> {
    start();
    return new Promise((resolve, reject) => {
      const check = (): boolean => {
        const user = currentUser.get();
        if (connection.get().type === 'closed')
          reject(new ConfabError({ code: 'closed', message: 'unable to act; the client is closed' }));
        else if (user === undefined) return false;
        else if (user === null) {
          // After a sign-out views that are still open ask too, which is no mistake of anybody.
          if (session === 1) logger({ level: 'warn', event: 'not_signed_in' });
          reject(new ConfabError({ code: 'unauthenticated', message: 'unable to act; nobody is signed in' }));
        } else resolve(user);
        return true;
      };
      if (check()) return;
      const settle = () => {
        if (check()) for (const stop of stops) stop();
      };
      const stops = [currentUser.subscribe(settle), connection.subscribe(settle)];
    });
  }

  /** An expired token is renewed once before giving up. */
  async function withFreshToken<T>(user: string, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      // The token of somebody who has left cannot be renewed.
      if (!(error instanceof ConfabError) || error.class !== 'auth' || userId() !== user) throw error;
      if (!(await renew())) throw error;
      return call();
    }
  }

  /** Renewing is reported like a sign-in; answering it by sending again would loop on a server that refuses the token. */
  let renewing: Promise<boolean> | null = null;
  function renew(): Promise<boolean> {
    renewing ??= auth.refresh().finally(() => {
      renewing = null;
    });
    return renewing;
  }

  /** While catching up; not once a pull has failed, because versions keep order anyway and waiting helps nobody. */
  function isHolding(): boolean {
    const state = connection.get();
    return state.type === 'catching_up' && state.attempt === 0;
  }

  /** One place decides what newly arrived rows call for. `of`: they are messages of this conversation alone. */
  function afterRows(of?: string): void {
    if (!isWorking()) return;
    writes.forget(outbox.release(writes.isShown).map(({ id }) => id));
    // One tab tells for all of them.
    if (tabs.role.get() !== 'follower') deliveries.check(of);
    // Which feeds are joined depends on the order of those that have one.
    if (of !== undefined && !cache.conversation(of)?.feed) return;
    const feeds = listed(
      cache.list() ?? { items: [], next: null, listedFrom: null, unreadElsewhere: 0 },
    ).flatMap((conversation) => (conversation.feed ? [conversation.feed] : []));
    inbox.setFeeds(feeds);
  }

  function onConfirmed(confirmed: readonly Confirmed[]): void {
    if (cache.batch('push-ack', () => takeIn(confirmed))) requestPull();
    afterRows();
  }

  /** Returns whether changes are missing. */
  function takeIn(confirmed: readonly Confirmed[]): boolean {
    let isMissing = false;
    for (const { mutation, result } of confirmed) {
      try {
        const { version, hasMore } = applyAnswer(applier, mutation, result);
        writes.note(mutation.id, version, hasMore);
        isMissing ||= hasMore;
      } catch (error) {
        // Confirmed all the same; the pull brings the row.
        logger({
          level: 'warn',
          event: 'unreadable_answer',
          cause: 'push-ack',
          detail: { reason: String(error) },
        });
        isMissing = true;
      }
    }
    return isMissing;
  }

  function onPush(error: ConfabError | null): void {
    failures.note('push', error);
    if (!error && connection.get().type === 'offline') dispatch({ type: 'network', isOnline: true });
    // The token was renewed and refused again before this was said.
    if (error?.class === 'auth') dispatch({ type: 'pull_failed', failure: 'auth' });
    else if (error && failureOf(error) === 'network') dispatch({ type: 'pull_failed', failure: 'network' });
  }

  /** False when the device knows that it has no network; what is written meanwhile is not tried in vain. */
  function isOnline(): boolean {
    const state = connection.get();
    return state.type !== 'offline' || state.reason !== 'no_network';
  }

  function requestPull(): void {
    if (isWorking()) void catchUp();
  }

  function setUser(next: string | null): void {
    const before = currentUser.get();
    const { type } = connection.get();
    if (type === 'closed' || (renewing && next === before && type !== 'auth_required')) return;
    if (next !== before) {
      if (before) {
        tabs.close(deps.onSignOutUnsent);
        dispatch({ type: 'signed_out' });
      }
      session++;
      failures.reset();
      persistence?.wipe();
      // Before anybody hears of the user: they may write at once.
      if (next) tabs.open(next);
      if (next) persistence?.open(next);
      currentUser.set(next);
      writes.reset();
      deliveries.reset();
      // What the app has hydrated may be of somebody else.
      if (before !== undefined || (next && (cache.owner() ?? next) !== next)) applier.reset();
      if (next) cache.setOwner(next);
    }
    if (next && deps.connects !== false) {
      dispatch({ type: 'signed_in' });
      tabs.resume();
    }
  }

  /** A load has ended: it may be older than changes that were heard of meanwhile. */
  const stopLoads = cache.onLoaded(() => {
    applier.loaded();
    if (applier.isBehind()) requestPull();
    afterRows();
  });
  let waking: Waking | null = null;
  let stopAuth: (() => void) | null = null;
  const start = () => {
    if (stopAuth || connection.get().type === 'closed') return;
    waking = createWaking(deps, {
      onNetwork: (isOnline) => dispatch({ type: 'network', isOnline }),
      onWake: () => dispatch({ type: 'woke' }),
    });
    rooms.start();
    stopAuth = createWho(deps).start(setUser);
  };
  if (deps.connects === true) start();
  else cache.onWatch(start);

  return {
    connection,
    failures: failures.view,
    currentUser,
    outbox,
    tabs,
    rooms,
    applier,
    unreadableEvents: inbox.unreadable,
    persistence,
    requireUser,
    call,
    async loadAlone(load) {
      await puller.ready();
      return puller.alone(load);
    },
    readyToLoad: () => puller.ready(),
    requestPull,
    retry() {
      dispatch({ type: 'retry' });
      tabs.resume();
    },
    close() {
      stopAuth?.();
      stopLoads();
      waking?.stop();
      cancelTick();
      deliveries.reset();
      rooms.close();
      persistence?.close();
      tabs.close();
      dispatch({ type: 'close' });
      cache.close();
    },
  };
}
