import { describe, expect, test } from 'vitest';
import { freshnessOf, freshnessOnceExpired } from './freshness.ts';

const expiry = { freshUntil: 100, staleUntil: 200, expiresAt: 300 };

describe('freshnessOf', () => {
  test.each([
    [0, 'fresh'],
    [99, 'fresh'],
    [100, 'stale'],
    [199, 'stale'],
    [200, 'stale-if-error'],
    [299, 'stale-if-error'],
    [300, 'expired'],
    [Number.POSITIVE_INFINITY, 'expired'],
  ])('at %d is %s', (now, freshness) => {
    expect(freshnessOf(expiry, now)).toBe(freshness);
  });

  test('knows no stale window where none was asked for', () => {
    const plain = { freshUntil: 100, staleUntil: 100, expiresAt: 100 };
    expect(freshnessOf(plain, 99)).toBe('fresh');
    expect(freshnessOf(plain, 100)).toBe('expired');
  });
});

describe('freshnessOnceExpired', () => {
  test.each([
    [0, 'stale-if-error'],
    [150, 'stale-if-error'],
    [299, 'stale-if-error'],
    [300, 'expired'],
  ])('at %d is %s', (now, freshness) => {
    expect(freshnessOnceExpired(expiry, now)).toBe(freshness);
  });
});
