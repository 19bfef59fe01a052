import fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { createCache } from '../src/core/index.ts';
import { describeHttpCaching, httpCaching } from '../src/fastify/index.ts';

const operation = { responses: { '200': { description: 'It.' } } };

const document = {
  openapi: '3.1.0',
  paths: {
    '/v1/products/{productId}': { parameters: [], get: operation, put: operation },
    '/files/{path}/of:all/{wildcard}': { get: operation },
    '/plain': { get: operation },
    '/elsewhere/{id}': { get: operation },
  },
};

async function described(): Promise<Record<string, Record<string, typeof operation>>> {
  await using cache = createCache({ name: 'shop' });
  const server = fastify();
  await server.register(httpCaching, { cache, ttl: '1m', name: 'shop' });
  server.get('/plain', () => 'plain');
  server.get('/hidden', { config: { cache: true } }, () => 'hidden');
  server.get('/files/:path(^\\w+$)/of::all/*', { config: { cache: true } }, () => 'files');
  await server.register(
    async (below) => {
      const config = { cache: { ttl: '2h', staleIfError: '1d' } };
      below.route({ method: ['GET', 'PUT'], url: '/products/:id', config, handler: () => 'it' });
    },
    { prefix: '/v1' },
  );
  await server.ready();
  const told = describeHttpCaching(server, document);
  await server.close();
  return told.paths as never;
}

describe('describeHttpCaching of keepfresh/fastify', () => {
  it('tells of each cached route by its options over those of the plugin, below prefixes too', async () => {
    const { get, put, parameters } = (await described())['/v1/products/{productId}']!;
    expect(JSON.stringify(get)).toMatch(/kept for 2 hours.*For 1 day after that/);
    expect(JSON.stringify(get)).toContain('shop; hit');
    expect(JSON.stringify(put)).toContain('is invalid before a response without an error ends');
    expect(parameters).toEqual([]);
  });

  it('finds routes with patterns, colons and wildcards', async () => {
    const { get } = (await described())['/files/{path}/of:all/{wildcard}']!;
    expect(JSON.stringify(get)).toContain('kept for 1 minute');
  });

  it('leaves other operations, and the document that it is given, as they are', async () => {
    const before = structuredClone(document);
    const told = await described();
    for (const path of ['/plain', '/elsewhere/{id}']) expect(told[path]!['get']).toBe(operation);
    expect(Object.keys(told)).toEqual(Object.keys(before.paths));
    expect(document).toEqual(before);
  });

  it('leaves the document of a server without the plugin as it is', async () => {
    const server = fastify();
    expect(describeHttpCaching(server, document)).toEqual(document);
    await server.close();
  });
});
