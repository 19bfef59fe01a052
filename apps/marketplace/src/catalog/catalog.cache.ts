import { type Cache, key, type Targets } from 'keepfresh';
import type { HttpCacheOptions } from 'keepfresh/http';
import type { CatalogReads, PageRequest } from './catalog-reads.ts';
import type { ProductPlace } from './catalog.changes.ts';

// Everything about caching in the catalog: what is kept under which key, for how long and why, and what a
// change invalidates. Stock is not here and never will be: a sale is decided by the database alone.
//
//   tag            is carried by                                   and ends with a change of
//   product:7      the pages of product 7, its SKUs                product 7
//   vendor:3       the lists of vendor 3                           what lists show of its products
//   category:5     the lists of category 5                         the same in it or below it
//   vendors        the list of vendors, which counts products      which products there are
//   brands         the popular brands, which count products        which products there are, their brand
//
// A list carries no tag for each product in it: a page of 100 would have 100, and every change of a product
// has to reach the lists it enters and leaves anyway. The category tree and the attribute definitions
// change with a release only, so they carry no tag and simply age.

/** Prices and texts change a few times a day at most; a change is seen at once, by its tag. */
const productTimes = { ttl: '30m', staleWhileRevalidate: '1m', staleIfError: '1h' } as const;

/** Lists change with every product in them, so keeping them for longer would seldom pay. */
const listTimes = { ttl: '15m', staleWhileRevalidate: '1m', staleIfError: '1h' } as const;

/** What changes with a release only. */
const frameTimes = { ttl: '1h', staleIfError: '1d' } as const;

/**
 * How long it is remembered that something does not exist: long enough for a robot that follows a dead
 * link again and again, short for what appears by other ways than this program.
 */
const negativeTtl = '30s';

/**
 * Responses as they were sent, over the values they are made of, so that a page that is asked for all the time costs
 * neither routing nor serializing. For a minute only: a page may be made of a value that is about to end, and so adds
 * its time to that one's. A change ends both by the same tags. A product by its SKU is no page: the address does not say
 * which product's tag it needs, and it is asked for by machines, seldom twice.
 */
export const pages = {
  product: page(({ id }) => [productTag(Number(id))]),
  productsByCategory: page(({ id }) => [categoryTag(Number(id))]),
  productsByVendor: page(({ id }) => [vendorTag(Number(id))]),
  vendors: page(() => ['vendors']),
  popularBrands: page(() => ['brands']),
  frame: page(() => []),
} satisfies Record<string, HttpCacheOptions>;

/** A change of one product: where it was and where it will be, absent when it was or will be nowhere. */
export interface CatalogChange {
  readonly productId: number;
  readonly before?: ProductPlace;
  readonly after?: ProductPlace;
  /** Whether what lists show of it changes. */
  readonly inLists: boolean;
  /** SKUs that it gets, which somebody may have asked for in vain. */
  readonly skus: readonly string[];
}

/** The catalog's reads, and the way for its writes to be seen at once. */
export interface CachedCatalog {
  readonly reads: CatalogReads;
  /** Runs a write and invalidates what it changes, even if this process dies right after the commit. */
  changing<T>(change: CatalogChange, write: () => Promise<T>): Promise<T>;
}

/** Puts the cache before the catalog's queries. Without a cache every read goes to the database. */
export function cachedCatalog(queries: CatalogReads, cache: Cache | undefined): CachedCatalog {
  if (cache === undefined) return { reads: queries, changing: (_change, write) => write() };
  return {
    reads: cachedReads(queries, cache),
    changing: (change, write) => cache.mutate(coveredBy(change), write),
  };
}

function cachedReads(queries: CatalogReads, cache: Cache): CatalogReads {
  return {
    ...productReads(queries, cache),
    ...listReads(queries, cache),
    ...frameReads(queries, cache),
  };
}

