import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type RedisServer, startRedis } from '../../../test/servers/redis-server.ts';
import { type Cache, createCache } from '../src/core/index.ts';
import { redis } from '../src/redis/index.ts';

describe('writes and snapshots with Redis', { timeout: 60_000 }, () => {
  const caches: Cache[] = [];
  let server: RedisServer;
  let names = 0;

  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());
  afterEach(async () => {
    await Promise.all(caches.splice(0).map((cache) => cache.close()));
  });

  /** One more process of the present name; it waits longer for Redis than a busy machine may take. */
  async function another(): Promise<Cache> {
    const timeouts = { remote: '20s', invalidate: '20s' } as const;
    const remote = redis({ url: server.url });
    const cache = createCache({ name: `w${names}`, remote, timeouts });
    caches.push(cache);
    await cache.ready({ within: '60s' });
    return cache;
  }

  async function pair(): Promise<[Cache, Cache]> {
    names++;
    return [await another(), await another()];
  }

  it('keeps what was written through for every process', async () => {
    const [a, b] = await pair();
    const source = new Map<string, string>();
    const writer = (value: string): void => void source.set('k', value);
    expect(await a.set('k', 'new', { writer })).toEqual({ status: 'applied' });
    expect([source.get('k'), await a.get('k'), await b.get('k')]).toEqual(['new', 'new', 'new']);
  });

  it('keeps neither of two values that are written through at once', async () => {
    const [a, b] = await pair();
    const source = new Map<string, string>();
    const { promise, resolve } = Promise.withResolvers<void>();
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    const slow = a.set('k', 'first', {
      writer: async (value) => {
        source.set('k', value);
        begin();
        await promise;
      },
    });
    await begun;
    await b.set('k', 'second', { writer: (value) => void source.set('k', value) });
    resolve();
    await slow;
    const read = (cache: Cache) => cache.getOrSet('k', () => source.get('k'), { fresh: true });
    expect([await read(a), await read(b)]).toEqual(['second', 'second']);
  });

  it('brings what is written behind to all once the source has it', async () => {
    const [a, b] = await pair();
    const source = new Map<string, number>([['k', 1]]);
    const read = (cache: Cache) => cache.getOrSet('k', () => source.get('k'));
    expect([await read(a), await read(b)]).toEqual([1, 1]);
    const queue = a.writeBehind<number>(
      (writes) => {
        for (const { key, value } of writes) source.set(key, value);
      },
      { delay: '1h' },
    );
    await queue.set('k', 2);
    expect([await read(a), await read(b)]).toEqual([2, 1]);
    await queue.flush();
    const readNow = (cache: Cache) => cache.getOrSet('k', () => source.get('k'), { fresh: true });
    expect([await readNow(a), await readNow(b)]).toEqual([2, 2]);
  });

  it('brings a snapshot to a new process, without what was invalidated since', async () => {
    const [a] = await pair();
    await a.set('kept', 1, { tags: ['t'] });
    await a.set('key', 2);
    await a.set('tag', 3, { tags: ['u'] });
    const lines: string[] = [];
    for await (const line of a.exportEntries()) lines.push(line);
    await a.invalidate('key');
    await a.invalidateTags('u');
    const c = await another();
    const counts = await c.importEntries(lines);
    expect(counts).toMatchObject({ kept: 1, invalidated: 2, complete: true });
    expect(await c.get('kept')).toBe(1);
    expect(c.stats()).toMatchObject({ memoryHits: 1, remoteHits: 0 });
  });
});
