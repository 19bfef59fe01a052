import { expect, it } from 'vitest';
import { brokenRules, invalidation, load } from './history-by-hand.ts';

it('the checker of loaders sees two at once where nothing excuses them', () => {
  const loads = [load(0, 100, 150), load(1, 149, 200, { process: 'B' })];
  expect(brokenRules({ calm: true, loads })).toEqual(['one load']);
  expect(brokenRules({ loads })).toEqual([]);
  expect(brokenRules({ calm: true, loads: [loads[0]!, load(1, 151, 200)] })).toEqual([]);
  const invalidations = [invalidation(120, 121)];
  expect(brokenRules({ calm: true, loads, invalidations })).toEqual([]);
});
