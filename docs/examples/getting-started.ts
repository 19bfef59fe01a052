/** The guide "Getting started", in one program. */
import assert from 'node:assert/strict';
import { type Product, db } from './shop-database.ts';

// #region create
import { createCache, key } from 'keepfresh';

export const cache = createCache({
  name: 'shop',
  memory: { maxBytes: '256mb' },
  profiles: { search: { ttl: '2m' }, static: { ttl: '1h', staleIfError: '1d' } },
});
// #endregion

// #region get-or-set
const lamp = await cache.getOrSet(key`product:${7}`, () => db.product(7), { ttl: '30m' });
// #endregion
assert.equal(lamp?.name, 'Desk lamp');

// #region wrap
const product = cache.wrap((id: number) => db.product(id), {
  key: (id) => key`product:${id}`,
  ttl: '30m',
  staleWhileRevalidate: '5m',
  staleIfError: '1d',
});

await product(7); // through the cache
product.peek(7); // only from memory, at once: the value or undefined
await product.refresh(7); // loads now, whatever is cached
await product.invalidate(7); // no later read gets what was loaded before
// #endregion

// #region profile
const search = cache.wrap((text: string) => db.search(text), {
  key: (text) => key`search:${text}`,
  profile: 'search',
});
// #endregion
assert.equal((await search('lamp')).length, 1);

// #region lookup
const found = await cache.lookup<Product | null>(key`product:${99}`);
if (found.hit) found.value; // the value, which may be null
else found.reason; // 'absent', 'expired', 'invalidated', …
// #endregion
assert.deepEqual(found, { hit: false, reason: 'absent' });

// #region negative
const missing = await product(99); // null: there is no such product
// #endregion
assert.equal(missing, null);
assert.deepEqual(await cache.lookup(key`product:${99}`), {
  hit: true,
  value: null,
  state: 'fresh',
});

// #region context
const rates = await cache.getOrSet('rates', async (context) => {
  const response = await fetchRates(context.signal); // aborted when nobody waits any more
  if (response.partial) context.skip(); // return it, keep nothing
  context.setTtl(response.validForMs);
  context.addTags('money');
  return response.rates;
});
// #endregion
assert.deepEqual(rates, { eur: 1.08 });
assert.deepEqual((await cache.inspect('rates')).memory?.tags, ['money']);

// #region current-load
import { currentLoad } from 'keepfresh';

const price = cache.wrap(
  async (id: number) => {
    const load = currentLoad();
    const found = await db.product(id);
    if (found) load.addTags(key`vendor:${found.vendorId}`);
    return found?.price;
  },
  { key: (id) => key`price:${id}`, ttl: '10s' },
);
// #endregion
assert.equal(typeof (await price(7)), 'number');
assert.deepEqual((await cache.inspect('price:7')).memory?.tags, ['vendor:12']);

// #region frozen
const basket = await cache.getOrSet('basket:sizes', () => ['S', 'M', 'L']);
assert.throws(() => basket.push('XL'), TypeError); // everybody reads this very array
const own = [...basket, 'XL']; // so change a copy
// #endregion
assert.deepEqual(own, ['S', 'M', 'L', 'XL']);

// #region errors
import { CacheError } from 'keepfresh';

try {
  await cache.getOrSet('basket:class', () => new URL('https://shop.example'));
} catch (error) {
  // ENCODE_FAILED: an instance of URL would not come back as it went in
  if (!(error instanceof CacheError && error.code === 'ENCODE_FAILED')) throw error;
}
// #endregion

// #region signal
const leaving = AbortSignal.timeout(100);
await cache.getOrSet('report', () => db.search(''), { signal: leaving });
// #endregion

// #region close
await cache.close();
// #endregion

interface Rates {
  readonly rates: Readonly<Record<string, number>>;
  readonly partial: boolean;
  readonly validForMs: number;
}

async function fetchRates(signal: AbortSignal): Promise<Rates> {
  signal.throwIfAborted();
  return Promise.resolve({ rates: { eur: 1.08 }, partial: false, validForMs: 60_000 });
}
