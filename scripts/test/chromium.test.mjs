import { afterEach, describe, expect, it, vi } from 'vitest';
import { lookForChromium } from '../lib/chromium.mjs';

describe('the lookup of Chromium', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('T3 takes the program CHROMIUM_PATH names', () => {
    vi.stubEnv('CHROMIUM_PATH', process.execPath);
    expect(lookForChromium()).toBe(process.execPath);
  });

  it('T3 refuses a CHROMIUM_PATH that is not a program, in one line', () => {
    vi.stubEnv('CHROMIUM_PATH', '/nowhere/chromium');
    expect(lookForChromium).toThrow('unable to use CHROMIUM_PATH; /nowhere/chromium is not a program');
  });
});
