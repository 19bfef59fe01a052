import { expect, test } from 'vitest';
import { problems } from '../../src/platform/problem.ts';
import { asAdmin, newProduct, type OpenedShop, type Request } from './opened-shop.ts';

/** How what is wrong with a request, or with the shop, is answered. */
export function problemTests(shop: OpenedShop): void {
  const { ask } = shop;

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
    const { product } = shop.marketplace.catalog;
    shop.marketplace.catalog.product = () =>
      Promise.reject(new Error('the secret of the database'));
    // A page that nobody has asked for, and so is not kept.
    const answer = await ask('/v1/products/13').finally(() => {
      shop.marketplace.catalog.product = product;
    });
    expect(answer.status).toBe(500);
    expect(answer.body).toMatchObject({ type: '/problems/internal' });
    expect(JSON.stringify(answer)).not.toContain('secret');
    const line = shop.logged.map((text) => JSON.parse(text)).find(({ level }) => level === 50);
    expect(line).toMatchObject({
      requestId: answer.body.correlationId,
      err: { message: 'the secret of the database', stack: expect.any(String) },
    });
  });
}
