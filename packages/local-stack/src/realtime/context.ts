import type { ChangeFeed } from './changes/feed.js';
import type { Authorization } from './database/authorization.js';
import type { Database } from './database/pool.js';
import type { Hub } from './hub.js';
import type { RealtimeSettings } from './options.js';
import type { Presence } from './presence.js';
import type { RateCounter } from './rate-counter.js';
import type { VerifyToken } from './token.js';

/** What all sockets of one server share. */
export interface RealtimeContext extends RealtimeSettings {
  readonly hub: Hub;
  readonly presence: Presence;
  readonly database: Database;
  readonly authorization: Authorization;
  readonly changes: ChangeFeed;
  readonly verifyToken: VerifyToken;
  readonly events: RateCounter;
  readonly joins: RateCounter;
  readonly presenceEvents: RateCounter;
  /** Sockets that have joined a channel. */
  readonly users: Set<object>;
  /** Whether messages from the database arrive. */
  isReplicationLive(): boolean;
}
