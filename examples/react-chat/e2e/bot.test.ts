import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { message, messages, openConversation, PATIENCE, send } from './support/chat';
import { startWorld, type World } from './support/world.mjs';

const bot = fileURLToPath(new URL('../../node-bot/src/bot.mjs', import.meta.url));
const ALICE = 'a11ce000-0000-4000-8000-000000000001';

let world: World;
const running = new Set<ChildProcess>();
beforeAll(async () => {
  world = await startWorld();
});
afterAll(async () => {
  for (const child of running) await stop(child);
  await world.stop();
});

async function start(): Promise<ChildProcess> {
  const child = spawn(process.execPath, [bot], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      CONFAB_URL: world.stack.apiUrl,
      CONFAB_ANON_KEY: world.stack.anonKey,
      BOT_EMAIL: 'echo@example.com',
      BOT_PASSWORD: 'password123',
      BOT_GREETS: ALICE,
    },
  });
  running.add(child);
  // It says so when it listens.
  await once(child.stdout, 'data');
  return child;
}

async function stop(child: ChildProcess): Promise<void> {
  running.delete(child);
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  // One that does not end must not go on beside the other tests.
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  const [, signal] = (await ended) as [number | null, string | null];
  clearTimeout(timer);
  expect(signal).toBeNull();
}

it('H7 the bot greets, answers, and catches up on what came while it was away', async () => {
  const alice = await world.open('alice');
  const first = await start();
  await openConversation(alice.page, 'Echo');
  await alice.page.getByText('Hello, I am Echo').first().waitFor();
  await send(alice.page, '/who');
  await message(alice.page, 'You are Alice, one of 2 here.').waitFor();

  await stop(first);
  await send(alice.page, 'Anybody there?');
  await send(alice.page, '/who ?');
  await start();
  await message(alice.page, 'I do not know /who. Try /help.').waitFor();
  // The greeting, three messages, three answers: nothing twice.
  await expect.poll(() => messages(alice.page).count(), PATIENCE).toBe(7);
  expect(alice.problems).toEqual([]);
  await alice.close();
});
