import WebSocket from 'ws';

/**
 * A network cable for one Supabase client: while it is cut, requests fail as they do without network, requests under
 * way are aborted, and open sockets end.
 */
export function createSwitchableNetwork() {
  let isCut = false;
  /** @type {Set<AbortController>} */
  const requests = new Set();
  /** @type {Set<WebSocket>} */
  const sockets = new Set();

  const noNetwork = () => new TypeError('fetch failed');

  class SwitchableWebSocket extends WebSocket {
    /**
     * @param {string | URL} address
     * @param {string | string[]} [protocols]
     */
    constructor(address, protocols) {
      super(address, protocols);
      sockets.add(this);
      this.once('close', () => sockets.delete(this));
      // `ws` reports the end of a socket that was never open as an error, which someone has to listen to.
      this.on('error', () => undefined);
      if (isCut) this.terminate();
    }
  }

  /** @type {typeof fetch} */
  const switchableFetch = async (input, init) => {
    if (isCut) throw noNetwork();
    const controller = new AbortController();
    const cancel = () => controller.abort();
    init?.signal?.addEventListener('abort', cancel, { once: true });
    requests.add(controller);
    try {
      const response = await fetch(input, { ...init, signal: controller.signal });
      // An answer that was on its way when the cable was cut does not arrive.
      if (isCut) throw noNetwork();
      return response;
    } catch (error) {
      throw isCut ? noNetwork() : error;
    } finally {
      requests.delete(controller);
      init?.signal?.removeEventListener('abort', cancel);
    }
  };

  return {
    fetch: switchableFetch,
    WebSocket: SwitchableWebSocket,
    cut() {
      isCut = true;
      for (const request of requests) request.abort();
      for (const socket of sockets) socket.terminate();
    },
    mend() {
      isCut = false;
    },
  };
}
