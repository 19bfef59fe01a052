/**
 * The race that leaves old data in a cache, in slow motion: a load begins, the source changes, the entry is
 * deleted, the load ends and is stored. First with a cache as it is usually written, then with keepfresh.
 */
import assert from 'node:assert/strict';
import { createCache } from 'keepfresh';

/** The source. A reader sees the price as it was when its query began. */
class Prices {
  price = 40;

  async read(): Promise<number> {
    const seen = this.price;
    await new Promise((resolve) => setImmediate(resolve));
    return seen;
  }
}

// #region plain
const prices = new Prices();
const plain = new Map<string, number>();

async function price(): Promise<number> {
  const found = plain.get('price');
  if (found !== undefined) return found;
  const loaded = await prices.read();
  plain.set('price', loaded);
  return loaded;
}

const slow = price(); // misses and begins to load: 40
prices.price = 45; // the price changes
plain.delete('price'); // and the entry is deleted, as it should be
await slow; // now 40 is stored
assert.equal(await price(), 40); // and served, until it expires
// #endregion

// #region keepfresh
const cache = createCache({ name: 'prices' });
const source = new Prices();
const current = (): Promise<number> => cache.getOrSet('price', () => source.read());

const slowAgain = current();
source.price = 45;
await cache.invalidate('price');
await slowAgain; // its caller asked before the change, and gets 40
assert.equal(await current(), 45); // who asks after it gets 45
// #endregion
await cache.close();
