import { createCache } from 'keepfresh';
import type { MemoryContender } from './memory.ts';

const aDay = 86_400_000;

/** keepfresh as applications use it, without a shared store. */
export const keepfreshCache: MemoryContender = {
  name: 'keepfresh cache',
  package: 'keepfresh',
  note: '`cache.peek`, and `cache.set`, which is a promise and is awaited: with its tags, log, statistics and protection of values, but without a shared store. All of its entries expire: after a day, where those of others live for ever',
  expiry: 'always',
  open({ maxEntries, ttlMs = aDay }) {
    const cache = createCache({
      name: 'memory',
      memory: { maxEntries, maxBytes: '8gb' },
      defaults: { ttl: ttlMs },
    });
    return {
      get: (key) => cache.peek(key),
      set: (key, value, tag) => cache.set(key, value, tag === undefined ? {} : { tags: [tag] }),
      delete: (key) => cache.invalidate(key),
      deleteTag: (tag) => cache.invalidateTags(tag),
    };
  },
};
