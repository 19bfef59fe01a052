import { describe, expect, it } from 'vitest';
import { oneCache } from '../../test/one-cache.ts';
import { readOften } from '../../test/read-often.ts';
import { TimedSource } from '../../test/timed-source.ts';
import { twoCaches } from '../../test/two-caches.ts';

describe('early refresh', { timeout: 30_000 }, () => {
  const options = { ttl: '1s', earlyRefresh: true } as const;

  it(
    'keeps nearly everybody from waiting for a value that many read',
    { tags: ['thorough'] },
    async () => {
      const test = oneCache();
      const source = new TimedSource(test.clock, 100);
      await readOften(test, source, { ...options, everyMs: 50, forMs: 100 });
      const { waited, reads } = await readOften(test, source, {
        ...options,
        everyMs: 5,
        forMs: 60_000,
      });
      expect(reads).toBe(12_000);
      expect(waited / reads).toBeLessThanOrEqual(0.005);
      // A load before each end, and not much before it.
      expect(source.loads).toBeGreaterThan(55);
      expect(source.loads).toBeLessThan(130);
      const started = test.events.filter(({ event }) => event === 'refresh.started');
      expect(started.length).toBeGreaterThan(50);
    },
  );

  it(
    'starts earlier with a larger beta, and not at all with none',
    { tags: ['thorough'] },
    async () => {
      const loads = async (earlyRefresh: number | boolean): Promise<number> => {
        const test = oneCache();
        const source = new TimedSource(test.clock, 20);
        await readOften(test, source, { ttl: '1s', earlyRefresh, everyMs: 5, forMs: 20_000 });
        return source.loads;
      };
      const [none, one, five] = [await loads(false), await loads(true), await loads(5)];
      expect(none).toBe(20);
      expect(one).toBeGreaterThan(none);
      expect(five).toBeGreaterThan(one);
    },
  );

  it('never refreshes what is read seldom', async () => {
    const test = oneCache();
    const source = new TimedSource(test.clock, 1);
    await readOften(test, source, {
      ttl: '1m',
      earlyRefresh: true,
      everyMs: 7_000,
      forMs: 600_000,
    });
    expect(source.loads).toBe(10);
  });

  it('goes by the load time of another process, which the shared store tells', async () => {
    const { one, other, advance, clock } = twoCaches({ seed: 3 });
    const source = new TimedSource(clock, 100);
    const first = one.cache.getOrSet('k', source.load, options);
    await advance(100);
    await first;
    const { waited } = await readOften(other, source, {
      ...options,
      everyMs: 5,
      forMs: 5_000,
    });
    expect(waited).toBeLessThan(10);
    expect(other.events).toContainEqual(expect.objectContaining({ event: 'refresh.started' }));
  });

  it('lets one process load what many would refresh', { tags: ['thorough'] }, async () => {
    const { one, other, clock } = twoCaches({ seed: 5 });
    const source = new TimedSource(clock, 100);
    const often = { ...options, everyMs: 5, forMs: 20_000 };
    // Time passes for both at once.
    const beside = { ...other, advance: () => clock.settle() };
    await Promise.all([readOften(one, source, often), readOften(beside, source, often)]);
    expect(source.loads).toBeLessThan(40);
  });

  it('works without a memory of the process', async () => {
    const { one, clock } = twoCaches({ memory: false, seed: 2 });
    const source = new TimedSource(clock, 100);
    await readOften(one, source, {
      ...options,
      everyMs: 50,
      forMs: 150,
    });
    await readOften(one, source, {
      ...options,
      everyMs: 10,
      forMs: 3_000,
    });
    expect(one.events).toContainEqual(expect.objectContaining({ event: 'refresh.started' }));
  });

  it('does not fill what was invalidated while it ran', async () => {
    const test = oneCache();
    const source = new TimedSource(test.clock, 100);
    const always = { ttl: '1s', earlyRefresh: 100 };
    void test.cache.getOrSet('k', source.load, always);
    await test.advance(101);
    void test.cache.getOrSet('k', source.load, always);
    await test.advance(50);
    expect(source.loads).toBe(2);
    await test.cache.invalidate('k');
    await test.advance(1_000);
    expect(test.cache.peek('k')).toBeUndefined();
    expect(await test.cache.lookup('k')).toMatchObject({ hit: false });
  });

  it('is thought of by reads of several keys, too', async () => {
    const test = oneCache();
    const source = new TimedSource(test.clock, 100);
    const load = (keys: readonly string[], contexts: readonly { signal: AbortSignal }[]) =>
      Promise.all(keys.map((_, n) => source.load(contexts[n]!)));
    const always = { ttl: '1s', earlyRefresh: 100 };
    void test.cache.getOrSetMany(['k'], load, always);
    await test.advance(101);
    void test.cache.getOrSetMany(['k'], load, always);
    await test.advance(100);
    expect(source.loads).toBe(2);
  });

  it('leaves peek its value', async () => {
    const test = oneCache();
    const source = new TimedSource(test.clock, 100);
    void test.cache.getOrSet('k', source.load, { ttl: '1s', earlyRefresh: 100, refreshAhead: 3 });
    await test.advance(101);
    expect(test.cache.peek('k')).toBe(1);
  });
});
