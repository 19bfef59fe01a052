import { LRUCache } from 'lru-cache';
import type { MemoryContender } from './memory.ts';

/** The least recently used goes first; a map, and links in typed arrays. */
export const lruCache: MemoryContender = {
  name: 'lru-cache',
  package: 'lru-cache',
  open({ maxEntries, ttlMs }) {
    const ttl = ttlMs === undefined ? {} : { ttl: ttlMs };
    const lru = new LRUCache<string, NonNullable<unknown>>({ max: maxEntries, ...ttl });
    return {
      get: (key) => lru.get(key),
      set: (key, value) => lru.set(key, value!),
      delete: (key) => lru.delete(key),
    };
  },
};
