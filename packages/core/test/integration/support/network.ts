import { WebSocket } from 'ws';

/** The network of one client, with faults where a real one has them. */
export interface Network {
  readonly fetch: typeof fetch;
  readonly WebSocket: typeof WebSocket;
  /** Cuts all sockets and refuses everything until `restore`. */
  cut(): void;
  restore(): void;
  /** Lets the next calls of this function be carried out, and loses their answers. */
  loseAnswers(fn: string, times: number): void;
  /** Cuts the sockets only; they may reconnect at once. */
  dropSockets(): void;
  /** Refuses new sockets, as a proxy without websockets does, and cuts the open ones. */
  blockSockets(): void;
  /** How often a function was called. */
  calls(fn: string): number;
}

export function createNetwork(): Network {
  let isCut = false;
  let areSocketsBlocked = false;
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
    WebSocket: FaultySocket,
    async fetch(input, init) {
      const url = input instanceof Request ? input.url : input.toString();
      const fn = /\/rpc\/(\w+)/.exec(url)?.[1] ?? '';
      counts.set(fn, (counts.get(fn) ?? 0) + 1);
      if (isCut) throw new TypeError('fetch failed');
      const response = await fetch(input, init);
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
