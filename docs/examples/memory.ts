/** The guide "Memory", in one program. */
import assert from 'node:assert/strict';
import { createCache, type EvictionPolicy } from 'keepfresh';

// #region bounds
const cache = createCache({
  name: 'shop',
  memory: { maxBytes: '256mb', maxEntries: 200_000 },
});
// #endregion

// #region share
const search = cache.namespace('search', { memory: { share: 0.2 } });
const products = cache.namespace('products', { memory: { share: 0.6 } });
// #endregion
await search.set('desk lamp', [7, 12]);
await products.set('7', { name: 'Desk lamp' });

// #region stats
const { entries, bytes, evictions, refused } = cache.stats();
// #endregion
assert.deepEqual([entries, evictions, refused], [2, 0, 0]);
assert.ok(bytes > 0);

// #region policy
const scanned = createCache({ name: 'reports', memory: { policy: 'lfu' } });
// #endregion

// #region weigh
const pictures = createCache({
  name: 'pictures',
  // Decoded pixels, not the bytes of the file.
  memory: { maxBytes: '1gb', weigh: ({ value }) => pixelsOf(value) * 4 },
});
// #endregion
await pictures.set('logo', { width: 200, height: 100 });
assert.equal(pictures.stats().bytes, 80_000);

// #region own
/** The newest goes first. */
function newestFirst(): EvictionPolicy {
  const slots: number[] = [];
  const forget = (slot: number): number => slots.splice(slots.indexOf(slot), 1).length;
  return {
    name: 'newest-first',
    grow: () => {},
    onInsert: (slot) => void slots.push(slot),
    onHit: () => {},
    onReplace: () => {},
    onRemove: (slot) => void forget(slot),
    evict: () => slots.pop() ?? -1,
    clear: () => void slots.splice(0),
  };
}
const drafts = createCache({ name: 'drafts', memory: { policy: newestFirst } });
// #endregion
await drafts.set('a', 1);
assert.equal(drafts.peek('a'), 1);

for (const each of [cache, scanned, pictures, drafts]) await each.close();

function pixelsOf(picture: unknown): number {
  const { width, height } = picture as { width: number; height: number };
  return width * height;
}
