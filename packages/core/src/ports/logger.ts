/** One thing that happened; `cause` says where a change came from (rule E14). */
export interface LogEntry {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly event: string;
  readonly cause?: 'live' | 'pull' | 'history' | 'push-ack' | 'local';
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** Receives what the engine does. Must not throw. */
export type Logger = (entry: LogEntry) => void;
