/** The guide "In place of another cache", in one program, but for its part about NestJS. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createCache } from 'keepfresh';
import { db } from './shop-database.ts';

const cache = createCache({ name: 'shop' });

// #region keyv
import { KeyvStore } from 'keepfresh/keyv';
import { Keyv } from 'keyv';

const keyv = new Keyv({ store: new KeyvStore(cache), namespace: 'prices' });
await keyv.set('lamp', 40, 60_000);
await keyv.get('lamp'); // 40
await keyv.delete('lamp'); // in every process
await keyv.clear(); // the namespace, in one step
// #endregion
assert.equal(await keyv.get('lamp'), undefined);

// #region cache-manager
import { CacheManager } from 'keepfresh/cache-manager';

const manager = new CacheManager(cache.namespace('pages'), { ttl: '10m' });
const product = await manager.wrap('product:7', () => db.product(7), { refreshThreshold: 60_000 });
await manager.del('product:7'); // also stands against a wrap that is loading it now, anywhere
await manager.clear(); // the namespace it was made with
// #endregion
assert.equal(product?.id, 7);
assert.equal(await manager.get('product:7'), undefined);

const server = createServer((_, response) => {
  response.setHeader('cache-control', 'max-age=600').end('rates');
});
await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
const bank = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

// #region undici
import { UndiciCacheStore } from 'keepfresh/undici';
import { Agent, interceptors, request } from 'undici';

const store = new UndiciCacheStore(cache.namespace('outbound'));
const agent = new Agent().compose(interceptors.cache({ store }));

const { body } = await request(`${bank}/rates`, { dispatcher: agent });
await body.text(); // asked for once in all processes, as long as its Cache-Control says
await cache.namespace('outbound').invalidatePattern(`GET ${bank}/*`);
// #endregion
await agent.close();
server.close();

// #region unstorage
import { unstorageDriver } from 'keepfresh/unstorage';
import { createStorage } from 'unstorage';

const storage = createStorage();
storage.mount('cache', unstorageDriver(cache.namespace('storage')));
await storage.setItem('cache:vendor:12', { name: 'Lamps' }, { ttl: 600 }); // seconds, as it has it
await storage.getItem('cache:vendor:12'); // { name: 'Lamps' }
await storage.clear('cache'); // the mount, in one step
// #endregion
assert.equal(await storage.getItem('cache:vendor:12'), null);
await cache.close();
