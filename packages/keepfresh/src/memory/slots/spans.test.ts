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

  it(
    'widens pairs when there are very many, and never shortens one',
    { tags: ['thorough'] },
    () => {
      const spans = new Spans();
      const wrong: number[] = [];
      for (let ms = 1; ms <= 200_000; ms += 3) {
        const number = spans.numberOf(ms, ms * 2);
        const [fresh, stale] = [spans.fresh[number]!, spans.stale[number]!];
        const isWhole = number < 65_536 && fresh >= ms && stale >= ms * 2;
        if (!isWhole || fresh > Math.ceil(ms * 1.2)) wrong.push(ms);
      }
      expect(wrong).toEqual([]);
    },
  );

  it('keeps from when on a use is looked at, and a twentieth more at most', () => {
    const spans = new Spans();
    for (const ms of [1, 7, 100, 799, 12_345]) {
      const number = spans.numberOf(50, 20, { ms, isWatched: false });
      expect([spans.fresh[number], spans.stale[number]]).toEqual([50, 20]);
      expect(spans.early[number]).toBeGreaterThanOrEqual(ms);
      expect(spans.early[number]).toBeLessThanOrEqual(Math.ceil(ms * 1.05));
      expect(spans.settled[number]).toBe(50 + spans.early[number]!);
    }
  });

  it('tells what is watched from what is not', () => {
    const spans = new Spans();
    const [plain, watched] = [false, true].map((isWatched) =>
      spans.numberOf(5, 5, { ms: 80, isWatched }),
    ) as [number, number];
    expect([plain, watched].map((number) => spans.isWatched(number))).toEqual([false, true]);
    expect([spans.early[watched], spans.settled[watched]]).toEqual([spans.early[plain], Infinity]);
    expect(spans.isWatched(spans.numberOf(Infinity, Infinity))).toBe(false);
  });

  it(
    'does without an early look when there are too many, and never without an end',
    { tags: ['thorough'] },
    () => {
      const spans = new Spans();
      for (let ms = 1; ms <= 40_000; ms++) spans.numberOf(ms, ms, { ms: 1_000, isWatched: false });
      const number = spans.numberOf(39_999, 39_999, { ms: 77_777, isWatched: true });
      expect(number).toBeLessThan(65_536);
      expect(spans.fresh[number]).toBeGreaterThanOrEqual(39_999);
      expect(spans.settled[number]).toBeGreaterThanOrEqual(spans.fresh[number]!);
    },
  );
});
