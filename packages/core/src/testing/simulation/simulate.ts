import { act, weights } from './act';
import { createClient, openTab } from './client';
import { actInCalm, atOnceDiffers } from './at-once';
import { copyJson } from './copy-json';
import { keptIn, firstDifference } from './ending';
import { signIn, signOut } from './mishaps';
import { CALM, createPlan, type Plan } from './plan';
import { checkRead, noteHad } from './had';
import { none, type Problem, type ProblemKind } from './problem';
import { checkPrivacy } from './privacy';
import { createRun, type RunOptions } from './run';
import { checkWindows, watchAll, watchRoom } from './watch';
import type { Client, Run } from './world';

/** How one history went. */
export interface Outcome {
  readonly seed: number;
  readonly operations: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly problem: Problem | null;
  /** How many of each kind: one at most. */
  readonly counts: Readonly<Record<ProblemKind, number>>;
  readonly log: readonly string[];
}

export function planOf(seed: number, steps: number, mayMove = false): Plan {
  return createPlan(seed, { steps, weights, mayMove });
}

/** Runs one history in bad weather, and then waits in calm weather until all agree. */
export async function simulate(plan: Plan, options: RunOptions = {}): Promise<Outcome> {
  const run = createRun(plan, options);
  await begin(run);
  for (const step of plan.steps) {
    act(run, step);
    await run.clock.advance(step.waitMs);
    look(run);
    await listen(run, options);
    if (run.problem) break;
  }
  if (!run.problem) await calm(run);
  await listen(run, options);
  const { operations, faults, problem, log } = run;
  for (const { tabs } of run.clients) {
    for (const tab of tabs) {
      tab.confab.close();
      tab.life.isDead = true;
    }
  }
  return { seed: plan.seed, operations, faults, problem, counts: countsOf(problem), log };
}

/** For what was thrown where nobody could catch it. */
async function listen(run: Run, { takeCrash }: RunOptions): Promise<void> {
  const crash = await takeCrash?.();
  if (crash !== undefined)
    run.report('crashed', crash instanceof Error ? (crash.stack ?? crash.message) : 'something was thrown');
}

function countsOf(problem: Problem | null) {
  const counts = { ...none };
  if (problem) counts[problem.kind]++;
  return counts;
}

function look(run: Run): void {
  for (const { tabs } of run.clients)
    for (const tab of tabs) {
      checkWindows(run, tab);
      checkPrivacy(run, tab);
      noteHad(run, tab);
    }
  checkRead(run);
}

async function begin(run: Run): Promise<void> {
  const { plan, server, users, rooms } = run;
  const [all = '', some = '', club] = rooms;
  users.forEach((user, i) => server.addUser(user, `User ${i}`));
  server.addConversation(all, users);
  const members = users.slice(0, 2);
  server.addConversation(some, members, plan.hasFeed ? `feed:${some}:k` : null);
  if (club !== undefined) server.addConversation(club, users, plan.hasFeed ? null : `feed:${club}:k`);
  for (let n = 0; n < plan.oldMessages; n++) server.send(users[n % users.length] ?? '', all, `old ${n}`);
  const mayFail = run.random('refusals');
  const passed = new Set<string>();
  server.refuseWhen(({ id, type }) => {
    const { refuse, refuseForNow } = run.climate;
    // What has been applied is answered again, not judged again.
    if (typeof id !== 'string' || type === 'mark_delivered' || passed.has(id)) return null;
    // Once only: when it comes again it is let through.
    if (mayFail.chance(refuse) && !run.ledger.refused.has(id)) {
      run.fault('refused');
      run.ledger.refused.add(id);
      return { code: 'forbidden', message: 'unable to do it; today it is forbidden', retry_after: null };
    }
    if (!mayFail.chance(refuseForNow)) {
      passed.add(id);
      return null;
    }
    run.fault('refusedForNow');
    return { code: 'rate_limited', message: 'unable to do it; not so fast', retry_after: 1 };
  });
  server.onEvent((topic, payload) => {
    const frozen = copyJson(payload);
    for (const { tabs } of run.clients) for (const { network } of tabs) network.deliver(topic, frozen);
  });
  plan.clients.forEach(({ user, tabs }, i) => {
    const client = createClient(run, i, users[user] ?? '');
    run.clients.push(client);
    for (let n = 0; n < tabs; n++) watchAll(run, openTab(run, client), server.conversationIds(client.user));
  });
  await run.clock.advance(run.random('begin').int(3_000));
}

const CALM_MS = 300_000;
const GUEST_MS = 60_000;

async function calm(run: Run): Promise<void> {
  run.note('calm');
  run.climate = CALM;
  run.catchUp();
  await run.clock.advance(1_000);
  for (const client of run.clients) {
    client.clock.wake();
    client.storage.heal();
    for (const operation of ['set', 'setMany', 'delete', 'entries'] as const)
      client.storage.release(operation);
    for (const tab of client.tabs) {
      // Denied channels are asked for again when somebody looks.
      tab.environment.setVisible(false);
      tab.environment.setVisible(true);
    }
  }
  for (const client of run.clients) await welcomeGuests(run, client);
  for (const client of run.clients)
    for (const tab of client.tabs)
      for (const room of run.server.conversationIds(client.user)) watchRoom(run, tab, room);
  let found: Problem | null = null;
  for (let waited = 0; waited < CALM_MS && !run.problem; waited += 10_000) {
    await run.clock.advance(10_000);
    look(run);
    found = firstDifference(run);
    if (!found) break;
  }
  found ??= (await atOnceDiffers(run)) ?? (await actInCalm(run));
  if (found) run.report(found.kind, found.text);
}

/** Those who borrowed the device come back, so that what they wrote on it leaves it. */
async function welcomeGuests(run: Run, client: Client): Promise<void> {
  const { user } = client;
  for (const guest of client.users) {
    if (guest === user) continue;
    signOut(run, client);
    signIn(run, client, guest);
    const isBusy = () => client.tabs.some(({ confab }) => confab.connection.get().unsentCount > 0);
    await run.clock.advance(1_000);
    for (let waited = 0; waited < GUEST_MS && isBusy(); waited += 2_000) await run.clock.advance(2_000);
    for (const tab of client.tabs) for (const id of keptIn(tab)) run.ledger.leftBehind.add(id);
  }
  if (client.user === user) return;
  signOut(run, client);
  signIn(run, client, user);
}
