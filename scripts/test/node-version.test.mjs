import { describe, expect, it } from 'vitest';
import { checkNodeVersion } from '../lib/node-version.mjs';

describe('the version of Node', () => {
  it.each(['20.19.0', '20.20.2', '22.0.0', '24.1.0'])('T2 accepts %s', (version) => {
    expect(() => checkNodeVersion(version)).not.toThrow();
  });

  it.each(['18.20.0', '20.18.3'])('T2 refuses %s and says what to install', (version) => {
    expect(() => checkNodeVersion(version)).toThrow(/install Node 20\.19 or newer/);
  });
});
