/** The guide "Several keys", in one program. */
import assert from 'node:assert/strict';
import { CacheError, createCache, key } from 'keepfresh';
import { db, type Product } from './shop-database.ts';

const cache = createCache({ name: 'shop' });
const warn = (message: string): void => assert.match(message, /no product/);

// #region wrap
const product = cache.wrap((id: number) => db.product(id), {
  key: (id) => key`product:${id}`,
  loadMany: (ids) => Promise.all(ids.map((id) => db.product(id))), // SELECT … WHERE id = ANY($1)
});
const [lamp, shelf] = await product.many([7, 8]);
// #endregion
assert.deepEqual([lamp?.id, shelf?.id], [7, 8]);
assert.equal(product.peek(7)?.id, 7);

// #region keys
const names = [key`name:${7}`, key`name:${8}`];
const found = await cache.getOrSetMany(names, async (missing, contexts) => {
  contexts[0]?.setTtl('1m'); // each key has its context
  return missing.map((name) => `name of ${name}`);
});
await cache.getMany<string>([...names, key`name:${9}`]); // undefined where there is none
await cache.setMany([[key`name:${9}`, 'Chair']], { ttl: '10m' });
// #endregion
assert.equal(found.length, 2);
assert.deepEqual(await cache.getMany([key`name:${9}`]), ['Chair']);

// #region failures
try {
  await cache.getOrSetMany<Product>([key`sold:${7}`, key`sold:${70}`], async () => [
    (await db.product(7))!,
    new Error('no product 70'), // the failure of this key alone
  ]);
} catch (error) {
  if (!(error instanceof CacheError) || error.code !== 'SOME_FAILED') throw error;
  for (const result of error.cause as PromiseSettledResult<Product>[]) {
    if (result.status === 'rejected') warn(String(result.reason));
  }
}
// #endregion
assert.equal(cache.peek<Product>(key`sold:${7}`)?.id, 7);
await cache.close();
