import { createCache } from 'async-cache-dedupe';
import { Redis } from 'ioredis';
import { type Contender, tenMinutes } from './contender.ts';

interface Asked {
  readonly key: string;
  readonly tags: readonly string[];
  readonly load: () => Promise<unknown>;
}

export const asyncCacheDedupe: Contender = {
  name: 'async-cache-dedupe',
  package: 'async-cache-dedupe',
  note: 'has one level: Redis, or where a question is about hits in memory, memory alone',
  hasOneLevel: true,
  refreshes: ['stale'],
  async open({ url, name, without, ttlMs = tenMinutes, refreshing }) {
    const client = new Redis(url, { lazyConnect: without === 'remote' });
    client.on('error', () => {});
    const shared = { type: 'redis', options: { client, invalidation: { referencesTTL: 3_600 } } };
    const own = { type: 'memory', options: { size: 100_000, invalidation: true } };
    const cache = createCache({
      ttl: ttlMs / 1_000,
      ...(refreshing === 'stale' && { stale: tenMinutes / 1_000 }),
      storage: (without === 'remote' ? own : shared) as never,
    });
    const options = {
      serialize: ({ key }: Asked) => `${name}:${key}`,
      references: ({ tags }: Asked) => tags.map((tag) => `${name}:${tag}`),
    };
    const defined = cache.define('value', options, ({ load }: Asked) => load()) as unknown as {
      value(asked: Asked): Promise<unknown>;
    };
    return {
      read: async <T>(key: string, load: () => Promise<T>, tags: readonly string[]) =>
        (await defined.value({ key, load, tags })) as T,
      invalidateKey: (key) => cache.clear('value', { key }),
      invalidateTag: (tag) => cache.invalidateAll(`${name}:${tag}`),
      close: async () => client.disconnect(),
    };
  },
};
