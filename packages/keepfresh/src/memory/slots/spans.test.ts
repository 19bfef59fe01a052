import { describe, expect, it } from 'vitest';
import { Spans } from './spans.ts';

describe('Spans', () => {
  it('knows the pair of what is neither fresh nor stale as number 0', () => {
    const spans = new Spans();
    expect(spans.numberOf(Infinity, Infinity)).toBe(0);
    expect([spans.fresh[0], spans.stale[0]]).toEqual([Infinity, Infinity]);
  });

  it('gives equal pairs the same number, and others another', () => {
    const spans = new Spans();
    const pairs = [
      [0, 0],
      [5, 0],
      [5, 5],
      [0, 5],
      [Infinity, 5],
    ] as const;
    const numbers = pairs.map(([fresh, stale]) => spans.numberOf(fresh, stale));
    expect(new Set(numbers).size).toBe(5);
    expect(pairs.map(([fresh, stale]) => spans.numberOf(fresh, stale))).toEqual(numbers);
    for (const [index, number] of numbers.entries()) {
      expect([spans.fresh[number], spans.stale[number]]).toEqual(pairs[index]);
    }
  });

  it('widens pairs when there are very many, and never shortens one', () => {
    const spans = new Spans();
    const wrong: number[] = [];
    for (let ms = 1; ms <= 200_000; ms += 3) {
      const number = spans.numberOf(ms, ms * 2);
      const [fresh, stale] = [spans.fresh[number]!, spans.stale[number]!];
      const isWhole = number < 65_536 && fresh >= ms && stale >= ms * 2;
      if (!isWhole || fresh > Math.ceil(ms * 1.2)) wrong.push(ms);
    }
    expect(wrong).toEqual([]);
  });
});
