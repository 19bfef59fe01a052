import { Writable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readConfig } from '../src/config.ts';
import { type Marketplace, startMarketplace } from '../src/marketplace.ts';
import { problems } from '../src/platform/problem.ts';

const token = 'a-token-for-these-tests';
let shop: Marketplace;
let logged: string[] = [];

beforeAll(async () => {
  const log = new Writable({
    write(chunk, _encoding, done) {
      logged.push(...String(chunk).trim().split('\n'));
      done();
    },
  });
  const config = readConfig({ PORT: '0', ADMIN_TOKEN: token });
  shop = await startMarketplace(config, { location: { kind: 'memory' }, products: 300, log });
});
afterAll(() => shop?.close());
beforeEach(() => {
  logged = [];
});

interface Request {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

/** One request with its answer; `body` is sent as JSON, and what comes back is read as JSON. */
async function ask(url: string, { method = 'GET', headers = {}, body }: Request = {}) {
  const payload = body === undefined ? {} : { payload: body as object };
  const answer = await shop.app.inject({ method, url, headers, ...payload });
  const text = answer.body;
  return {
    status: answer.statusCode,
    headers: answer.headers,
    body: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text,
  };
}

const asAdmin = { authorization: `Bearer ${token}` };

const newProduct = {
  vendorId: 2,
  brandId: 3,
  categoryId: 4,
  name: 'Teapot Deluxe',
  price: 4_999,
  attributes: { weight: 900 },
  variants: [{ sku: 'POT-1', name: 'Red', price: 4_999 }],
};

describe('reads', () => {
  test('a product comes with its variants only when they are asked for', async () => {
    const { status, body } = await ask('/v1/products/7');
    expect(status).toBe(200);
    expect(body).not.toHaveProperty('variants');
    expect((await ask('/v1/products/7?variants=true')).body).toMatchObject({
      ...body,
      variants: [expect.objectContaining({ sku: expect.any(String) })],
    });
  });

  test('a product is found by its SKU', async () => {
    const { body } = await ask('/v1/products/7?variants=true');
    expect((await ask(`/v1/products/by-sku/${body.variants[0].sku}`)).body).toEqual(body);
  });

  test('lists lead from page to page', async () => {
    const whole = (await ask('/v1/categories/1/products?limit=10')).body.items;
    const first = (await ask('/v1/categories/1/products?limit=4')).body;
    const second = (await ask(`/v1/categories/1/products?limit=6&cursor=${first.nextCursor}`)).body;
    expect([...first.items, ...second.items]).toEqual(whole);
  });

  test.each([
    ['/v1/vendors', 60],
    ['/v1/brands/popular?limit=5', 5],
    ['/v1/categories/tree', 8],
    ['/v1/categories/3/breadcrumbs', 3],
    ['/v1/attributes/variant', 3],
  ])('%s answers with %i items', async (url, count) => {
    const { status, body } = await ask(url);
    expect(status).toBe(200);
    expect(body).toHaveLength(count);
  });

  test('stock is told beside the product, never in it', async () => {
    const { body } = await ask('/v1/products/7/stock');
    expect(body).toEqual([{ sku: expect.any(String), quantity: expect.any(Number) }]);
    expect((await ask(`/v1/stock/${body[0].sku}`)).body).toEqual(body[0]);
    expect(JSON.stringify((await ask('/v1/products/7?variants=true')).body)).not.toMatch(
      /quantity/,
    );
  });

  test('a page is kept as it was sent, and told apart by its ETag', async () => {
    await ask('/v1/products/11');
    const kept = await ask('/v1/products/11');
    expect(kept.headers['cache-status']).toMatch(/^keepfresh; hit; ttl=\d+$/);
    const headers = { 'if-none-match': kept.headers['etag'] as string };
    expect(await ask('/v1/products/11', { headers })).toMatchObject({ status: 304, body: '' });
  });

  test.each(['/v1/products/12/stock', '/v1/products/7777777', '/health/ready'])(
    '%s is never kept',
    async (url) => {
      await ask(url);
      expect((await ask(url)).headers['cache-status'] ?? '').not.toContain('hit');
    },
  );

  test('every page that the entrance names is there', async () => {
    const { name: _name, ...links } = (await ask('/')).body;
    for (const link of Object.values<string>(links))
      expect((await ask(link)).status, link).toBe(200);
  });
});

describe('writes', () => {
  test('a product is created, changed and deleted, and each read tells so at once', async () => {
    const created = await ask('/v1/products', {
      method: 'POST',
      headers: asAdmin,
      body: newProduct,
    });
    expect(created.status).toBe(201);
    const url = created.headers['location'] as string;
    expect(url).toBe(`/v1/products/${created.body.id}`);
    const pages = [url, `${url}?variants=true`, url.replace(/\d$/, (digit) => `%3${digit}`)];
    expect((await ask(`${url}?variants=true`)).body).toEqual(created.body);
    // Kept as whole pages, of all of their addresses.
    for (const page of pages) expect((await ask(page)).status).toBe(200);

    const change = { price: 5_999, version: 1 };
    const changed = await ask(url, { method: 'PATCH', headers: asAdmin, body: change });
    expect(changed.body).toMatchObject({ version: 2, price: { amount: 5_999, currency: 'EUR' } });
    for (const page of pages) {
      expect((await ask(page)).body).toMatchObject({ version: 2, price: { amount: 5_999 } });
    }
    expect((await ask('/v1/vendors/2/products?limit=1')).body.items[0]).toMatchObject({
      id: created.body.id,
      price: { amount: 5_999 },
    });

    expect(await ask(url, { method: 'DELETE', headers: asAdmin })).toMatchObject({
      status: 204,
      body: '',
    });
    expect((await ask(url)).status).toBe(404);
    expect((await ask('/v1/products/by-sku/POT-1')).status).toBe(404);
  });

  test('stock is set and sold, and a sale that is too large is refused', async () => {
    const [{ sku }] = (await ask('/v1/products/9/stock')).body;
    const url = `/v1/stock/${sku}`;
    await ask(url, { method: 'PUT', headers: asAdmin, body: { quantity: 5 } });
    const sale = { method: 'POST', headers: asAdmin, body: { quantity: 3 } } as const;
    expect((await ask(`${url}/sales`, sale)).body).toEqual({ sku, quantity: 2 });
    const refused = await ask(`${url}/sales`, sale);
    expect(refused.status).toBe(409);
    expect(refused.body).toMatchObject({ type: '/problems/insufficient-stock', available: 2 });
    expect((await ask(url)).body).toEqual({ sku, quantity: 2 });
  });

  test.each([
    ['POST', '/v1/products'],
    ['PATCH', '/v1/products/7'],
    ['DELETE', '/v1/products/7'],
    ['PUT', '/v1/stock/POT-1'],
    ['POST', '/v1/stock/POT-1/sales'],
  ] as const)('%s %s needs the token', async (method, url) => {
    for (const headers of [{}, { authorization: 'Bearer wrong' }, { authorization: token }]) {
      const { status, headers: answered, body } = await ask(url, { method, headers, body: {} });
      expect(status).toBe(401);
      expect(answered['www-authenticate']).toBe('Bearer');
      expect(body.type).toBe('/problems/unauthorized');
    }
    expect((await ask('/v1/products/7')).status).toBe(200);
  });
});

describe('problems', () => {
  const create = (part: object) =>
    ask('/v1/products', { method: 'POST', headers: asAdmin, body: { ...newProduct, ...part } });

  test.each([
    ['/v1/products/seven', 'id'],
    ['/v1/products/0', 'id'],
    ['/v1/products/2147483648', 'id'],
    ['/v1/products/7?variants=maybe', 'variants'],
    ['/v1/products/by-sku/x', 'sku'],
    ['/v1/vendors/1/products?limit=0', 'limit'],
    ['/v1/vendors/1/products?limit=101', 'limit'],
    ['/v1/vendors/1/products?cursor=x', 'cursor'],
    ['/v1/attributes/planet', 'entityType'],
  ])('%s is refused, and the answer names %s', async (url, place) => {
    const { status, body } = await ask(url);
    expect(status).toBe(400);
    expect(body).toMatchObject({ type: '/problems/invalid-request', errors: [{ place }] });
    expect(body.detail).toContain(place);
  });

  test('every part of a body that is wrong is named', async () => {
    const { body } = await create({
      name: '',
      price: 1.5,
      surprise: 1,
      variants: [{ sku: 'lower case', name: 'x', price: 1 }],
    });
    const places = body.errors.map((error: { place: string }) => error.place);
    expect(places).toEqual(expect.arrayContaining(['name', 'price', 'variants.0.sku', '']));
    expect(body.detail).toContain('surprise');
  });

  test.each([
    [{ name: 'a\0b' }, 'name'],
    [{ description: 'a\0b' }, 'description'],
    [{ attributes: { care: 'a\0b' } }, 'attributes.care'],
    [{ attributes: { 'a\0b': 1 } }, 'attributes.a\0b'],
    [{ variants: [{ sku: 'NUL-1', name: 'a\0b', price: 1 }] }, 'variants.0.name'],
    [{ attributes: { weight: 'heavy' } }, 'attributes'],
  ])('%j is refused, and the answer names %j', async (part, place) => {
    const { status, body } = await create(part);
    expect(status).toBe(400);
    expect(body).toMatchObject({ type: '/problems/invalid-request', errors: [{ place }] });
  });

  test('a change that changes nothing is refused', async () => {
    const answer = await ask('/v1/products/7', {
      method: 'PATCH',
      headers: asAdmin,
      body: { version: 1 },
    });
    expect(answer).toMatchObject({ status: 400, body: { detail: 'must change something' } });
  });

  test('what the request refers to has to exist', async () => {
    expect(await create({ vendorId: 999_999 })).toMatchObject({
      status: 422,
      body: { type: '/problems/unknown-reference', detail: 'There is no such vendor.' },
    });
  });

  test.each([
    ['an unknown address', '/nowhere', {}, 404],
    ['an address that cannot be decoded', '/v1/products/%zz', {}, 400],
    ['an unknown product', '/v1/products/1000000', {}, 404],
    [
      'a body that is no JSON',
      '/v1/products',
      { method: 'POST', headers: { ...asAdmin, 'content-type': 'application/json' }, body: '{' },
      400,
    ],
    [
      'a body of an unknown type',
      '/v1/products',
      { method: 'POST', headers: { ...asAdmin, 'content-type': 'text/csv' }, body: 'a,b' },
      415,
    ],
    [
      'a body that is too large',
      '/v1/products',
      { method: 'POST', headers: asAdmin, body: { name: 'x'.repeat(300_000) } },
      413,
    ],
  ] as [string, string, Request, number][])(
    '%s is answered with a problem',
    async (_what, url, request, status) => {
      const answer = await ask(url, request);
      expect(answer.status).toBe(status);
      expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
      expect(answer.body).toMatchObject({
        type: expect.any(String),
        title: expect.any(String),
        status,
        detail: expect.any(String),
        correlationId: answer.headers['x-request-id'],
      });
    },
  );

  test('every type of problem leads to its description', async () => {
    for (const [name, problem] of Object.entries(problems)) {
      expect((await ask(`/problems/${name}`)).body).toEqual(problem);
    }
    expect((await ask('/problems/none')).status).toBe(404);
  });

  test('a surprise is told to the log, not to the caller', async () => {
    const { product } = shop.catalog;
    shop.catalog.product = () => Promise.reject(new Error('the secret of the database'));
    // A page that nobody has asked for, and so is not kept.
    const answer = await ask('/v1/products/13').finally(() => {
      shop.catalog.product = product;
    });
    expect(answer.status).toBe(500);
    expect(answer.body).toMatchObject({ type: '/problems/internal' });
    expect(JSON.stringify(answer)).not.toContain('secret');
    const line = logged.map((text) => JSON.parse(text)).find(({ level }) => level === 50);
    expect(line).toMatchObject({
      requestId: answer.body.correlationId,
      err: { message: 'the secret of the database', stack: expect.any(String) },
    });
  });
});

describe('every answer', () => {
  test('carries the id of its request, the given one if it is sane', async () => {
    const given = async (id: string) =>
      (await ask('/health/live', { headers: { 'x-request-id': id } })).headers['x-request-id'];
    expect(await given('order-4711:a')).toBe('order-4711:a');
    for (const id of ['', 'short', 'x'.repeat(129), 'with space', '{"json":1}']) {
      expect(await given(id)).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  test('is one line of JSON in the log', async () => {
    await ask('/v1/products/7?variants=true', { headers: { 'x-request-id': 'logged-request' } });
    expect(logged.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({
        level: 30,
        requestId: 'logged-request',
        method: 'GET',
        url: '/v1/products/7?variants=true',
        route: '/v1/products/:id',
        status: 200,
        ms: expect.any(Number),
      }),
    ]);
  });

  test('carries the headers that protect browsers, and may be read from other origins', async () => {
    const { headers } = await ask('/v1/vendors', {
      headers: { origin: 'https://elsewhere.example' },
    });
    expect(headers).toMatchObject({
      'content-security-policy': expect.stringContaining("default-src 'self'"),
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'SAMEORIGIN',
      'access-control-allow-origin': '*',
    });
    expect(headers['content-security-policy']).not.toContain('upgrade-insecure-requests');
    const preflight = await ask('/v1/products/7', {
      method: 'OPTIONS',
      headers: { origin: 'https://elsewhere.example', 'access-control-request-method': 'PATCH' },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers['access-control-allow-methods']).toContain('PATCH');
  });
});

describe('the description of the API', () => {
  test('lists every endpoint with the schemas of what it takes and gives', async () => {
    const { body } = await ask('/openapi.json');
    expect(Object.keys(body.paths).toSorted()).toMatchInlineSnapshot(`
      [
        "/health/live",
        "/health/ready",
        "/v1/attributes/{entityType}",
        "/v1/brands/popular",
        "/v1/categories/tree",
        "/v1/categories/{id}/breadcrumbs",
        "/v1/categories/{id}/products",
        "/v1/products",
        "/v1/products/by-sku/{sku}",
        "/v1/products/{id}",
        "/v1/products/{id}/stock",
        "/v1/stock/{sku}",
        "/v1/stock/{sku}/sales",
        "/v1/vendors",
        "/v1/vendors/{id}/products",
      ]
    `);
    const { get, patch } = body.paths['/v1/products/{id}'];
    expect(JSON.stringify(get.responses['200'])).toContain('#/components/schemas/Product');
    expect(JSON.stringify(patch.requestBody)).toContain('#/components/schemas/ProductChange');
    expect(patch.security).toEqual([{ bearer: [] }]);
    expect(body.components.schemas.Product.properties).toHaveProperty('price');
    const references = JSON.stringify(body).match(/#\/components\/schemas\/\w+/g) ?? [];
    const names = new Set(references.map((reference) => reference.split('/').at(-1)!));
    for (const name of names) expect(body.components.schemas).toHaveProperty(name);
  });

  test('tells of every cached page how long it is kept, and of no other', async () => {
    const { body } = await ask('/openapi.json');
    const told = Object.entries<Record<string, { description?: string }>>(body.paths).flatMap(
      ([path, item]) =>
        Object.entries(item)
          .filter(([, { description = '' }]) => description.includes('**Caching.**'))
          .map(([method]) => `${method} ${path}`),
    );
    expect(told.toSorted()).toMatchInlineSnapshot(`
      [
        "get /v1/attributes/{entityType}",
        "get /v1/brands/popular",
        "get /v1/categories/tree",
        "get /v1/categories/{id}/breadcrumbs",
        "get /v1/categories/{id}/products",
        "get /v1/products/{id}",
        "get /v1/vendors",
        "get /v1/vendors/{id}/products",
      ]
    `);
    const { get } = body.paths['/v1/products/{id}'];
    expect(get.description).toContain('kept for 1 minute');
    expect(get.description).toContain('For 1 hour after that they may be served in place of');
  });

  test('names the fields of a cached page that a client then sees', async () => {
    const { body } = await ask('/openapi.json');
    const { responses } = body.paths['/v1/brands/popular'].get;
    await ask('/v1/brands/popular?limit=3');
    const hit = await ask('/v1/brands/popular?limit=3');
    const etag = hit.headers['etag'] as string;
    const notModified = await ask('/v1/brands/popular?limit=3', {
      headers: { 'if-none-match': etag },
    });
    expect([hit.status, notModified.status]).toEqual([200, 304]);
    for (const { status, headers } of [hit, notModified]) {
      expect(headers['cache-status']).toMatch(/^keepfresh; hit; ttl=/);
      const told = Object.keys(responses[status].headers).map((name) => name.toLowerCase());
      expect(told).toEqual(expect.arrayContaining(['cache-status', 'etag']));
    }
    expect(Object.keys(responses['200'].headers)).toContain('Age');
    expect(hit.headers).toHaveProperty('age');
  });

  test('can be browsed', async () => {
    const page = await ask('/docs');
    expect(page.headers['content-type']).toContain('text/html');
    expect((await ask('/docs/swagger-ui-bundle.js')).status).toBe(200);
  });
});

describe('health', () => {
  test('tells of the database and of the cache', async () => {
    expect(await ask('/health/live')).toMatchObject({ status: 200, body: { status: 'up' } });
    expect(await ask('/health/ready')).toMatchObject({
      status: 200,
      body: { status: 'up', database: { status: 'up' }, cache: { status: 'up' } },
    });
  });
});
