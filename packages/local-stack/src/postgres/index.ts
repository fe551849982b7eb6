export {
  readFingerprint,
  startPostgres,
  type RunningPostgres,
  type StartPostgresOptions,
} from './start-postgres.js';
