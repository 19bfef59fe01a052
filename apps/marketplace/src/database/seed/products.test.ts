import { expect, test } from 'vitest';
import { seededCategories } from './frame.ts';
import { brandNames, vendorNames } from './names.ts';
import { seededProducts } from './products.ts';
import { randomFrom } from './random.ts';

const range = { first: 1, last: 2_000, nextVariantId: 1 };

test('the same seed gives the same products, another seed others', { tags: ['thorough'] }, () => {
  const products = (seed: number) => seededProducts(randomFrom(seed), range);
  expect(products(1)).toEqual(products(1));
  expect(products(1)).not.toEqual(products(2));
});

test('ids have no gaps, and no SKU is given twice', () => {
  const { products, variants, stock } = seededProducts(randomFrom(1), range);
  expect(products.map(({ id }) => id)).toEqual(Array.from({ length: 2_000 }, (_, i) => i + 1));
  expect(variants.map(({ id }) => id)).toEqual(variants.map((_, i) => i + 1));
  expect(new Set(variants.map(({ sku }) => sku)).size).toBe(variants.length);
  expect(stock.map(({ sku }) => sku)).toEqual(variants.map(({ sku }) => sku));
});

test('every product is in the third level of the category tree', () => {
  const parents = new Map(seededCategories().map(({ id, parent_id }) => [id, parent_id]));
  for (const { category_id } of seededProducts(randomFrom(1), range).products) {
    const group = parents.get(category_id!);
    expect(parents.get(parents.get(group!)!)).toBeNull();
  }
});

test('the shop has at least 50 vendors and 200 brands, each name once', () => {
  expect(new Set(vendorNames).size).toBe(60);
  expect(new Set(brandNames).size).toBe(200);
});

test('no two categories share their slug', () => {
  const slugs = seededCategories().map(({ slug }) => slug);
  expect(new Set(slugs).size).toBe(slugs.length);
});
