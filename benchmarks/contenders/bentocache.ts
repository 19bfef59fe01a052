import { BentoCache, bentostore } from 'bentocache';
import { memoryDriver } from 'bentocache/drivers/memory';
import { redisBusDriver, redisDriver } from 'bentocache/drivers/redis';
import { Redis } from 'ioredis';
import { type Contender, type OpenOptions, tenMinutes } from './contender.ts';

export const bentocache: Contender = {
  name: 'bentocache',
  package: 'bentocache',
  refreshes: ['stale'],
  async open(options) {
    const connection = new Redis(options.url);
    connection.on('error', () => {});
    const cache = new BentoCache({
      default: 'shop',
      prefix: options.name,
      stores: { shop: storeOf(options, connection) },
    });
    const { ttlMs = tenMinutes, refreshing } = options;
    const times = { ttl: ttlMs, ...(refreshing === 'stale' && { grace: tenMinutes, timeout: 0 }) };
    return {
      read: (key, factory, tags) =>
        cache.getOrSet({ key, ...times, tags: tags as string[], factory }),
      invalidateKey: (key) => cache.delete({ key }),
      invalidateTag: (tag) => cache.deleteByTag({ tags: [tag] }),
      close: async () => {
        await cache.disconnectAll();
        connection.disconnect();
      },
    };
  },
};

function storeOf({ url, without }: OpenOptions, connection: Redis) {
  const { hostname: host, port } = new URL(url);
  const shared = redisDriver({ connection });
  if (without === 'memory') return bentostore().useL2Layer(shared);
  return bentostore()
    .useL1Layer(memoryDriver({ maxItems: 100_000 }))
    .useL2Layer(shared)
    .useBus(redisBusDriver({ connection: { host, port: Number(port) } }));
}
