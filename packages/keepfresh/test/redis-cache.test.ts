import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { askRedis } from '../../../test/servers/ask-redis.ts';
import { freePort } from '../../../test/servers/free-port.ts';
import { type RedisServer, startRedis } from '../../../test/servers/redis-server.ts';
import { type Cache, type CacheOptions, createCache } from '../src/core/index.ts';
import { redis } from '../src/redis/index.ts';

const caches: Cache[] = [];
let names = 0;

/** Caches of as many processes as wanted, all of the same name. */
function processes(count: number, url: string, options: Partial<CacheOptions> = {}): Cache[] {
  const name = `t${++names}`;
  const made = Array.from({ length: count }, () =>
    createCache({ name, remote: redis({ url }), coherence: { maxLag: '400ms' }, ...options }),
  );
  caches.push(...made);
  return made;
}

const until = (what: () => unknown, withinMs = 30_000): Promise<void> =>
  vi.waitFor(async () => expect(await what()).toBeTruthy(), { timeout: withinMs, interval: 10 });

const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

afterEach(async () => {
  await Promise.all(caches.splice(0).map((cache) => cache.close()));
});

describe('with Redis', () => {
  let server: RedisServer;

  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());

  async function pair(options: Partial<CacheOptions> = {}): Promise<[Cache, Cache]> {
    const [a, b] = processes(2, server.url, options) as [Cache, Cache];
    await Promise.all([a.ready({ within: '60s' }), b.ready({ within: '60s' })]);
    return [a, b];
  }

  it('shares values between processes, equal to what the loading one got', async () => {
    const [a, b] = await pair();
    const value = { at: new Date(5), ids: new Set([1n]), none: undefined };
    expect(await a.getOrSet('k', () => value)).toEqual(value);
    await until(() => b.has('k'));
    const load = vi.fn();
    expect(await b.getOrSet('k', load)).toEqual(value);
    expect(load).not.toHaveBeenCalled();
    expect(b.stats()).toMatchObject({ memoryHits: 1, loads: 0 });
  });

  it('waits for the first connection with an invalidation, as long as one may take', async () => {
    const [cache] = processes(1, server.url) as [Cache];
    expect(await cache.invalidate('k')).toEqual({ status: 'applied' });
  });

  it('asks Redis once for many keys, and has one call load what is missing', async () => {
    const [a, b] = await pair({ memory: false });
    const names = Array.from({ length: 100 }, (_, n) => `many:${n}`);
    const load = vi.fn(async (keys: readonly string[]) => keys.map((key) => key.toUpperCase()));
    const values = names.map((key) => key.toUpperCase());
    expect(await a.getOrSetMany(names, load)).toEqual(values);
    expect(load).toHaveBeenCalledTimes(1);
    await until(async () => (await b.getMany(names)).every((value) => value !== undefined));
    await askRedis(server.port, ['CONFIG', 'RESETSTAT']);
    expect(await b.getMany(names)).toEqual(values);
    expect(await b.getOrSetMany([...names, 'many:new'], load)).toEqual([...values, 'MANY:NEW']);
    const stats = String(await askRedis(server.port, ['INFO', 'commandstats']));
    expect(/cmdstat_mget:calls=(\d+)/.exec(stats)?.[1]).toBe('2');
    expect(stats).not.toContain('cmdstat_get:calls=1');
    expect(load.mock.calls.at(-1)?.[0]).toEqual(['many:new']);
  });

  it('runs one load for all callers in all processes', async () => {
    const [a, b] = await pair();
    const load = vi.fn(async () => (await after(100), 'value'));
    const reads = [a, b].flatMap((cache) =>
      Array.from({ length: 50 }, () => cache.getOrSet('k', load)),
    );
    expect(new Set(await Promise.all(reads))).toEqual(new Set(['value']));
    expect(load).toHaveBeenCalledTimes(1);
  });

  it('passes the error of that load to all of them, without its stack', async () => {
    const [a, b] = await pair();
    const load = vi.fn(async () => {
      await after(100);
      throw Object.assign(new Error('no such row'), { code: 'E_ROW' });
    });
    const settled = await Promise.allSettled([a.getOrSet('k', load), b.getOrSet('k', load)]);
    expect(load).toHaveBeenCalledTimes(1);
    const errors = settled.map((each) => (each as PromiseRejectedResult).reason as Error);
    expect(errors.map(({ message }) => message)).toEqual(['no such row', 'no such row']);
    const foreign = errors.find((error) => 'cause' in error)!;
    expect(foreign).toMatchObject({ code: 'LOAD_FAILED', cause: { name: 'Error', code: 'E_ROW' } });
    expect(await b.getOrSet('k', () => 'later')).toBe('later');
  });

  it.each([
    ['key', (cache: Cache) => cache.invalidate('user:1:name')],
    ['tag', (cache: Cache) => cache.invalidateTags('user:1')],
    ['pattern', (cache: Cache) => cache.invalidatePattern('user:1:*')],
    ['everything', (cache: Cache) => cache.clear()],
  ])(
    'by %s: an invalidation reaches the memory of the other process within H',
    async (_, invalidate) => {
      const [a, b] = await pair();
      let row = 'old';
      const read = (cache: Cache) => cache.getOrSet('user:1:name', () => row, { tags: ['user:1'] });
      await read(a);
      await until(() => b.has('user:1:name'));
      expect(b.peek('user:1:name')).toBe('old');
      row = 'new';
      expect(await invalidate(a)).toEqual({ status: 'applied' });
      expect(await read(a)).toBe('new');
      await after(400);
      expect(await read(b)).toBe('new');
    },
  );

  it('strict: nobody serves the old value once it resolved', async () => {
    const [a, b] = await pair();
    for (let round = 0; round < 20; round++) {
      let row = 'old';
      const read = (cache: Cache) => cache.getOrSet('k', () => row, { tags: ['t'] });
      await read(a);
      await until(() => b.has('k'));
      row = `new ${round}`;
      await a.invalidateTags('t', { strict: true });
      expect(await read(b)).toBe(row);
      row = 'old';
      await a.invalidate('k', { strict: true });
    }
  });

  it('fresh: a read knows every invalidation that resolved before it', async () => {
    const [a, b] = await pair();
    for (let round = 0; round < 20; round++) {
      const read = (cache: Cache, fresh: boolean) =>
        cache.getOrSet('k', () => round, { tags: ['t'], fresh });
      await a.invalidateTags('t');
      expect(await read(b, true)).toBe(round);
    }
  });

  it.each(['key', 'tag', 'pattern'])(
    'by %s: a load that began before the invalidation reaches neither level',
    async (kind) => {
      const [a, b] = await pair();
      let row = 'old';
      const slow = async (): Promise<string> => {
        const read = row;
        await after(60);
        return read;
      };
      const loading = a.getOrSet('k:1', slow, { tags: ['t'] });
      await after(20);
      row = 'new';
      if (kind === 'key') await b.invalidate('k:1');
      if (kind === 'tag') await b.invalidateTags('t');
      if (kind === 'pattern') await b.invalidatePattern('k:*');
      await loading;
      await after(400);
      for (const cache of [a, b]) {
        expect(await cache.getOrSet('k:1', slow, { tags: ['t'] })).toBe('new');
      }
    },
  );

  it('a process that starts later knows the invalidations before it', async () => {
    const [a] = await pair();
    await a.getOrSet('k', () => 'old', { tags: ['t'] });
    await a.getOrSet('p:1', () => 'old');
    await after(50);
    await a.invalidateTags('t');
    await a.invalidatePattern('p:*');
    names--;
    const [late] = processes(1, server.url);
    await late!.ready({ within: '60s' });
    expect(await late!.getOrSet('k', () => 'new', { tags: ['t'] })).toBe('new');
    expect(await late!.getOrSet('p:1', () => 'new')).toBe('new');
  });

  it('stores what a process closed right after loading it', async () => {
    const [a, b] = await pair();
    await a.getOrSet('k', () => 'value');
    await a.close();
    expect(await b.get('k')).toBe('value');
  });

  it('keeps what `set` wrote, in every process', async () => {
    const [a, b] = await pair();
    await a.getOrSet('k', () => 1);
    await until(() => b.has('k'));
    await a.set('k', 2);
    expect(a.peek('k')).toBe(2);
    await after(400);
    expect(await b.get('k')).toBe(2);
  });
});

