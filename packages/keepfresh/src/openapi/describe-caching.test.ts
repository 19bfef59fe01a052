import { describe, expect, it } from 'vitest';
import { describeCaching } from './describe-caching.ts';

const document = {
  openapi: '3.1.0',
  paths: {
    '/products/{id}': {
      parameters: [],
      get: {
        description: 'A product.',
        responses: {
          '200': { description: 'It.', headers: { ETag: { description: 'Own.' } } },
          '404': { description: 'None.' },
          '2XX': { $ref: '#/components/responses/Shared' },
        },
      },
      put: { responses: { '204': { description: 'Done.' } } },
    },
    '/offers': { get: {} },
  },
};

const described = (
  routes: Parameters<typeof describeCaching>[1],
  settings?: Parameters<typeof describeCaching>[2],
): typeof document => describeCaching(document, routes, settings);

describe('describeCaching', () => {
  it('tells the fields of successful responses, and the 304', () => {
    const { get } = described({ 'GET /products/{id}': { ttl: '90s' } }).paths['/products/{id}'];
    const responses = get.responses as Record<string, { headers?: Record<string, object> }>;
    expect(Object.keys(responses['200']!.headers!).toSorted()).toEqual(
      ['Age', 'Cache-Control', 'Cache-Status', 'ETag', 'Vary'].toSorted(),
    );
    expect(responses['200']!.headers!['ETag']).toEqual({ description: 'Own.' });
    expect(responses['200']!.headers!['Cache-Status']).toMatchObject({
      example: 'keepfresh; hit; ttl=42',
    });
    expect(Object.keys(responses['304']!.headers!)).not.toContain('Age');
    expect(responses['404']).toEqual({ description: 'None.' });
    expect(responses['2XX']).toEqual({ $ref: '#/components/responses/Shared' });
  });

  it.each([
    [{ ttl: '90s' }, 'status 200 are kept for 90 seconds, others'],
    [{ ttl: '1h' }, 'are kept for 1 hour, others'],
    [{}, 'Responses are kept for as long as their `Cache-Control` or `Expires` says.'],
    [{ staleWhileRevalidate: '2m' }, 'For 2 minutes after that they may be served while'],
    [{ staleIfError: '1d' }, 'For 1 day after that they may be served in place of an error'],
    [
      { cookies: ['session', 'cart'] },
      'depends on these cookies and no others: `session`, `cart`.',
    ],
    [{}, 'Requests with cookies are not answered from the cache.'],
    [{ authorization: 'key' as const }, 'Each value of `Authorization` has responses of its own.'],
    [{ query: { only: ['page'] } }, 'Of the query, the response depends on `page`.'],
    [{ query: { except: ['utm'] } }, 'Of the query, the response does not depend on `utm`.'],
    [{ query: 'none' as const }, 'The response does not depend on the query.'],
  ])('says of %j: %s', (options, words) => {
    const { get } = described({ 'GET /products/{id}': options }).paths['/products/{id}'];
    expect(get.description).toContain(`A product.\n\n**Caching.** `);
    expect(get.description).toContain(words);
  });

  it('says nothing of what the cache does not look at', () => {
    const options = { cookies: 'ignore', authorization: 'ignore' } as const;
    const { get } = described({ 'GET /products/{id}': options }).paths['/products/{id}'];
    expect(get.description).not.toMatch(/cookies|Authorization|query/);
  });

  it('takes the settings of all routes, under those of each', () => {
    const settings = { ttl: '1m', name: 'edge cache', cookies: 'ignore' } as const;
    const { get } = described({ 'GET /products/{id}': { ttl: '2m' } }, settings).paths[
      '/products/{id}'
    ];
    expect(get.description).toContain('2 minutes');
    expect(get.description).not.toContain('cookies');
    expect(JSON.stringify(get)).toContain(String.raw`\"edge cache\"; hit`);
  });

  it('says of a change what it invalidates, and nothing else of it', () => {
    const { put } = described({ 'PUT /products/{id}': {} }).paths['/products/{id}'];
    expect(put).toEqual({
      ...document.paths['/products/{id}'].put,
      description:
        '**Caching.** What is kept of this URI is invalid before a response without an error ends.',
    });
  });

  it('leaves the document that it is given, and other operations, as they are', () => {
    const before = structuredClone(document);
    const after = described({ 'GET /offers': {} });
    expect(document).toEqual(before);
    expect(after.paths['/products/{id}']).toBe(document.paths['/products/{id}']);
    expect(after.openapi).toBe('3.1.0');
    expect(Object.keys((after.paths['/offers'].get as { responses: object }).responses)).toEqual([
      '304',
    ]);
  });

  it('refuses routes that are not there, and wrong options, and names them', () => {
    for (const route of ['GET /nothing', 'POST /offers', '/offers', 'PARAMETERS /offers']) {
      expect(() => described({ [route]: {} })).toThrow(/^routes must be of operations of the doc/);
    }
    expect(() => described({ 'GET /offers': { ttl: '1ms' } })).toThrow(
      /^routes\['GET \/offers'\]\.ttl must be/,
    );
  });
});
