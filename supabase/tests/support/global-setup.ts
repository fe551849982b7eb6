import { fileURLToPath } from 'node:url';

import pg from 'pg';
import type { TestProject } from 'vitest/node';

import type { TestTarget } from './target.js';

/**
 * One stack for all suites, or the project that `CONFAB_TEST_URL`, `CONFAB_TEST_ANON_KEY`,
 * `CONFAB_TEST_SERVICE_KEY`, `CONFAB_TEST_DB_URL` and `CONFAB_TEST_JWT_SECRET` name.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { target, stop } = await findTarget();
  const client = new pg.Client({ connectionString: target.dbUrl });
  await client.connect();
  const { rows } = await client.query<{ limits: object }>(
    `select jsonb_build_object('burst', rate_limit_burst, 'rate', rate_limit_per_second) as limits
     from confab_private.settings`,
  );
  // Suites send faster than people; the one about the limit turns it on.
  await client.query('update confab_private.settings set rate_limit_burst = 0');
  project.provide('target', target);
  return async () => {
    await client.query(
      `update confab_private.settings
       set rate_limit_burst = ($1::jsonb ->> 'burst')::integer, rate_limit_per_second = ($1::jsonb ->> 'rate')::numeric`,
      [JSON.stringify(rows[0]?.limits)],
    );
    await client.end();
    await stop();
  };
}

async function findTarget(): Promise<{ target: TestTarget; stop: () => Promise<void> }> {
  const {
    CONFAB_TEST_URL: apiUrl,
    CONFAB_TEST_ANON_KEY: anonKey,
    CONFAB_TEST_SERVICE_KEY: serviceRoleKey,
    CONFAB_TEST_DB_URL: dbUrl,
    CONFAB_TEST_JWT_SECRET: jwtSecret,
  } = process.env;
  if (apiUrl !== undefined) {
    if (!anonKey || !serviceRoleKey || !dbUrl || !jwtSecret) {
      throw new Error(
        'unable to test against CONFAB_TEST_URL; set CONFAB_TEST_ANON_KEY, _SERVICE_KEY, _DB_URL and _JWT_SECRET too',
      );
    }
    return { target: { apiUrl, anonKey, serviceRoleKey, dbUrl, jwtSecret }, stop: async () => undefined };
  }
  const { startLocalStack } = await import('@confab/local-stack');
  const stack = await startLocalStack({
    migrationsDir: fileURLToPath(new URL('../../migrations', import.meta.url)),
    // The real server makes whoever it refuses wait for seconds, and drops events above a rate that suites exceed.
    realtime: {
      deniedJoinDelayMs: 0,
      limits: { maxEventsPerSecond: 1_000_000, maxJoinsPerSecond: 1_000_000 },
    },
  });
  return {
    target: {
      apiUrl: stack.apiUrl,
      anonKey: stack.anonKey,
      serviceRoleKey: stack.serviceRoleKey,
      dbUrl: stack.dbUrl,
      jwtSecret: stack.jwtSecret,
    },
    stop: () => stack.stop(),
  };
}
