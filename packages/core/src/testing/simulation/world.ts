import type { Cache } from '../../cache/cache';
import type { Confab } from '../../client/create-confab';
import type { MessageList } from '../../features/message-list';
import type { MessageKinds } from '../../model/kinds';
import type { Realtime, Transport } from '../../ports';
import type { Engine } from '../../sync/engine';
import type { FakeAuth } from '../fake-auth';
import type { FakeEnvironment } from '../fake-environment';
import type { FakeBrowser, FakeTab } from '../fake-tabs';
import type { FaultyStorage } from '../faulty-storage';
import type { ManualClock } from '../manual-clock';
import type { SeededRandom } from '../seeded-random';
import type { DeviceClock } from './device-clock';
import type { Ledger } from './ledger';
import type { Climate, Plan } from './plan';
import type { Problem, ProblemKind } from './problem';
import type { Server } from './server';

/** One history at work. */
export interface Run {
  readonly plan: Plan;
  readonly clock: ManualClock;
  readonly server: Server;
  readonly ledger: Ledger;
  /** Ids by the numbers of the plan. */
  readonly users: readonly string[];
  /** Conversations that everybody starts with. */
  readonly rooms: readonly string[];
  readonly clients: Client[];
  climate: Climate;
  /** A sequence of its own for each name, so that taking steps out changes little of the rest. */
  readonly random: (name: string) => SeededRandom;
  /** How often each kind of fault struck. */
  readonly faults: Record<string, number>;
  readonly log: string[];
  problem: Problem | null;
  operations: number;
  /** Does it after a while, or when the weather becomes calm. */
  later(ms: number, task: () => void): void;
  /** Does now what was left for later. */
  catchUp(): void;
  fault(kind: string): void;
  note(text: string): void;
  /** Keeps the first one. */
  report(kind: ProblemKind, text: string): void;
}

/** The connection of one tab: everything on it may fail as the climate says. */
export interface Network {
  readonly transport: Transport;
  readonly realtime: Realtime;
  /** An event of the server is on its way to this life. */
  deliver(topic: string, payload: unknown): void;
  /** All channels are lost, and come back when the network does. */
  loseChannels(): void;
  /** The server closes one of the channels. */
  endChannel(pick: number): void;
}

/** One device of one person, with its storage; what is open on it are its tabs. */
export interface Client {
  readonly index: number;
  readonly name: string;
  /** Who is signed in, or was last. */
  user: string;
  /** All who ever were. */
  readonly users: Set<string>;
  readonly clock: DeviceClock;
  readonly storage: FaultyStorage;
  /** Through which its tabs find each other. */
  readonly browser: FakeBrowser;
  readonly tabs: Tab[];
  /** Tabs and sessions there ever were. */
  lives: number;
  /** The server can be reached. */
  isOnline: boolean;
  /** The sockets are dead and nobody knows. */
  isDeaf: boolean;
  isSignedOut: boolean;
}

/** A list of messages that a tab shows. */
export interface OpenList {
  readonly room: string;
  readonly list: MessageList<MessageKinds>;
  readonly stop: () => void;
  /** Own messages that have been seen in it, by id. */
  readonly seen: Set<string>;
  /** The highest seq it has shown. */
  lastSeq: number;
}

/** The replies of a thread that a tab shows. */
export interface OpenThread {
  readonly room: string;
  readonly list: MessageList<MessageKinds>;
  readonly stop: () => void;
}

/** One life of a tab, from opening to closing or being killed: another after each reload. */
export interface Life {
  readonly name: string;
  readonly auth: FakeAuth;
  /** Another with each sign-in. */
  session: string;
  readonly page: FakeTab;
  /** It stands still: what it waits for comes when it goes on. */
  isFrozen: boolean;
  /** A dead tab does nothing any more, though its code is still there: no timer, no answer, no write. */
  isDead: boolean;
  /** What the server has refused, as this life was told: what is about it waits. */
  readonly told: Set<string>;
  /** Versions of the conversations when the inbox last became live: what `live` promises at least. */
  floor: ReadonlyMap<string, number>;
}

/** One client of the library at work. */
export interface Tab {
  readonly client: Client;
  readonly name: string;
  readonly life: Life;
  readonly confab: Confab;
  readonly engine: Engine;
  readonly cache: Cache;
  readonly environment: FakeEnvironment;
  readonly network: Network;
  readonly lists: Map<string, OpenList>;
  /** Threads it shows, by their roots. */
  readonly threads: Map<string, OpenThread>;
  readonly stops: (() => void)[];
}
