export { readFingerprint, startPostgres } from './start-postgres.js';
