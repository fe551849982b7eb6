import type { IncomingMessage } from 'node:http';

import type { AuthDatabase } from './database.js';
import type { TokenSettings } from './tokens.js';

/** What a route gets. */
export interface RouteContext {
  readonly database: AuthDatabase;
  readonly settings: TokenSettings;
  readonly incoming: IncomingMessage;
  readonly url: URL;
}

/** What a route answers; rejecting with an `AuthError` answers that. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Route = (context: RouteContext) => Answer | Promise<Answer>;
