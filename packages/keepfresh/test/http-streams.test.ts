import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Cache, createCache } from '../src/core/index.ts';
import { cachedListener, HttpCache } from '../src/http/index.ts';

/** How the handler begins a response that it ends when the test says so. */
const beginnings: Record<string, (response: ServerResponse) => void> = {
  'no-store': (response) => response.setHeader('cache-control', 'no-store').write('event'),
  'no-freshness': (response) => response.writeHead(404).write('part'),
  'too-large, as its head says': (response) =>
    response.setHeader('content-length', 2_000).write('x'.repeat(10)),
  'too-large, as its body shows': (response) => response.write('x'.repeat(1_500)),
};

describe('a response that goes on for long', () => {
  let cache: Cache;
  let server: Server;
  let url: string;
  let begin = beginnings['no-store']!;
  let end = Promise.withResolvers<void>();
  let runs = 0;

  beforeEach(async () => {
    runs = 0;
    end = Promise.withResolvers();
    cache = createCache({ name: 'streams' });
    const route = new HttpCache(cache, { ttl: '1m', maxBody: 1_000 }).route();
    const handler = async (response: ServerResponse): Promise<void> => {
      runs++;
      begin(response);
      await end.promise;
      response.end('x'.repeat(1_990));
    };
    server = createServer(cachedListener(route, (_, response) => void handler(response)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  afterEach(async () => {
    end.resolve();
    server.closeAllConnections();
    server.close();
    await cache.close();
  });

  it.each(Object.keys(beginnings))('keeps nobody waiting who asks meanwhile: %s', async (name) => {
    begin = beginnings[name]!;
    const first = await fetch(url);
    const second = await fetch(url);
    expect(second.headers.get('cache-status')?.replace('uri-miss', 'miss')).toContain(
      `; fwd=miss; detail="${name.split(',')[0]}"`,
    );
    expect(runs).toBe(2);
    end.resolve();
    expect(await first.text()).toBe(await second.text());
  });
});
