import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDuration } from './duration.ts';

const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const unit = fc.constantFrom(...(Object.keys(units) as (keyof typeof units)[]));

describe('parseDuration', () => {
  test.each([
    [0, 0],
    [1500, 1500],
    ['250ms', 250],
    ['5s', 5_000],
    ['1.5m', 90_000],
    ['2h', 7_200_000],
    ['1d', 86_400_000],
    ['0.29s', 290],
    ['1.001s', 1_001],
    ['007s', 7_000],
  ])('reads %j as %d ms', (written, milliseconds) => {
    expect(parseDuration(written, 'ttl')).toBe(milliseconds);
  });

  test.each([
    ['NaN', Number.NaN],
    ['a negative number', -1],
    ['Infinity', Number.POSITIVE_INFINITY],
    ['a fraction of a millisecond', 0.5],
    ['a text that is a fraction of a millisecond', '0.0005s'],
    ['a fraction that is lost in a large number', '900719925474.000001s'],
    ['more than 2^53', '999999999999999d'],
    ['a word as unit', '5 minutes'],
    ['a space', '5 m'],
    ['an upper-case unit', '5M'],
    ['a text without unit', '5'],
    ['a text without number', 'ms'],
    ['an empty text', ''],
    ['a sign', '-5s'],
    ['an exponent', '1e3s'],
    ['no digit before the point', '.5s'],
    ['an object', { ms: 5 }],
    ['a name of Object.prototype as unit', '5constructor'],
    ['null', null],
    ['undefined', undefined],
    ['a bigint', 5n],
    ['a boolean', true],
  ])('refuses %s', (_what, value) => {
    expect(() => parseDuration(value, 'ttl')).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
    );
  });

  test('says which field, what is allowed and what it was', () => {
    expect(() => parseDuration('5 minutes', 'ttl', { min: 1, max: 604_800_000 })).toThrow(
      "ttl must be a whole number of milliseconds or a text such as '250ms', '5s', '1.5m', '2h', '1d', " +
        `from '1ms' to '7d', but was "5 minutes"`,
    );
  });

  test('keeps to the range, its ends included', () => {
    const range = { min: 10, max: 20 };
    expect(parseDuration(10, 'ttl', range)).toBe(10);
    expect(parseDuration('20ms', 'ttl', range)).toBe(20);
    expect(() => parseDuration(9, 'ttl', range)).toThrow("from '10ms' to '20ms'");
    expect(() => parseDuration('21ms', 'ttl', range)).toThrow("from '10ms' to '20ms'");
  });

  test('reads every whole number of every unit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100_000_000 }), unit, (count, name) => {
        expect(parseDuration(`${count}${name}`, 'ttl')).toBe(count * units[name]);
      }),
    );
  });

  test('returns a whole number or throws a CacheError, whatever it is given', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything({ maxDepth: 1, maxKeys: 2 }), fc.string()), (value) => {
        try {
          expect(Number.isSafeInteger(parseDuration(value, 'ttl'))).toBe(true);
        } catch (error) {
          expect(error).toMatchObject({ code: 'INVALID_ARGUMENT' });
        }
      }),
    );
  });
});
