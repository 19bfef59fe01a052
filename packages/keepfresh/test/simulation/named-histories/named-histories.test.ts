import { describe, expect, it } from 'vitest';
import { check } from '../history-checker.ts';
import { namedHistories } from './named-histories.ts';
import { printHistory } from '../print-history.ts';
import { simulate } from '../simulate.ts';

const seeds = 20;

describe('histories that went wrong elsewhere keep every promise here', () => {
  it.each(namedHistories.map((each) => [each.name, each.seenIn, each] as const))(
    '%s (%s)',
    async (_name, _seenIn, { plan, longestReadMs = Infinity }) => {
      for (let seed = 1; seed <= seeds; seed++) {
        const history = await simulate(plan(seed));
        const violations = check(history);
        if (violations.length > 0) expect.fail(printHistory(history, violations));
        const values = history.reads.filter(({ outcome }) => outcome === 'value');
        expect(values.length).toBeGreaterThan(3);
        const took = values.map(({ start, end }) => end!.ms - start.ms);
        expect(Math.max(...took)).toBeLessThanOrEqual(longestReadMs);
        const inForce = history.invalidations.filter(({ end }) => end !== undefined);
        expect(inForce.length + history.mutations.length).toBeGreaterThan(0);
      }
    },
  );
});
