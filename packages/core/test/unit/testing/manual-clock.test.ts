import { describe, expect, it } from 'vitest';
import { createManualClock } from '../../../src/testing/manual-clock';
import { settled } from '../../../src/testing/settled';

describe('createManualClock', () => {
  it('E14 stands still until it is moved', async () => {
    const clock = createManualClock({ now: 1_000 });
    const ran: number[] = [];
    clock.after(10, () => ran.push(clock.now()));
    await settled();
    expect(clock.now()).toBe(1_000);
    await clock.advance(9);
    expect(ran).toEqual([]);
    await clock.advance(1);
    expect(ran).toEqual([1_010]);
    expect(clock.now()).toBe(1_010);
  });

  it('E14 runs timers in the order they are due, each at its own time, and of equals the one set first', async () => {
    const clock = createManualClock({ now: 0 });
    const ran: string[] = [];
    const set = (name: string, ms: number) => clock.after(ms, () => ran.push(`${name}@${clock.now()}`));
    set('c', 30);
    set('a', 10);
    set('b', 20);
    set('b2', 20);
    set('now', 0);
    set('past', -5);
    await clock.advance(25);
    expect(ran).toEqual(['now@0', 'past@0', 'a@10', 'b@20', 'b2@20']);
    expect(clock.pending()).toBe(1);
    expect(clock.now()).toBe(25);
  });

  it('E14 runs what a timer sets, directly or after promises, if it is due on the way', async () => {
    const clock = createManualClock({ now: 0 });
    const ran: number[] = [];
    const again = () => {
      ran.push(clock.now());
      void Promise.resolve()
        .then(() => undefined)
        .then(() => clock.after(10, again));
    };
    clock.after(10, again);
    await clock.advance(45);
    expect(ran).toEqual([10, 20, 30, 40]);
  });

  it('E14 a cancelled timer does not run, also when cancelled by another due at once', async () => {
    const clock = createManualClock();
    const ran: string[] = [];
    const cancels: (() => void)[] = [];
    clock.after(10, () => {
      for (const cancel of cancels) cancel();
    });
    cancels.push(clock.after(10, () => ran.push('cancelled')));
    await clock.advance(100);
    expect(ran).toEqual([]);
    expect(clock.pending()).toBe(0);
  });

  it('E4 a jump of the time of day moves no timer', async () => {
    const clock = createManualClock({ now: 1_000 });
    const ran: number[] = [];
    clock.after(10, () => ran.push(clock.now()));
    clock.jump(-600);
    expect(clock.now()).toBe(400);
    await clock.advance(10);
    expect(ran).toEqual([410]);
  });
});
