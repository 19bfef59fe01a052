import type { Cache } from './cache.ts';
import { withMethods } from './check-options.ts';

/** A cache of keepfresh, and not the one that it takes the place of, its address or nothing. Throws INVALID_ARGUMENT. */
export function checkCache(cache: unknown, field: string): Cache<string> {
  return withMethods(cache, field, ['getOrSet', 'invalidate', 'namespace']);
}
