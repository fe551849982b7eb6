import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

import { WebSocketServer } from 'ws';

import { createChangeFeed } from './changes/feed.js';
import type { RealtimeContext } from './context.js';
import { createAuthorization } from './database/authorization.js';
import { createPartitions } from './database/partitions.js';
import { createDatabase } from './database/pool.js';
import { channelKey, createHub } from './hub.js';
import { termSize } from './json.js';
import { isPayloadTooLarge, type RealtimeOptions, settingsOf } from './options.js';
import { createPresence } from './presence.js';
import { createRateCounter } from './rate-counter.js';
import { createReplicationKeeper } from './replication/keeper.js';
import { databaseMessageOf, MESSAGES_PUBLICATION, MESSAGES_SLOT } from './replication/message-feed.js';
import type { Change } from './replication/stream.js';
import { answerRequest } from './rest/rest.js';
import { answerHandshake } from './socket/handshake.js';
import { createSocket, type RealtimeSocket } from './socket/socket.js';
import { createTokenVerifier } from './token.js';

/** A stand-in for Supabase Realtime, to be mounted into an HTTP server. */
export interface Realtime {
  /** Takes a websocket handshake (`…/websocket`). */
  handleUpgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void;
  /** Takes a REST request (`…/api/broadcast`, `…/api/broadcast/:topic/events/:event`, `GET …/health`). */
  handleRequest(request: IncomingMessage, response: ServerResponse): void;
  /** Closes all sockets (1012) and connections; settles when they are closed. Again changes nothing. */
  close(): Promise<void>;
}

/**
 * Starts the stand-in on a database that has the schema `realtime`.
 *
 * Settles when the partitions are there and messages from the database arrive, or when the first attempt to
 * read them has failed (it goes on trying).
 */
export async function createRealtime(options: RealtimeOptions): Promise<Realtime> {
  const settings = settingsOf(options);
  const { limits, timing } = settings;
  const database = createDatabase(options.dbUrl);
  const partitions = createPartitions(database, timing.partitionCheckMs);
  const hub = createHub();
  const rate = (limit: number): ReturnType<typeof createRateCounter> =>
    createRateCounter(limit, timing.rateTickMs);
  const events = rate(limits.maxEventsPerSecond);
  const joins = rate(limits.maxJoinsPerSecond);
  const presenceEvents = rate(limits.maxPresenceEventsPerSecond);

  const messages = createReplicationKeeper({
    dbUrl: options.dbUrl,
    publication: MESSAGES_PUBLICATION,
    slotPrefix: MESSAGES_SLOT,
    retryMs: timing.replicationRetryMs,
    onTransaction: ({ changes }) => changes.forEach(passOn),
  });

  function passOn(change: Change): void {
    const message = databaseMessageOf(change);
    if (message === undefined || isPayloadTooLarge(limits, termSize(message.broadcast.data))) return;
    if (events.isTriggered()) return;
    events.add();
    hub.broadcast(channelKey(message.topic, message.isPrivate), message.broadcast);
  }

  const context: RealtimeContext = {
    ...settings,
    hub,
    presence: createPresence((channel, text) => presenceEvents.add(hub.presenceDiff(channel, text))),
    database,
    authorization: createAuthorization(database),
    changes: createChangeFeed(options.dbUrl, database, settings),
    verifyToken: createTokenVerifier(options.jwtSecret),
    events,
    joins,
    presenceEvents,
    users: new Set(),
    isReplicationLive: () => messages.isLive(),
  };

  // Pings wait their turn behind joins, so they are answered by the socket itself. Frames over the limit are
  // told from the rest there, too: the library would answer them with a close frame.
  const server = new WebSocketServer({ noServer: true, autoPong: false, perMessageDeflate: false });
  const sockets = new Set<RealtimeSocket>();
  const sweep = setInterval(() => {
    for (const socket of sockets) if (socket.isUnused()) socket.drop();
  }, timing.channelSweepMs);
  sweep.unref();

  let closing: Promise<void> | undefined;
  async function close(): Promise<void> {
    clearInterval(sweep);
    partitions.stop();
    for (const socket of [...sockets]) socket.shutDown();
    server.close();
    for (const counter of [events, joins, presenceEvents]) counter.stop();
    await Promise.all([messages.stop(), context.changes.stop()]);
    await database.close();
  }

  await partitions.maintain();
  await messages.start();

  return {
    handleUpgrade(request, stream, head) {
      void answerHandshake(context, server, request, stream, head, (accepted) => {
        const socket = createSocket(context, { ...accepted, onEnd: () => sockets.delete(socket) });
        sockets.add(socket);
      });
    },
    handleRequest(request, response) {
      answerRequest(context, request, response).catch(() => {
        if (!response.headersSent) response.statusCode = 500;
        response.end();
      });
    },
    close: () => (closing ??= close()),
  };
}
