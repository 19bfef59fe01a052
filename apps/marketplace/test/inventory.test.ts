import { createCache } from 'keepfresh';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cachedCatalog } from '../src/catalog/catalog.cache.ts';
import { CatalogChanges } from '../src/catalog/catalog.changes.ts';
import { CatalogQueries } from '../src/catalog/catalog.queries.ts';
import { CatalogService } from '../src/catalog/catalog.service.ts';
import { InventoryQueries } from '../src/inventory/inventory.queries.ts';
import { InventoryService } from '../src/inventory/inventory.service.ts';
import { engines, type OpenedDatabase } from './engines.ts';

describe.each(engines)('the inventory on $name', (engine) => {
  const cache = createCache({ name: 'test' });
  let database: OpenedDatabase;
  let catalog: CatalogService;
  let inventory: InventoryService;
  let sku: string;

  beforeAll(async () => {
    database = await engine.open(50);
    const { db } = database;
    const cached = cachedCatalog(new CatalogQueries(db), cache);
    catalog = new CatalogService(cached, new CatalogChanges(db));
    inventory = new InventoryService(new InventoryQueries(db), catalog);
    sku = (await catalog.productWithVariants(5))!.variants[0]!.sku;
  });
  afterAll(async () => {
    await database.close();
    await cache.close();
  });

  test('sells what is there, and no more, to however many buyers at once', async () => {
    await inventory.set(sku, 25);
    const buyers = Array.from({ length: 60 }, () => inventory.sell(sku, 1));
    const outcomes = await Promise.allSettled(buyers);
    const sold = outcomes.filter(({ status }) => status === 'fulfilled');
    const left = sold.map(
      (sale) => (sale as PromiseFulfilledResult<{ quantity: number }>).value.quantity,
    );
    expect(left.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 25 }, (_, i) => i));
    expect(await inventory.ofSku(sku)).toEqual({ sku, quantity: 0 });
  });

  test('sells all of an order or nothing, and tells what is available', async () => {
    await inventory.set(sku, 3);
    await expect(inventory.sell(sku, 4)).rejects.toThrow(
      expect.objectContaining({ problem: 'insufficient-stock', members: { available: 3 } }),
    );
    expect(await inventory.ofSku(sku)).toEqual({ sku, quantity: 3 });
    expect(await inventory.sell(sku, 3)).toEqual({ sku, quantity: 0 });
  });

  test('shows the stock as it is, even where the product comes from the cache', async () => {
    await catalog.productWithVariants(5);
    await inventory.set(sku, 7);
    expect(await inventory.ofProduct(5)).toContainEqual({ sku, quantity: 7 });
    await inventory.sell(sku, 2);
    expect(await inventory.ofProduct(5)).toContainEqual({ sku, quantity: 5 });
  });

  test('a change by another program is seen at once', async () => {
    await inventory.ofSku(sku);
    await database.db.updateTable('stock').set({ quantity: 99 }).where('sku', '=', sku).execute();
    expect(await inventory.ofSku(sku)).toEqual({ sku, quantity: 99 });
  });

  test('a variant without any record of stock has none, until it is set', async () => {
    await database.db.deleteFrom('stock').where('sku', '=', sku).execute();
    expect(await inventory.ofSku(sku)).toEqual({ sku, quantity: 0 });
    expect(await inventory.ofProduct(5)).toContainEqual({ sku, quantity: 0 });
    await expect(inventory.sell(sku, 1)).rejects.toThrow(
      expect.objectContaining({ problem: 'insufficient-stock' }),
    );
    await inventory.set(sku, 1);
    expect(await inventory.sell(sku, 1)).toEqual({ sku, quantity: 0 });
  });

  test('the table itself refuses to go below nothing', async () => {
    const oversold = database.db.updateTable('stock').set({ quantity: -1 }).where('sku', '=', sku);
    await expect(oversold.execute()).rejects.toThrow(/stock_quantity_check/);
  });

  test('knows no stock of what does not exist', async () => {
    expect(await inventory.ofSku('NO-SUCH-SKU')).toBeNull();
    expect(await inventory.ofProduct(1_000_000)).toBeNull();
    const missing = expect.objectContaining({ problem: 'not-found' });
    await expect(inventory.set('NO-SUCH-SKU', 1)).rejects.toThrow(missing);
    await expect(inventory.sell('NO-SUCH-SKU', 1)).rejects.toThrow(missing);
  });
});
