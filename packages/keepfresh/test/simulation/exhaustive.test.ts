import { describe, expect, it } from 'vitest';
import { exploreCase } from './explore-case.ts';
import type { SmallCase } from './play-case.ts';
import { printHistory } from './print-history.ts';
import { smallCases } from './small-cases.ts';

/** Plays every order and returns how many there were. */
async function explore(cases: readonly SmallCase[], deviations: number): Promise<number> {
  let orders = 0;
  for (const smallCase of cases) {
    const explored = await exploreCase(smallCase, { deviations });
    orders += explored.orders;
    const { broken } = explored;
    if (broken !== undefined) {
      const history = printHistory(broken.history, broken.violations);
      expect.fail(`${JSON.stringify(smallCase)}\n${broken.choices.join(' ')}\n${history}`);
    }
  }
  return orders;
}

const pairs = smallCases(2);
const triples = smallCases(3);

describe('two processes and one key keep every promise', { timeout: 120_000 }, () => {
  it('whatever two things happen, with one message out of order', async () => {
    expect(await explore(pairs, 1)).toBeGreaterThan(5_000);
  });

  it('whatever two things of all that can be asked for happen one after the other', async () => {
    const everything = smallCases(2, { all: true });
    expect(await explore(everything, 0)).toBe(everything.length);
  });

  it('whatever happens to a load, with two messages out of order', async () => {
    const loads = pairs.filter(({ deeds, isWarm }) => {
      const [first, second] = deeds.map((deed) => ('action' in deed ? deed.action.kind : ''));
      return !isWarm && first === 'getOrSet' && second !== '';
    });
    expect(await explore(loads, 2)).toBeGreaterThan(2_000);
  });

  it('whatever happens to the refresh of a stale value, with two messages out of order', async () => {
    const refreshes = pairs.filter(({ deeds, isWarm }) => {
      const [first, second] = deeds.map((deed) => ('action' in deed ? deed.action.kind : ''));
      return isWarm && first === 'getOrSet' && second !== '';
    });
    const stale = refreshes.map((each) => ({ ...each, isStale: true }));
    expect(await explore(stale, 2)).toBeGreaterThan(500);
  });

  it('whatever three things happen one after the other', async () => {
    expect(await explore(triples, 0)).toBe(triples.length);
  });
});
