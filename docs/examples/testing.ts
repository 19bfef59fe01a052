/** The guide "Testing", in one program. */
import assert from 'node:assert/strict';
import { type Cache, createCache, key } from 'keepfresh';
import { type Product, type ShopDatabase, db } from './shop-database.ts';

// #region catalog
class Catalog {
  readonly #cache: Cache;
  readonly #database: ShopDatabase;

  constructor(cache: Cache, database: ShopDatabase) {
    this.#cache = cache;
    this.#database = database;
  }

  product(id: number): Promise<Product | null> {
    return this.#cache.getOrSet(key`product:${id}`, () => this.#database.product(id), {
      ttl: '30m',
    });
  }

  setPrice(id: number, price: number): Promise<void> {
    return this.#cache.mutate({ keys: key`product:${id}` }, () =>
      this.#database.setPrice(id, price),
    );
  }
}
// #endregion

// #region time
import { createTestCache } from 'keepfresh/testing';

const { cache, advance, events, close } = createTestCache();
const catalog = new Catalog(cache, db);

await catalog.product(7);
await advance('30m'); // half an hour passes at once
await catalog.product(7);
assert.equal(db.queries, 2);
// #endregion

// #region invalidated
await catalog.setPrice(7, 45);
assert.equal((await catalog.product(7))?.price, 45);
// #endregion

// #region events
assert.deepEqual(
  events.map(({ event }) => event),
  ['miss', 'loaded', 'miss', 'loaded', 'invalidated', 'invalidated', 'miss', 'loaded'],
);
await close();
// #endregion

// #region processes
import { createTestCaches } from 'keepfresh/testing';

const shop = createTestCaches(2);
const [first, second] = shop.caches.map((process) => new Catalog(process.cache, db));
await shop.advance(0); // lets both hear of each other

await first?.product(7);
await second?.product(7); // from the level they share
await first?.setPrice(7, 50);
await shop.advance('1s'); // at most maxLag later …
assert.equal((await second?.product(7))?.price, 50); // … the other process knows
await shop.close();
// #endregion

// #region nothing-cached
const uncached = createCache({ name: 'uncached', memory: false });
// #endregion
await new Catalog(uncached, db).product(7);
assert.equal(uncached.stats().entries, 0);
await uncached.close();
