import { lru } from 'tiny-lru';
import type { MemoryContender } from './memory.ts';

/** The least recently used goes first; an object per entry, linked to its neighbours. */
export const tinyLru: MemoryContender = {
  name: 'tiny-lru',
  package: 'tiny-lru',
  open({ maxEntries, ttlMs = 0 }) {
    const cache = lru<unknown>(maxEntries, ttlMs);
    return {
      get: (key) => cache.get(key),
      set: (key, value) => cache.set(key, value),
      delete: (key) => cache.delete(key),
    };
  },
};
