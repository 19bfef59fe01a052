/** The guide "Writes", in one program. */
import assert from 'node:assert/strict';
import { createCache, key, readThrough, writeThrough } from 'keepfresh';
import { db, type Product } from './shop-database.ts';

const cache = createCache({ name: 'shop' });
const id = 7;

// #region through
const lamp: Product = { id, name: 'Desk lamp', price: 45, vendorId: 12 };
await cache.set(key`product:${id}`, lamp, {
  writer: (product, { signal }) => db.save(product, signal), // one transaction
});
// #endregion
assert.equal((await db.product(id))?.price, 45);
assert.deepEqual(cache.peek(key`product:${id}`), lamp);

// #region returned
await cache.set(key`product:${id}`, lamp, {
  writer: async (product) => {
    await db.save(product);
    return { ...product, price: 44 }; // what the database made of it
  },
});
// #endregion
assert.equal(cache.peek<Product>(key`product:${id}`)?.price, 44);

// #region refused
const nobody = { ...lamp, id: 99 };
const saving = cache.set(key`product:${99}`, nobody, { writer: (product) => db.save(product) });
await assert.rejects(saving, /there is no product 99/);
assert.equal(cache.peek(key`product:${99}`), undefined); // nothing is kept
// #endregion

// #region both
const find = readThrough(cache, (wanted: number) => db.product(wanted), {
  key: (wanted) => key`product:${wanted}`,
});
const save = writeThrough(cache, (product: Product) => db.save(product), {
  key: (product) => key`product:${product.id}`,
});
await save({ ...lamp, price: 50 });
assert.equal((await find(id))?.price, 50); // without a look at the database
// #endregion

// #region version
const take = (price: number, version: number) =>
  cache.set(key`price:${id}`, price, { version, ttl: '10m' });
await take(51, 12);
await take(50, 11); // comes late, and changes nothing
// #endregion
assert.equal(cache.peek(key`price:${id}`), 51);

const saved: (readonly [string, number])[][] = [];
const saveViews = async (rows: (readonly [string, number])[]): Promise<void> => {
  await Promise.resolve();
  saved.push(rows);
};

// #region behind
const views = cache.writeBehind<number>(
  (writes) => saveViews(writes.map(({ key: name, value }) => [name, value])), // one statement for all
  { delay: '1s', ttl: '10m' },
);
await views.set(key`views:${id}`, 1); // at once
await views.set(key`views:${id}`, 2); // takes its place
await cache.get(key`views:${id}`); // 2, in this process
// #endregion
assert.equal(await cache.get(key`views:${id}`), 2);
assert.equal(saved.length, 0);

// #region flush
await views.flush(); // now, instead of within a second
// #endregion
assert.deepEqual(saved, [[['views:7', 2]]]);

// #region lost
cache.on('write.lost', ({ key: name, error }) => console.error(`${name} is lost`, error));
// #endregion

await cache.close();
