/** The guide "Codecs and schemas", in one program. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createCache, key } from 'keepfresh';
import { createTestCaches } from 'keepfresh/testing';
import { db } from './shop-database.ts';

// #region values
const sessions = createCache({ name: 'sessions' });
const session = await sessions.getOrSet('session:1', () => ({
  since: new Date('2026-06-01'),
  roles: new Set(['buyer']),
  limit: undefined,
}));
assert.deepEqual(session.roles, new Set(['buyer'])); // also from Redis, in another process
// #endregion
await sessions.close();

// #region message-pack
import { bytesCodec, messagePackCodec } from 'keepfresh/codecs';

const images = createCache({ name: 'images', codec: bytesCodec });
const models = createCache({ name: 'models', codec: messagePackCodec() }); // npm install @msgpack/msgpack
// #endregion
await images.close();
await models.close();

// #region compressed
import { compressed, pipeline } from 'keepfresh/codecs';

const products = createCache({
  name: 'products',
  codec: pipeline({ steps: [compressed({ above: '4kb' })] }),
});
// #endregion
await products.close();

const env = { NEW: randomBytes(32).toString('base64'), OLD: randomBytes(32).toString('base64') };

// #region encrypted
import { encrypted } from 'keepfresh/codecs';

const keys = [
  { id: '2026-11', secret: env.NEW }, // encrypts, and decrypts
  { id: '2026-05', secret: env.OLD }, // decrypts what it encrypted before
];
const users = createCache({
  name: 'users',
  codec: pipeline({ steps: [compressed(), encrypted({ keys })] }),
});
// #endregion
await users.close();

// #region change
const next = pipeline({
  codec: messagePackCodec(),
  steps: [compressed(), encrypted({ keys, acceptPlain: true })], // until all that is cached is encrypted
  reads: [jsonCodec], // what was written before
});
// #endregion
import { jsonCodec } from 'keepfresh';

assert.ok(next.unpack);

// #region schema
import * as z from 'zod';

const productSchema = z.object({
  id: z.number(),
  name: z.string(),
  price: z.number(),
  currency: z.string().default('EUR'), // new: values that are cached do not have it
});

const cache = createCache({ name: 'shop' });
const product = cache.wrap((id: number) => db.product(id), {
  key: (id) => key`product:${id}`,
  schema: productSchema,
});
const lamp = await product(7); // typed by the schema
assert.equal(lamp.currency, 'EUR');
// #endregion

await cache.set('product:8', { id: 8, title: 'Bookshelf', price: 90 });

// #region migrate
const shelf = await cache.getOrSet('product:8', () => db.product(8), {
  schema: productSchema,
  migrate: (old) => {
    const { title, ...rest } = old as { title: string };
    return { ...rest, name: title };
  },
});
assert.equal(shelf.name, 'Bookshelf');
// #endregion

// #region events
cache.on('value.invalid', ({ key: name, level, error }) => console.info(name, level, error));
cache.on('remote.unreadable', ({ key: name, error }) => console.warn(name, error));
// #endregion
await cache.close();

// Another process reads what one encrypted, and nothing else does.
const codec = pipeline({ steps: [compressed(), encrypted({ keys })] });
await using world = createTestCaches(2, { codec });
const [one, two] = world.caches.map((each) => each.cache);
await world.advance(10);
await one!.getOrSet('k', () => 'secret');
assert.equal(await two!.get('k'), 'secret');
