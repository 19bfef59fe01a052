import { type Cache, type CacheOptions, createCache, type InvalidateOptions } from 'keepfresh';
import { redis } from 'keepfresh/redis';
import { type Contender, type Opened, type OpenOptions, tenMinutes } from './contender.ts';

export const keepfresh: Contender = {
  name: 'keepfresh',
  package: 'keepfresh',
  refreshes: ['stale', 'early'],
  open: (options) => openKeepfresh(options, {}),
};

/** Opens a cache whose invalidations all have the given options, with what differs from the defaults. */
export async function openKeepfresh(
  { url, cluster, name, without, ttlMs = tenMinutes, refreshing }: OpenOptions,
  options: InvalidateOptions,
  setting: Pick<CacheOptions, 'sharing'> = {},
): Promise<Opened & { readonly cache: Cache }> {
  const at = cluster === undefined ? { url } : { cluster: { nodes: cluster } };
  const cache = createCache({
    ...setting,
    name,
    ...(without === 'memory' ? { memory: false } : {}),
    ...(without === 'remote' ? {} : { remote: redis(at) }),
    defaults: {
      ttl: ttlMs,
      ...(refreshing === 'stale' && { staleWhileRevalidate: tenMinutes }),
      ...(refreshing === 'early' && { earlyRefresh: true }),
    },
  });
  await cache.ready();
  return {
    cache,
    read: (key, load, tags) => cache.getOrSet(key, load, { tags }),
    readMany: (keys) => cache.getMany(keys),
    readFresh: (key) => cache.get(key, { fresh: true }),
    peek: (key) => cache.peek(key),
    invalidateKey: (key) => cache.invalidate(key, options),
    invalidateTag: (tag) => cache.invalidateTags(tag, options),
    invalidatePattern: (pattern) => cache.invalidatePattern(pattern, options),
    onCircuitOpened: (listener) => void cache.on('circuit.opened', listener),
    close: () => cache.close(),
  };
}
