import { expect, test } from 'vitest';
import { slugOf } from './slug.ts';

test.each([
  ['Toys & Games', 'toys-games'],
  ['Eaux de Toilette', 'eaux-de-toilette'],
  ['Malmö, València', 'malmo-valencia'],
  ['  --  ', ''],
])('the slug of %j is %j', (name, slug) => {
  expect(slugOf(name)).toBe(slug);
});
