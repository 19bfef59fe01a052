import { expect, test } from 'vitest';
import type { OpenedShop } from './opened-shop.ts';

/** How products, lists, stock and health are read. */
export function readTests({ ask }: OpenedShop): void {
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

  test('health tells of the database and of the cache', async () => {
    expect(await ask('/health/live')).toMatchObject({ status: 200, body: { status: 'up' } });
    expect(await ask('/health/ready')).toMatchObject({
      status: 200,
      body: { status: 'up', database: { status: 'up' }, cache: { status: 'up' } },
    });
  });
}
