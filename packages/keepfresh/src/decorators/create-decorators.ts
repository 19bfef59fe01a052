import type { Cache } from '../core/cache.ts';
import { withMethods } from '../core/check-options.ts';
import { cacheEvictWith } from './cache-evict.ts';
import { cacheWriteThroughWith } from './cache-write-through.ts';
import { cacheableWith } from './cacheable.ts';

/** The decorators of one cache. */
export interface Decorators {
  readonly Cacheable: ReturnType<typeof cacheableWith>;
  readonly CacheEvict: ReturnType<typeof cacheEvictWith>;
  readonly CacheWriteThrough: ReturnType<typeof cacheWriteThroughWith>;
}

/**
 * The decorators of a cache, for applications without dependency injection, and for static methods. Throws
 * INVALID_ARGUMENT without one.
 */
export function createDecorators(cache: Cache<string>): Decorators {
  withMethods(cache, 'the argument of createDecorators', ['wrap', 'mutate', 'set']);
  return {
    Cacheable: cacheableWith(cache),
    CacheEvict: cacheEvictWith(cache),
    CacheWriteThrough: cacheWriteThroughWith(cache),
  };
}

/** Keeps what a method returns, in the cache that was given to its object (`bindCache`). */
export const Cacheable: Decorators['Cacheable'] = cacheableWith(undefined);

/** Invalidates what a method changes, in the cache that was given to its object. */
export const CacheEvict: Decorators['CacheEvict'] = cacheEvictWith(undefined);

/** Keeps what a method that writes returns, in the cache that was given to its object. */
export const CacheWriteThrough: Decorators['CacheWriteThrough'] = cacheWriteThroughWith(undefined);
