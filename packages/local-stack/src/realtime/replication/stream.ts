import pg from 'pg';
import { LogicalReplicationService, type Pgoutput, PgoutputPlugin } from 'pg-logical-replication';

import { isCommitVisible } from './visibility.js';

/** One committed transaction, as far as it touched the published tables. */
export interface Transaction {
  /** Microseconds since 1970. */
  readonly commitTime: bigint;
  readonly changes: readonly Change[];
}

export type Change = Pgoutput.MessageInsert | Pgoutput.MessageUpdate | Pgoutput.MessageDelete;

export interface ReplicationStream {
  /** Settles when the stream has ended, however. Never rejects. */
  readonly ended: Promise<void>;
  close(): Promise<void>;
}

export interface StreamOptions {
  readonly dbUrl: string;
  readonly publication: string;
  readonly slotName: string;
  /** Called for one transaction after the other, in commit order, when it is visible to everybody. */
  readonly onTransaction: (transaction: Transaction) => void | Promise<void>;
}

/**
 * Reads a publication from a temporary slot: what commits from now on, nothing older. Settles when the stream
 * has begun; rejects when it cannot begin.
 */
export async function openStream(options: StreamOptions): Promise<ReplicationStream> {
  // A client of its own: the question whether a commit is visible must not wait behind policies.
  const observer = new pg.Client({ connectionString: options.dbUrl, application_name: 'realtime_observer' });
  observer.on('error', () => undefined);
  await observer.connect();

  const service = new LogicalReplicationService(
    { connectionString: options.dbUrl, application_name: 'realtime_replication_connection' },
    { acknowledge: { auto: false, timeoutSeconds: 0 } },
  );
  const { promise: ended, resolve: end } = withResolvers<void>();
  const { promise: started, resolve: start, reject: fail } = withResolvers<void>();
  const close = async (): Promise<void> => {
    await service.destroy().catch(() => undefined);
    await observer.end().catch(() => undefined);
    end();
  };

  let xid = 0;
  let changes: Change[] = [];
  let queue = Promise.resolve();
  service.on('start', start);
  service.on('error', () => void close());
  service.on('heartbeat', (lsn: string, _time: number, isAnswerWanted: boolean) => {
    if (isAnswerWanted) void service.acknowledge(before(lsn));
  });
  service.on('data', (_lsn: string, message: Pgoutput.Message) => {
    switch (message.tag) {
      case 'relation':
        // The text of Postgres, exactly: parsed values would lose digits and microseconds.
        for (const column of message.columns) column.parser = (text: string) => text;
        break;
      case 'begin':
        xid = message.xid >>> 0;
        changes = [];
        break;
      case 'insert':
      case 'update':
      case 'delete':
        changes.push(message);
        break;
      case 'commit': {
        const transaction = { commitTime: BigInt(message.commitTime.toString()), changes };
        const committed = xid;
        const lsn = message.commitEndLsn;
        queue = queue
          .then(async () => {
            if (transaction.changes.length > 0) {
              await isCommitVisible(observer, committed);
              await options.onTransaction(transaction);
            }
            if (lsn !== null) await service.acknowledge(before(lsn));
          })
          .catch(() => undefined);
        break;
      }
      default:
        break;
    }
  });

  service.subscribe(temporarySlotPlugin(options), options.slotName).then(
    () => void close(),
    (thrown: unknown) => {
      fail(thrown);
      void close();
    },
  );
  await Promise.race([started, ended.then(() => Promise.reject(new Error('stream ended')))]);
  return { ended, close };
}

/** The slot lives as long as its connection, so the stream's own connection has to make it. */
function temporarySlotPlugin({ publication, slotName }: StreamOptions): PgoutputPlugin {
  const plugin = new PgoutputPlugin({ protoVersion: 1, publicationNames: [publication] });
  const start = plugin.start.bind(plugin);
  plugin.start = async (client, slot, lsn) => {
    // Commands of the replication protocol are known in capitals only.
    await client.query(`CREATE_REPLICATION_SLOT "${slotName}" TEMPORARY LOGICAL pgoutput NOEXPORT_SNAPSHOT`);
    await start(client, slot, lsn);
  };
  return plugin;
}

/**
 * The position before `lsn`. The library acknowledges one byte more than it is told; more than Postgres has
 * written makes a shutdown of Postgres wait for ever.
 */
function before(lsn: string): string {
  const [high = '0', low = '0'] = lsn.split('/');
  const position = (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`);
  const previous = position === 0n ? 0n : position - 1n;
  return `${(previous >> 32n).toString(16)}/${(previous & 0xffffffffn).toString(16)}`;
}

interface Resolvers<T> {
  promise: Promise<T>;
  resolve: (value: T) => void;
  reject: (reason: unknown) => void;
}

function withResolvers<T>(): Resolvers<T> {
  let resolve: Resolvers<T>['resolve'] = () => undefined;
  let reject: Resolvers<T>['reject'] = () => undefined;
  const promise = new Promise<T>((onValue, onReason) => {
    resolve = onValue;
    reject = onReason;
  });
  return { promise, resolve, reject };
}
