/** The guide "Redis", in one program. Needs a Redis server at REDIS_URL. */
import assert from 'node:assert/strict';
import { key } from 'keepfresh';

// #region connect
import { createCache } from 'keepfresh';
import { redis } from 'keepfresh/redis';

const url = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379';
const cache = createCache({
  name: 'shop', // the same in all processes that share the cache
  remote: redis({ url }),
});
// #endregion

// #region ready
await cache.ready({ within: '3s' }); // optional
// #endregion

// #region client
import { createClient } from 'redis';

const client = createClient({ url });
const other = createCache({ name: 'other', remote: redis({ client }) });
// #endregion
await other.ready();
assert.equal(client.isOpen, false);

// #region settings
const tuned = createCache({
  name: 'tuned',
  remote: redis({ url, connectTimeout: 1_000 }),
  memory: { maxBytes: '256mb' }, // or false: nothing is kept in this process
  coherence: { maxLag: '500ms' },
  timeouts: { remote: '100ms', invalidate: '2s' },
});
// #endregion
await tuned.close();

// #region events
cache.on('remote.lost', ({ cause }) => console.warn('Redis is away', cause));
cache.on('remote.connected', () => console.info('Redis is back'));
cache.on('remote.warning', ({ message }) => console.warn(message));
// #endregion

// #region pending
import { CacheError } from 'keepfresh';

try {
  await cache.invalidate(key`product:${7}`);
} catch (error) {
  if (!(error instanceof CacheError && error.code === 'INVALIDATION_PENDING')) throw error;
  // In force here; it will be everywhere as soon as Redis answers.
}

const { status } = await cache.invalidate(key`product:${7}`, { queue: true });
// #endregion
assert.equal(status, 'applied');

// #region health
const health = await cache.health();
if (health.status === 'degraded') console.warn(health.remote, health.pendingInvalidations);
// #endregion
assert.equal(health.status, 'up');

await other.close();
await cache.close();
