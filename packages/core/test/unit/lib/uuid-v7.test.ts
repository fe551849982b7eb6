import { describe, expect, it } from 'vitest';
import { createUuidV7 } from '../../../src/lib/uuid-v7';

const FORM = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

function minter(now: () => number, byte = 0xff) {
  return createUuidV7(now, (length) => new Uint8Array(length).fill(byte));
}

describe('createUuidV7', () => {
  it('E2.5 writes version, variant and the time of day', () => {
    const id = minter(() => 0x0123456789ab)();
    expect(id).toMatch(FORM);
    expect(id.replaceAll('-', '').slice(0, 12)).toBe('0123456789ab');
  });

  it('E2.5 keeps the random bits', () => {
    expect(minter(() => 1, 0x00)().slice(19)).toBe('8000-000000000000');
    expect(minter(() => 1, 0xff)().slice(19)).toBe('bfff-ffffffffffff');
  });

  it('E2.5 sorts by minting within one millisecond, past the end of the counter', () => {
    const next = minter(() => 1_000);
    const ids = Array.from({ length: 10_000 }, next);
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.every((id) => FORM.test(id))).toBe(true);
  });

  it('E2.5 sorts by minting while the clock steps back and comes forward again', () => {
    const times = [5_000, 5_001, 1, 2, 5_001, 5_002, 5_000];
    let i = 0;
    const next = minter(() => times[i++ % times.length] ?? 0);
    const ids = Array.from({ length: 70 }, next);
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('E2.5 takes whole milliseconds from a clock of finer grain', () => {
    expect(minter(() => 0x10 + 0.75)()).toMatch(/^00000000-0010-7/);
  });
});
