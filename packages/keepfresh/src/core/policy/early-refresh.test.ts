import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../testing/seeded-random.ts';
import { drawEarly, earlyWindow, loadMsOf } from './early-refresh.ts';

/** How many of many draws have a value refreshed of which `leftMs` are left. */
function shareDue(loadMs: number, beta: number, leftMs: number): number {
  const random = new SeededRandom(`${loadMs} ${beta} ${leftMs}`);
  const window = earlyWindow(loadMs, beta);
  const draws = 20_000;
  let due = 0;
  for (let n = 0; n < draws; n++) if (leftMs <= drawEarly(window, random.fraction())) due++;
  return due / draws;
}

describe('early refresh', () => {
  it.each([
    [100, 1, 50],
    [100, 1, 100],
    [100, 1, 300],
    [100, 2, 300],
    [40, 0.5, 20],
    [2_000, 3, 9_000],
  ])(
    'of a load of %d ms with beta %d, %d ms before the end, is by the chance of the paper',
    (loadMs, beta, leftMs) => {
      expect(shareDue(loadMs, beta, leftMs)).toBeCloseTo(Math.exp(-leftMs / (loadMs * beta)), 1);
    },
  );

  it('is certain at the end, and impossible for what took no time to load', () => {
    expect(shareDue(100, 1, 0)).toBe(1);
    expect(shareDue(0, 1, 1)).toBe(0);
  });

  it('is hardly ever drawn before the window begins', () => {
    expect(shareDue(100, 1, earlyWindow(100, 1))).toBeLessThan(1 / 1_000);
  });

  it('knows how long a load took by its window', () => {
    expect(loadMsOf(earlyWindow(120, 3), 3)).toBeCloseTo(120);
  });
});
