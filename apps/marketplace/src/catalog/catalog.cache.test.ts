import { expect, test } from 'vitest';
import { coveredBy } from './catalog.cache.ts';

const here = { vendorId: 3, brandId: 2, categoryIds: [1, 5, 9] };
const there = { vendorId: 3, brandId: 4, categoryIds: [1, 6] };

test('a new product covers its lists, what counts products, and SKUs that were asked for in vain', () => {
  expect(coveredBy({ productId: 7, after: here, inLists: true, skus: ['A-1', 'B-2'] })).toEqual({
    tags: ['product:7', 'vendor:3', 'category:1', 'category:5', 'category:9', 'vendors', 'brands'],
    keys: ['sku:A-1', 'sku:B-2'],
  });
});

test('a product that moves covers where it was and where it is, each once', () => {
  expect(coveredBy({ productId: 7, before: here, after: there, inLists: true, skus: [] })).toEqual({
    tags: [
      'product:7',
      'vendor:3',
      'category:1',
      'category:5',
      'category:9',
      'category:6',
      'brands',
    ],
    keys: [],
  });
});

test('a product that stays leaves alone what only counts products', () => {
  const { tags } = coveredBy({ productId: 7, before: here, after: here, inLists: true, skus: [] });
  expect(tags).toEqual(['product:7', 'vendor:3', 'category:1', 'category:5', 'category:9']);
});

test('a change that lists do not show leaves the lists alone', () => {
  const change = { productId: 7, before: here, after: here, inLists: false, skus: ['A-1'] };
  expect(coveredBy(change)).toEqual({ tags: ['product:7'], keys: ['sku:A-1'] });
});
