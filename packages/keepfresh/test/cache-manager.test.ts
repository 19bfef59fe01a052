import { createCache as createCacheManager, type Cache as Manager } from 'cache-manager';
import { Keyv } from 'keyv';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { CacheManager } from '../src/cache-manager/index.ts';
import { type Cache, createCache } from '../src/core/index.ts';
import { KeyvStore } from '../src/keyv/index.ts';
import { createTestCache, createTestCaches } from '../src/testing/index.ts';

let cache: Cache | undefined;
afterEach(async () => {
  await cache?.close();
  cache = undefined;
});

/** What programs do with cache-manager, and what they then look at. */
const programs: Readonly<Record<string, (manager: Manager) => Promise<unknown>>> = {
  'gets what was set, and undefined for the rest': async ({ set, get }) => [
    await set('a', { b: [1, null] }),
    await get('a'),
    await get('b'),
  ],
  'keeps values that are falsy': async (manager) => {
    for (const value of [false, 0, '', null]) await manager.set(`key ${String(value)}`, value);
    return manager.mget(['key false', 'key 0', 'key ', 'key null', 'none']);
  },
  'takes any key': async (manager) => {
    const keys = ['~a', '%~a', 'x'.repeat(3_000), `${'x'.repeat(3_000)}y`, 'ä:/?'];
    await manager.mset(keys.map((key, value) => ({ key, value })));
    return manager.mget(keys);
  },
  'gives undefined for a value that is': async (manager) => {
    await manager.set('a', 1);
    await manager.set('a', undefined);
    return [await manager.get('a'), await manager.wrap('a', () => 2)];
  },
  'deletes one, several and all': async (manager) => {
    await manager.mset(['a', 'b', 'c', 'd'].map((key) => ({ key, value: key })));
    const results = [
      await manager.del('a'),
      await manager.mdel(['b', 'none']),
      await manager.mdel([]),
    ];
    const left = await manager.mget(['a', 'b', 'c', 'd']);
    return [results, left, await manager.clear(), await manager.mget(['c', 'd'])];
  },
  'tells when a value ends': async (manager) => {
    const before = Date.now();
    await manager.set('a', 1, 60_000);
    await manager.set('b', 1);
    const ends = (await manager.ttl('a'))!;
    return [
      ends >= before + 60_000 && ends < before + 120_000,
      await manager.ttl('b'),
      await manager.ttl('c'),
    ];
  },
  'runs the function of wrap once': async (manager) => {
    const run = vi.fn(() => ({ n: 1 }));
    return [
      await manager.wrap('a', run),
      await manager.wrap('a', run, 1_000),
      run.mock.calls.length,
    ];
  },
  'runs it once for all who ask at once': async (manager) => {
    const run = vi.fn(async () => 7);
    const results = await Promise.all(Array.from({ length: 5 }, () => manager.wrap('a', run)));
    return [results, run.mock.calls.length];
  },
  'keeps null and not undefined of wrap': async (manager) => {
    const [nothing, missing] = [vi.fn(() => null), vi.fn(() => undefined)];
    for (let n = 0; n < 2; n++) {
      await manager.wrap('null', nothing);
      await manager.wrap('undefined', missing);
    }
    return [nothing.mock.calls.length, missing.mock.calls.length];
  },
  'gives the failure of wrap, and does not keep it': async (manager) => {
    const failed = await manager
      .wrap('a', () => Promise.reject(new Error('no database')))
      .catch((error: Error) => error.message);
    return [failed, await manager.wrap('a', () => 'back')];
  },
  'takes lifetimes of wrap as numbers, functions and options': async (manager) => {
    const endOf = async (key: string): Promise<number> =>
      Math.round(((await manager.ttl(key))! - Date.now()) / 60_000);
    await manager.wrap('a', () => 1, 60_000);
    await manager.wrap(
      'b',
      () => 2,
      (value: number) => value * 60_000,
    );
    await manager.wrap('c', () => 3, { ttl: (value: number) => value * 60_000 });
    const raw = await manager.wrap('d', () => 4, { ttl: 240_000, raw: true });
    return [await Promise.all(['a', 'b', 'c', 'd'].map(endOf)), raw?.value, typeof raw?.expires];
  },
  'tells listeners what was done': async (manager) => {
    const told: unknown[] = [];
    const names = ['get', 'mget', 'set', 'mset', 'del', 'clear'] as const;
    const listeners = names.map((name) => [name, () => told.push(name)] as const);
    for (const [name, listener] of listeners) manager.on(name, listener);
    await manager.mset([{ key: 'a', value: 1 }]);
    await manager.mget(['a']);
    await manager.del('a');
    await manager.clear();
    for (const [name, listener] of listeners) manager.off(name, listener);
    await manager.del('a');
    return told;
  },
  'is disconnected without a result': async (manager) => manager.disconnect(),
};

