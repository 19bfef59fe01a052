/** What a user's ES module does with the installed package, through a real Redis. */
import assert from 'node:assert/strict';
import { createCache, key } from 'keepfresh';
import { compressed, messagePackCodec, pipeline } from 'keepfresh/codecs';
import { redis } from 'keepfresh/redis';

const cache = createCache({
  name: 'consumer',
  remote: redis({ url: process.env.REDIS_URL }),
  codec: pipeline({ steps: [compressed({ above: 0 })] }),
});
await cache.ready();

let loads = 0;
const read = () => cache.getOrSet(key`product:${7}`, () => ({ load: ++loads }));

assert.deepEqual(await read(), { load: 1 });
assert.deepEqual(await read(), { load: 1 });
await cache.invalidate(key`product:${7}`);
assert.deepEqual(await read(), { load: 2 });
// What stands in for another package does not need it.
for (const name of ['cache-manager', 'keys', 'keyv', 'openapi', 'undici', 'unstorage']) {
  assert.notEqual(Object.keys(await import(`keepfresh/${name}`)).length, 0);
}
await cache.close();
assert.throws(messagePackCodec, {
  code: 'PEER_MISSING',
  message: /Run: npm install @msgpack\/msgpack$/,
});
console.log(`ES module, ${process.version}`);
