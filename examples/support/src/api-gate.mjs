import { createServer, connect } from 'node:net';

/**
 * A way of one's own to the API that can be cut, while the example itself stays loadable: `context.setOffline` would also
 * keep the page from being reloaded. It stands outside of the browser, where routes would slow every request down.
 *
 * @param {string} apiUrl
 */
export async function createApiGate(apiUrl) {
  const { hostname, port } = new URL(apiUrl);
  let isCut = false;
  /** @type {Set<import('node:net').Socket>} */
  const sockets = new Set();
  /** @param {import('node:net').Socket} socket */
  const keep = (socket) => {
    sockets.add(socket);
    // What breaks a connection is no news here: that its other half ends too is all there is to do.
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
  };
  const server = createServer((socket) => {
    keep(socket);
    if (isCut) return void socket.destroy();
    const upstream = connect(Number(port), hostname);
    keep(upstream);
    socket.setNoDelay(true);
    upstream.setNoDelay(true);
    socket.pipe(upstream).pipe(socket);
    socket.once('close', () => upstream.destroy());
    upstream.once('close', () => socket.destroy());
  });
  const breakAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(undefined));
  });
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${address.port}`,
    /** Nothing goes through any more; what was under way breaks, open sockets too. */
    async cut() {
      isCut = true;
      breakAll();
    },
    mend() {
      isCut = false;
    },
    close() {
      breakAll();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
