import { describe, expect, it } from 'vitest';
import { systemRandom } from './system-random.ts';

describe('systemRandom', () => {
  it.each([0, 1, 8, 16, 4_095, 4_096, 4_097, 10_000])('draws %i bytes as digits', (bytes) => {
    expect(systemRandom.hex(bytes)).toMatch(new RegExp(`^[0-9a-f]{${2 * bytes}}$`));
  });

  it(
    'draws nothing twice, also where one block ends and the next begins',
    { tags: ['thorough'] },
    () => {
      const seen = new Set<string>();
      for (let draw = 0; draw < 20_000; draw++)
        seen.add(systemRandom.hex(8 + (draw % 9)).slice(0, 16));
      expect(seen.size).toBe(20_000);
    },
  );

  it('draws every digit equally often', () => {
    const counts = new Map<string, number>();
    for (const digit of systemRandom.hex(4_000)) counts.set(digit, (counts.get(digit) ?? 0) + 1);
    expect(counts.size).toBe(16);
    for (const count of counts.values()) expect(Math.abs(count - 500)).toBeLessThan(150);
  });

  it('draws fractions from 0 up to, but not, 1', () => {
    for (let draw = 0; draw < 1000; draw++) {
      const fraction = systemRandom.fraction();
      expect(fraction >= 0 && fraction < 1).toBe(true);
    }
  });
});
