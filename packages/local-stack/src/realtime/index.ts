export { createRealtime } from './realtime.js';
export type { RealtimeOptions } from './options.js';
