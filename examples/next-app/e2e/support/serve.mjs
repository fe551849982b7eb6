// A process of its own, which ends with the one that started it: the built app on a free port.
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import next from 'next';

const dir = fileURLToPath(new URL('../..', import.meta.url));
const server = createServer();
server.listen(0, '127.0.0.1', async () => {
  // The app asks itself for the page that an action leads to, so it has to know where it is.
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const app = next({ dev: false, dir, hostname: '127.0.0.1', port });
  await app.prepare();
  const handle = app.getRequestHandler();
  server.on('request', (request, response) => void handle(request, response));
  process.send?.({ port });
});
process.on('disconnect', () => process.exit(0));
