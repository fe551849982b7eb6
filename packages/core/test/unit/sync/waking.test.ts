import { describe, expect, it } from 'vitest';
import { createWaking } from '../../../src/sync/waking';
import { createFakeEnvironment } from '../../../src/testing/fake-environment';
import { createManualClock } from '../../../src/testing/manual-clock';

function start() {
  const clock = createManualClock();
  const environment = createFakeEnvironment();
  const events: string[] = [];
  const waking = createWaking(
    { environment, clock },
    {
      onNetwork: (isOnline) => events.push(isOnline ? 'online' : 'offline'),
      onWake: () => events.push('wake'),
    },
  );
  return { clock, environment, waking, events };
}

describe('waking', () => {
  it('E7.4 becoming visible is one, becoming hidden is none', () => {
    const { environment, events } = start();
    environment.setVisible(false);
    expect(events).toEqual([]);
    environment.setVisible(true);
    expect(events).toEqual(['wake']);
  });

  it('E7.4 resuming from a frozen tab or the back/forward cache is one, though nothing has changed', () => {
    const { environment, events } = start();
    environment.touch('resumed');
    expect(events).toEqual(['wake']);
  });

  it('E7.4 turning to a window that was visible all along is one after half a minute', async () => {
    const { clock, environment, events } = start();
    environment.touch();
    await clock.advance(29_000);
    environment.touch();
    expect(events).toEqual(['wake']);
    await clock.advance(1_000);
    environment.touch();
    expect(events).toEqual(['wake', 'wake']);
  });

  it('E7.4 a timer that ran late tells of a sleep that nothing else announced', () => {
    const { waking, events } = start();
    waking.noteSleep();
    expect(events).toEqual(['wake']);
  });

  it('E7.5 signals that come together are one waking, whatever their order', async () => {
    const { clock, environment, waking, events } = start();
    environment.setVisible(false);
    environment.touch('resumed');
    environment.setVisible(true);
    environment.touch('resumed');
    environment.touch();
    waking.noteSleep();
    await clock.advance(500);
    environment.touch('resumed');
    expect(events).toEqual(['wake']);
    await clock.advance(500);
    environment.touch('resumed');
    expect(events).toEqual(['wake', 'wake']);
  });

  it('E7.5 coming online is no waking besides', () => {
    const { environment, events } = start();
    environment.setOnline(false);
    environment.setVisible(false);
    environment.setVisible(true);
    environment.setOnline(true);
    environment.touch('resumed');
    environment.touch();
    expect(events).toEqual(['offline', 'online']);
  });

  it('E7.5 nobody is woken while hidden, where resuming means little', () => {
    const { environment, events } = start();
    environment.setVisible(false);
    environment.touch('resumed');
    expect(events).toEqual([]);
  });

  it('E7.6 a clock that was put back keeps nothing from waking', () => {
    const { clock, environment, events } = start();
    environment.touch('resumed');
    clock.jump(-3_600_000);
    environment.touch();
    expect(events).toEqual(['wake', 'wake']);
  });

  it('E9.12 is over when it is stopped', () => {
    const { environment, waking, events } = start();
    waking.stop();
    environment.setOnline(false);
    expect(events).toEqual([]);
    expect(environment.listeners()).toBe(0);
  });
});
