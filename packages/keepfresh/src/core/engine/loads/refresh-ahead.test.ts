import { describe, expect, it } from 'vitest';
import { oneCache } from '../../../../test/one-cache.ts';
import { TimedSource } from '../../../../test/timed-source.ts';
import { twoCaches } from '../../../../test/two-caches.ts';
import type { TestCache } from '../../../testing/create-test-cache.ts';

describe('refresh ahead', { timeout: 30_000 }, () => {
  const options = { ttl: '10s', refreshAhead: 3 } as const;
  const use = async (test: TestCache, source: TimedSource, times: number): Promise<void> => {
    for (let n = 0; n < times; n++) void test.cache.getOrSet('k', source.load, options);
    await test.advance(200);
  };

  /** A source of a value that was read often enough to be refreshed. */
  const popular = async (test: TestCache): Promise<TimedSource> => {
    const source = new TimedSource(test.clock, 100);
    await use(test, source, 1);
    await use(test, source, 3);
    return source;
  };

  it('loads what was read often enough before it ends, though nobody asks then', async () => {
    const test = oneCache();
    const source = await popular(test);
    await test.advance(8_000);
    expect(source.loads).toBe(1);
    await test.advance(1_650);
    expect(source.loads).toBe(2);
    expect(test.cache.peek('k')).toBe(2);
  });

  it('lets go of what was read less often, and of what nobody reads any more', async () => {
    const test = oneCache();
    const source = new TimedSource(test.clock, 100);
    await use(test, source, 1);
    await use(test, source, 2);
    await test.advance(20_000);
    expect(source.loads).toBe(1);
    await use(test, source, 1);
    await use(test, source, 3);
    await test.advance(60_000);
    expect(source.loads).toBe(3);
    expect(test.cache.peek('k')).toBeUndefined();
  });

  it('begins early enough for a slow load', async () => {
    const test = oneCache();
    const source = new TimedSource(test.clock, 2_000);
    await use(test, source, 1);
    await test.advance(2_000);
    await use(test, source, 3);
    // Loaded at 2 s, so it ends at 12 s; a load takes 2 s, so 4 s before that.
    await test.advance(12_000 - 2_400 - 1);
    expect(test.cache.peek('k')).toBe(2);
  });

  it('does nothing about what was invalidated', async () => {
    const test = oneCache();
    const source = await popular(test);
    await test.cache.invalidate('k');
    await test.advance(60_000);
    expect(source.loads).toBe(1);
  });

  it('is not stored when the key is invalidated while it runs', async () => {
    const test = oneCache();
    const source = await popular(test);
    await test.advance(8_650);
    expect(source.loads).toBe(1);
    await test.advance(100);
    expect(source.loads).toBe(2);
    await test.cache.invalidate('k');
    await test.advance(1_000);
    expect(test.cache.peek('k')).toBeUndefined();
  });

  it('runs a few at once, lets some wait, and drops the others', async () => {
    const test = oneCache({ loads: { ahead: 2, aheadQueued: 3 } });
    let [running, most, loads] = [0, 0, 0];
    const load = async (): Promise<number> => {
      most = Math.max(most, ++running);
      loads++;
      await new Promise<void>((resolve) => test.clock.schedule(100, resolve));
      running--;
      return 1;
    };
    const keys = Array.from({ length: 10 }, (_, n) => `k${n}`);
    const readAll = (): void => {
      for (const key of keys) void test.cache.getOrSet(key, load, options);
    };
    readAll();
    await test.advance(200);
    for (let n = 0; n < 3; n++) readAll();
    await test.advance(200);
    [most, loads] = [0, 0];
    await test.advance(9_600);
    expect({ most, loads }).toEqual({ most: 2, loads: 5 });
    const dropped = test.events.filter(({ event }) => event === 'refresh.dropped');
    expect(dropped).toHaveLength(5);
  });

  it('does nothing any more when the cache is closed', async () => {
    const test = oneCache();
    const source = await popular(test);
    await test.close();
    await test.advance(60_000);
    expect(source.loads).toBe(1);
  });

  it('takes what another process has refreshed', async () => {
    const { caches, advance, clock } = twoCaches();
    const source = new TimedSource(clock, 100);
    for (let round = 0; round < 5; round++) {
      for (const { cache } of caches) void cache.getOrSet('k', source.load, options);
      await advance(200);
    }
    await advance(9_000);
    expect(source.loads).toBe(2);
    expect(caches.map(({ cache }) => cache.peek('k'))).toEqual([2, 2]);
  });
});