function productReads(queries: CatalogReads, cache: Cache) {
  return {
    product: cache.wrap((id: number) => queries.product(id), {
      key: (id) => key`product:${id}`,
      ...productTimes,
      negativeTtl,
      tags: (_product, id) => [productTag(id)],
    }),
    productWithVariants: cache.wrap((id: number) => queries.productWithVariants(id), {
      key: (id) => key`product:${id}:with-variants`,
      ...productTimes,
      negativeTtl,
      tags: (_product, id) => [productTag(id)],
    }),
    // Two steps for a SKU: its product is then shared with those who ask by id.
    productIdBySku: cache.wrap((sku: string) => queries.productIdBySku(sku), {
      key: skuKey,
      ...productTimes,
      negativeTtl,
      tags: (productId) => (productId === null ? [] : [productTag(productId)]),
    }),
  };
}

function listReads(queries: CatalogReads, cache: Cache) {
  return {
    productsByCategory: cache.wrap(
      (id: number, page: PageRequest) => queries.productsByCategory(id, page),
      {
        key: (id, { limit, before }) => key`category:${id}:products:${limit}:${before ?? 'first'}`,
        ...listTimes,
        negativeTtl,
        tags: (_page, id) => [categoryTag(id)],
      },
    ),
    productsByVendor: cache.wrap(
      (id: number, page: PageRequest) => queries.productsByVendor(id, page),
      {
        key: (id, { limit, before }) => key`vendor:${id}:products:${limit}:${before ?? 'first'}`,
        ...listTimes,
        negativeTtl,
        tags: (_page, id) => [vendorTag(id)],
      },
    ),
    vendors: cache.wrap(() => queries.vendors(), {
      key: () => key`vendors`,
      ...listTimes,
      tags: ['vendors'],
    }),
    popularBrands: cache.wrap((limit: number) => queries.popularBrands(limit), {
      key: (limit) => key`brands:popular:${limit}`,
      ...listTimes,
      tags: ['brands'],
    }),
  };
}

function frameReads(queries: CatalogReads, cache: Cache) {
  return {
    categoryTree: cache.wrap(() => queries.categoryTree(), {
      key: () => key`categories:tree`,
      ...frameTimes,
    }),
    breadcrumbs: cache.wrap((id: number) => queries.breadcrumbs(id), {
      key: (id) => key`category:${id}:breadcrumbs`,
      ...frameTimes,
      negativeTtl,
    }),
    attributeDefinitions: cache.wrap(
      (entityType: Parameters<CatalogReads['attributeDefinitions']>[0]) =>
        queries.attributeDefinitions(entityType),
      { key: (entityType) => key`attributes:${entityType}`, ...frameTimes },
    ),
  };
}

/** What a change of a product makes untrue. */
export function coveredBy(change: CatalogChange): Targets {
  const { productId, before, after, inLists, skus } = change;
  const places = inLists ? [before, after].filter((place) => place !== undefined) : [];
  const appearsOrGoes = before === undefined || after === undefined;
  const tags = [
    productTag(productId),
    ...places.map(({ vendorId }) => vendorTag(vendorId)),
    ...places.flatMap(({ categoryIds }) => categoryIds.map(categoryTag)),
    ...(appearsOrGoes ? ['vendors'] : []),
    ...(appearsOrGoes || before.brandId !== after.brandId ? ['brands'] : []),
  ];
  return { tags: [...new Set(tags)], keys: skus.map(skuKey) };
}

function page(tagsOf: (params: Readonly<Record<string, string>>) => string[]): HttpCacheOptions {
  return { ttl: '1m', staleIfError: '1h', tags: ({ params }) => tagsOf(params) };
}

function productTag(id: number): string {
  return key`product:${id}`;
}

function vendorTag(id: number): string {
  return key`vendor:${id}`;
}

function categoryTag(id: number): string {
  return key`category:${id}`;
}

function skuKey(sku: string): string {
  return key`sku:${sku}`;
}
