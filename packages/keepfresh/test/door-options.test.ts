import { once } from 'node:events';
import { IncomingMessage, request } from 'node:http';
import { connect, type IncomingHttpHeaders } from 'node:http2';
import { type AddressInfo, Socket } from 'node:net';
import express from 'express';
import fastify from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { type Cache, createCache } from '../src/core/index.ts';
import { httpCaching } from '../src/express/index.ts';
import { httpCaching as fastifyCaching } from '../src/fastify/index.ts';

let cache: Cache | undefined;
afterEach(async () => {
  await cache?.close();
  cache = undefined;
});

function newCache(): Cache {
  return (cache = createCache({ name: 'doors' }));
}

const wrong: [string, Record<string, unknown>, RegExp][] = [
  ['another option', { tll: '1m' }, /http options has no option 'tll'/],
  ['a wrong one', { ttl: '1ms' }, /http options\.ttl must be/],
  ['a host that is an URL', { host: 'http://shop.example' }, /http options\.host must be a host/],
  ['a cache that is none', { cache: {} }, /^cache must be an object with the methods lookup/],
];

describe('the door to Express', () => {
  it.each(wrong)('refuses %s when it is made', (_, options, message) => {
    const { cache: other = newCache(), ...settings } = options;
    expect(() => httpCaching(other as Cache, settings)).toThrow(message);
  });

  it('refuses a request in place of options, which would never be answered', () => {
    const incoming = new IncomingMessage(new Socket());
    expect(() => httpCaching(newCache())(incoming as never)).toThrow('cached(), not cached');
  });

  it('calls the site what it is told to, whatever the client calls it', async () => {
    const cached = httpCaching(newCache(), { ttl: '1m', host: 'shop.example' });
    const app = express();
    app.get('/', cached(), (_request, response) => void response.send('page'));
    const server = app.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const statusAs = (host: string): Promise<unknown> =>
      new Promise((resolve) => {
        const asked = request({ port, host: '127.0.0.1', headers: { host } }, (response) => {
          response.resume();
          resolve(response.headers['cache-status']);
        });
        asked.end();
      });
    expect(await statusAs('one.example')).toContain('stored');
    expect(await statusAs('two.example')).toContain('hit');
    server.close();
    server.closeAllConnections();
  });
});

describe('the door to Fastify', () => {
  it('warns when it has seen no route, as it was registered after them', async () => {
    const warnings: string[] = [];
    const note = ({ message }: Error): void => void warnings.push(message);
    process.on('warning', note);
    const [late, early] = [fastify(), fastify()];
    const cached = { config: { cache: true } };
    late.get('/', cached, () => 'page');
    void late.register(fastifyCaching, { cache: newCache() });
    await late.ready();
    await early.register(fastifyCaching, { cache: cache! });
    early.get('/', cached, () => 'page');
    await early.ready();
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', note);
    expect(warnings).toEqual([expect.stringContaining('has seen no route with config.cache')]);
    await Promise.all([late.close(), early.close()]);
  });

  it('keeps the sites of HTTP/2 apart, which have no Host field', async () => {
    const server = fastify({ http2: true });
    await server.register(fastifyCaching, { cache: newCache(), ttl: '1m' });
    server.get('/', { config: { cache: true } }, () => 'page');
    const client = connect(await server.listen({ port: 0, host: '127.0.0.1' }));
    const ask = async (authority: string, fields = {}): Promise<IncomingHttpHeaders> => {
      const asked = client.request({ ':path': '/', ':authority': authority, ...fields });
      asked.resume();
      const [[headers]] = await Promise.all([once(asked, 'response'), once(asked, 'end')]);
      return headers as IncomingHttpHeaders;
    };
    expect((await ask('one.example'))['cache-status']).toContain('stored');
    const hit = await ask('one.example');
    expect(hit['cache-status']).toContain('hit');
    const own = { 'if-none-match': hit.etag };
    const other = await ask('two.example', own);
    expect([other[':status'], other['cache-status']]).toEqual([
      200,
      expect.stringContaining('stored'),
    ]);
    expect((await ask('two.example', own))[':status']).toBe(304);
    client.destroy();
    await server.close();
  });

  it.each(wrong)('refuses %s when it is registered', async (_, settings, message) => {
    const server = fastify();
    const registered = server.register(fastifyCaching, { cache: newCache(), ...settings }).ready();
    await expect(registered).rejects.toThrow(message);
    await server.close();
  });
});
