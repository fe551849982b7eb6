import { createServer, connect } from 'node:net';

/** @typedef {import('node:net').Socket} Socket */

/**
 * A cable between one client and a server, which can be cut, made slow, or made to swallow what the server answers.
 *
 * @param {number} targetPort on 127.0.0.1
 */
export async function createTcpProxy(targetPort) {
  let isCut = false;
  let isSwallowing = false;
  let delayMs = 0;
  /** @type {Set<Socket>} */
  const sockets = new Set();

  /**
   * Keeps the order of what it delays.
   *
   * @param {Socket} from
   * @param {Socket} to
   * @param {() => boolean} isLost
   */
  const pass = (from, to, isLost) => {
    let last = Promise.resolve();
    from.on('data', (chunk) => {
      if (isLost()) return;
      const wait = delayMs;
      if (wait === 0) {
        last = last.then(() => void (to.destroyed || to.write(chunk)));
        return;
      }
      const due = new Promise((resolve) => setTimeout(resolve, wait));
      last = Promise.all([last, due]).then(() => void (to.destroyed || to.write(chunk)));
    });
    from.on('end', () => void last.then(() => to.end()));
    from.on('close', () => void last.then(() => to.destroy()));
    from.on('error', () => to.destroy());
  };

  const server = createServer((client) => {
    if (isCut) {
      client.on('error', () => undefined);
      client.destroy();
      return;
    }
    const upstream = connect(targetPort, '127.0.0.1');
    for (const socket of [client, upstream]) {
      socket.setNoDelay(true);
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    }
    pass(client, upstream, () => false);
    pass(upstream, client, () => isSwallowing);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;

  const dropAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${port}`,
    /** Ends every connection and refuses new ones. */
    cut() {
      isCut = true;
      dropAll();
    },
    /** Ends every connection; new ones may come at once. */
    drop: dropAll,
    /** Requests arrive, answers do not. */
    swallow() {
      isSwallowing = true;
    },
    /** @param {number} ms in each direction */
    slow(ms) {
      delayMs = ms;
    },
    /** As it was; connections that lost an answer end, because the rest of it would make no sense. */
    mend() {
      if (isSwallowing) dropAll();
      isCut = false;
      isSwallowing = false;
      delayMs = 0;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve(undefined));
        dropAll();
      }),
  };
}
