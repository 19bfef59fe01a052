import { cachified as readThrough, type Cache, type CacheEntry } from '@epic-web/cachified';
import { Redis } from 'ioredis';
import { LRUCache } from 'lru-cache';
import { type Contender, tenMinutes } from './contender.ts';

export const cachified: Contender = {
  name: 'cachified',
  package: '@epic-web/cachified',
  refreshes: ['stale'],
  note: 'brings no levels of its own: an lru-cache over Redis, written here',
  async open({ url, name, without, ttlMs = tenMinutes, refreshing }) {
    const client = new Redis(url);
    client.on('error', () => {});
    const shared = sharedCache(client, name);
    const cache = without === 'memory' ? shared : withMemory(shared);
    return {
      read: (key, getFreshValue) =>
        readThrough({
          ...{ key, cache, ttl: ttlMs, getFreshValue },
          ...(refreshing === 'stale' && { swr: tenMinutes }),
        }),
      invalidateKey: async (key) => cache.delete(key),
      close: async () => client.disconnect(),
    };
  },
};

function sharedCache(client: Redis, name: string): Cache {
  return {
    async get(key) {
      const stored = await client.get(`${name}:${key}`);
      return stored === null ? null : (JSON.parse(stored) as CacheEntry);
    },
    set: (key, entry) => client.set(`${name}:${key}`, JSON.stringify(entry), 'PX', tenMinutes),
    delete: (key) => client.del(`${name}:${key}`),
  };
}

function withMemory(shared: Cache): Cache {
  const memory = new LRUCache<string, CacheEntry>({ max: 100_000 });
  return {
    async get(key) {
      const held = memory.get(key);
      if (held !== undefined) return held;
      const entry = (await shared.get(key)) as CacheEntry | null;
      if (entry !== null) memory.set(key, entry);
      return entry;
    },
    async set(key, entry) {
      memory.set(key, entry);
      await shared.set(key, entry);
    },
    async delete(key) {
      memory.delete(key);
      await shared.delete(key);
    },
  };
}
