import type { ConnectionView } from '@confab/core';
import type { RegisteredConfab } from './register';
import { useScreen } from './use-screen';

export type UseConnectionResult = ConnectionView & {
  /** Connects and sends at once instead of waiting for the next attempt. */
  readonly retry: () => void;
};

/**
 * How the client is connected, and how many writes wait (rule E9), for a banner. `retry` connects at once.
 *
 * @example
 * ```tsx
 * function Banner() {
 *   const connection = useConnection();
 *   if (connection.type !== 'offline') return null;
 *   return (
 *     <p role="status">
 *       Offline, {connection.unsentCount} messages wait <button onClick={connection.retry}>Try now</button>
 *     </p>
 *   );
 * }
 * ```
 */
export function useConnection(): UseConnectionResult {
  return useScreen(connectionOf);
}

const connectionOf = ({ connection }: RegisteredConfab) => ({
  ...connection,
  actions: { retry: () => connection.retry() },
});
