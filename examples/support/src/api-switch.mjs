/**
 * A way between a browser and the API that can be cut, while the example itself stays loadable: `context.setOffline`
 * would also keep the page from being reloaded.
 *
 * @param {import('playwright-core').BrowserContext} context
 * @param {string} apiUrl
 */
export async function createApiSwitch(context, apiUrl) {
  const { host } = new URL(apiUrl);
  let isCut = false;
  /** @type {Set<import('playwright-core').WebSocketRoute>} */
  const sockets = new Set();
  await context.route(
    (url) => url.host === host,
    (route) => (isCut ? route.abort('internetdisconnected') : route.continue()),
  );
  await context.routeWebSocket(
    (url) => url.host === host,
    (socket) => {
      if (isCut) return void socket.close();
      const server = socket.connectToServer();
      sockets.add(socket);
      server.onClose(() => {
        sockets.delete(socket);
        void socket.close();
      });
      socket.onClose(() => {
        sockets.delete(socket);
        void server.close();
      });
    },
  );
  return {
    /** Nothing goes through any more; open sockets break. */
    async cut() {
      isCut = true;
      await Promise.all([...sockets].map((socket) => socket.close()));
    },
    mend() {
      isCut = false;
    },
  };
}
