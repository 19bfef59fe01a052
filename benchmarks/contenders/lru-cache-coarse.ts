import { LRUCache } from 'lru-cache';
import { type Contender, tenMinutes } from './contender.ts';
import { openLru } from './lru-cache.ts';

/** The floor with a TTL, as lru-cache does it unless told otherwise. */
export const lruCacheCoarse: Contender = {
  name: 'lru-cache, coarse TTL',
  package: 'lru-cache',
  note: 'the same with a TTL, in both columns; it remembers the time until a timer of 1 ms tells it to look again, so where nothing lets the timer run it looks once, and would serve what expired meanwhile',
  open: async () => openLru(new LRUCache<string, object>({ max: 100_000, ttl: tenMinutes })),
};
