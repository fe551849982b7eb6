// A network with a round trip: a TCP proxy that hands on every chunk half of it later, in order, both ways.
import { connect, createServer } from 'node:net';

/** Listens on a port of its own; `url` is the address of the same service through it. */
export async function openProxy(target, roundTripMs) {
  const { hostname, port } = new URL(target);
  const sockets = new Set();
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    client.setNoDelay(true);
    upstream.setNoDelay(true);
    const later = (to, act) => setTimeout(() => to.destroyed || act(), roundTripMs / 2);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ]) {
      sockets.add(from);
      from.on('data', (chunk) => later(to, () => to.write(chunk)));
      from.on('end', () => later(to, () => to.end()));
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        later(to, () => to.destroy());
      });
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
