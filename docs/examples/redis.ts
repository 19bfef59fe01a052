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

// #region cluster
const overCluster = redis({
  cluster: { nodes: ['redis://10.0.0.1:6379', 'redis://10.0.0.2:6379'] },
});
const behindSentinels = redis({
  sentinel: { name: 'main', nodes: ['redis://10.0.0.3:26379', 'redis://10.0.0.4:26379'] },
});
// #endregion
assert.deepEqual([overCluster.kind, behindSentinels.kind], ['redis', 'redis']);

// #region client
import { createClient } from 'redis';

const client = createClient({ url });
const other = createCache({ name: 'other', remote: redis({ client }) });
// #endregion

// #region ioredis
import { Redis } from 'ioredis';

const ioredis = new Redis(url, { lazyConnect: true }); // or new Cluster([...])
const third = createCache({ name: 'third', remote: redis({ client: ioredis }) });
// #endregion
await third.ready();
assert.equal(ioredis.status, 'wait');
await third.close();
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

// #region verify
import { verify } from 'keepfresh/redis';

const { ok, findings } = await verify({ url }, { name: 'shop' });
for (const { severity, code, message, advice } of findings)
  if (severity !== 'info') console.warn(`${code}: ${message} ${advice}`);
// #endregion
assert.equal(ok, true);

// #region durable
const careful = createCache({
  name: 'careful',
  remote: redis({ url, durable: { replicas: 1, timeout: '300ms' } }),
});
// #endregion
await careful.close();

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
