import { afterEach, vi } from 'vitest';
import { systemClock } from '../../src/adapters/system-clock';
import { createManualClock } from '../../src/testing/manual-clock';
import { createSeededRandom } from '../../src/testing/seeded-random';
import { describeClock } from './clock.contract';

afterEach(() => vi.useRealTimers());

describeClock('the system', () => {
  vi.useFakeTimers();
  return { clock: systemClock, advance: (ms) => vi.advanceTimersByTimeAsync(ms) };
});
describeClock('the manual one', () => {
  const random = createSeededRandom(3);
  const clock = createManualClock({ random: () => random.next() });
  return { clock, advance: (ms) => clock.advance(ms) };
});
