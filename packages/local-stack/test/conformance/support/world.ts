import { startLocalStack, type LocalStack, type LocalStackOptions } from '../../../src/index.js';
import { prepareDatabase } from './database.js';
import { createTokens, type Tokens } from './people.js';

/** A stack prepared for scenarios. */
export interface World {
  readonly stack: LocalStack;
  readonly wsUrl: string;
  readonly restUrl: string;
  readonly dbUrl: string;
  /** The superuser, as whom the server works. */
  readonly adminUrl: string;
  readonly tokens: Tokens;
  stop(): Promise<void>;
}

/** Starts a stack with the tables and policies of the scenarios. */
export async function startWorld(realtime: LocalStackOptions['realtime'] = {}): Promise<World> {
  const stack = await startLocalStack({ schemas: ['public'], realtime });
  await prepareDatabase(stack.dbUrl);
  const { apiUrl, dbUrl, jwtSecret } = stack;
  const admin = new URL(dbUrl);
  admin.username = 'supabase_admin';
  return {
    stack,
    wsUrl: `${apiUrl.replace('http', 'ws')}/realtime/v1/websocket`,
    restUrl: `${apiUrl}/realtime/v1/api`,
    dbUrl,
    adminUrl: admin.href,
    tokens: createTokens(jwtSecret),
    stop: () => stack.stop(),
  };
}
