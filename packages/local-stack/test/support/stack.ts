import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { createClient, type WebSocketLikeConstructor } from '@supabase/supabase-js';
import { onTestFinished } from 'vitest';
import WebSocket from 'ws';

import { startLocalStack, type LocalStack, type LocalStackOptions } from '../../src/index.js';

export const migrationsDir = fileURLToPath(new URL('../fixtures/migrations', import.meta.url));
export const seed = fileURLToPath(new URL('../fixtures/seed.sql', import.meta.url));

/** `ws` is what the SDK wants on Node 20, though the two packages describe events differently. */
function isTransport(value: unknown): value is WebSocketLikeConstructor {
  return typeof value === 'function';
}

function readTransport(): WebSocketLikeConstructor {
  const found: unknown = WebSocket;
  if (isTransport(found)) return found;
  throw new Error('ws exports no constructor');
}

/** A stack with the tables of the fixtures. */
export function startTestStack(options: LocalStackOptions = {}): Promise<LocalStack> {
  return startLocalStack({ migrationsDir, seed, schemas: ['public'], ...options });
}

/** A client with its own session, kept in memory. */
export function clientOf(stack: LocalStack, key = stack.anonKey) {
  return createClient(stack.apiUrl, key, {
    auth: { persistSession: false, autoRefreshToken: false },
    realtime: { transport: readTransport() },
  });
}

/** A new folder, removed when the test has finished. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'confab-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));
  return folder;
}
