export { startPostgres } from './postgres/index.js';
