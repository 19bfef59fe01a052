/** The guide "HTTP responses", in one program. */
import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { db } from './shop-database.ts';

// #region express
import express from 'express';
import { createCache, key } from 'keepfresh';
import { httpCaching } from 'keepfresh/express';

const cache = createCache({ name: 'shop' });
const app = express();
const cached = httpCaching(cache, { ttl: '1m', staleWhileRevalidate: '5m', staleIfError: '1h' });

app.get(
  '/products/:id',
  cached({ tags: ({ params }) => [key`product:${params['id']!}`] }),
  async (request, response) => {
    response.json(await db.product(Number(request.params.id)));
  },
);
app.put('/products/:id', cached(), async (request, response) => {
  await db.setPrice(Number(request.params.id), 45);
  response.sendStatus(204); // sent when the stored responses of this URI are invalid everywhere
});
// #endregion

// #region users
app.get('/orders', cached({ cookies: ['session'] }), (request, response) => {
  response.json({ ordersOf: request.headers.cookie }); // each session has responses of its own
});
app.get(
  '/offers',
  cached({ cookies: 'ignore', query: { only: ['page'] } }),
  (_request, response) => {
    response.json({ offers: [] }); // the same for all, whoever they are
  },
);
// #endregion

// #region fastify
import fastify from 'fastify';
import { httpCaching as fastifyCaching } from 'keepfresh/fastify';

const server = fastify();
await server.register(fastifyCaching, { cache, ttl: '1m' }); // before the routes, and awaited

server.get('/vendors/:id', { config: { cache: { ttl: '10m' } } }, async () => ({ name: 'Lamps' }));
// #endregion

// #region openapi
import { describeCaching } from 'keepfresh/openapi';

const document = {
  openapi: '3.1.0',
  paths: { '/products/{id}': { get: { responses: { '200': { description: 'A product.' } } } } },
};
const withCaching = describeCaching(document, { 'GET /products/{id}': { ttl: '1m' } });
// #endregion
assert.match(JSON.stringify(withCaching), /kept for 1 minute/);
const documentOfServer = {
  paths: { '/vendors/{id}': { get: { responses: { '200': { description: 'A vendor.' } } } } },
};
// #region fastify-openapi
import { describeHttpCaching } from 'keepfresh/fastify';

const ofFastify = describeHttpCaching(server, documentOfServer); // such as server.swagger()
// #endregion
assert.match(JSON.stringify(ofFastify), /kept for 10 minutes/);

const listening = app.listen(0, '127.0.0.1');
await new Promise((resolve) => listening.once('listening', resolve));
const url = `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
const ask = async (path: string, init: RequestInit = {}): Promise<string> => {
  const response = await fetch(url + path, init);
  await response.arrayBuffer();
  return response.headers.get('cache-status') ?? '';
};

assert.equal(await ask('/products/7'), 'keepfresh; fwd=uri-miss; stored');
assert.match(await ask('/products/7'), /^keepfresh; hit; ttl=\d+$/);
// #region invalidate
await cache.invalidateTags(key`product:${7}`); // by the tag of the route
await cache.invalidatePattern('http:*/products/*'); // by host and path: keys begin with http:
// #endregion
assert.match(await ask('/products/7'), /uri-miss/);
await ask('/products/7', { method: 'PUT' });
assert.match(await ask('/products/7'), /uri-miss/);
assert.match(await ask('/orders', { headers: { cookie: 'session=a' } }), /uri-miss/);
assert.match(await ask('/orders', { headers: { cookie: 'session=b' } }), /uri-miss/);
assert.match(await ask('/orders', { headers: { cookie: 'session=b' } }), /hit/);
assert.match(await ask('/offers?page=1&utm=x'), /uri-miss/);
assert.match(await ask('/offers?page=1', { headers: { cookie: 'any=1' } }), /hit/);

await server.inject('/vendors/1');
const vendors = await server.inject('/vendors/1');
assert.match(String(vendors.headers['cache-status']), /hit/);

await server.close();
listening.closeAllConnections();
await new Promise((resolve) => listening.close(resolve));
await cache.close();
