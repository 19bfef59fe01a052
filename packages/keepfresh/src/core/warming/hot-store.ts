import type { CacheView } from '../cache-view.ts';
import { reveal } from '../engine/memory/sealed.ts';
import type { HotStore } from './hot-calls.ts';

/** No namespace is called like this: their names are not empty. */
const prefix = '~/';
const name = 'hottest';

/**
 * Keeps the list as a value of the cache in its remote: under its codec, so encrypted where values are, and gone with
 * what `clear` clears, until it is kept the next time.
 */
export function hotStoreOf(view: () => CacheView): HotStore {
  const own = (): CacheView => view().with({ prefix, plugins: [] });
  return {
    async read() {
      const found = await own().reads.lookUp(prefix + name, false);
      return typeof found === 'string' ? undefined : reveal(found.sealed);
    },
    write: (list) => own().changes.set(name, list, { ttl: '7d', jitter: 0 }),
  };
}
