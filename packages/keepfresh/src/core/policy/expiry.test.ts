import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defaultMaxTtlMs, type EntryCreation, entryTimes, type Lifetime } from './expiry.ts';

const lifetime: Lifetime = {
  ttlMs: 1_000,
  staleWhileRevalidateMs: 200,
  staleIfErrorMs: 5_000,
  jitter: 0,
};

const at = (now: number, fraction = 0): EntryCreation => ({
  now,
  fraction,
  maxTtlMs: defaultMaxTtlMs,
});

describe('entryTimes', () => {
  test('counts both stale windows from the end of freshness', () => {
    expect(entryTimes(lifetime, at(10_000, 0.5))).toEqual({
      freshUntil: 11_000,
      staleUntil: 11_200,
      expiresAt: 16_000,
    });
  });

  test('keeps the entry to the end of the longer window', () => {
    const { staleUntil, expiresAt } = entryTimes({ ...lifetime, staleIfErrorMs: 100 }, at(0));
    expect(staleUntil).toBe(1_200);
    expect(expiresAt).toBe(1_200);
  });

  test('cuts off at most the share that jitter names', () => {
    const shaken = { ...lifetime, jitter: 0.1 };
    expect(entryTimes(shaken, at(0, 0)).freshUntil).toBe(1_000);
    expect(entryTimes(shaken, at(0, 0.5)).freshUntil).toBe(950);
    expect(entryTimes(shaken, at(0, 0.999999)).freshUntil).toBe(901);
  });

  test('ends everything at maxTtl', () => {
    expect(entryTimes(lifetime, { now: 0, fraction: 0, maxTtlMs: 1_100 })).toEqual({
      freshUntil: 1_000,
      staleUntil: 1_100,
      expiresAt: 1_100,
    });
  });

  test('never puts one end before another, nor after what was asked', () => {
    const ms = fc.nat(10_000_000);
    const lifetimes = fc.record({
      ttlMs: ms,
      staleWhileRevalidateMs: ms,
      staleIfErrorMs: ms,
      jitter: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(lifetimes, ms, ms, random, (given, now, maxTtlMs, fraction) => {
        const { freshUntil, staleUntil, expiresAt } = entryTimes(given, {
          now,
          fraction,
          maxTtlMs,
        });
        expect(freshUntil).toBeGreaterThanOrEqual(now);
        expect(freshUntil).toBeLessThanOrEqual(now + given.ttlMs);
        expect(staleUntil).toBeGreaterThanOrEqual(freshUntil);
        expect(expiresAt).toBeGreaterThanOrEqual(staleUntil);
        expect(expiresAt).toBeLessThanOrEqual(now + maxTtlMs);
        expect(Number.isSafeInteger(freshUntil)).toBe(true);
      }),
    );
  });
});
