/** The guide "Decorators", in one program. */
import assert from 'node:assert/strict';
import { db, type Product } from './shop-database.ts';

// #region plain
import { createCache, key } from 'keepfresh';
import { createDecorators } from 'keepfresh/decorators';

const cache = createCache({ name: 'shop' });
const { Cacheable, CacheEvict, CacheWriteThrough } = createDecorators(cache);

class Products {
  @Cacheable({
    key: 'product:{0}',
    ttl: '30m',
    tags: (found: Product | null) => (found ? [key`vendor:${found.vendorId}`] : []),
  })
  async find(id: number): Promise<Product | null> {
    return db.product(id);
  }

  @Cacheable({
    key: (text: string, page?: number) => key`search:${text.toLowerCase()}:${page ?? 1}`,
  })
  async search(text: string, page = 1): Promise<readonly Product[]> {
    return (await db.search(text)).slice((page - 1) * 20, page * 20);
  }

  @Cacheable({ name: 'filtered' }) // the key is made of all arguments
  async filtered(filter: {
    readonly vendorId?: number;
    readonly text: string;
  }): Promise<readonly Product[]> {
    const found = await db.search(filter.text);
    return found.filter(({ vendorId }) => vendorId === (filter.vendorId ?? vendorId));
  }

  @CacheEvict({ keys: 'product:{0}', patterns: 'search:*' })
  async setPrice(id: number, price: number): Promise<void> {
    await db.setPrice(id, price);
  }

  @CacheWriteThrough({ key: (saved: Product) => key`product:${saved.id}` })
  async save(product: Product): Promise<Product> {
    await db.setPrice(product.id, product.price);
    return product;
  }
}
// #endregion

const products = new Products();
await products.find(7);
// #region handle
import { cached } from 'keepfresh/decorators';

const handle = cached(products, 'find'); // by the same arguments
handle.key(7); // 'product:7'
handle.peek(7); // the value, if memory has it fresh
await handle.refresh(7); // call the method now, and keep what it returns
await handle.invalidate(7);
// #endregion
assert.equal(handle.peek(7), undefined);
await products.find(7);
await products.setPrice(7, 50);
assert.equal(handle.peek(7), undefined);
assert.equal((await products.find(7))?.price, 50);
await products.save({ ...(await products.find(7))!, price: 51 });
assert.equal(handle.peek(7)?.price, 51);
await products.search('lamp');
assert.deepEqual(
  await products.filtered({ text: 'lamp', vendorId: 12 }),
  await products.filtered({ vendorId: 12, text: 'lamp' }),
);

await cache.close();
