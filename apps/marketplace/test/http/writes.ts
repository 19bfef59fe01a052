import { expect, test } from 'vitest';
import { asAdmin, newProduct, token, type OpenedShop } from './opened-shop.ts';

/** How products and stock are changed. */
export function writeTests({ ask }: OpenedShop): void {
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
}
