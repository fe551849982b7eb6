import type { WebSocketLikeConstructor } from '@supabase/supabase-js';
import { WebSocket } from 'ws';

/** The network of one client, with faults where a real one has them. */
export interface Network {
  readonly fetch: typeof fetch;
  readonly WebSocket: WebSocketLikeConstructor;
  /** Cuts all sockets and refuses everything until `restore`. */
  cut(): void;
  restore(): void;
  /** Lets the next calls of this function be carried out, and loses their answers. */
  loseAnswers(fn: string, times: number): void;
  /** Cuts the sockets only; they may reconnect at once. */
  dropSockets(): void;
  /** Refuses new sockets, as a proxy without websockets does, and cuts the open ones. */
  blockSockets(): void;
  /** Replaces the token of every call by one that is over, until `restore`; refreshing it fails too. */
  expireSession(): void;
  /** Sends this in the place of a header of every request that has it, until `restore`. */
  replaceHeader(name: string, value: string): void;
  /** Refuses all calls of this function until `restore`. */
  block(fn: string): void;
  /** How often a function was called. */
  calls(fn: string): number;
}

export function createNetwork(): Network {
  let isCut = false;
  let areSocketsBlocked = false;
  let isExpired = false;
  const blocked = new Set<string>();
  const replaced = new Map<string, string>();
  const open = new Set<WebSocket>();
  const lost = new Map<string, number>();
  const counts = new Map<string, number>();

  class FaultySocket extends WebSocket {
    constructor(address: string | URL, protocols?: string | string[]) {
      super(isCut || areSocketsBlocked ? 'ws://127.0.0.1:9' : address, protocols);
      open.add(this);
      this.on('error', () => undefined);
      this.on('close', () => open.delete(this));
    }
  }

  const dropSockets = () => {
    for (const socket of open) socket.terminate();
  };

  return {
    WebSocket: asTransport(FaultySocket),
    async fetch(input, init) {
      const url = input instanceof Request ? input.url : input.toString();
      const fn = /\/rpc\/(\w+)/.exec(url)?.[1] ?? '';
      counts.set(fn, (counts.get(fn) ?? 0) + 1);
      if (isCut || blocked.has(fn)) throw new TypeError('fetch failed');
      if (isExpired && (fn !== '' || url.includes('grant_type=refresh_token'))) return refusal(fn !== '');
      const headers = new Headers(init?.headers);
      for (const [name, value] of replaced) if (headers.has(name)) headers.set(name, value);
      const response = await fetch(input, { ...init, headers });
      const left = lost.get(fn) ?? 0;
      if (left > 0) {
        lost.set(fn, left - 1);
        await response.arrayBuffer();
        throw new TypeError('fetch failed');
      }
      return response;
    },
    cut() {
      isCut = true;
      dropSockets();
    },
    restore() {
      isCut = false;
      areSocketsBlocked = false;
      isExpired = false;
      blocked.clear();
      replaced.clear();
    },
    replaceHeader: (name, value) => void replaced.set(name, value),
    block: (fn) => void blocked.add(fn),
    expireSession() {
      isExpired = true;
    },
    loseAnswers: (fn, times) => void lost.set(fn, times),
    dropSockets,
    blockSockets() {
      areSocketsBlocked = true;
      dropSockets();
    },
    calls: (fn) => counts.get(fn) ?? 0,
  };
}

/** What PostgREST and Auth answer when the token and the session are over. */
function refusal(isRest: boolean): Response {
  return isRest
    ? Response.json({ code: 'PGRST303', message: 'JWT expired', details: null, hint: null }, { status: 401 })
    : Response.json({ code: 'session_not_found', message: 'Session not found' }, { status: 400 });
}

/** `ws` is what supabase-js wants in Node 20, though the two describe events differently. */
export function asTransport(socket: unknown): WebSocketLikeConstructor {
  if (isTransport(socket)) return socket;
  throw new Error('ws exports no constructor');
}

function isTransport(value: unknown): value is WebSocketLikeConstructor {
  return typeof value === 'function';
}
