import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serverErrorCodes } from '../../src/errors/codes';
import { createFunctions } from '../../src/testing/fake-server/functions';
import { mutations } from '../../src/testing/fake-server/mutations';
import { createHistory, type History, type RealEvent } from './support/history';
import { addKinds, addUsers, settings, useSettings } from './support/setup';
import { openRealServer, type RealServer } from './support/stack';

const [FROM = 1, TO = 600] = (process.env['CONFAB_DIFFERENTIAL_SEEDS'] ?? '1..600').split('..').map(Number);
/** Histories that are played side by side. */
const GROUP = 50;
const ROUNDS = 2;

/** What histories met, over all of them. */
const met = new Set<string>();
let real: RealServer;
beforeAll(async () => {
  real = await openRealServer();
  await addKinds(real);
});
afterAll(async () => {
  await useSettings(real, {});
  await real.stop();
});

/** Waits until no transaction is under way. */
async function calm(): Promise<void> {
  for (let turn = 0; turn < 200; turn++) {
    const [row] = await real.query<{ calm: boolean }>(
      `select pg_snapshot_xmin(s) = pg_snapshot_xmax(s) as calm from pg_current_snapshot() s`,
    );
    if (row?.calm) return;
  }
}

async function compareEvents(histories: readonly History[], since: string): Promise<void> {
  const events = await real.query<{ owner: string } & RealEvent>(
    `select split_part(topic, ':', 2) as owner, inserted_at::text as at, topic, payload
     from realtime.messages where inserted_at >= $1 and extension = 'broadcast' order by inserted_at`,
    [since],
  );
  for (const history of histories) {
    const ids = new Set(history.topicIds());
    history.compareEvents(events.filter(({ owner }) => ids.has(owner)));
  }
}

async function play(seeds: readonly number[], which: number): Promise<void> {
  const limits = settings[which] ?? {};
  await useSettings(real, limits);
  // A project that keeps its data has users of the runs before.
  const salt = process.env['CONFAB_TEST_URL'] ? Date.now().toString(16).slice(-8) : '0d1f0d1f';
  const histories = seeds.map((seed) => createHistory(seed, salt, real, limits));
  // One after the other, as each fake server got to know them.
  for (const place of histories[0]?.users.keys() ?? [])
    await addUsers(
      real,
      histories.flatMap(({ users }) => users[place] ?? []),
    );
  const [started] = await real.query<{ at: string }>('select now()::timestamp::text as at');
  const all = (act: (history: History) => Promise<void>) => Promise.all(histories.map(act));
  await all((history) => history.begin());
  await calm();
  await all((history) => history.read());
  for (let round = 0; round < ROUNDS; round++) {
    await all((history) => history.write());
    await calm();
    await all((history) => history.read());
  }
  await all((history) => history.end());
  await compareEvents(histories, started?.at ?? '');
  for (const history of histories) for (const what of history.met) met.add(what);
}

const functions = createFunctions({
  limits: { rows: 1, messages: 1, behind: 1 },
  pageSize: 1,
  attempt: (act) => act(),
  refuse: () => null,
});
const refusals = Object.keys(serverErrorCodes).filter(
  (code) =>
    ![
      'unauthenticated',
      'internal',
      'conflict',
      'edit_window_closed',
      'delete_window_closed',
      // Two people have to talk directly, and one to be deleted: too rare here.
      'user_deleted',
    ].includes(code),
);

describe('the fake server and the real schema', () => {
  const seeds = Array.from({ length: TO - FROM + 1 }, (_, i) => FROM + i);
  for (let which = 0; which < settings.length; which++) {
    const own = seeds.filter((seed) => seed % settings.length === which);
    for (let i = 0; i < own.length; i += GROUP) {
      const group = own.slice(i, i + GROUP);
      it(`E12.7 say the same in random histories (seeds ${group[0]} to ${group.at(-1)}, limits ${which})`, async () => {
        await play(group, which);
      }, 120_000);
    }
  }

  it('E12.7 met every function and mutation there is, and most refusals', () => {
    const there = [...functions.keys(), ...[...mutations.keys()].map((type) => `push ${type}`), ...refusals];
    const missing = there.filter((what) => !met.has(what));
    expect(seeds.length < 400 ? [] : missing).toEqual([]);
  });
});
