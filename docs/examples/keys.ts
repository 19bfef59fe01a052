/** The guide "Keys", in one program. */
import assert from 'node:assert/strict';
import { createCache, key, pattern } from 'keepfresh';
import { apiKey, filterKey, keysUnder, tenantKey, userKey } from 'keepfresh/keys';

const cache = createCache({ name: 'shop' });

// #region template
assert.equal(key`product:${7}`, 'product:7');
assert.equal(key`search:${'desk lamp'}:${2}`, 'search:desk%20lamp:2');
// #endregion

// #region escape
const id = '7:prices'; // from a request
assert.equal(key`product:${id}`, 'product:7%3Aprices'); // not the key of something else
assert.equal(`product:${id}`, 'product:7:prices'); // a plain string is
// #endregion

// #region refused
assert.throws(() => key`product:${undefined as unknown as string}`, /must be a string, a finite/);
assert.throws(() => key`search:${'a'}${'b'}`, /what separates part 1 and part 2/);
// #endregion

// #region patterns
const user = '4*'; // from a request: its star is not a wildcard
assert.equal(pattern`user:${user}:*`, 'user:4%2A:*');
await cache.invalidatePattern(pattern`user:${user}:*`);
// #endregion

// #region ready
assert.equal(userKey(42, 'profile'), 'user:42:profile');
assert.equal(tenantKey('acme', 'user', 42), 'tenant:acme:user:42');
assert.equal(apiKey({ path: '/products/7', user: 42 }), 'user:42:api:GET:/products/7');
const page = apiKey({ path: '/products', query: { sort: 'price', page: 2 } }); // api:GET:/products:…
const found = filterKey(tenantKey('acme', 'search'), { text: 'lamp', page: 1 }); // …:search:W9u…
// #endregion
assert.match(page, /^api:GET:\/products:[\w-]{27}$/);
assert.match(found, /^tenant:acme:search:[\w-]{27}$/);

// #region under
const acme = keysUnder(tenantKey('acme'));
await cache.invalidatePattern([...acme, ...keysUnder(userKey(42)), 'stats:*']); // in one step
// #endregion

// #region namespaces
const catalog = cache.namespace('catalog', { defaults: { ttl: '1h' } });
const orders = cache.namespace('orders');
await catalog.set('7', 'a product');
await orders.set('7', 'an order'); // another key
assert.equal(catalog.peek('7'), 'a product');
await catalog.invalidatePattern('*'); // does not leave the namespace
assert.equal(orders.peek('7'), 'an order');
// #endregion

// #region all-inputs
const price = cache.wrap((productId: number, currency: string) => 40, {
  key: (productId, currency) => key`price:${productId}:${currency}`,
});
// #endregion
assert.equal(await price(7, 'eur'), 40);
assert.equal(price.key(7, 'eur'), 'price:7:eur');

await cache.close();
