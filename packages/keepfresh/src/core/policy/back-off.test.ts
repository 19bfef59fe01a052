import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backOff } from './back-off.ts';

describe('backOff', () => {
  it('doubles with each failure, up to 32 times', () => {
    const pauses = [1, 2, 3, 4, 5, 6, 7, 50].map((failures) => backOff(failures, 1_000, 0));
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 32_000, 32_000]);
  });

  it('is shortened by chance, by a quarter at most', () => {
    const failures = fc.integer({ min: 1, max: 1_000 });
    const fraction = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(failures, fraction, fc.integer({ min: 1, max: 3_600_000 }), (n, part, first) => {
        const [pause, whole] = [backOff(n, first, part), backOff(n, first, 0)];
        expect(pause).toBeGreaterThan(whole * 0.75 - 1e-6);
        expect(pause).toBeLessThanOrEqual(whole);
      }),
    );
  });
});
