import { isDeepStrictEqual } from 'node:util';
import { type Cache, createCache, type Targets } from 'keepfresh';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cachedCatalog } from '../src/catalog/catalog.cache.ts';
import { CatalogChanges } from '../src/catalog/catalog.changes.ts';
import { CatalogQueries } from '../src/catalog/catalog.queries.ts';
import type { NewProduct, ProductChange } from '../src/catalog/catalog.schemas.ts';
import { CatalogService } from '../src/catalog/catalog.service.ts';
import { engines, type OpenedDatabase } from './engines.ts';

const products = 300;

/** A leaf of the first department, and one of the second. */
const [firstLeaf, otherLeaf] = [3, 34];

const lamp: NewProduct = {
  vendorId: 5,
  brandId: 4,
  categoryId: firstLeaf,
  name: 'Lamp',
  description: 'It shines.',
  price: 1_999,
  attributes: { weight: 700, 'dishwasher-safe': false },
  variants: [
    { sku: 'LAMP-A', name: 'Small', price: 1_999 },
    { sku: 'LAMP-B', name: 'Large', price: 2_999 },
  ],
};

describe.each(engines)('writes of the catalog on $name', (engine) => {
  let database: OpenedDatabase;
  let plain: CatalogService;

  beforeAll(async () => {
    database = await engine.open(products);
    plain = serviceOver(undefined);
  });
  afterAll(() => database.close());

  function serviceOver(cache: Cache | undefined): CatalogService {
    const { db } = database;
    return new CatalogService(cachedCatalog(new CatalogQueries(db), cache), new CatalogChanges(db));
  }

  /** Every read that a write of product `id` may change, in every form it is offered in. */
  async function everything(catalog: CatalogService, id: number, skus: readonly string[]) {
    const categories = [
      ...(await plain.breadcrumbs(firstLeaf))!,
      ...(await plain.breadcrumbs(otherLeaf))!,
    ];
    const reads: Record<string, unknown> = {
      product: await catalog.product(id),
      withVariants: await catalog.productWithVariants(id),
      vendors: await catalog.vendors(),
      brands: await catalog.popularBrands(100),
      vendorList: await catalog.productsByVendor(lamp.vendorId, { limit: 3 }),
      tree: await catalog.categoryTree(),
      definitions: await catalog.attributeDefinitions('product'),
    };
    for (const sku of skus) reads[`sku ${sku}`] = await catalog.productBySku(sku);
    for (const category of categories) {
      reads[`category ${category.id}`] = await catalog.productsByCategory(category.id, {
        limit: 3,
      });
      reads[`breadcrumbs ${category.id}`] = await catalog.breadcrumbs(category.id);
    }
    return reads;
  }

  /** The life of a product: each step is a write, and the SKUs that it concerns. */
  const life: readonly {
    name: string;
    skus: readonly string[];
    change: ProductChange | 'create' | 'delete';
  }[] = [
    { name: 'creating it', skus: ['LAMP-A', 'LAMP-B'], change: 'create' },
    {
      name: 'changing its name and price',
      skus: ['LAMP-A'],
      change: { name: 'Bright Lamp', price: 2_499 },
    },
    {
      name: 'changing its attributes',
      skus: ['LAMP-A'],
      change: { attributes: { weight: null, warranty: 24 } },
    },
    {
      name: 'moving it to another brand and category',
      skus: ['LAMP-A'],
      change: { brandId: 6, categoryId: otherLeaf },
    },
    {
      name: 'replacing its variants',
      skus: ['LAMP-A', 'LAMP-B', 'LAMP-C', 'LAMP-D'],
      change: {
        variants: [
          { sku: 'LAMP-C', name: 'Tiny', price: 999 },
          { sku: 'LAMP-D', name: 'Huge', price: 9_999 },
        ],
      },
    },
    { name: 'deleting it', skus: ['LAMP-C', 'LAMP-D'], change: 'delete' },
  ];

  async function perform(catalog: CatalogService, id: number, { change }: (typeof life)[number]) {
    if (change === 'create') return void (await catalog.create(lamp));
    if (change === 'delete') return catalog.delete(id);
    await catalog.change(id, change);
  }

  /** The id that the next created product will get, or the one that the lamp has. */
  async function idOfLamp(): Promise<number> {
    const newest = await database.db
      .selectFrom('products')
      .select((eb) => eb.fn.max('id').as('id'))
      .executeTakeFirstOrThrow();
    const taken = await plain.productBySku('LAMP-A');
    return taken?.id ?? newest.id + 1;
  }

  async function continueIdsAt(id: number): Promise<void> {
    await sql`select setval(pg_get_serial_sequence('products', 'id'), ${id}, false)`.execute(
      database.db,
    );
  }

  test('each write is seen at once in every read, as if nothing were cached', async () => {
    await using cache = createCache({ name: 'test' });
    const cached = serviceOver(cache);
    const id = await idOfLamp();
    await continueIdsAt(id);
    for (const step of life) {
      const before = await everything(cached, id, step.skus);
      expect(before, `before ${step.name}`).toEqual(await everything(plain, id, step.skus));
      await perform(cached, id, step);
      const after = await everything(cached, id, step.skus);
      expect(after, `after ${step.name}`).toEqual(await everything(plain, id, step.skus));
      expect(after).not.toEqual(before);
    }
  });

  test('what was read before is read again without a statement', async () => {
    await using cache = createCache({ name: 'test' });
    const cached = serviceOver(cache);
    const first = await cached.productWithVariants(9);
    const sku = first!.variants[0]!.sku;
    const reads = [
      () => cached.product(9),
      () => cached.productWithVariants(9),
      () => cached.productBySku(sku),
      () => cached.productBySku('NO-SUCH-SKU'),
      () => cached.product(1_000_000),
      () => cached.vendors(),
      () => cached.popularBrands(20),
      () => cached.productsByVendor(5, { limit: 3 }),
      () => cached.productsByCategory(1, { limit: 3 }),
      () => cached.categoryTree(),
      () => cached.breadcrumbs(3),
      () => cached.attributeDefinitions('vendor'),
    ];
    for (const read of reads) {
      const answer = await read();
      const statements = database.statements();
      expect(await read()).toEqual(answer);
      expect(database.statements(), String(read)).toBe(statements);
    }
  });

  test('every key and tag that a write names is needed: without it, a read would be old', async () => {
    let forgotten: number;
    let place = 0;
    do {
      forgotten = 0;
      const id = await idOfLamp();
      await continueIdsAt(id);
      for (const step of life) {
        await using cache = createCache({ name: 'test' });
        let forgets = false;
        const forgetful = serviceOver(cacheThatForgets(cache, place, () => (forgets = true)));
        await everything(forgetful, id, step.skus);
        // A write that reads what it wrote may itself come upon what is old.
        await perform(forgetful, id, step).catch(() => {});
        const read = await everything(forgetful, id, step.skus);
        const isOld = !isDeepStrictEqual(read, await everything(plain, id, step.skus));
        expect(isOld, `whether a read is old after ${step.name}, target ${place} dropped`).toBe(
          forgets,
        );
        if (forgets) forgotten++;
      }
      place++;
    } while (forgotten > 0);
    expect(place).toBeGreaterThan(8);
  });

  test('a refused creation leaves nothing behind', async () => {
    const before = await plain.vendors();
    const problem = (name: string) => expect.objectContaining({ problem: name });
    const refused: [Partial<NewProduct>, string][] = [
      [{ vendorId: 1_000_000 }, 'unknown-reference'],
      [{ brandId: 1_000_000 }, 'unknown-reference'],
      [{ categoryId: 1_000_000 }, 'unknown-reference'],
      [{ attributes: { smell: 'nice' } }, 'unknown-reference'],
      [{ attributes: { weight: 'heavy' } }, 'invalid-request'],
      [{ attributes: { material: 'Kryptonite' } }, 'invalid-request'],
      [{ variants: [{ sku: await someSku(), name: 'Taken', price: 1 }] }, 'sku-taken'],
    ];
    for (const [part, name] of refused) {
      await expect(plain.create({ ...lamp, ...part })).rejects.toThrow(problem(name));
    }
    expect(await plain.vendors()).toEqual(before);
    expect(await plain.productBySku('LAMP-A')).toBeNull();
  });

  async function someSku(): Promise<string> {
    return (await plain.productWithVariants(1))!.variants[0]!.sku;
  }

  test('of two changes that were decided on one version, the second is refused', async () => {
    const { version } = (await plain.product(21))!;
    const changed = await plain.change(21, { price: 500, version });
    expect(changed).toMatchObject({ version: version + 1, price: { amount: 500 } });
    await expect(plain.change(21, { price: 600, version })).rejects.toThrow(
      expect.objectContaining({ problem: 'changed-meanwhile', members: { version: version + 1 } }),
    );
    expect((await plain.product(21))!.price.amount).toBe(500);
  });

  test('changes of one product at the same time all happen, one after the other', async () => {
    const { version } = (await plain.product(22))!;
    await Promise.all([
      plain.change(22, { name: 'Renamed' }),
      plain.change(22, { price: 777 }),
      plain.change(22, { description: 'Rewritten' }),
    ]);
    expect(await plain.product(22)).toMatchObject({
      name: 'Renamed',
      price: { amount: 777 },
      description: 'Rewritten',
      version: version + 3,
    });
  });

  test('a variant that stays keeps its stock and its attributes', async () => {
    const { variants } = (await plain.productWithVariants(23))!;
    const { sku, name } = variants[0]!;
    await database.db.updateTable('stock').set({ quantity: 42 }).where('sku', '=', sku).execute();
    const changed = await plain.change(23, {
      variants: [
        { sku: 'NEW-23', name: 'New', price: 1 },
        { sku, name, price: 2 },
      ],
    });
    expect(changed.variants.map((variant) => variant.sku)).toEqual(['NEW-23', sku]);
    expect(changed.variants[1]).toEqual({ ...variants[0], price: { amount: 2, currency: 'EUR' } });
    const stock = await database.db
      .selectFrom('stock')
      .selectAll()
      .where('sku', '=', sku)
      .execute();
    expect(stock).toMatchObject([{ quantity: 42 }]);
  });

  test('deleting a product takes all that belongs to it', async () => {
    const { variants } = (await plain.productWithVariants(24))!;
    const variantIds = variants.map(({ id }) => id);
    await plain.delete(24);
    const values = await database.db
      .selectFrom('attribute_values')
      .selectAll()
      .where((eb) =>
        eb.or([
          eb.and([eb('entity_type', '=', 'product'), eb('entity_id', '=', 24)]),
          eb.and([eb('entity_type', '=', 'variant'), eb('entity_id', 'in', variantIds)]),
        ]),
      )
      .execute();
    expect(values).toEqual([]);
    await expect(plain.delete(24)).rejects.toThrow(
      expect.objectContaining({ problem: 'not-found' }),
    );
  });
});

/** The cache, but for one of the targets of each write: the one at this place, if there are as many. */
function cacheThatForgets(cache: Cache, place: number, onForgotten: () => void): Cache {
  const mutate: Cache['mutate'] = (targets, run) => {
    const { keys, tags } = targets as Required<Record<keyof Targets, string[]>>;
    const kept = (list: readonly string[], offset: number) =>
      list.filter((_, index) => index + offset !== place);
    if (place < keys.length + tags.length) onForgotten();
    return cache.mutate(
      { tags: kept(tags, 0), keys: kept(keys, tags.length), patterns: 'nothing' },
      run,
    );
  };
  return { wrap: cache.wrap.bind(cache), mutate } as unknown as Cache;
}
