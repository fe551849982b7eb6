export { watchLaunchers } from './lib/launcher-watch.js';
export { StackError, type StackErrorCode } from './lib/stack-error.js';
export { startLocalStack, type LocalStack, type LocalStackOptions } from './start-local-stack.js';
