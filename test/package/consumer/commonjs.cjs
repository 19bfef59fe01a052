/** What a user's CommonJS module does with the installed package, within one process. */
const assert = require('node:assert/strict');
const { CacheError, createCache, key } = require('keepfresh');
const { storeKit } = require('keepfresh/testing');

async function main() {
  const cache = createCache({ name: 'consumer' });
  let loads = 0;
  const read = () => cache.getOrSet(key`product:${7}`, () => ({ load: ++loads }));

  assert.deepEqual(await read(), { load: 1 });
  assert.deepEqual(await read(), { load: 1 });
  await cache.invalidate(key`product:${7}`);
  assert.deepEqual(await read(), { load: 2 });
  await cache.close();
  assert.throws(() => createCache({ name: 'not a name' }), CacheError);
  assert.equal(typeof storeKit, 'function');
  console.log(`CommonJS, ${process.version}`);
}

void main();
