import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  createAppEnvironment,
  type AppStateLike,
  type NetInfoLike,
  type NetInfoStateLike,
} from '../../src/adapters/app-environment';
import { createBrowserEnvironment } from '../../src/adapters/browser-environment';
import { createFakeEnvironment } from '../../src/testing/fake-environment';
import { describeEnvironment } from './environment.contract';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

/** The parts of a browser that are listened to. */
function createBrowser() {
  vi.useFakeTimers();
  const navigator = { onLine: true };
  const document = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  const window = new EventTarget();
  vi.stubGlobal('navigator', navigator);
  vi.stubGlobal('document', document);
  vi.stubGlobal('window', window);
  const showPage = (persisted: boolean) =>
    window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted }));
  return {
    environment: createBrowserEnvironment(),
    document,
    window,
    showPage,
    setOnline(isOnline: boolean) {
      navigator.onLine = isOnline;
      window.dispatchEvent(new Event(isOnline ? 'online' : 'offline'));
    },
    setVisible(isVisible: boolean) {
      document.visibilityState = isVisible ? 'visible' : 'hidden';
      document.dispatchEvent(new Event('visibilitychange'));
    },
    resume: () => void document.dispatchEvent(new Event('resume')),
  };
}

/** The parts of React Native that are listened to. */
function createApp() {
  const states = new Set<(state: string) => void>();
  const networks = new Set<(state: NetInfoStateLike) => void>();
  let network: NetInfoStateLike = { type: 'wifi', isConnected: true };
  const appState = {
    currentState: 'active',
    addEventListener(_type: 'change', listener: (state: string) => void) {
      states.add(listener);
      return { remove: () => void states.delete(listener) };
    },
  } satisfies AppStateLike;
  const netInfo: NetInfoLike = {
    addEventListener(listener) {
      networks.add(listener);
      // As the real one does: the first report comes at once.
      listener(network);
      return () => void networks.delete(listener);
    },
  };
  const report = (state: NetInfoStateLike) => {
    network = state;
    for (const listener of networks) listener(state);
  };
  return {
    appState,
    netInfo,
    report,
    environment: createAppEnvironment({ appState, netInfo }),
    setOnline: (isConnected: boolean) => report({ ...network, isConnected }),
    setState(state: string) {
      appState.currentState = state;
      for (const listener of states) listener(state);
    },
    resume: () => report({ type: network.type === 'wifi' ? 'cellular' : 'wifi', isConnected: true }),
    listeners: () => states.size + networks.size,
  };
}

describeEnvironment('the fake', () => {
  const environment = createFakeEnvironment();
  return { ...environment, environment, resume: () => environment.touch('resumed') };
});
describeEnvironment('the browser', createBrowser);
describeEnvironment('React Native', () => {
  const app = createApp();
  return { ...app, setVisible: (isVisible) => app.setState(isVisible ? 'active' : 'background') };
});

describe('the browser', () => {
  const watched = () => {
    const browser = createBrowser();
    const signals: (string | undefined)[] = [];
    const stop = browser.environment.onChange((signal) => signals.push(signal));
    return { ...browser, signals, stop };
  };

  it('E7.4 resumes from the back/forward cache, and not when a page is merely shown', () => {
    const { showPage, signals } = watched();
    showPage(false);
    expect(signals).toEqual([]);
    showPage(true);
    expect(signals).toEqual(['resumed']);
  });

  it('E7.4 tells of focus, though nothing has changed', () => {
    const { window, signals } = watched();
    window.dispatchEvent(new Event('focus'));
    expect(signals).toEqual([undefined]);
  });

  it('E11.6 is idle after five minutes without input, told once, and not any more with the next input', () => {
    const { environment, window, signals } = watched();
    vi.advanceTimersByTime(4 * 60_000);
    window.dispatchEvent(new Event('keydown'));
    vi.advanceTimersByTime(5 * 60_000 - 1);
    expect([environment.isIdle?.(), signals.length]).toEqual([false, 0]);
    vi.advanceTimersByTime(1);
    expect([environment.isIdle?.(), signals.length]).toEqual([true, 1]);
    vi.advanceTimersByTime(60 * 60_000);
    expect(signals).toHaveLength(1);
    window.dispatchEvent(new Event('pointermove'));
    expect([environment.isIdle?.(), signals.length]).toEqual([false, 2]);
    vi.advanceTimersByTime(5 * 60_000);
    expect([environment.isIdle?.(), signals.length]).toEqual([true, 3]);
  });

  it('E11.6 costs one timer, however much input there is', () => {
    const { window } = watched();
    for (let i = 0; i < 1_000; i++) window.dispatchEvent(new Event('pointermove'));
    expect(vi.getTimerCount()).toBe(1);
  });

  it('E9.12 leaves no listener and no timer', () => {
    const { document, window, signals, stop } = watched();
    stop();
    expect(vi.getTimerCount()).toBe(0);
    for (const type of ['focus', 'online', 'keydown']) window.dispatchEvent(new Event(type));
    document.dispatchEvent(new Event('visibilitychange'));
    expect(signals).toEqual([]);
  });

  it('E7.4 counts as online, visible and in use where there is no browser', () => {
    const environment = createBrowserEnvironment();
    const stop = environment.onChange(() => undefined);
    expect([environment.isOnline(), environment.isVisible(), environment.isIdle?.()]).toEqual([
      true,
      true,
      false,
    ]);
    stop();
  });
});

describe('React Native', () => {
  it('E9.13 counts as online while the network is unknown, and without NetInfo', () => {
    const { appState, environment, report } = createApp();
    const stop = environment.onChange(() => undefined);
    report({ type: 'unknown', isConnected: null });
    expect(environment.isOnline()).toBe(true);
    stop();
    expect(createAppEnvironment({ appState }).isOnline()).toBe(true);
  });

  it('E7.4 is in sight under a call or a switcher', () => {
    const { environment, setState } = createApp();
    const stop = environment.onChange(() => undefined);
    setState('inactive');
    expect(environment.isVisible()).toBe(true);
    stop();
  });

  it('E7.4 does not take losing the network for another one', () => {
    const { environment, report } = createApp();
    const signals: (string | undefined)[] = [];
    const stop = environment.onChange((signal) => signals.push(signal));
    signals.length = 0;
    report({ type: 'none', isConnected: false });
    report({ type: 'wifi', isConnected: true });
    expect(signals).toEqual([undefined, 'resumed']);
    stop();
  });

  it('E9.12 leaves no listener', () => {
    const { environment, listeners } = createApp();
    environment.onChange(() => undefined)();
    expect(listeners()).toBe(0);
  });
});
