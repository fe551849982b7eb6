import type { FakeServerSettings } from '../fake-server/state';
import { createSeededRandom, type SeededRandom } from '../seeded-random';

/** How bad it gets in one history: probabilities, and milliseconds where named so. All zero is calm weather. */
export interface Climate {
  /** A call fails before it reaches the server. */
  readonly failBefore: number;
  /** The answer of a call that was carried out is lost. */
  readonly loseAnswer: number;
  /** The server answers 5xx. */
  readonly unavailable: number;
  /** The server asks to come back later. */
  readonly rateLimited: number;
  readonly latencyMs: number;
  /** A call takes long, up to `slowMs`. */
  readonly slow: number;
  readonly slowMs: number;
  readonly dropEvent: number;
  readonly doubleEvent: number;
  /** Up to so late, each by itself: also out of order. */
  readonly delayEventMs: number;
  /** A channel is refused when it is opened. */
  readonly denyChannel: number;
  readonly joinMs: number;
  /** What is sent is refused for good, until the user asks again. */
  readonly refuse: number;
  /** What is sent is refused for now. */
  readonly refuseForNow: number;
  /** Storing takes up to so long. */
  readonly storageMs: number;
  /** Messages between tabs take up to so long. */
  readonly tabMs: number;
  readonly loseTabMessage: number;
}

/** One thing that happens: who, what, two numbers to choose by, and how long nothing else is begun after it. */
export interface Step {
  readonly action: string;
  readonly client: number;
  readonly tab: number;
  readonly a: number;
  readonly b: number;
  readonly waitMs: number;
}

/** A history to run; everything in it follows from the plan alone. */
export interface Plan {
  readonly seed: number;
  readonly climate: Climate;
  /** The user of each client, by number. */
  readonly clients: readonly { readonly user: number; readonly tabs: number }[];
  readonly userCount: number;
  /** Changes a pull lists before it gives up on a conversation. */
  readonly truncateAfter: number;
  /** Conversations of one page of the list. */
  readonly pageSize: number;
  /** Messages there are before the clients come. */
  readonly oldMessages: number;
  /** Whether the second conversation sends its events to a feed. */
  readonly hasFeed: boolean;
  /** Whether what is loaded is stored for the next start. */
  readonly persistsCache: boolean;
  /** Whether there is a third conversation, which people join and leave. */
  readonly hasClub?: boolean;
  /** Whether tabs show drafts and invitations. */
  readonly showsAll?: boolean;
  readonly steps: readonly Step[];
  /** What differs from the settings of a new installation. */
  readonly settings?: Partial<FakeServerSettings>;
}

/** Of most servers none; of some every group is on a feed, with receipts or without, or in the inbox without them. */
const SETTINGS: readonly Partial<FakeServerSettings>[] = [
  {},
  {},
  {},
  { fanout_max_members: 1, receipts_max_members: 500 },
  { fanout_max_members: 1, receipts_max_members: 1 },
  { receipts_max_members: 1 },
];

export interface PlanOptions {
  readonly steps: number;
  /** Names of actions by how often they are chosen. */
  readonly weights: Readonly<Record<string, number>>;
  /** Whether some histories have a conversation that people join and leave. */
  readonly mayMove?: boolean;
}

/** Draws the history of a seed. */
export function createPlan(seed: number, { steps, weights, mayMove = false }: PlanOptions): Plan {
  const random = createSeededRandom(seed * 2_654_435_761);
  const userCount = 2 + random.int(3);
  const clientCount = 2 + random.int(random.pick([2, 3, 5]));
  const clients = Array.from({ length: clientCount }, (_, i) => ({
    // The first two differ, so that there is somebody to talk to; others may be second devices.
    user: i < 2 ? i : random.int(userCount),
    tabs: random.chance(0.3) ? 2 + random.int(2) : 1,
  }));
  const bag = Object.entries(weights).flatMap(([name, weight]) => Array<string>(weight).fill(name));
  return {
    seed,
    climate: drawClimate(random),
    clients,
    userCount,
    truncateAfter: random.chance(0.4) ? 3 + random.int(6) : 500,
    pageSize: random.chance(0.2) ? 1 : 30,
    oldMessages: random.chance(0.3) ? 40 + random.int(90) : random.int(4),
    hasFeed: random.chance(0.5),
    persistsCache: random.chance(0.6),
    hasClub: random.chance(0.4) && mayMove,
    showsAll: random.chance(0.4),
    steps: Array.from({ length: steps }, () => ({
      action: random.pick(bag),
      client: random.int(clientCount),
      tab: random.int(6),
      a: random.int(1_000_000),
      b: random.int(1_000_000),
      waitMs: random.chance(0.35) ? 0 : random.chance(0.1) ? random.int(20_000) : random.int(1_500),
    })),
    settings: random.pick(SETTINGS),
  };
}

/** Each kind of fault is there in some histories and not in others: some bugs show only where others are absent. */
function drawClimate(random: SeededRandom): Climate {
  const maybe = (chance: number, most: number) => (random.chance(chance) ? random.next() * most : 0);
  return {
    failBefore: maybe(0.6, 0.2),
    loseAnswer: maybe(0.7, 0.25),
    unavailable: maybe(0.4, 0.1),
    rateLimited: maybe(0.3, 0.08),
    latencyMs: random.pick([5, 100, 600]),
    slow: maybe(0.3, 0.1),
    slowMs: 12_000,
    dropEvent: maybe(0.6, 0.4),
    doubleEvent: maybe(0.5, 0.3),
    delayEventMs: random.pick([5, 100, 800, 3_000]),
    denyChannel: maybe(0.15, 0.2),
    joinMs: random.pick([10, 500, 2_500]),
    refuse: maybe(0.4, 0.2),
    refuseForNow: maybe(0.4, 0.2),
    storageMs: random.pick([0, 0, 5, 200]),
    tabMs: random.pick([0, 5, 300]),
    loseTabMessage: maybe(0.3, 0.2),
  };
}

export const CALM: Climate = {
  failBefore: 0,
  loseAnswer: 0,
  unavailable: 0,
  rateLimited: 0,
  latencyMs: 5,
  slow: 0,
  slowMs: 0,
  dropEvent: 0,
  doubleEvent: 0,
  delayEventMs: 10,
  denyChannel: 0,
  joinMs: 10,
  refuse: 0,
  refuseForNow: 0,
  storageMs: 0,
  tabMs: 5,
  loseTabMessage: 0,
};
