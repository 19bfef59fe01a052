import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defaultMaxTtlMs, expiryOf, type Lifetime } from './expiry.ts';

const lifetime: Lifetime = {
  ttlMs: 1_000,
  staleWhileRevalidateMs: 200,
  staleIfErrorMs: 5_000,
  jitter: 0,
  maxTtlMs: defaultMaxTtlMs,
};

describe('expiryOf', () => {
  test('counts both stale windows from the end of freshness', () => {
    expect(expiryOf(lifetime, 10_000, 0.5)).toEqual({
      freshUntil: 11_000,
      staleUntil: 11_200,
      expiresAt: 16_000,
    });
  });

  test('keeps the entry to the end of the longer window', () => {
    const { staleUntil, expiresAt } = expiryOf({ ...lifetime, staleIfErrorMs: 100 }, 0, 0);
    expect(staleUntil).toBe(1_200);
    expect(expiresAt).toBe(1_200);
  });

  test('cuts off at most the share that jitter names', () => {
    const shaken = { ...lifetime, jitter: 0.1 };
    expect(expiryOf(shaken, 0, 0).freshUntil).toBe(1_000);
    expect(expiryOf(shaken, 0, 0.5).freshUntil).toBe(950);
    expect(expiryOf(shaken, 0, 0.999999).freshUntil).toBe(901);
  });

  test('ends everything at maxTtl', () => {
    expect(expiryOf({ ...lifetime, maxTtlMs: 1_100 }, 0, 0)).toEqual({
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
      maxTtlMs: ms,
    });
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(lifetimes, ms, random, (given, createdAt, chance) => {
        const { freshUntil, staleUntil, expiresAt } = expiryOf(given, createdAt, chance);
        expect(freshUntil).toBeGreaterThanOrEqual(createdAt);
        expect(freshUntil).toBeLessThanOrEqual(createdAt + given.ttlMs);
        expect(staleUntil).toBeGreaterThanOrEqual(freshUntil);
        expect(expiresAt).toBeGreaterThanOrEqual(staleUntil);
        expect(expiresAt).toBeLessThanOrEqual(createdAt + given.maxTtlMs);
        expect(Number.isSafeInteger(freshUntil)).toBe(true);
      }),
    );
  });
});
