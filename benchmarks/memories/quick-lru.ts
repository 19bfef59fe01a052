import QuickLRU from 'quick-lru';
import type { MemoryContender } from './memory.ts';

/** Two maps, of which the older is dropped whenever the younger is full. */
export const quickLru: MemoryContender = {
  name: 'quick-lru',
  package: 'quick-lru',
  note: 'holds up to twice its `maxSize`, so it is given half of the entries that the others may hold',
  open({ maxEntries, ttlMs }) {
    const maxAge = ttlMs === undefined ? {} : { maxAge: ttlMs };
    const cache = new QuickLRU<string, unknown>({ maxSize: Math.ceil(maxEntries / 2), ...maxAge });
    return {
      get: (key) => cache.get(key),
      set: (key, value) => cache.set(key, value),
      delete: (key) => cache.delete(key),
    };
  },
};
