import { TTLCache } from '@isaacs/ttlcache';
import type { MemoryContender } from './memory.ts';

const aDay = 86_400_000;

/** The entry that expires soonest goes first. */
export const ttlcache: MemoryContender = {
  name: '@isaacs/ttlcache',
  package: '@isaacs/ttlcache',
  note: 'all of its entries expire: after a day, where those of others live for ever. It evicts from lists by the millisecond at which entries end, all of which it goes through each time, and did not come to an end where much has to go',
  expiry: 'always',
  open({ maxEntries, ttlMs = aDay }) {
    const cache = new TTLCache<string, unknown>({ max: maxEntries, ttl: ttlMs });
    return {
      get: (key) => cache.get(key),
      set: (key, value) => cache.set(key, value),
      delete: (key) => cache.delete(key),
    };
  },
};
