import { LRUCache } from 'lru-cache';
import { type Contender, tenMinutes } from './contender.ts';

/** A bounded map behind an async function: the floor for hits in memory. */
export const lruCache: Contender = {
  name: 'lru-cache alone',
  package: 'lru-cache',
  note: '`async (key) => lru.get(key)`; its synchronous read is `get` with a TTL',
  async open() {
    const lru = new LRUCache<string, object>({ max: 100_000 });
    const lruWithTtl = new LRUCache<string, object>({ max: 100_000, ttl: tenMinutes });
    const fill = async (key: string, load: () => Promise<unknown>): Promise<unknown> => {
      const value = (await load()) as object;
      lru.set(key, value);
      lruWithTtl.set(key, value);
      return value;
    };
    return {
      read: async (key, load) => (lru.get(key) ?? (await fill(key, load))) as never,
      peek: (key) => lruWithTtl.get(key),
      invalidateKey: async (key) => lru.delete(key),
      close: async () => {},
    };
  },
};