/** The two ways to put a cache behind such programs. */
const managers: Readonly<Record<string, (cache: Cache) => Manager>> = {
  'a CacheManager': (shop) => new CacheManager(shop),
  'a KeyvStore of its own': (shop) =>
    createCacheManager({ stores: [new Keyv({ store: new KeyvStore(shop) })] }),
};

describe.each(Object.entries(managers))('what a program sees with %s', (_, managerOf) => {
  it.each(Object.entries(programs))('is what it sees without: %s', async (__, program) => {
    cache = createCache({ name: 'manager' });
    const theirs = await program(createCacheManager());
    expect(await program(managerOf(cache))).toEqual(theirs);
  });
});

describe('a listener', () => {
  it('is told with keys and values', async () => {
    cache = createCache({ name: 'manager' });
    const manager = new CacheManager(cache);
    const told: unknown[] = [];
    for (const name of ['get', 'set']) manager.on(name, (event) => told.push(event));
    await manager.set('a', 1);
    await manager.get('a');
    await manager.get('b');
    expect(told).toEqual([{ key: 'a', value: 1 }, { key: 'a', value: 1 }, { key: 'b' }]);
  });
});

describe('a cache in place of cache-manager', () => {
  it('ends values at their time, and after the default what has none', async () => {
    const test = createTestCache();
    const manager = new CacheManager(test.cache, { ttl: '10s', clock: test.clock });
    await manager.mset([
      { key: 'a', value: 1, ttl: 1_000 },
      { key: 'b', value: 2 },
    ]);
    expect(await manager.ttl('b')).toBe(test.clock.now() + 10_000);
    await test.advance(1_000);
    expect(await manager.mget(['a', 'b'])).toEqual([undefined, 2]);
    await test.advance(9_000);
    expect(await manager.get('b')).toBeUndefined();
    await test.close();
  });

  it('answers in the last part of a lifetime, and loads anew meanwhile', async () => {
    const test = createTestCache();
    const manager = new CacheManager(test.cache, { clock: test.clock });
    const refreshed: unknown[] = [];
    manager.on('refresh', (event) => refreshed.push(event));
    let version = 0;
    const ask = (): Promise<number> =>
      manager.wrap('a', () => ++version, { ttl: 10_000, refreshThreshold: 2_000 });
    expect(await ask()).toBe(1);
    await test.advance(7_900);
    expect([await ask(), version]).toEqual([1, 1]);
    await test.advance(200);
    expect(await ask()).toBe(1);
    await test.advance(1);
    expect([await ask(), version]).toEqual([2, 2]);
    expect(refreshed).toEqual([{ key: 'a', value: 2 }]);
    await test.advance(10_000);
    expect(await ask()).toBe(3);
    await test.close();
  });

  it('does not keep what wrap began to load before it was deleted, in another process', async () => {
    const test = createTestCaches(2);
    const [here, there] = test.caches.map(
      ({ cache: one }) => new CacheManager(one, { clock: test.clock }),
    ) as [CacheManager, CacheManager];
    const gate = Promise.withResolvers<string>();
    const old = here.wrap('price', () => gate.promise);
    await test.advance(10);
    const deleted = there.del('price');
    await test.advance(10);
    expect(await deleted).toBe(true);
    gate.resolve('40, as it was before');
    await test.advance(2_000);
    await old;
    const now = here.wrap('price', () => '45');
    await test.advance(10);
    expect(await now).toBe('45');
    await test.close();
  });

  it('leaves what is beside its namespace', async () => {
    cache = createCache({ name: 'manager' });
    const manager = new CacheManager(cache.namespace('pages'));
    await cache.set('a', 'kept');
    await manager.set('a', 1);
    await manager.clear();
    expect([await manager.get('a'), cache.peek('a')]).toEqual([undefined, 'kept']);
  });

  it('checks its options when it is made', () => {
    cache = createCache({ name: 'manager' });
    expect(() => new CacheManager(cache!, { ttl: 0 })).toThrow(/CacheManager options\.ttl must be/);
    expect(() => new CacheManager(cache!, { max: 1 } as never)).toThrow(/has no option 'max'/);
    expect(() => new CacheManager({ stores: [] } as never)).toThrow(/the cache of CacheManager/);
  });
});
