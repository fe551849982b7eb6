import type { Cache } from '../cache/cache';
import type {
  Auth,
  Clock,
  Environment,
  Ids,
  Logger,
  Realtime,
  Storage,
  Tabs,
  Transport,
  FunctionArgs,
  FunctionName,
} from '../ports';

/** What a user who signs out leaves behind. */
export interface Unsent {
  /** Writes that the server has not answered. */
  readonly unsentCount: number;
  /** Writes that it refused. */
  readonly failedCount: number;
}

/** Says what becomes of it: kept on the device for the next sign-in, or dropped. */
export type AskUnsent = (unsent: Unsent) => 'keep' | 'drop' | Promise<'keep' | 'drop'>;

/** Everything the engine gets from outside; tests give fakes. */
export interface Deps {
  readonly transport: Transport;
  readonly realtime: Realtime;
  readonly auth: Auth;
  readonly storage: Storage;
  readonly tabs: Tabs;
  readonly environment: Environment;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  readonly cache: Cache;
  /** `when-watched` waits for somebody to watch or call; false too, and then loads what is asked for, nothing else. */
  readonly connects: boolean | 'when-watched';
  /** Whether what the cache holds is stored for the next start (rule E15). */
  readonly persistsCache?: boolean;
  /** Asked when somebody signs out whose writes are not all sent; without it they are kept. */
  readonly onSignOutUnsent?: AskUnsent | undefined;
}

/** Calls a function of the schema `confab` as the current user. */
export type Call = <F extends FunctionName>(fn: F, args: FunctionArgs<F>) => Promise<unknown>;
