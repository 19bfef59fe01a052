import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type RedisServer, startRedis } from '../../../test/servers/redis-server.ts';
import { type Cache, createCache } from '../src/core/index.ts';
import { redis } from '../src/redis/index.ts';
import { askBare } from './doors/ask-bare.ts';
import { everyDoor } from './doors/every-door.ts';
import { type OpenShop, Shop } from './doors/shop.ts';

const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Asks a process for a page of the site that it is one of several of. */
async function askSite(url: string, method = 'GET'): Promise<string> {
  return text(await askBare(url, { host: 'shop.example' }, method));
}

describe.each(everyDoor)('$name with Redis that dies and comes back', (door) => {
  let server: RedisServer;
  let cache: Cache;
  let open: OpenShop;
  const shop = new Shop();

  beforeAll(async () => {
    server = await startRedis();
    cache = createCache({ name: 'doors', remote: redis({ url: server.url }) });
    await cache.ready({ within: '60s' });
    open = await door.open(cache, shop.routes());
  });
  afterAll(async () => {
    await open?.close();
    await cache?.close();
    await server?.stop();
  });

  const ask = (path: string, method = 'GET'): Promise<Response> =>
    fetch(open.url + path, { method });

  it('has one handler answer all who ask at once in several processes, until a change in any', async () => {
    const otherCache = createCache({ name: 'doors', remote: redis({ url: server.url }) });
    await otherCache.ready({ within: '60s' });
    const other = await door.open(otherCache, shop.routes());
    let round = 0;
    let path = '';
    // A process that the machine held up for longer than maxLag asks its own handler: another round, then.
    await vi.waitFor(
      async () => {
        path = `/echo?round=${round++}`;
        const before = shop.runsOf('/echo');
        const gate = Promise.withResolvers<void>();
        shop.gate = gate.promise;
        const urls = [open, other].flatMap(({ url }) => Array<string>(5).fill(url + path));
        const all = Promise.all(urls.map((url) => askSite(url)));
        await after(200);
        gate.resolve();
        expect(new Set(await all)).toEqual(new Set([`/shop${path} ${before + 1}`]));
      },
      { timeout: 30_000, interval: 50 },
    );
    await askSite(other.url + path, 'PUT');
    const changed = shop.runsOf('/echo');
    await vi.waitFor(
      async () => {
        const [, run] = (await askSite(open.url + path)).split(' ');
        expect(Number(run)).toBeGreaterThan(changed);
      },
      { timeout: 30_000, interval: 50 },
    );
    await other.close();
    await otherCache.close();
  });

  it('answers every request, and nothing that was changed meanwhile', async () => {
    await ask('/echo?n=1');
    expect((await ask('/echo?n=1')).headers.get('cache-status')).toContain('; hit');
    const asking = Array.from({ length: 50 }, async (_, n) => {
      if (n === 10) await server.kill();
      return (await ask(`/echo?n=${n % 10}`)).status;
    });
    expect(new Set(await Promise.all(asking))).toEqual(new Set([200]));
    let page = 0;
    await vi.waitFor(
      async () => {
        const status = (await ask(`/echo?down=${page++}`)).headers.get('cache-status');
        expect(status).toMatch(/; detail="(?:untrusted|remote-failed)"$/);
      },
      { timeout: 30_000, interval: 50 },
    );
    const before = shop.runsOf('/echo');
    expect((await ask('/echo?n=1', 'PUT')).status).toBe(200);
    expect(await (await ask('/echo?n=1')).text()).toBe(`/shop/echo?n=1 ${before + 2}`);
    await server.start();
    await cache.ready({ within: '60s' });
    expect(await (await ask('/echo?n=1')).text()).not.toBe('/shop/echo?n=1 1');
    await vi.waitFor(
      async () => {
        expect((await ask('/echo?n=2')).headers.get('cache-status')).toContain('; hit');
      },
      { timeout: 30_000, interval: 50 },
    );
  });
});
