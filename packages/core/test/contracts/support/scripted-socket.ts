import type { WebSocketLikeConstructor } from '@supabase/supabase-js';
import { asTransport } from '../../integration/support/network';

type Frame = readonly [
  joinRef: string | null,
  ref: string | null,
  topic: string,
  event: string,
  payload: unknown,
];

/** A Realtime server of one client, that answers at once and does what a test tells it. */
export interface ScriptedServer {
  readonly transport: WebSocketLikeConstructor;
  /** What joins of the topic are answered: `ok` by default, or the reason of the error. */
  readonly answers: Map<string, string>;
  /** Whether sockets can connect. */
  isUp: boolean;
  /** While true what clients send is swallowed, as by a network that has gone without a sign. */
  isDead: boolean;
  /** Whether a join is followed by the signal that events of the database arrive; older servers send none. */
  hasReadiness: boolean;
  /** Sockets opened so far. */
  connects(): number;
  joins(topic: string): number;
  /** Events clients pushed on the topic: broadcasts by their own name, presence as `track`. */
  pushed(topic: string): readonly string[];
  emit(topic: string, event: string, payload: unknown): void;
  /** Ends the channel as on an expired token. */
  end(topic: string, message: string): void;
  /** Cuts all sockets. */
  drop(): void;
}

export function createScriptedServer(): ScriptedServer {
  const sockets = new Set<ScriptedSocket>();
  const joins: string[] = [];
  const pushes: (readonly [topic: string, event: string])[] = [];
  let connects = 0;

  class ScriptedSocket {
    static readonly CONNECTING = 0;
    static readonly OPEN = 1;
    static readonly CLOSING = 2;
    static readonly CLOSED = 3;
    readyState = 0;
    bufferedAmount = 0;
    binaryType = 'arraybuffer';
    onopen: (() => void) | null = null;
    onerror: ((event: unknown) => void) | null = null;
    onmessage: ((event: { readonly data: string }) => void) | null = null;
    onclose: ((event: unknown) => void) | null = null;
    private readonly isDead = server.isDead;

    constructor() {
      connects++;
      setTimeout(() => {
        if (this.readyState !== 0) return;
        if (!server.isUp) {
          this.onerror?.({ message: 'refused' });
          return this.end(1006);
        }
        this.readyState = 1;
        sockets.add(this);
        this.onopen?.();
      }, 0);
    }

    send(data: string | ArrayBuffer): void {
      if (this.isDead || server.isDead || this.readyState !== 1) return;
      if (typeof data !== 'string') return receiveBinary(data);
      const [joinRef, ref, topic, event, payload] = JSON.parse(data) as Frame;
      const name = topic.replace(/^realtime:/, '');
      const reply = (status: string, response: unknown) =>
        this.push([joinRef, ref, topic, 'phx_reply', { status, response }]);
      if (event === 'phx_join') {
        joins.push(name);
        const reason = server.answers.get(name);
        if (reason !== undefined) return reply('error', { reason });
        reply('ok', { postgres_changes: [] });
        if (server.hasReadiness) system(this, topic, 'ok', 'Replication connection established');
        return;
      }
      if (event === 'presence') pushes.push([name, (payload as { readonly event: string }).event]);
      reply('ok', {});
      if (event === 'phx_leave') this.push([joinRef, ref, topic, 'phx_close', {}]);
    }

    push(frame: Frame): void {
      setTimeout(() => {
        if (this.readyState === 1) this.onmessage?.({ data: JSON.stringify(frame) });
      }, 0);
    }

    close(code = 1000): void {
      // A close that is never answered: the other side is gone.
      if (this.isDead || server.isDead) this.readyState = 2;
      else this.end(code);
    }

    end(code: number): void {
      if (this.readyState === 3) return;
      this.readyState = 3;
      sockets.delete(this);
      this.onclose?.({ code, reason: '', wasClean: code === 1000 });
    }
  }

  /** Kind 3 of the protocol: lengths of the join ref, ref, topic, event and meta, and an encoding before them. */
  const receiveBinary = (data: ArrayBuffer) => {
    const [, joinRef = 0, ref = 0, topic = 0, event = 0] = new Uint8Array(data);
    const text = new TextDecoder().decode(data).slice(7 + joinRef + ref);
    pushes.push([text.slice(0, topic).replace(/^realtime:/, ''), text.slice(topic, topic + event)]);
  };
  const system = (socket: ScriptedSocket, topic: string, status: string, message: string) =>
    socket.push([
      null,
      null,
      topic,
      'system',
      { extension: 'system', status, message, channel: topic.replace(/^realtime:/, '') },
    ]);
  const send = (topic: string, event: string, payload: unknown) => {
    for (const socket of sockets) socket.push([null, null, `realtime:${topic}`, event, payload]);
  };

  const server: ScriptedServer = {
    transport: asTransport(ScriptedSocket),
    answers: new Map(),
    isUp: true,
    isDead: false,
    hasReadiness: true,
    connects: () => connects,
    joins: (topic) => joins.filter((joined) => joined === topic).length,
    pushed: (topic) => pushes.filter(([to]) => to === topic).map(([, event]) => event),
    emit(topic, event, payload) {
      if (event.startsWith('presence_')) send(topic, event, payload);
      else send(topic, 'broadcast', { type: 'broadcast', event, payload });
    },
    end(topic, message) {
      for (const socket of sockets) system(socket, `realtime:${topic}`, 'error', message);
      send(topic, 'phx_close', {});
    },
    drop() {
      for (const socket of [...sockets]) socket.end(1006);
    },
  };
  return server;
}
