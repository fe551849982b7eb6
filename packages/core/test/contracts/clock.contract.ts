import { describe, expect, it } from 'vitest';
import type { Clock } from '../../src/ports';

export interface ClockHarness {
  readonly clock: Clock;
  advance(ms: number): Promise<unknown>;
}

/** The contract of the port; every implementation keeps it. */
export function describeClock(name: string, create: () => ClockHarness): void {
  describe(`the contract of clocks: ${name}`, () => {
    it('E9.3 runs what is due once, in the order it is due', async () => {
      const { clock, advance } = create();
      const began = clock.now();
      const ran: string[] = [];
      clock.after(20, () => ran.push(`b at ${clock.now() - began}`));
      clock.after(10, () => ran.push(`a at ${clock.now() - began}`));
      clock.after(20, () => ran.push('c'));
      await advance(9);
      expect(ran).toEqual([]);
      await advance(100);
      expect(ran).toEqual(['a at 10', 'b at 20', 'c']);
      expect(clock.now() - began).toBe(109);
    });

    it('E9.12 runs nothing that was cancelled, and cancelling what ran is no error', async () => {
      const { clock, advance } = create();
      const ran: string[] = [];
      const cancel = clock.after(10, () => ran.push('a'));
      const late = clock.after(10, () => ran.push('b'));
      cancel();
      cancel();
      await advance(20);
      late();
      expect(ran).toEqual(['b']);
    });

    it('E9.3 runs what was set meanwhile, never at once', async () => {
      const { clock, advance } = create();
      const ran: string[] = [];
      clock.after(0, () => {
        ran.push('a');
        clock.after(5, () => ran.push('b'));
      });
      expect(ran).toEqual([]);
      await advance(10);
      expect(ran).toEqual(['a', 'b']);
    });

    it('E9.9 gives chances from 0 to 1', () => {
      const { clock } = create();
      for (let i = 0; i < 100; i++) {
        const chance = clock.random();
        expect(chance).toBeGreaterThanOrEqual(0);
        expect(chance).toBeLessThan(1);
      }
    });
  });
}
