import { QueryClient } from '@tanstack/query-core';
import { createCache, type Cache } from '../cache/cache';
import { createUuidV7 } from '../lib/uuid-v7';
import type { Ids, LogEntry } from '../ports';
import { createEngine, type Engine } from '../sync/engine';
import { createFakeAuth, type FakeAuth } from './fake-auth';
import { createFakeEnvironment, type FakeEnvironment } from './fake-environment';
import { createFakeRealtime, type FakeRealtime } from './fake-realtime';
import { createFakeTransport, type FakeTransport } from './fake-transport';
import { createFaultyStorage, type FaultyStorage } from './faulty-storage';
import { createManualClock, type ManualClock } from './manual-clock';

/** Every port as a fake, and a cache of its own. */
export interface Fakes {
  readonly clock: ManualClock;
  readonly ids: Ids;
  readonly realtime: FakeRealtime;
  readonly storage: FaultyStorage;
  readonly transport: FakeTransport;
  readonly auth: FakeAuth;
  readonly environment: FakeEnvironment;
  readonly queryClient: QueryClient;
  readonly cache: Cache;
  readonly logger: (entry: LogEntry) => void;
  /** What was logged, in order. */
  readonly log: readonly LogEntry[];
}

/** Makes a whole set; parts that a test shares or prepares can be given. */
export function createFakes(given: Partial<Omit<Fakes, 'cache' | 'log' | 'logger'>> = {}): Fakes {
  const clock = given.clock ?? createManualClock();
  const queryClient = given.queryClient ?? createTestQueryClient();
  const log: LogEntry[] = [];
  return {
    clock,
    ids: given.ids ?? createTestIds(clock),
    realtime: given.realtime ?? createFakeRealtime(),
    storage: given.storage ?? createFaultyStorage(),
    transport: given.transport ?? createFakeTransport(),
    auth: given.auth ?? createFakeAuth(),
    environment: given.environment ?? createFakeEnvironment(),
    queryClient,
    cache: createCache(queryClient),
    log,
    logger: (entry) => void log.push(entry),
  };
}

/** Ids that depend on the clock alone, so that they are the same in each run. */
export function createTestIds(clock: ManualClock): Ids {
  let seed = 0;
  return {
    next: createUuidV7(
      () => clock.now(),
      (length) =>
        Uint8Array.from({ length }, () => (seed = (seed * 31 + 7 + Math.floor(clock.random() * 256)) & 0xff)),
    ),
  };
}

/** Keeps what was loaded, so that no timer of real time is left behind, and retries at once. */
export function createTestQueryClient(): QueryClient {
  return new QueryClient({ defaultOptions: { queries: { gcTime: Infinity, retryDelay: 0 } } });
}

/** The engine on fakes. */
export function createTestEngine(fakes: Fakes = createFakes()): Fakes & { readonly engine: Engine } {
  return { ...fakes, engine: createEngine(fakes) };
}
