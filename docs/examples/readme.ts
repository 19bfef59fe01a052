/** The five things of the README, in one program. Needs a Redis server at REDIS_URL. */
import assert from 'node:assert/strict';
import { db } from './shop-database.ts';
// #region five
import { createCache, key, pattern } from 'keepfresh';
import { redis } from 'keepfresh/redis'; // npm install redis

// Memory in this process over a Redis that processes share; without `remote`, memory alone.
const cache = createCache({ name: 'shop', remote: redis({ url: process.env['REDIS_URL'] }) });
await cache.ready(); // optional; rejects, and says why, if Redis is not there within 5 s

// Read through it: one load for all who ask at once. `cache.getOrSet` does the same for a single read.
const product = cache.wrap((id: number) => db.product(id), {
  key: (id) => key`product:${id}`,
  ttl: '30m',
  tags: (found) => (found ? [key`vendor:${found.vendorId}`] : []),
});
const lamp = await product(7);

// Invalidate by key, tag or pattern: one step each, however many values it covers.
await product.invalidate(7);
await cache.invalidateTags(key`vendor:${12}`);
await cache.invalidatePattern(pattern`search:*`);

// Change the source inside `mutate`: nothing that was read meanwhile is kept.
await cache.mutate({ keys: product.key(7) }, () => db.setPrice(7, 45));

// See what happens.
cache.on('load.failed', ({ error }) => console.warn(error));
cache.stats(); // { memoryHits, remoteHits, misses, loads, entries, bytes, … }
await cache.inspect(product.key(7)); // where it is, how old, its tags, what would make it a miss
await cache.health(); // { status: 'up' | 'degraded' | 'down', … }
// At the end of the program: `await cache.close()`, which ends its connections.
// #endregion

assert.equal(lamp?.price, 40);
assert.equal((await product(7))?.price, 45);
assert.equal((await product(7))?.price, 45);
assert.equal(cache.stats().loads, 2);
assert.equal(db.queries, 2);
const { memory, remote } = await cache.inspect(product.key(7));
assert.equal(memory?.standing, 'fresh');
assert.notEqual(remote, undefined);
assert.equal((await cache.health()).status, 'up');
await cache.close();
