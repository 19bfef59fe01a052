import { LRUMapWithDelete } from 'mnemonist';
import type { MemoryContender } from './memory.ts';

/** The least recently used goes first; a map, and links in typed arrays. */
export const mnemonist: MemoryContender = {
  name: 'mnemonist',
  package: 'mnemonist',
  note: 'its `LRUMapWithDelete`; entries do not expire',
  expiry: 'never',
  open({ maxEntries }) {
    const map = new LRUMapWithDelete<string, unknown>(maxEntries);
    return {
      get: (key) => map.get(key),
      set: (key, value) => map.set(key, value),
      delete: (key) => map.delete(key),
    };
  },
};
