export { createRealtime, type Realtime } from './realtime.js';
export { type RealtimeLimits, type RealtimeOptions, type RealtimeTiming } from './options.js';
