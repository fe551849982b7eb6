/** Limits of a project, with the defaults of the real server. Rates are means over up to 60 s. */
export interface RealtimeLimits {
  /** Messages of clients, REST and database, plus every delivery of one, per second. */
  maxEventsPerSecond: number;
  maxJoinsPerSecond: number;
  maxPresenceEventsPerSecond: number;
  maxChannelsPerClient: number;
  /** Sockets that have joined a channel. */
  maxConcurrentUsers: number;
  /** Kilobytes (1000 bytes) of one payload. */
  maxPayloadKb: number;
  /** `track` and `untrack` calls of one channel in one window. */
  presenceCalls: number;
  presenceWindowMs: number;
  /** Bytes of one websocket frame; a larger one drops the connection. */
  maxFrameBytes: number;
  /** Refuse public channels. */
  isPrivateOnly: boolean;
}

/** Times in milliseconds, with those of the real server as defaults. */
export interface RealtimeTiming {
  /** A join that fails is answered after this time, and its socket does nothing else meanwhile. */
  deniedJoinDelayMs: number;
  /** A handshake that is refused is answered after this time. */
  handshakeErrorDelayMs: number;
  /** A socket that sent nothing for this long is closed. */
  idleTimeoutMs: number;
  /** How often sockets without a channel are looked for and dropped. */
  channelSweepMs: number;
  /** Rates are updated once per tick and remember 12 of them. */
  rateTickMs: number;
  /** Tokens are verified again at least this often. */
  confirmTokenMs: number;
  /** A channel that asked for `replication_ready` is closed when it is not ready by then. */
  replicationReadyMs: number;
  /** First and longest wait before replication is tried again after it broke. */
  replicationRetryMs: readonly [number, number];
  /** Between which waits a channel renews its subscription to row changes after a new token. */
  resubscribeMs: readonly [number, number];
  /** How often the published tables are compared with those subscribed to. */
  publicationCheckMs: number;
  /** How often the daily partitions of realtime.messages are looked after. */
  partitionCheckMs: number;
}

const DEFAULT_LIMITS: RealtimeLimits = {
  maxEventsPerSecond: 100,
  maxJoinsPerSecond: 100,
  maxPresenceEventsPerSecond: 1000,
  maxChannelsPerClient: 100,
  maxConcurrentUsers: 200,
  maxPayloadKb: 3000,
  presenceCalls: 5,
  presenceWindowMs: 30_000,
  maxFrameBytes: 5_000_000,
  isPrivateOnly: false,
};

const DEFAULT_TIMING: RealtimeTiming = {
  deniedJoinDelayMs: 5_000,
  handshakeErrorDelayMs: 2_000,
  idleTimeoutMs: 60_000,
  channelSweepMs: 600_000,
  rateTickMs: 5_000,
  confirmTokenMs: 300_000,
  replicationReadyMs: 60_000,
  replicationRetryMs: [5_000, 300_000],
  resubscribeMs: [1_000, 3_000],
  publicationCheckMs: 60_000,
  partitionCheckMs: 3_600_000,
};

export interface RealtimeOptions {
  /** Superuser (`supabase_admin`): it writes probe rows and reads the log. */
  dbUrl: string;
  /** HS256 secret of the project. */
  jwtSecret: string;
  /** Milliseconds until a failed join is answered; default 5000, as on the real server. */
  deniedJoinDelayMs?: number;
  /** Milliseconds until a refused handshake is answered; default 2000. */
  handshakeErrorDelayMs?: number;
  /** Limits that differ from the real server's defaults. */
  limits?: Partial<RealtimeLimits>;
  /** Times that differ from the real server's; for tests. */
  timing?: Partial<RealtimeTiming>;
}

export interface RealtimeSettings {
  readonly limits: RealtimeLimits;
  readonly timing: RealtimeTiming;
}

export function settingsOf(options: RealtimeOptions): RealtimeSettings {
  const timing = { ...DEFAULT_TIMING, ...options.timing };
  timing.deniedJoinDelayMs = options.deniedJoinDelayMs ?? timing.deniedJoinDelayMs;
  timing.handshakeErrorDelayMs = options.handshakeErrorDelayMs ?? timing.handshakeErrorDelayMs;
  return { limits: { ...DEFAULT_LIMITS, ...options.limits }, timing };
}

/** Whether a payload of `size` (see `termSize`) is more than the project allows. */
export function isPayloadTooLarge(limits: RealtimeLimits, size: number): boolean {
  return size > limits.maxPayloadKb * 1000 + 500;
}
