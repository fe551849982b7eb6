import { describe, expect, it, onTestFinished } from 'vitest';
import type { Environment } from '../../src/ports';

/** A device and what happens to it. */
export interface EnvironmentHarness {
  readonly environment: Environment;
  setOnline(isOnline: boolean): void;
  setVisible(isVisible: boolean): void;
  /** The app goes on after time stood still, or on another network. */
  resume(): void;
}

/** The contract of the port; every implementation keeps it. */
export function describeEnvironment(name: string, create: () => EnvironmentHarness): void {
  describe(`the contract of environments: ${name}`, () => {
    const setup = () => {
      const harness = create();
      const signals: (string | undefined)[] = [];
      const stop = harness.environment.onChange((signal) => signals.push(signal));
      onTestFinished(stop);
      signals.length = 0;
      return { ...harness, signals, stop };
    };

    it('E7.4 is online, visible and in use at first', () => {
      const { environment } = setup();
      expect([environment.isOnline(), environment.isVisible()]).toEqual([true, true]);
      expect(environment.isIdle?.() ?? false).toBe(false);
    });

    it('E9.13 tells of the network that goes and comes back', () => {
      const { environment, setOnline, signals } = setup();
      setOnline(false);
      expect(environment.isOnline()).toBe(false);
      expect(signals.length).toBe(1);
      setOnline(true);
      expect(environment.isOnline()).toBe(true);
      expect(signals.length).toBe(2);
    });

    it('E7.4 tells of becoming hidden and visible', () => {
      const { environment, setVisible, signals } = setup();
      setVisible(false);
      expect(environment.isVisible()).toBe(false);
      setVisible(true);
      expect(environment.isVisible()).toBe(true);
      expect(signals).toEqual([undefined, undefined]);
    });

    it('E7.4 says so when time stood still or the network is another one', () => {
      const { resume, signals } = setup();
      resume();
      expect(signals.filter((signal) => signal === 'resumed')).toHaveLength(1);
    });

    it('E7.4 tells all who listen, and nobody who has stopped', () => {
      const { environment, resume, setVisible, signals, stop } = setup();
      const others: (string | undefined)[] = [];
      const stopOther = environment.onChange((signal) => others.push(signal));
      others.length = 0;
      resume();
      expect(others).toEqual(signals);
      stop();
      stop();
      const before = signals.length;
      setVisible(false);
      expect(signals).toHaveLength(before);
      expect(others).toHaveLength(before + 1);
      stopOther();
      setVisible(true);
      expect(others).toHaveLength(before + 1);
    });
  });
}
