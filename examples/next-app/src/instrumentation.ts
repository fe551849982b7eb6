/** supabase-js wants a WebSocket to be there, which Node 20 lacks. On the server none is ever opened. */
export function register(): void {
  if (!('WebSocket' in globalThis)) Object.assign(globalThis, { WebSocket: NoWebSocket });
}

class NoWebSocket {
  constructor() {
    throw new Error('unable to open a WebSocket; this is a server');
  }
}
