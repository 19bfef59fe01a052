import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OffsetColumn } from './offset-column.ts';

const day = 86_400_000;

function columnAt(now: { ms: number }, capacity = 8): OffsetColumn {
  const column = new OffsetColumn(() => now.ms);
  column.grow(capacity);
  return column;
}

function held(column: OffsetColumn, slot: number, number: number): number {
  column.set(slot, number);
  return column.get(slot);
}

/** Whether what is asked of a slot agrees with its number. */
function agrees(column: OffsetColumn, slot: number, now: number): boolean {
  const number = column.get(slot);
  return (
    column.has(slot, number) === Number.isFinite(number) &&
    column.has(slot, now) === (number === now) &&
    [0, day, Number.POSITIVE_INFINITY].every(
      (by) => column.exceeds(slot, now, by) === now < number - by,
    )
  );
}

describe('OffsetColumn', () => {
  it('is exact for whole numbers near the present', () => {
    const column = columnAt({ ms: 1.8e12 });
    for (const number of [1.8e12, 1.8e12 + 7 * day, 1.8e12 - 7 * day]) {
      expect(held(column, 3, number)).toBe(number);
    }
  });

  it('keeps what the first and others were given', () => {
    for (const first of [1.8e12, Number.NEGATIVE_INFINITY]) {
      const column = columnAt({ ms: 1.8e12 });
      column.set(0, first);
      column.set(1, first);
      column.set(2, 1.8e12 + 5);
      expect([column.get(0), column.get(1), column.get(2)]).toEqual([first, first, 1.8e12 + 5]);
      column.grow(400);
      column.set(399, 1.8e12 + 6);
      expect([column.get(0), column.get(2), column.get(399)]).toEqual([
        first,
        1.8e12 + 5,
        1.8e12 + 6,
      ]);
    }
  });

  it('makes less of what does not fit, never more', () => {
    const column = columnAt({ ms: 1.8e12 });
    expect(held(column, 0, 1.8e12 + 0.9)).toBe(1.8e12);
    const latest = held(column, 1, Number.POSITIVE_INFINITY);
    expect(latest).toBeGreaterThan(1.8e12 + 20 * day);
    expect(latest).toBeLessThan(1.8e12 + 30 * day);
    expect(held(column, 2, 1.8e12 - 30 * day)).toBe(Number.NEGATIVE_INFINITY);
    expect(held(column, 3, Number.NEGATIVE_INFINITY)).toBe(Number.NEGATIVE_INFINITY);
    expect(held(column, 4, Number.NaN)).toBe(Number.NEGATIVE_INFINITY);
  });

  it.each([60, -60])('follows a clock that goes %i days, with what it holds', (days) => {
    const now = { ms: 1.8e12 };
    const column = columnAt(now);
    column.set(0, 1.8e12 + 5 * day);
    column.set(1, Number.NEGATIVE_INFINITY);
    now.ms += days * day;
    expect(held(column, 2, now.ms + day)).toBe(now.ms + day);
    expect(column.get(0)).toBeLessThanOrEqual(1.8e12 + 5 * day);
    expect(column.get(1)).toBe(Number.NEGATIVE_INFINITY);
  });

  it('never gives more than it was given, wherever the clock goes', { tags: ['thorough'] }, () => {
    const step = fc.record({
      slot: fc.nat(7),
      time: fc.oneof(
        fc.double({ min: -40 * day, max: 40 * day, noNaN: true }),
        fc.constantFrom(Infinity, -Infinity),
      ),
      clock: fc.constantFrom(0, 1, day, 20 * day, -20 * day, 1000 * day, -1000 * day),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100, size: 'max' }), (steps) => {
        const now = { ms: 1.8e12 };
        const column = columnAt(now);
        const given = new Map<number, number>();
        for (const { slot, time, clock } of steps) {
          now.ms += clock;
          column.set(slot, now.ms + time);
          given.set(slot, now.ms + time);
          const near = Math.abs(time) < 7 * day && Math.abs(clock) < 10 * day;
          if (near) expect(column.get(slot)).toBeGreaterThan(now.ms + time - 1);
          for (const [each, most] of given) expect(column.get(each)).toBeLessThanOrEqual(most);
          expect([...given.keys()].filter((each) => !agrees(column, each, now.ms))).toEqual([]);
        }
      }),
    );
  });

  it('says of each slot whether it has a number, also when the numbers move', () => {
    const column = new OffsetColumn((number) => number);
    column.grow(4);
    expect(column.has(0, 0)).toBe(false);
    column.set(0, 5);
    expect([column.has(0, 5), column.has(0, 6)]).toEqual([true, false]);
    column.set(1, 6);
    expect([column.has(0, 6), column.has(1, 6)]).toEqual([false, true]);
    column.set(2, 2 ** 32 + 6);
    expect([column.has(1, 6), column.has(2, 6), column.has(2, 2 ** 32 + 6)]).toEqual([
      false,
      false,
      true,
    ]);
  });

  it('counts beyond 32 bits', () => {
    const column = new OffsetColumn((number) => number);
    column.grow(4);
    column.set(0, 0);
    expect(column.get(0)).toBe(0);
    column.set(1, 2 ** 32 + 7);
    expect(column.get(1)).toBe(2 ** 32 + 7);
    expect(column.get(0)).toBe(Number.NEGATIVE_INFINITY);
  });
});
