import { describe, expect, it, vi } from 'vitest';
import { CacheError, createCache, standardProfiles } from '../index.ts';
import { createTestCache, createTestCaches } from '../../testing/index.ts';

const many = (count: number): string[] => Array.from({ length: count }, (_, n) => `k${n}`);

describe('configure', () => {
  it('changes how entries are treated from now on, in wraps and namespaces made before', async () => {
    await using test = createTestCache({ profiles: { search: { ttl: '10m' } } });
    const { cache, advance, events } = test;
    const wrapped = cache.wrap((id: number) => id, { key: (id) => `w${id}`, profile: 'search' });
    const inner = cache.namespace('inner', { defaults: { jitter: 0 } });
    cache.configure({ profiles: { search: { ttl: '1s' } }, defaults: { ttl: '2s' } });
    await wrapped(1);
    await inner.getOrSet('plain', () => 1);
    await cache.getOrSet('profiled', () => 1, { profile: 'search' });
    await advance(1_001);
    expect([wrapped.peek(1), cache.peek('profiled'), inner.peek('plain')]).toEqual([
      undefined,
      undefined,
      1,
    ]);
    await advance(1_000);
    expect(inner.peek('plain')).toBeUndefined();
    const told = events.filter(({ event }) => event === 'configured');
    const changed = ['defaults.negativeTtl', 'defaults.ttl', 'profiles.search.ttl'];
    expect(told).toEqual([{ event: 'configured', changed }]);
  });

  it('keeps what is cached', async () => {
    await using test = createTestCache();
    await test.cache.set('a', 1);
    test.cache.configure({ defaults: { ttl: 1 }, loads: { concurrent: 1 }, timeouts: { wait: 1 } });
    expect(test.cache.peek('a')).toBe(1);
  });

  it('merges: what is not named stays, null brings back the default', async () => {
    await using test = createTestCache({ timeouts: { remote: '50ms', wait: '2s' } });
    const { cache } = test;
    cache.configure({ timeouts: { remote: '60ms' } });
    expect(cache.configuration().timeouts).toMatchObject({ remote: '60ms', wait: '2s' });
    cache.configure({ timeouts: { remote: null } });
    expect(cache.configuration().timeouts).toMatchObject({ remote: '200ms', wait: '2s' });
    cache.configure({ timeouts: null });
    expect(cache.configuration().timeouts).toMatchObject({ remote: '200ms', wait: '10s' });
  });

  it('adds profiles, and removes none that calls may name', async () => {
    await using test = createTestCache({ profiles: { old: { ttl: '1s' } } });
    const cache = test.cache.namespace('n');
    test.cache.configure({ profiles: { added: { ttl: '1s' } } });
    await cache.getOrSet('a', () => 1, { profile: 'added' as 'old' });
    await test.advance(1_001);
    expect(cache.peek('a')).toBeUndefined();
    expect(() => test.cache.configure({ profiles: { old: null } })).toThrow(
      'profiles.old cannot be removed while the cache runs',
    );
  });

  it(
    'shrinks memory in slices, and holds the bound at the end',
    { tags: ['thorough'] },
    async () => {
      await using test = createTestCache({ memory: { maxEntries: 2_500 } });
      const { cache, advance } = test;
      for (const key of many(2_500)) await cache.getOrSet(key, () => 1);
      cache.configure({ memory: { maxEntries: 100 } });
      expect(cache.stats().entries).toBeGreaterThan(1_000);
      await cache.set('while it shrinks', 1);
      expect(cache.peek('while it shrinks')).toBe(1);
      await advance(1_000);
      expect(cache.stats().entries).toBe(100);
      cache.configure({ memory: { maxEntries: 200 } });
      for (const key of many(300)) void cache.set(key, 1);
      expect(cache.stats().entries).toBe(200);
    },
  );

  it('keeps the shares of namespaces when memory shrinks', async () => {
    await using test = createTestCache({ memory: { maxEntries: 1_000 } });
    const half = test.cache.namespace('half', { memory: { share: 0.5 } });
    for (const key of many(500)) void half.set(key, 1);
    test.cache.configure({ memory: { maxEntries: 100 } });
    await test.advance(1_000);
    expect(test.cache.stats().entries).toBe(50);
    test.cache.namespace('fixed', { memory: { maxEntries: 40 } });
    expect(() => test.cache.configure({ memory: { maxEntries: 50 } })).toThrow(
      'memory must be more than what namespaces have of their own',
    );
    expect(test.cache.configuration().memory).toMatchObject({ maxEntries: 100 });
  });

  it('forgets at once what may never be cached from now on, also what is being loaded', async () => {
    await using tests = createTestCaches(2);
    const [here, there] = tests.caches.map(({ cache }) => cache.namespace('n'));
    for (const { cache } of tests.caches) await cache.ready();
    const deferred = Promise.withResolvers<number>();
    await here!.set('balance:1', 100);
    await there!.set('balance:3', 100);
    const loading = here!.getOrSet('balance:2', () => deferred.promise);
    tests.caches[0]!.cache.configure({ never: ['balance:*'] });
    expect(here!.peek('balance:1')).toBeUndefined();
    deferred.resolve(200);
    expect(await loading).toBe(200);
    expect(here!.peek('balance:2')).toBeUndefined();
    expect(await here!.getMany(['balance:1', 'balance:2', 'balance:3'])).toEqual(
      Array.from({ length: 3 }),
    );
    await there!.set('balance:1', 101);
    expect([await here!.get('balance:1'), await here!.has('balance:1')]).toEqual([
      undefined,
      false,
    ]);
    expect(await here!.getOrSet('balance:1', () => 102)).toBe(102);
    tests.caches[0]!.cache.configure({ never: { throws: true } });
    await expect(here!.set('balance:1', 1)).rejects.toMatchObject({ code: 'NEVER_CACHED' });
    tests.caches[0]!.cache.configure({ never: null });
    await tests.advance(1_000);
    await here!.set('balance:1', 103);
    expect(here!.peek('balance:1')).toBe(103);
  });

  it('keeps nothing in memory of what is never cached from now on and is just being read', async () => {
    await using tests = createTestCaches(2);
    const [here, there] = tests.caches.map(({ cache }) => cache);
    await Promise.all([here!.ready(), there!.ready()]);
    await there!.set('balance:1', 100);
    const { promise, resolve } = Promise.withResolvers<number>();
    const loading = here!.getOrSet('balance:2', () => promise);
    const reading = here!.get('balance:1');
    here!.configure({ never: ['balance:*'] });
    resolve(200);
    expect(await Promise.all([reading, loading])).toEqual([undefined, 200]);
    expect(here!.stats().entries).toBe(0);
  });

  it('starts loads that waited when more may run', async () => {
    await using test = createTestCache({ loads: { concurrent: 1 } });
    const running: string[] = [];
    const reads = ['a', 'b', 'c'].map((key) =>
      test.cache.getOrSet(key, () => (running.push(key), new Promise<number>(() => {})), {
        loadTimeout: '1m',
      }),
    );
    await test.advance(0);
    expect(running).toEqual(['a']);
    test.cache.configure({ loads: { concurrent: 3 } });
    await test.advance(0);
    expect(running).toEqual(['a', 'b', 'c']);
    const ends = Promise.allSettled(reads);
    await test.close();
    await ends;
  });

  it('gives the circuit other limits, also while it counts', async () => {
    await using tests = createTestCaches(1);
    const { cache, events } = tests.caches[0]!;
    await cache.ready();
    vi.spyOn(tests.hub.store('test'), 'read').mockRejectedValue(new Error('down'));
    await cache.get('a');
    await cache.get('b');
    cache.configure({ circuit: { failures: 3, open: '10s', longest: '20s' } });
    await cache.get('c');
    expect(events.map(({ event }) => event)).toContain('circuit.opened');
    expect(await cache.lookup('d')).toEqual({ hit: false, reason: 'remote-failed' });
    expect(() => cache.configure({ circuit: { longest: '9s' } })).toThrow('circuit.longest');
    expect(cache.configuration().circuit).toMatchObject({ failures: 3, longest: '20s' });
  });

  it.each<[string, object]>([
    ['name', { name: 'other' }],
    ['memory.policy', { memory: { policy: 'lru' } }],
    ['memory', { memory: false }],
    ['coherence.maxLag', { coherence: { maxLag: '2s' } }],
    ['sharing', { sharing: 'copied' }],
    ['warming.every', { warming: { every: '2m' } }],
    ['codec', { codec: { id: 9, encode: () => new Uint8Array(), decode: () => 1 } }],
    ['logger', { logger: { warn: () => {}, error: () => {} } }],
    ['memory.weigh', { memory: { weigh: () => 1 } }],
  ])('refuses to change %s, by name, and changes nothing', async (path, patch) => {
    await using test = createTestCache();
    const before = test.cache.configuration();
    const change = { ...patch, loads: { concurrent: 7 } };
    expect(() => test.cache.configure(change)).toThrow(
      new RegExp(`${path}.* cannot be changed while the cache runs`),
    );
    expect(test.cache.configuration()).toEqual(before);
  });

  it('names everything that is wrong at once', async () => {
    await using test = createTestCache();
    const patch: object = {
      loads: { concurrent: 0, queued: -1 },
      defaults: { tll: '1s' },
      nonsense: 1,
    };
    const refused = (): void => test.cache.configure(patch);
    for (const field of ['loads.concurrent', 'loads.queued', "'tll'", "'nonsense'"]) {
      expect(refused).toThrow(field);
    }
    expect(refused).toThrow(CacheError);
  });

  it('tells nobody of a change that changes nothing', async () => {
    await using test = createTestCache({ defaults: { ttl: '5m' } });
    test.cache.configure({ defaults: { ttl: 300_000 }, loads: {} });
    test.cache.configure(test.cache.configuration());
    expect(test.events.filter(({ event }) => event === 'configured')).toEqual([]);
  });

  it('is refused by a closed cache', async () => {
    const { cache, close } = createTestCache();
    await close();
    expect(() => cache.configure({})).toThrow(expect.objectContaining({ code: 'CLOSED' }));
  });

  it('keeps what is said in code, such as tags that a function finds', async () => {
    await using test = createTestCache({ defaults: { tags: () => ['all'] } });
    test.cache.configure({ defaults: { ttl: '1h' } });
    await test.cache.set('a', 1);
    await test.cache.invalidateTags('all');
    expect(test.cache.peek('a')).toBeUndefined();
  });
});

describe('the standard profiles', () => {
  it('are profiles like any other', async () => {
    const cache = createCache({ name: 'p', profiles: { ...standardProfiles, own: { ttl: '1s' } } });
    expect(await cache.getOrSet('a', () => 1, { profile: 'cold' })).toBe(1);
    expect(cache.configuration().profiles).toEqual({ ...standardProfiles, own: { ttl: '1s' } });
    await cache.close();
  });
});
