import { describe, expect, it, vi } from 'vitest';
import { closedAfterTest } from '../../test/closed-after-test.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { createCache } from './index.ts';
import type { CacheOptions } from './options.ts';

/** Nobody listens to its events: a hit goes the shortest way. */
function setUp(options: Partial<CacheOptions> = {}) {
  const clock = new FakeClock();
  const cache = closedAfterTest(createCache({ name: 'test', clock, ...options }));
  return { cache, clock };
}

describe('a hit', () => {
  const never = (): never => {
    throw new Error('it is in memory');
  };

  it('reads the wall clock once, and no option that only a load needs', async () => {
    const { cache, clock } = setUp();
    await cache.getOrSet('k', () => 1, { tags: ['t'] });
    const now = vi.spyOn(clock, 'now');
    const unread = (): never => {
      throw new Error('read at a hit');
    };
    const names = ['ttl', 'tags', 'profile', 'jitter', 'staleIfError', 'signal', 'no such option'];
    const options = Object.defineProperties(
      {},
      Object.fromEntries(names.map((name) => [name, { get: unread, enumerable: true }])),
    );
    for (const read of [
      () => cache.getOrSet('k', unread, options),
      () => cache.peek('k'),
      cache.wrap(unread, { key: () => 'k' }),
    ]) {
      now.mockClear();
      expect(await read()).toBe(1);
      expect(now).toHaveBeenCalledTimes(1);
    }
  });

  it('gives all the same decoded value, the first included, and frozen', async () => {
    const { cache } = setUp();
    const loaded = { tags: ['a'] };
    const first = await cache.getOrSet('k', () => loaded);
    const second = await cache.getOrSet('k', () => loaded);
    expect(first).not.toBe(loaded);
    expect(second).toBe(first);
    expect(() => first.tags.push('b')).toThrow(TypeError);
  });

  it('gives all who come the same promise, until there is another value', async () => {
    const { cache } = setUp();
    await cache.getOrSet('k', () => ({ n: 1 }));
    const hit = cache.getOrSet('k', never);
    expect(cache.getOrSet('k', never)).toBe(hit);
    expect(await hit).toBe(cache.peek('k'));
    expect(await cache.get('k')).toBe(cache.peek('k'));
    await cache.set('k', { n: 2 });
    expect(await cache.getOrSet('k', never)).toEqual({ n: 2 });
  });

  it('gives each who comes a promise of a copy where values are not shared', async () => {
    const { cache } = setUp({ sharing: 'copied' });
    await cache.getOrSet('k', () => ({ n: 1 }));
    const hits = await Promise.all([cache.getOrSet('k', never), cache.getOrSet('k', never)]);
    expect(hits).toEqual([{ n: 1 }, { n: 1 }]);
    expect(hits[0]).not.toBe(hits[1]);
  });

  it('leaves alone what a listener stores meanwhile', async () => {
    const { cache } = setUp();
    await cache.set('k', 'old');
    const end = cache.on('hit', () => cache.set('k', 'new'));
    const hit = cache.getOrSet('k', never);
    end();
    expect([await hit, cache.peek('k')]).toEqual(['old', 'new']);
  });
});