describe('when Redis is away', () => {
  it('answers from the loader and memory, and takes Redis up when it comes', async () => {
    const port = await freePort();
    const options = { coherence: { maxLag: '2s' }, timeouts: { invalidate: '3s' } } as const;
    const [cache] = processes(1, `redis://127.0.0.1:${port}`, options) as [Cache];
    const load = vi.fn(() => 'value');
    const started = performance.now();
    expect(await cache.getOrSet('k', load)).toBe('value');
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(await cache.getOrSet('k', load)).toBe('value');
    expect(load).toHaveBeenCalledTimes(1);
    expect((await cache.health()).status).toBe('degraded');
    await expect(cache.invalidate('x')).rejects.toMatchObject({ code: 'INVALIDATION_PENDING' });
    const given = performance.now();
    await expect(cache.invalidate('y')).rejects.toMatchObject({ code: 'INVALIDATION_PENDING' });
    expect(performance.now() - given).toBeLessThan(2_000);
    await expect(cache.ready({ within: '100ms' })).rejects.toMatchObject({ code: 'NOT_READY' });
    await using server = await startRedis({ port });
    await cache.ready({ within: '60s' });
    await until(async () => (await cache.health()).status === 'up');
    expect(server.pid).toBeGreaterThan(0);
  });

  it('goes on when Redis is killed, keeps invalidations and places them when it is back', async () => {
    await using server = await startRedis();
    const [a, b] = processes(2, server.url) as [Cache, Cache];
    await Promise.all([a.ready({ within: '60s' }), b.ready({ within: '60s' })]);
    await a.getOrSet('k', () => 'old', { tags: ['t'] });
    await until(() => b.has('k'));
    await server.kill();
    await expect(a.invalidateTags('t')).rejects.toMatchObject({ code: 'INVALIDATION_PENDING' });
    expect(await a.invalidate('x', { queue: true })).toEqual({ status: 'queued' });
    expect(await a.getOrSet('k', () => 'new', { tags: ['t'] })).toBe('new');
    expect(a.stats().pendingInvalidations).toBe(2);
    const applied = vi.fn();
    a.on('invalidation.applied', applied);
    await server.restart();
    await until(() => applied.mock.calls.length === 2);
    await Promise.all([a.ready({ within: '60s' }), b.ready({ within: '60s' })]);
    await after(400);
    expect(await b.getOrSet('k', () => 'new', { tags: ['t'] })).toBe('new');
  });

  it('answers within the deadline when Redis hangs, and at once when the circuit is open', async () => {
    await using server = await startRedis();
    const options = { coherence: { maxLag: '1s' }, timeouts: { remote: '1s' } } as const;
    const [cache] = processes(1, server.url, options) as [Cache];
    await cache.ready({ within: '60s' });
    server.pause();
    const reads = Array.from({ length: 10 }, (_, n) => cache.getOrSet(`k:${n}`, () => n));
    const started = performance.now();
    await Promise.all(reads);
    expect(performance.now() - started).toBeLessThan(5_000);
    await after(1_000);
    const later = performance.now();
    await cache.getOrSet('later', () => 1);
    expect(performance.now() - later).toBeLessThan(900);
    server.resume();
    await cache.ready({ within: '60s' });
    await until(async () => (await cache.health()).status === 'up');
  });
});
