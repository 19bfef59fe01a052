import { describe, expect, it } from 'vitest';
import { SeededRandom } from './seeded-random.ts';

describe('SeededRandom', () => {
  it('repeats its draws for the same seed and only for it', () => {
    const draws = (seed: number | string): string => {
      const random = new SeededRandom(seed);
      return `${random.hex(16)} ${random.fraction()} ${random.below(100)}`;
    };
    expect(draws(1)).toBe(draws(1));
    expect(new Set([1, 2, 3, 'a', 'b', '', -1, 2 ** 40].map(draws)).size).toBe(8);
  });

  it(
    'gives hexadecimal digits of the length asked for, and none twice',
    { tags: ['thorough'] },
    () => {
      const random = new SeededRandom(7);
      const seen = new Set<string>();
      for (let draw = 0; draw < 5000; draw++) {
        const token = random.hex(8);
        expect(token).toMatch(/^[0-9a-f]{16}$/);
        seen.add(token);
      }
      expect(seen.size).toBe(5000);
      for (const bytes of [0, 1, 3, 4, 5, 16]) expect(random.hex(bytes)).toHaveLength(2 * bytes);
    },
  );

  it('spreads fractions evenly from 0 up to 1', { tags: ['thorough'] }, () => {
    const random = new SeededRandom('even');
    const buckets = new Map<number, number>();
    for (let draw = 0; draw < 20_000; draw++) {
      const fraction = random.fraction();
      expect(fraction >= 0 && fraction < 1).toBe(true);
      const bucket = Math.floor(fraction * 10);
      buckets.set(bucket, (buckets.get(bucket) ?? 0) + 1);
    }
    expect(buckets.size).toBe(10);
    for (const count of buckets.values()) expect(Math.abs(count - 2000)).toBeLessThan(250);
  });

  it('gives whole numbers below a limit, each of them', () => {
    const random = new SeededRandom(3);
    const seen = new Set(Array.from({ length: 200 }, () => random.below(6)));
    expect(seen).toEqual(new Set([0, 1, 2, 3, 4, 5]));
  });
});
