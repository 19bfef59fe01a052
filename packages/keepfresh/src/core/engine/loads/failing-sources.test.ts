import { describe, expect, it } from 'vitest';
import { oneCache } from '../../../../test/one-cache.ts';
import { readOften } from '../../../../test/read-often.ts';
import { TimedSource } from '../../../../test/timed-source.ts';
import { twoCaches } from '../../../../test/two-caches.ts';

describe('a source that fails', { timeout: 30_000 }, () => {
  const options = { ttl: '1s', staleIfError: '1d', retryAfter: '1s' } as const;

  /** A cache, a source that answers at once, and reads of it. */
  function setUp() {
    const test = oneCache();
    const source = new TimedSource(test.clock, 0);
    const read = async (): Promise<number> => {
      const value = test.cache.getOrSet('k', source.load, options);
      value.catch(() => {});
      await test.advance(0);
      return value;
    };
    return { ...test, source, read };
  }

  it('is asked less and less often while a stale value answers', async () => {
    const test = oneCache();
    const source = new TimedSource(test.clock, 0);
    void test.cache.getOrSet('k', source.load, options);
    await test.advance(1_000);
    source.isDown = true;
    const { waited, reads } = await readOften(test, source, {
      ...options,
      everyMs: 100,
      forMs: 360_000,
    });
    // 1 + 2 + 4 + 8 + 16 seconds, each a quarter shorter at most; then one load in 24 to 32 seconds.
    expect(source.loads - 1).toBeLessThanOrEqual(5 + Math.ceil((360 - 23) / 24));
    expect(source.loads - 1).toBeGreaterThanOrEqual(5 + Math.floor((360 - 31) / 32));
    expect(reads).toBe(3_600);
    expect(waited).toBeLessThan(source.loads);
  });

  it('is told of with the pause, and asked at once when it is over', async () => {
    const { advance, events, source, read } = setUp();
    expect(await read()).toBe(1);
    await advance(1_000);
    source.isDown = true;
    expect(await read()).toBe(1);
    const failed = events.find(({ event }) => event === 'load.failed');
    const { pauseMs } = failed as { pauseMs: number };
    expect(pauseMs).toBeGreaterThanOrEqual(750);
    expect(pauseMs).toBeLessThanOrEqual(1_000);
    source.isDown = false;
    await advance(Math.ceil(pauseMs) - 10);
    expect(await read()).toBe(1);
    await advance(10);
    expect(await read()).toBe(3);
  });

  it('is asked anew for what was expired after it had failed', async () => {
    const { cache, advance, source, read } = setUp();
    await read();
    await advance(1_000);
    source.isDown = true;
    await read();
    source.isDown = false;
    expect(await read()).toBe(1);
    await cache.expire({ keys: 'k' });
    expect(await read()).toBe(3);
  });

  it('is asked by each read where there is nothing else to answer with', async () => {
    const { source, read } = setUp();
    source.isDown = true;
    for (let n = 1; n <= 3; n++) {
      await expect(read()).rejects.toThrow('the source is down');
      expect(source.loads).toBe(n);
    }
  });

  it('is asked anew for what was invalidated: no pause keeps an invalid value', async () => {
    const { cache, advance, source, read } = setUp();
    await read();
    await advance(1_000);
    source.isDown = true;
    expect(await read()).toBe(1);
    await cache.invalidate('k');
    await expect(read()).rejects.toThrow('the source is down');
  });

  it('is not asked on by the refreshes of a value that is still fresh', async () => {
    const test = oneCache();
    const source = new TimedSource(test.clock, 100);
    const early = { ttl: '10s', earlyRefresh: true, retryAfter: '1m' } as const;
    await readOften(test, source, { ...early, everyMs: 100, forMs: 200 });
    source.isDown = true;
    await readOften(test, source, { ...early, everyMs: 5, forMs: 9_850 });
    expect(source.loads).toBe(2);
  });

  it('can be asked each time, with no pause', async () => {
    const test = oneCache();
    const source = new TimedSource(test.clock, 0);
    await test.advance(0);
    const always = { ...options, retryAfter: 0 };
    void test.cache.getOrSet('k', source.load, always);
    await test.advance(1_000);
    source.isDown = true;
    await readOften(test, source, { ...always, everyMs: 10, forMs: 100 });
    expect(source.loads).toBe(11);
  });
});

describe('errors of a loader', () => {
  it('are told to whoever waits, to nobody else, and kept nowhere', async () => {
    const { one, other, advance } = twoCaches();
    let loads = 0;
    const failing = (): never => {
      loads++;
      throw new Error('no such table');
    };
    await expect(one.cache.getOrSet('k', failing)).rejects.toThrow('no such table');
    await expect(one.cache.getOrSet('k', failing)).rejects.toThrow('no such table');
    await expect(other.cache.getOrSet('k', failing)).rejects.toThrow('no such table');
    expect(loads).toBe(3);
    await advance(10);
    expect(await other.cache.getOrSet('k', () => 5)).toBe(5);
  });

  it('of a refresh that nobody waits for are reported', async () => {
    const test = oneCache();
    const source = new TimedSource(test.clock, 10);
    const options = { ttl: '1s', staleWhileRevalidate: '1m' } as const;
    void test.cache.getOrSet('k', source.load, options);
    await test.advance(1_100);
    source.isDown = true;
    expect(await test.cache.getOrSet('k', source.load, options)).toBe(1);
    await test.advance(10);
    const failed = test.events.filter(({ event }) => event === 'load.failed');
    expect(failed).toHaveLength(1);
    expect(failed[0]).toMatchObject({ key: 'k', served: true });
  });
});
