import { createServer, request as forward } from 'node:http';

/** @typedef {{ from: 'server' | 'browser', path: string }} Call */

/**
 * Stands between the app and the API, and notes who asks for what: server and browser of the app use the same address.
 *
 * @param {string} apiUrl
 */
export async function startRecorder(apiUrl) {
  const { hostname, port } = new URL(apiUrl);
  /** @type {Call[]} */
  const calls = [];
  /** @param {import('node:http').IncomingMessage} incoming */
  const onward = ({ url, method, headers }) => forward({ hostname, port, path: url, method, headers });
  const server = createServer((incoming, outgoing) => {
    const { url = '', method, headers } = incoming;
    const isServer = String(headers['x-client-info']).includes('createServerClient');
    if (method !== 'OPTIONS') calls.push({ from: isServer ? 'server' : 'browser', path: url });
    const request = onward(incoming);
    incoming.pipe(request);
    request.on('response', (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    request.on('error', () => outgoing.destroy());
    outgoing.on('close', () => request.destroy());
  });
  server.on('upgrade', (incoming, socket, head) => {
    const request = onward(incoming);
    request.on('upgrade', (answer, far, farHead) => {
      const lines = answer.rawHeaders.flatMap((text, i, all) => (i % 2 ? `${all[i - 1]}: ${text}` : []));
      socket.write(['HTTP/1.1 101 Switching Protocols', ...lines, '', ''].join('\r\n'));
      far.unshift(farHead);
      socket.unshift(head);
      far.pipe(socket).pipe(far);
      const end = () => {
        far.destroy();
        socket.destroy();
      };
      for (const side of [far, socket]) side.on('error', end).on('close', end);
    });
    request.on('error', () => socket.destroy());
    request.end();
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${address.port}`,
    calls,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
