import { expect, test } from 'vitest';
import type { OpenedShop } from './opened-shop.ts';

/** What every answer carries. */
export function answerTests(shop: OpenedShop): void {
  const { ask } = shop;

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
    expect(shop.logged.map((line) => JSON.parse(line))).toEqual([
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
}
