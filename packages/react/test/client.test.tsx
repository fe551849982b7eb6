import { createFakeAuth, createFakeEnvironment } from '@confab/core/testing';
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { QueryClient } from '@tanstack/react-query';
import { act, cleanup, render, screen } from '@testing-library/react';
import { StrictMode, Suspense, type ReactNode } from 'react';
import { renderToString } from 'react-dom/server';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ConfabProvider, useConfab, useConfabClient, useConnection } from '../src/index';
import { alice } from './support/server';
import { kinds } from './support/kinds';

const never = new Promise<never>(() => undefined);

/** A socket that never opens. */
class SilentSocket {
  readonly readyState = 0;
  close(): void {}
  send(): void {}
}

let made = 0;

/** What an app has made outside of its components, and how much of it is in use. */
function surroundings() {
  const supabase: SupabaseClient = createClient('http://localhost:1', 'key', {
    auth: {
      persistSession: false,
      autoRefreshToken: false,
      detectSessionInUrl: false,
      storageKey: `app ${++made}`,
    },
    global: { fetch: () => never },
    realtime: { transport: SilentSocket as unknown as typeof WebSocket },
  });
  const auth = createFakeAuth(alice);
  const environment = createFakeEnvironment();
  const queryClient = new QueryClient();
  let subscriptions = 0;
  const queries = queryClient.getQueryCache();
  const subscribe = queries.subscribe.bind(queries);
  queries.subscribe = (listener) => {
    subscriptions++;
    const stop = subscribe(listener);
    return () => {
      subscriptions--;
      stop();
    };
  };
  return {
    options: { supabase, auth, environment, queryClient, messageKinds: kinds },
    used: () => ({
      auth: auth.listeners(),
      environment: environment.listeners(),
      cache: subscriptions,
      topics: supabase.getChannels().map(({ topic }) => topic),
    }),
  };
}

type Options = ReturnType<typeof surroundings>['options'];

const NOTHING = { auth: 0, environment: 0, cache: 0, topics: [] };
/** The waking and the rooms listen to the environment. */
const ONE_CLIENT = { auth: 1, environment: 3, cache: 1, topics: [`realtime:inbox:${alice}`] };

const seen = new Set<unknown>();
function Inside() {
  seen.add(useConfab());
  return <p>{useConnection().type}</p>;
}
function App({ options, children }: { options: Options; children?: ReactNode }) {
  const confab = useConfabClient(options);
  return (
    <ConfabProvider client={confab}>
      <Inside />
      {children}
    </ConfabProvider>
  );
}

/** Lets what was begun come to rest. */
const rest = () => act(() => vi.advanceTimersByTimeAsync(100));

beforeEach(() => {
  vi.useFakeTimers();
  seen.clear();
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

describe('H23 the client of the app', () => {
  it.each([
    ['in StrictMode', (app: ReactNode) => <StrictMode>{app}</StrictMode>],
    ['without it', (app: ReactNode) => app],
  ])('H23.1 %s there is one that lives, and none after unmounting', async (_, wrap) => {
    const { options, used } = surroundings();
    const { unmount, rerender } = render(wrap(<App options={options} />));
    await rest();
    rerender(wrap(<App options={{ ...options }} />));
    await rest();
    expect(used()).toEqual(ONE_CLIENT);
    expect(seen.size).toBe(1);
    expect(screen.getByText('connecting')).toBeDefined();
    unmount();
    await rest();
    expect(used()).toEqual(NOTHING);
    expect(
      options.queryClient
        .getQueryCache()
        .getAll()
        .some((query) => query.getObserversCount() > 0),
    ).toBe(false);
    // A call that is on its way, and supabase-js with its socket, give up by themselves.
    await vi.advanceTimersByTimeAsync(60_000);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('H23.1 who comes back has a new one', async () => {
    const { options, used } = surroundings();
    for (let i = 0; i < 3; i++) {
      const { unmount } = render(
        <StrictMode>
          <App options={options} />
        </StrictMode>,
      );
      await rest();
      expect(used()).toEqual(ONE_CLIENT);
      unmount();
      await rest();
      expect(used()).toEqual(NOTHING);
    }
    expect(seen.size).toBe(3);
  });

  it('H23.1 two components of one supabase-js client share it until the last has gone', async () => {
    const { options, used } = surroundings();
    const first = render(<App options={options} />);
    const second = render(<App options={options} />);
    first.unmount();
    await rest();
    expect(used()).toEqual(ONE_CLIENT);
    second.unmount();
    await rest();
    expect(used()).toEqual(NOTHING);
  });

  it('H23.2 what is rendered and not shown, because something waits, has begun nothing', async () => {
    const { options, used } = surroundings();
    let show = () => {};
    let isWaiting = true;
    const shown = new Promise<void>((resolve) => {
      show = () => {
        isWaiting = false;
        resolve();
      };
    });
    function Later(): ReactNode {
      if (isWaiting) throw shown as unknown as Error;
      return <p>Shown</p>;
    }
    const { unmount } = render(
      <StrictMode>
        <Suspense fallback={<p>Waiting</p>}>
          <App options={options}>
            <Later />
          </App>
        </Suspense>
      </StrictMode>,
    );
    await rest();
    expect(screen.getByText('Waiting')).toBeDefined();
    // The client is ready for the next try, and reads the cache alone.
    expect(used()).toEqual({ ...NOTHING, cache: 1 });
    act(show);
    await rest();
    expect(screen.getByText('Shown')).toBeDefined();
    expect(used()).toEqual(ONE_CLIENT);
    unmount();
    await rest();
    expect(used()).toEqual(NOTHING);
  });

  it('H23.3 a hot reload that remounts keeps the client, and one that makes supabase anew leaves the old one', async () => {
    const old = surroundings();
    const next = surroundings();
    const page = (key: number, options: Options) => (
      <StrictMode>
        <App key={key} options={options} />
      </StrictMode>
    );
    const { rerender, unmount } = render(page(1, old.options));
    await rest();
    rerender(page(2, { ...old.options }));
    await rest();
    expect(old.used()).toEqual(ONE_CLIENT);
    expect(seen.size).toBe(1);
    rerender(page(2, next.options));
    await rest();
    expect([old.used(), next.used()]).toEqual([NOTHING, ONE_CLIENT]);
    unmount();
    await rest();
    expect(next.used()).toEqual(NOTHING);
  });

  it('H23.4 rendering to HTML begins nothing', async () => {
    const { options, used } = surroundings();
    expect(renderToString(<App options={options} />)).toContain('idle');
    await rest();
    expect(used()).toEqual({ ...NOTHING, cache: 1 });
    expect(vi.getTimerCount()).toBe(0);
  });
});
