import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SpaceSaving } from './space-saving.ts';

/** Names of which few are frequent, as in what is used. */
const stream = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom('a', 'b', 'c') },
    { weight: 2, arbitrary: fc.integer({ min: 0, max: 30 }).map(String) },
  ),
  { maxLength: 400 },
);

describe('the sketch of what is frequent', () => {
  it('counts nothing too low, nothing too high by more than it says, and misses nothing frequent', () => {
    fc.assert(
      fc.property(stream, fc.integer({ min: 1, max: 12 }), (names, size) => {
        const sketch = new SpaceSaving<string>(size);
        const times = new Map<string, number>();
        for (const name of names) {
          sketch.add(name, name);
          times.set(name, (times.get(name) ?? 0) + 1);
        }
        const counted = new Map(sketch.entries());
        expect(counted.size).toBe(Math.min(size, times.size));
        for (const [name, { uses, excess }] of counted) {
          expect(uses).toBeGreaterThanOrEqual(times.get(name)!);
          expect(uses - excess).toBeLessThanOrEqual(times.get(name)!);
          expect(excess).toBeLessThanOrEqual(names.length / size);
        }
        const frequent = [...times].filter(([, count]) => count > names.length / size);
        for (const [name] of frequent) expect(counted.has(name)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('is exact while there are few, the most frequent first, with what they stand for at last', () => {
    const sketch = new SpaceSaving<number>(3);
    for (const [n, name] of ['a', 'b', 'b', 'c', 'b', 'a'].entries()) sketch.add(name, n);
    expect(sketch.entries()).toEqual([
      ['b', { item: 4, uses: 3, excess: 0 }],
      ['a', { item: 5, uses: 2, excess: 0 }],
      ['c', { item: 3, uses: 1, excess: 0 }],
    ]);
    sketch.clear();
    expect(sketch.entries()).toEqual([]);
  });
});
