/** The guide "Invalidate", in one program. */
import assert from 'node:assert/strict';
import { createCache, key, pattern } from 'keepfresh';
import { db } from './shop-database.ts';

const cache = createCache({ name: 'shop' });
const id = 7;
let failing = false;

// #region tags
const product = cache.wrap((productId: number) => db.product(productId), {
  key: (productId) => key`product:${productId}`,
  tags: (found) => (found ? [key`vendor:${found.vendorId}`] : []),
});
const search = cache.wrap((text: string) => db.search(text), {
  key: (text) => key`search:${text}`,
  tags: (products) => products.map((found) => key`product:${found.id}`),
});
// #endregion
const fill = async (): Promise<void> => {
  await product(id);
  await search('lamp');
};
const kept = (): boolean[] => [product.peek(id) !== undefined, search.peek('lamp') !== undefined];

await fill();
// #region key
await cache.invalidate(key`product:${id}`);
await product.invalidate(id); // the same
await cache.invalidate([key`product:${7}`, key`product:${8}`]); // several at once
// #endregion
assert.deepEqual(kept(), [false, true]);

await fill();
// #region tag
await cache.invalidateTags(key`vendor:${12}`); // every product of the vendor
await cache.invalidateTags(key`product:${id}`); // every search that shows the product
// #endregion
assert.deepEqual(kept(), [false, false]);

await fill();
// #region pattern
await cache.invalidatePattern('search:*'); // every search
await cache.invalidatePattern(pattern`user:${id}:*`); // everything of one user
// #endregion
assert.deepEqual(kept(), [true, false]);

await fill();
// #region mutate
await cache.mutate(
  { keys: key`product:${id}`, tags: key`product:${id}` },
  () => db.setPrice(id, 45), // one transaction: begin, change, commit
);
// #endregion
assert.deepEqual(kept(), [false, false]);
assert.equal((await product(id))?.price, 45);

// #region mutate-options
const saved = await cache.mutate(
  { keys: key`product:${id}` },
  async (signal) => {
    signal.throwIfAborted(); // aborted after `timeout`
    await db.setPrice(id, 50);
    return 'saved'; // what mutate resolves with
  },
  { timeout: '10s', onPending: (error) => console.warn('not everywhere yet', error) },
);
// #endregion
assert.equal(saved, 'saved');

// #region rolled-back
await assert.rejects(
  cache.mutate({ keys: key`product:${id}` }, () => db.setPrice(99, 1)),
  /there is no product 99/, // rejects with what the function threw
);
// #endregion

// #region expire
const rate = (): Promise<number> =>
  cache.getOrSet('rate', loadRate, { ttl: '1h', staleIfError: '1d' });
await rate();
await cache.expire({ keys: 'rate' }); // loaded anew at the next read …
failing = true;
assert.equal(await rate(), 1.08); // … and served as it was, since that load failed
// #endregion

// #region namespace
const catalog = cache.namespace('catalog');
await catalog.set('menu', ['lamps', 'shelves']);
await catalog.clear(); // only what is in the namespace
await cache.clear(); // everything
// #endregion
assert.equal(catalog.peek('menu'), undefined);
assert.deepEqual(kept(), [false, false]);

// #region strict
await cache.invalidate(key`product:${id}`, { strict: true });
// #endregion

// #region fresh
const current = await cache.getOrSet(key`product:${id}`, () => db.product(id), { fresh: true });
// #endregion
assert.equal(current?.price, (await db.product(id))?.price);

// #region mistake-early
// Wrong: a reader between the two lines loads the old price and keeps it.
await cache.invalidate(key`product:${id}`);
await db.setPrice(id, 55);

// Right: readers in between get their value, and it is not kept.
await cache.mutate({ keys: key`product:${id}` }, () => db.setPrice(id, 55));
// #endregion

// #region mistake-set
// Wrong: two processes that write at once leave one price in the database and perhaps the other here.
await db.setPrice(id, 60);
await cache.set(key`product:${id}`, await db.product(id));

// Right: let the next reader load it.
await cache.mutate({ keys: key`product:${id}` }, () => db.setPrice(id, 60));
// #endregion

// #region settle
await db.setPrice(id, 65);
await cache.invalidate(key`product:${id}`, { settle: '2s' }); // the replica lags by less than that
// #endregion
await cache.getOrSet(key`product:${id}`, () => db.product(id));
assert.equal(cache.peek(key`product:${id}`), undefined); // answered, and not kept

await cache.close();

async function loadRate(): Promise<number> {
  if (failing) throw new Error('the bank does not answer');
  return Promise.resolve(1.08);
}
