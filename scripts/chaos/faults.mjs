/**
 * @typedef {import('./client.mjs').ChaosClient} ChaosClient
 * @typedef {import('./random.mjs').Random} Random
 * @typedef {import('@confab/local-stack').LocalStack} LocalStack
 */

/** @param {number} ms */
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * What goes wrong with the network of one client, and for how long.
 *
 * @type {Record<string, (client: ChaosClient, random: Random) => Promise<void>>}
 */
export const clientFaults = {
  async cut({ proxy }, random) {
    proxy.cut();
    await pause(random.between(300, 6_000));
    proxy.mend();
  },
  async swallow({ proxy }, random) {
    proxy.swallow();
    await pause(random.between(500, 4_000));
    proxy.mend();
  },
  async slow({ proxy }, random) {
    proxy.slow(random.between(50, 800));
    await pause(random.between(1_000, 5_000));
    proxy.mend();
  },
  async drop({ proxy }) {
    proxy.drop();
  },
  async reload(client) {
    client.reload();
  },
};

/**
 * What goes wrong with the server; each settles when it is back.
 *
 * @type {Record<string, (stack: LocalStack, db: import('pg').Pool) => Promise<void>>}
 */
export const serverFaults = {
  postgres: (stack) => stack.restartPostgres({ crash: true }),
  postgrest: (stack) => stack.restartPostgrest(),
  gateway: (stack) => stack.restartGateway(),
  async replication(_stack, db) {
    const { rows } = await db.query(
      "select active_pid as pid from pg_replication_slots where slot_name like '%messages%' and active_pid is not null",
    );
    for (const { pid } of rows) process.kill(Number(pid), 'SIGTERM');
  },
};
