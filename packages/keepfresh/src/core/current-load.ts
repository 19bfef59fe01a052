import type { LoadContext } from './engine/loads/loader.ts';
import { CacheError } from './errors.ts';

let current: LoadContext | undefined;

/** Calls the source of a load: until it returns, which is at its first `await`, `currentLoad` gives the context. */
export function callInLoad<Args extends readonly unknown[], T>(
  context: LoadContext,
  source: (...args: Args) => T,
  args: Args,
): T {
  const before = current;
  current = context;
  try {
    return source(...args);
  } finally {
    current = before;
  }
}

/**
 * The context of the load that calls this function, for sources of `wrap` and methods with `@Cacheable`, which get their
 * own arguments only: `const load = currentLoad()`, before anything is awaited. Throws INVALID_ARGUMENT anywhere else,
 * after the first `await` too: other loads run meanwhile.
 */
export function currentLoad(): LoadContext {
  if (current !== undefined) return current;
  const message =
    'currentLoad() must be called by the source of a cached function before its first await, but no load is calling now';
  throw new CacheError('INVALID_ARGUMENT', message);
}
