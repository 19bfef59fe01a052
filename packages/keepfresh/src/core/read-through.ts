import type { ReadableCache } from './readable-cache.ts';
import type { Wrapped, WrapOptions } from './wrap-options.ts';

/**
 * A function that reads through the cache: `cache.wrap`, by the name of the pattern. `writeThrough` is its other half.
 */
export function readThrough<
  Load extends (...args: never[]) => unknown,
  Profile extends string = never,
>(
  cache: ReadableCache<Profile>,
  load: Load,
  options: WrapOptions<Parameters<Load>, Awaited<ReturnType<Load>>, Profile>,
): Wrapped<Parameters<Load>, Awaited<ReturnType<Load>>> {
  return cache.wrap(load, options);
}
