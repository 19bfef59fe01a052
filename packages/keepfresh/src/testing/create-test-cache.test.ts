import { describe, expect, it, vi } from 'vitest';
import { createTestCache, createTestCaches } from './create-test-cache.ts';

describe('createTestCache', () => {
  it('keeps a value for exactly its time to live', async () => {
    const { cache, advance, close } = createTestCache();
    let loads = 0;
    const read = (): Promise<number> => cache.getOrSet('k', async () => ++loads, { ttl: '1m' });
    await read();
    await advance(59_999);
    expect(await read()).toBe(1);
    await advance(1);
    expect(await read()).toBe(2);
    await close();
  });

  it('lets time pass that is given in words, and refuses what is none', async () => {
    const { clock, advance, close } = createTestCache();
    await advance('1.5m');
    expect(clock.monotonic()).toBe(90_000);
    await expect(advance('5min')).rejects.toThrow(
      'advance() must be a whole number of milliseconds',
    );
    await close();
  });

  it('records every event with its name, in order', async () => {
    const { cache, events, close } = createTestCache();
    await cache.getOrSet('k', async () => 1);
    await cache.getOrSet('k', async () => 2);
    await cache.invalidate(['k']);
    expect(events).toEqual([
      { event: 'miss', key: 'k', reason: 'absent' },
      { event: 'loaded', key: 'k', ms: 0, stored: true },
      { event: 'hit', key: 'k', level: 'memory', stale: false },
      { event: 'invalidated', targets: 1 },
    ]);
    await close();
  });

  it('runs timers in its own time: a slow loader ends when told', async () => {
    const { cache, clock, advance, close } = createTestCache();
    const slow = cache.getOrSet('k', () => new Promise(() => {}), { loadTimeout: '5s' });
    const failed = expect(slow).rejects.toMatchObject({ code: 'LOAD_TIMEOUT' });
    await advance(5_000);
    await failed;
    expect(clock.monotonic()).toBe(5_000);
    await close();
  });

  it('repeats chance for the same seed', async () => {
    const expiryOf = async (seed: number): Promise<number> => {
      const { cache, advance, close } = createTestCache({ seed, defaults: { jitter: 1 } });
      await cache.set('k', 1, { ttl: 100 });
      let age = 0;
      while (cache.peek('k') !== undefined) {
        await advance(1);
        age++;
      }
      await close();
      return age;
    };
    const ages = await Promise.all([1, 1, 2, 3, 4].map(expiryOf));
    expect(ages[0]).toBe(ages[1]);
    expect(new Set(ages).size).toBeGreaterThan(2);
  });

  it('takes the options of a cache and refuses wrong ones', async () => {
    await using test = createTestCache({ profiles: { brief: { ttl: 10 } }, name: 'mine' });
    await test.cache.getOrSet('k', async () => 1, { profile: 'brief' });
    await test.advance(10);
    expect(test.cache.peek('k')).toBeUndefined();
    expect(() => createTestCache({ defaults: { ttl: -1 } })).toThrow('ttl');
  });

  it('keeps its own time while a test suite fakes timers and dates', async () => {
    vi.useFakeTimers();
    try {
      await using test = createTestCaches(2);
      const [one, two] = test.caches;
      await test.advance(100);
      const slow = (): Promise<string> => new Promise((done) => setTimeout(done, 50, 'loaded'));
      const read = one!.cache.getOrSet('k', slow, { ttl: '1m' });
      await vi.advanceTimersByTimeAsync(50);
      expect(await read).toBe('loaded');
      vi.setSystemTime(Date.now() + 120_000);
      expect(await two!.cache.get('k')).toBe('loaded');
      await test.advance(60_000);
      expect(await two!.cache.get('k')).toBeUndefined();
    } finally {
      vi.useRealTimers();
    }
  });

  it('closes though a mutation never ends, in its own time', async () => {
    const test = createTestCache();
    void test.cache.mutate({ keys: 'k' }, () => new Promise<void>(() => {}));
    await test.close();
    expect(test.clock.monotonic()).toBe(1_000);
  });

  it('is closed when its scope ends', async () => {
    let cache;
    {
      await using test = createTestCache();
      ({ cache } = test);
    }
    await expect(cache.getOrSet('k', async () => 1)).rejects.toMatchObject({ code: 'CLOSED' });
  });
});

describe('createTestCaches', () => {
  it('shares values and loads between the caches', async () => {
    await using test = createTestCaches(3);
    const loads: number[] = [];
    const reads = test.caches.map(({ cache }, index) =>
      cache.getOrSet('k', async () => {
        loads.push(index);
        return `by ${index}`;
      }),
    );
    await test.advance(1_000);
    const values = await Promise.all(reads);
    expect(loads).toHaveLength(1);
    expect(new Set(values).size).toBe(1);
  });

  it('invalidates in all caches within the lag, and at once when strict', async () => {
    await using test = createTestCaches(2, { coherence: { maxLag: 1000 } });
    const [one, two] = test.caches;
    let version = 1;
    const read = (of = two): Promise<number> =>
      of!.cache.getOrSet('k', async () => version, { tags: ['t'] });
    await test.advance(100);
    await read();
    version = 2;
    await one!.cache.invalidateTags(['t']);
    await test.advance(1_001);
    expect(await read()).toBe(2);
    version = 3;
    const strict = one!.cache.invalidate(['k'], { strict: true });
    await test.advance(2_000);
    await strict;
    expect(await read()).toBe(3);
    expect(await read(one)).toBe(3);
  });

  it('goes on when the shared level loses everything', async () => {
    await using test = createTestCaches(2);
    const [one, two] = test.caches;
    await test.advance(100);
    await one!.cache.set('k', 'old');
    test.hub.log('test').lose('all');
    test.hub.store('test').flush();
    await test.advance(2_000);
    expect(one!.events.some(({ event }) => event === 'epoch.changed')).toBe(true);
    const read = two!.cache.getOrSet('k', async () => 'new');
    await test.advance(1_000);
    expect(await read).toBe('new');
    expect(await one!.cache.get('k')).toBe('new');
  });

  it('refuses to make none', () => {
    expect(() => createTestCaches(0)).toThrow('count must be a whole number from 1');
  });
});
