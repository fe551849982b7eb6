import { act, cleanup, render, screen } from '@testing-library/react';
import { startTransition, StrictMode, Suspense, useEffect, useState, type ReactNode } from 'react';
import { afterEach, describe, expect, it } from 'vitest';
import { ConfabProvider } from '../src/index';
import { counted } from './support/counted';
import { everyHook } from './support/everything';
import { alice, bob, room, setUp } from './support/server';

afterEach(cleanup);

/** As long as anything is kept that nobody watches. */
const FORGOTTEN_MS = 6 * 60_000;
const topic = `room:${room(1)}`;

async function open() {
  let messageId = '';
  const test = await setUp((it) => {
    it.addConversation(room(1), [alice, bob]);
    messageId = it.send(bob, room(1), 'Hello').id;
  });
  const { confab, open: subscriptions } = counted(test.confab);
  const hooks = Object.values(everyHook(room(1), messageId));
  function All() {
    for (const hook of hooks) hook();
    return <p>All</p>;
  }
  const { queryClient, realtime, clock, pass } = test;
  const provide = (children: ReactNode) => <ConfabProvider client={confab}>{children}</ConfabProvider>;
  return {
    ...test,
    All,
    subscriptions,
    provide,
    /** Mounts what is given, and waits for what it loads. */
    async show(children: ReactNode) {
      const shown = render(provide(children));
      await pass();
      return shown;
    },
    /** All that is left, once what is kept for a while has gone. */
    async left() {
      await pass(FORGOTTEN_MS);
      return {
        topics: realtime.openTopics(),
        timers: clock.pending(),
        subscriptions: subscriptions(),
        observers: queryClient
          .getQueryCache()
          .getAll()
          .reduce((sum, query) => sum + query.getObserversCount(), 0),
        queries: queryClient.getQueryCache().getAll().length,
      };
    },
  };
}

type Test = Awaited<ReturnType<typeof open>>;

/** After the first time, in which the client learns what it keeps. */
async function opened(): Promise<Test & { readonly before: Awaited<ReturnType<Test['left']>> }> {
  const test = await open();
  const { unmount } = await test.show(<test.All />);
  unmount();
  const before = await test.left();
  expect(before).toMatchObject({ topics: [`inbox:${alice}`], subscriptions: 0, observers: 0 });
  return { ...test, before };
}

const never = new Promise<never>(() => undefined);
function Never(): ReactNode {
  // What every version of React takes for “not yet”.
  throw never as unknown as Error;
}

describe('H3 what mounting leaves behind', () => {
  it('H3.1 a thousand mounts of all hooks, every other in StrictMode, leave nothing', async () => {
    const { All, provide, pass, left, before } = await opened();
    const page = Array.from({ length: 20 }, (_, i) => <All key={i} />);
    for (let i = 0; i < 50; i++) {
      const { unmount } = render(provide(i % 2 ? <StrictMode>{page}</StrictMode> : page));
      // Some leave while what they asked for is on its way.
      if (i % 5 < 2) await pass();
      unmount();
    }
    expect(await left()).toEqual(before);
  }, 300_000);

  it('H3.2 StrictMode joins a room once, and leaves it once when nobody is there any more', async () => {
    const { All, show, pass, realtime } = await open();
    const { unmount } = await show(
      <StrictMode>
        <All />
        <All />
      </StrictMode>,
    );
    expect([realtime.opened(topic), realtime.closed(topic)]).toEqual([1, 0]);
    await pass(10_000);
    expect([realtime.opened(topic), realtime.closed(topic)]).toEqual([1, 0]);
    expect(realtime.channel(topic).isJoined()).toBe(true);
    unmount();
    await pass(10_000);
    expect([realtime.opened(topic), realtime.closed(topic)]).toEqual([1, 1]);
  });

  it('H3.3 who comes back within a moment finds the room joined', async () => {
    const { All, show, pass, realtime } = await open();
    const first = await show(<All />);
    first.unmount();
    const second = await show(<All />);
    await pass(10_000);
    expect([realtime.opened(topic), realtime.closed(topic)]).toEqual([1, 0]);
    second.unmount();
  });

  it('H3.4 what is rendered and never shown, because something beside it waits, leaves nothing', async () => {
    const { All, show, left, before, subscriptions, realtime } = await opened();
    const { unmount } = await show(
      <StrictMode>
        <Suspense fallback={<p>Waiting</p>}>
          <All />
          <Never />
        </Suspense>
      </StrictMode>,
    );
    expect(screen.getByText('Waiting')).toBeDefined();
    expect([subscriptions(), ...realtime.openTopics()]).toEqual([0, `inbox:${alice}`]);
    unmount();
    expect(await left()).toEqual(before);
  });

  it('H3.4 a transition that is given up leaves nothing', async () => {
    const { All, show, left, pass, before, subscriptions, server } = await opened();
    let go: (to: 'home' | 'chat' | 'other') => void = () => undefined;
    function App() {
      const [place, setPlace] = useState<'home' | 'chat' | 'other'>('home');
      useEffect(() => {
        go = setPlace;
      }, []);
      if (place !== 'chat') return <p>{place}</p>;
      return (
        <>
          <All />
          <Never />
        </>
      );
    }
    const { unmount } = await show(
      <StrictMode>
        <Suspense fallback={<p>Waiting</p>}>
          <App />
        </Suspense>
      </StrictMode>,
    );
    act(() => startTransition(() => go('chat')));
    await pass(1_000);
    expect(screen.getByText('home')).toBeDefined();
    server.send(bob, room(1), 'Still there?');
    await pass(1_000);
    expect(subscriptions()).toBe(0);
    act(() => go('other'));
    expect(screen.getByText('other')).toBeDefined();
    unmount();
    expect(await left()).toEqual(before);
  });

  it('H3.4 what is hidden again stays up to date, and leaves nothing', async () => {
    const { All, show, left, before, realtime } = await opened();
    let wait: (isWaiting: boolean) => void = () => undefined;
    function Later() {
      const [isWaiting, setIsWaiting] = useState(false);
      useEffect(() => {
        wait = setIsWaiting;
      }, []);
      return isWaiting ? <Never /> : null;
    }
    const { unmount } = await show(
      <Suspense fallback={<p>Waiting</p>}>
        <All />
        <Later />
      </Suspense>,
    );
    act(() => wait(true));
    expect(screen.getByText('Waiting')).toBeDefined();
    expect(realtime.channel(topic).isJoined()).toBe(true);
    unmount();
    expect(await left()).toEqual(before);
  });
});
