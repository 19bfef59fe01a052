import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cachedCatalog } from '../src/catalog/catalog.cache.ts';
import { CatalogChanges } from '../src/catalog/catalog.changes.ts';
import { CatalogQueries } from '../src/catalog/catalog.queries.ts';
import type { Category, ProductSummary } from '../src/catalog/catalog.schemas.ts';
import { CatalogService } from '../src/catalog/catalog.service.ts';
import type { Page } from '../src/platform/page.ts';
import { engines, type OpenedDatabase } from './engines.ts';

const products = 600;

describe.each(engines)('the catalog on $name', (engine) => {
  let database: OpenedDatabase;
  let catalog: CatalogService;

  beforeAll(async () => {
    database = await engine.open(products);
    const { db } = database;
    catalog = new CatalogService(
      cachedCatalog(new CatalogQueries(db), undefined),
      new CatalogChanges(db),
    );
  });
  afterAll(() => database.close());

  async function statementsOf(read: () => Promise<unknown>): Promise<number> {
    const before = database.statements();
    await read();
    return database.statements() - before;
  }

  test('shows a product with its vendor, brand, categories and attributes', async () => {
    const product = await catalog.product(7);
    expect(product).toMatchObject({
      id: 7,
      price: { amount: expect.any(Number), currency: 'EUR' },
      vendor: { name: expect.any(String) },
      brand: { name: expect.any(String) },
      version: 1,
      createdAt: '2026-01-01T02:20:00.000Z',
    });
    expect(product!.categories).toHaveLength(3);
    expect(product!.attributes.map(({ code }) => code)).toContain('material');
    expect(product).not.toHaveProperty('variants');
    expect(JSON.stringify(product)).not.toMatch(/stock|quantity/i);
  });

  test('shows the variants of a product with their attributes when asked', async () => {
    const product = await catalog.productWithVariants(7);
    const { variants, ...rest } = product!;
    expect(rest).toEqual(await catalog.product(7));
    expect(variants.length).toBeGreaterThan(0);
    for (const { sku, price, attributes } of variants) {
      expect(sku).toMatch(/^[A-Z]{3}-00007-\d$/);
      expect(price.amount).toBeGreaterThan(0);
      expect(attributes).toHaveLength(1);
    }
  });

  test('needs at most three statements for a page, however many variants it has', async () => {
    expect(await statementsOf(() => catalog.product(8))).toBe(2);
    expect(await statementsOf(() => catalog.productWithVariants(9))).toBe(3);
    expect(await statementsOf(() => catalog.productsByCategory(1, { limit: 100 }))).toBe(1);
  });

  test('finds a product by each of its SKUs', async () => {
    const product = await catalog.productWithVariants(11);
    for (const { sku } of product!.variants) {
      expect(await catalog.productBySku(sku)).toEqual(product);
    }
  });

  test('knows null for what does not exist', async () => {
    expect(await catalog.product(1_000_000)).toBeNull();
    expect(await catalog.productWithVariants(1_000_000)).toBeNull();
    expect(await catalog.productBySku('NO-SUCH-SKU')).toBeNull();
    expect(await catalog.productsByCategory(1_000_000, { limit: 5 })).toBeNull();
    expect(await catalog.productsByVendor(1_000_000, { limit: 5 })).toBeNull();
    expect(await catalog.breadcrumbs(1_000_000)).toBeNull();
  });

  async function allPages(
    read: (cursor: string | undefined) => Promise<Page<ProductSummary> | null>,
  ): Promise<number[]> {
    const ids: number[] = [];
    let cursor: string | undefined;
    do {
      const page = (await read(cursor))!;
      ids.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    return ids;
  }

  test('pages through the products of the top categories: each once, newest first', async () => {
    const tree = await catalog.categoryTree();
    const seen: number[] = [];
    for (const { id } of tree) {
      const ids = await allPages((cursor) =>
        catalog.productsByCategory(id, { limit: 7, ...(cursor && { cursor }) }),
      );
      expect(ids).toEqual(ids.toSorted((a, b) => b - a));
      seen.push(...ids);
    }
    expect(seen.toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: products }, (_, i) => i + 1),
    );
  });

  test('pages through the products of the vendors, as many as each is said to have', async () => {
    let total = 0;
    for (const vendor of await catalog.vendors()) {
      const ids = await allPages((cursor) =>
        catalog.productsByVendor(vendor.id, { limit: 10, ...(cursor && { cursor }) }),
      );
      expect(ids).toHaveLength(vendor.products);
      total += ids.length;
    }
    expect(total).toBe(products);
  });

  test('a product that is created meanwhile neither repeats nor hides one on later pages', async () => {
    const first = (await catalog.productsByVendor(1, { limit: 5 }))!;
    const rest = await catalog.productsByVendor(1, { limit: 100, cursor: first.nextCursor! });
    const created = await catalog.create({
      vendorId: 1,
      brandId: 1,
      categoryId: 3,
      name: 'Meanwhile',
      description: '',
      price: 100,
      attributes: {},
      variants: [{ sku: 'MEANWHILE', name: 'One', price: 100 }],
    });
    const again = await catalog.productsByVendor(1, { limit: 100, cursor: first.nextCursor! });
    expect(again).toEqual(rest);
    await catalog.delete(created.id);
  });

  test('a list tells apart what is empty and what does not exist', async () => {
    const last = await catalog.productsByVendor(1, { limit: 100 });
    expect(last!.nextCursor).toBeNull();
    const cursor = Buffer.from('before:1').toString('base64url');
    expect(await catalog.productsByVendor(1, { limit: 5, cursor })).toEqual({
      items: [],
      nextCursor: null,
    });
  });

  test('shows the category tree in three levels, and the way to each category', async () => {
    const tree = await catalog.categoryTree();
    const depth = (node: Category): number => 1 + Math.max(0, ...node.children.map(depth));
    expect(tree).toHaveLength(8);
    expect(tree.map(depth)).toEqual(Array(8).fill(3));
    const group = tree[1]!.children[2]!;
    const leaf = group.children[0]!;
    const crumbs = await catalog.breadcrumbs(leaf.id);
    expect(crumbs!.map(({ id }) => id)).toEqual([tree[1]!.id, group.id, leaf.id]);
  });

  test('counts the products of the popular brands, the most popular first', async () => {
    const brands = await catalog.popularBrands(300);
    const counts = brands.map(({ products: count }) => count);
    expect(counts).toEqual(counts.toSorted((a, b) => b - a));
    expect(counts.reduce((sum, count) => sum + count)).toBe(products);
    expect(await catalog.popularBrands(3)).toEqual(brands.slice(0, 3));
  });

  test('defines the attributes of each entity type', async () => {
    const codes = async (type: 'product' | 'variant' | 'vendor') =>
      (await catalog.attributeDefinitions(type)).map(({ code }) => code);
    expect(await codes('variant')).toEqual(['colour', 'size', 'capacity']);
    expect(await codes('vendor')).toEqual(['ships-from', 'return-days', 'carbon-neutral']);
    expect(await codes('product')).toHaveLength(17);
    const [material] = await catalog.attributeDefinitions('product');
    expect(material).toMatchObject({
      valueType: 'choice',
      choices: expect.arrayContaining(['Oak']),
    });
  });
});
