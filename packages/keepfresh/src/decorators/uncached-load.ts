import type { LoadContext } from '../core/engine/loads/loader.ts';
import { CacheError } from '../core/errors.ts';

/** The context of a method whose result goes to its caller alone: nothing is kept, so there is nothing to say of it. */
export function uncachedLoad(key: () => string): LoadContext {
  return {
    get signal() {
      return AbortSignal.any([]);
    },
    get key() {
      return key();
    },
    stale: undefined,
    setTtl: () => {},
    setStale: () => {},
    addTags: () => {},
    skip: () => {},
    notModified: () => {
      const message = `notModified() must be called where there is a value from before, but ${key()} has none`;
      throw new CacheError('INVALID_ARGUMENT', message);
    },
  };
}
