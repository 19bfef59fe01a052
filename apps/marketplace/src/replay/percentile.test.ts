import fc from 'fast-check';
import { expect, test } from 'vitest';
import { median } from './median.ts';
import { percentile } from './percentile.ts';

const hundred = Array.from({ length: 100 }, (_, index) => index + 1);

test.each([
  [0, 1],
  [0.5, 50],
  [0.95, 95],
  [0.99, 99],
  [1, 100],
])('the percentile %d of 1 to 100 is %d', (share, expected) => {
  expect(percentile(hundred, share)).toBe(expected);
});

test('there is no percentile of nothing', () => {
  expect(percentile([], 0.5)).toBeNaN();
});

test('at least the share of the values is no larger than the percentile, and fewer are smaller', () => {
  const values = fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(values, fc.constantFrom(0.5, 0.95, 0.99), (samples, share) => {
      const ascending = Float64Array.from(samples).sort();
      const found = percentile(ascending, share);
      const needed = share * ascending.length;
      expect(ascending.filter((value) => value <= found).length).toBeGreaterThanOrEqual(needed);
      expect(ascending.filter((value) => value < found).length).toBeLessThan(needed);
    }),
  );
});

test('the median needs no order', () => {
  expect(median([9, 1, 5])).toBe(5);
});
