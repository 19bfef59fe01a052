import { expect, test } from 'vitest';
import { numberByFirstAppearance } from './number-by-first-appearance.ts';

test('numbers keys from 1 in the order in which they first appear', () => {
  expect([...numberByFirstAppearance([70, -3, 70, 0, -3, 8])]).toEqual([1, 2, 1, 3, 2, 4]);
});

test('gives nothing for nothing', () => {
  expect(numberByFirstAppearance([])).toHaveLength(0);
});
