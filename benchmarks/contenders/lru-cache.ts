import { LRUCache } from 'lru-cache';
import { type Contender, type Opened, tenMinutes } from './contender.ts';

/** A bounded map behind an async function: the floor for hits in memory. */
export const lruCache: Contender = {
  name: 'lru-cache alone',
  package: 'lru-cache',
  note: '`async (key) => lru.get(key)`, without a TTL; its synchronous read is `get` with one, and `ttlResolution: 0`: it looks at the clock each time, as what must never be late has to',
  open: async () =>
    openLru(
      new LRUCache<string, object>({ max: 100_000 }),
      new LRUCache<string, object>({ max: 100_000, ttl: tenMinutes, ttlResolution: 0 }),
    ),
};

/** Opens one map for reads that are promises and one for those that are not. */
export function openLru(awaited: LRUCache<string, object>, peeked = awaited): Opened {
  const fill = async (key: string, load: () => Promise<unknown>): Promise<unknown> => {
    const value = (await load()) as object;
    awaited.set(key, value);
    peeked.set(key, value);
    return value;
  };
  return {
    // Awaits nothing itself: that alone would cost a fifth more.
    read: async (key, load) => (awaited.get(key) ?? fill(key, load)) as never,
    peek: (key) => peeked.get(key),
    invalidateKey: async (key) => awaited.delete(key),
    close: async () => {},
  };
}
