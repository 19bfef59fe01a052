import { describe, expect, it } from 'vitest';
import { oneCache } from '../../../../test/one-cache.ts';
import { TimedSource } from '../../../../test/timed-source.ts';
import { twoCaches } from '../../../../test/two-caches.ts';
import type { TestCache } from '../../../testing/create-test-cache.ts';

describe('a soft timeout', () => {
  const options = { ttl: '1s', staleIfError: '1h', softTimeout: '100ms' } as const;

  interface Reading {
    answer?: number;
  }

  /** A read that has begun, with its answer as soon as there is one. */
  function read({ cache }: Pick<TestCache, 'cache'>, source: TimedSource): Reading {
    const reading: Reading = {};
    void cache.getOrSet('k', source.load, options).then((value) => (reading.answer = value));
    return reading;
  }

  /** A source whose loads take 500 ms, and load 1 of it in the cache. */
  async function loaded(test: TestCache): Promise<TimedSource> {
    const source = new TimedSource(test.clock, 500);
    read(test, source);
    await test.advance(500);
    return source;
  }

  /** The same, a moment after its value has ended. */
  async function stale(test: TestCache): Promise<TimedSource> {
    const source = await loaded(test);
    await test.advance(1_001);
    return source;
  }

  async function expectAnswer(
    { advance }: Pick<TestCache, 'advance'>,
    reading: Reading,
    { answer, afterMs }: { readonly answer: number; readonly afterMs: number },
  ): Promise<void> {
    await advance(afterMs - 1);
    expect(reading.answer).toBeUndefined();
    await advance(1);
    expect(reading.answer).toBe(answer);
  }

  it('answers with the stale value when the loader is slower, and the load goes on and fills', async () => {
    const test = oneCache();
    const source = await stale(test);
    await expectAnswer(test, read(test, source), { answer: 1, afterMs: 100 });
    expect(test.events).toContainEqual(expect.objectContaining({ event: 'load.slow' }));
    await test.advance(400);
    expect(test.cache.peek('k')).toBe(2);
    expect([source.loads, source.aborted]).toEqual([2, 0]);
  });

  it('goes on loading when everybody has left with the stale value', async () => {
    const test = oneCache();
    const source = await stale(test);
    const leaving = new AbortController();
    const slow = test.cache.getOrSet('k', source.load, { ...options, signal: leaving.signal });
    await test.advance(100);
    expect(await slow).toBe(1);
    leaving.abort();
    await test.advance(400);
    expect(test.cache.peek('k')).toBe(2);
  });

  it('is over at once for whoever comes when the load has been running for that long', async () => {
    const test = oneCache();
    const source = await stale(test);
    read(test, source);
    await test.advance(200);
    const late = read(test, source);
    await test.advance(0);
    expect(late.answer).toBe(1);
    expect(source.loads).toBe(2);
  });

  it('has nothing to answer with where nothing may be served', async () => {
    const test = oneCache();
    const source = new TimedSource(test.clock, 500);
    await expectAnswer(test, read(test, source), { answer: 1, afterMs: 500 });
    await test.advance(1_001);
    await test.cache.invalidate('k');
    await expectAnswer(test, read(test, source), { answer: 2, afterMs: 500 });
  });

  it('does not answer with what was invalidated while the load ran', async () => {
    const test = oneCache();
    const source = await stale(test);
    const slow = read(test, source);
    await test.advance(50);
    await test.cache.invalidate('k');
    await expectAnswer(test, slow, { answer: 2, afterMs: 450 });
  });

  it('does not answer with what was expired: that is for loads that fail', async () => {
    const test = oneCache();
    const source = await loaded(test);
    await test.cache.expire({ keys: 'k' });
    await expectAnswer(test, read(test, source), { answer: 2, afterMs: 500 });
  });

  it('holds where another process left the stale value', async () => {
    const { one, other, advance, clock } = twoCaches();
    const source = new TimedSource(clock, 500);
    read(one, source);
    await advance(1_600);
    read(other, source);
    const second = read(other, source);
    await advance(150);
    expect(second.answer).toBe(1);
  });
});

describe('the hard timeout', () => {
  it('answers with the stale value where one is allowed, and otherwise fails with one code', async () => {
    const test = oneCache();
    const source = new TimedSource(test.clock, 5_000);
    const options = { ttl: '1s', staleIfError: '1h', loadTimeout: '1s' } as const;
    const failed = expect(test.cache.getOrSet('k', source.load, options)).rejects.toMatchObject({
      code: 'LOAD_TIMEOUT',
    });
    await test.advance(1_000);
    await failed;
    expect(source.aborted).toBe(1);
    await test.cache.set('k', 7, options);
    await test.advance(1_001);
    const served = test.cache.getOrSet('k', source.load, options);
    await test.advance(1_000);
    expect(await served).toBe(7);
    expect(source.aborted).toBe(2);
  });
});
