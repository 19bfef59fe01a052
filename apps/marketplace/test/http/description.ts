import { expect, test } from 'vitest';
import type { OpenedShop } from './opened-shop.ts';

/** What the API says of itself. */
export function descriptionTests({ ask }: OpenedShop): void {
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
}
