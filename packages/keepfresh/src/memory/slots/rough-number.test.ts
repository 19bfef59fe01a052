import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packRough, unpackRough } from './rough-number.ts';

describe('a rough number', () => {
  it('is exact below 2,048', () => {
    for (let number = 0; number < 2_048; number++)
      expect(unpackRough(packRough(number))).toBe(number);
  });

  it.each([-1, Number.NaN, Number.NEGATIVE_INFINITY])('is 0 for %d', (number) => {
    expect(packRough(number)).toBe(0);
  });

  it.each([
    [2 ** 42, (2 ** 11 - 1) * 2 ** 31],
    [Number.POSITIVE_INFINITY, (2 ** 11 - 1) * 2 ** 31],
  ])('ends before 2^42: %d', (number, packed) => {
    expect(unpackRough(packRough(number))).toBe(packed);
  });

  it('is never less, and larger by less than a thousandth', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 2 ** 41, noNaN: true }), (number) => {
        const packed = packRough(number);
        expect(packed).toBe(packed & 0xffff);
        expect(unpackRough(packed)).toBeGreaterThanOrEqual(number);
        expect(unpackRough(packed)).toBeLessThanOrEqual(Math.max(number + 1, number * 1.001));
      }),
    );
  });

  it('loses nothing where rounding up makes it one digit longer', () => {
    for (let exponent = 12; exponent < 42; exponent++) {
      expect(unpackRough(packRough(2 ** exponent - 1))).toBe(2 ** exponent);
    }
  });

  it('keeps the order', () => {
    for (let exponent = 0; exponent < 40; exponent++) {
      const [less, more] = [2 ** exponent, 2 ** exponent + 1].map(packRough);
      expect(less).toBeLessThanOrEqual(more!);
    }
  });
});
