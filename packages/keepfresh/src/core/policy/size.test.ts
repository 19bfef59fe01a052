import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseSize } from './size.ts';

describe('parseSize', () => {
  test.each([
    [0, 0],
    [4096, 4096],
    ['10b', 10],
    ['256kb', 262_144],
    ['256mb', 268_435_456],
    ['256MB', 268_435_456],
    ['1gb', 1_073_741_824],
    ['1.5gb', 1_610_612_736],
  ])('reads %j as %d bytes', (written, bytes) => {
    expect(parseSize(written, 'maxBytes')).toBe(bytes);
  });

  test.each(['256', '256mib', '1 gb', '-1kb', '1tb', '0.3kb', 0.5, -1, Number.NaN, null, {}])(
    'refuses %j',
    (value) => {
      expect(() => parseSize(value, 'maxBytes')).toThrow(
        expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
      );
    },
  );

  test('says which field, what is allowed and what it was, as it was written', () => {
    expect(() => parseSize('1TB', 'memory.maxBytes', { min: 1024 })).toThrow(
      "memory.maxBytes must be a whole number of bytes or a text such as '512kb', '256mb', '1.5gb', " +
        `from '1kb', but was "1TB"`,
    );
  });

  test('is monotone in the number before the unit', () => {
    const count = fc.integer({ min: 0, max: 1_000_000 });
    fc.assert(
      fc.property(count, count, fc.constantFrom('b', 'kb', 'mb', 'gb'), (a, b, unit) => {
        const [small, large] = [Math.min(a, b), Math.max(a, b)];
        expect(parseSize(`${small}${unit}`, 'size')).toBeLessThanOrEqual(
          parseSize(`${large}${unit}`, 'size'),
        );
      }),
    );
  });
});
