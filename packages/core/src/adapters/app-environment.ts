import type { Environment } from '../ports';

/** What is used of React Native's `AppState`. */
export interface AppStateLike {
  readonly currentState: string | null;
  addEventListener(type: 'change', listener: (state: string) => void): { remove(): void };
}

/** What is used of the state that NetInfo reports. */
export interface NetInfoStateLike {
  readonly type: string;
  /** Null while unknown. */
  readonly isConnected: boolean | null;
}

/** What is used of `@react-native-community/netinfo`. */
export interface NetInfoLike {
  addEventListener(listener: (state: NetInfoStateLike) => void): () => void;
}

export interface AppEnvironmentOptions {
  readonly appState: AppStateLike;
  /** Without it the app counts as online; the connection finds out by itself when it is not. */
  readonly netInfo?: NetInfoLike;
}

/**
 * The signals of a React Native app, for the option `environment` of `createConfab` (rule E7): joins and pulls when the
 * app comes to the foreground, is online again, or has another network.
 *
 * @param options `AppState` of react-native, and the default export of `@react-native-community/netinfo` if the app has it
 * @example
 * ```ts
 * import { createAppEnvironment, type AppStateLike } from '@confab/core';
 *
 * declare const AppState: AppStateLike; // import { AppState } from 'react-native'
 * const environment = createAppEnvironment({ appState: AppState });
 * console.log(environment.isVisible());
 * ```
 */
export function createAppEnvironment({ appState, netInfo }: AppEnvironmentOptions): Environment {
  let state = appState.currentState;
  let network: NetInfoStateLike | null = null;
  return {
    isOnline: () => network?.isConnected !== false,
    // `inactive` is an app in sight under a call or a switcher; before the first report it is unknown.
    isVisible: () => state !== 'background',
    onChange(listener) {
      state = appState.currentState;
      const subscription = appState.addEventListener('change', (next) => {
        state = next;
        listener();
      });
      let before = network;
      const stop = netInfo?.addEventListener((next) => {
        // Sockets do not survive the way from one network to another.
        const isAnother = before !== null && next.type !== before.type;
        before = network = next;
        listener(isAnother && next.isConnected !== false ? 'resumed' : undefined);
      });
      return () => {
        subscription.remove();
        stop?.();
      };
    },
  };
}
