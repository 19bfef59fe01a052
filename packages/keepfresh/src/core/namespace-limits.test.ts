import { describe, expect, it } from 'vitest';
import { createTestCache } from '../testing/index.ts';

describe('the limits of a namespace', () => {
  it('end every entry in time, whatever its options, its profile or its loader say', async () => {
    await using test = createTestCache({ profiles: { long: { ttl: '1d', staleIfError: '1d' } } });
    const { cache, advance } = test;
    const limited = cache.namespace('limited', { maxTtl: '1m' });
    await limited.getOrSet('options', () => 1, { ttl: '1h', staleWhileRevalidate: '1h' });
    await limited.getOrSet('profile', () => 1, { profile: 'long' });
    await limited.getOrSet('loader', ({ setTtl }) => (setTtl('1h'), 1));
    await limited.set('set', 1, { ttl: '1h' });
    await cache.getOrSet('outside', () => 1, { ttl: '1h' });
    await advance(59_000);
    expect(limited.peek('loader')).toBe(1);
    await advance(2_000);
    for (const key of ['options', 'profile', 'loader', 'set']) {
      expect((await limited.lookup(key)).hit, key).toBe(false);
    }
    expect(cache.peek('outside')).toBe(1);
  });

  it('hold for the namespaces inside, which can only be stricter', async () => {
    await using test = createTestCache();
    const outer = test.cache.namespace('outer', { maxTtl: '1m', maxKeyBytes: 10 });
    const wide = outer.namespace('wide', { maxTtl: '1h' });
    const tight = outer.namespace('tight', { maxTtl: '1s', maxKeyBytes: 3 });
    await wide.set('key', 1, { ttl: '1d' });
    await tight.set('key', 1, { ttl: '1d' });
    await expect(tight.get('long')).rejects.toThrow('key must have at most 3 UTF-8 bytes');
    expect(() => outer.namespace('more', { maxKeyBytes: 11 })).toThrow('maxKeyBytes');
    await test.advance(1_001);
    expect([wide.peek('key'), tight.peek('key')]).toEqual([1, undefined]);
    await test.advance(60_000);
    expect(wide.peek('key')).toBeUndefined();
  });

  it('bound its entries and bytes, and take them from all others', async () => {
    await using test = createTestCache({ memory: { maxEntries: 100, maxBytes: '1mb' } });
    const { cache } = test;
    const few = cache.namespace('few', { memory: { maxEntries: 10 } });
    for (let n = 0; n < 200; n++) {
      await few.set(`${n}`, n);
      await cache.set(`${n}`, n);
    }
    expect(cache.stats().entries).toBe(100);
    const held = Array.from({ length: 200 }, (_, n) => few.peek(`${n}`));
    expect(held.filter((value) => value !== undefined)).toHaveLength(10);
  });

  it('are refused where nothing would be left, or where a share is given as well', async () => {
    await using test = createTestCache({ memory: { maxEntries: 100, maxBytes: '1mb' } });
    const make = (memory: object) => () => test.cache.namespace('n', { memory });
    expect(make({ maxBytes: '1mb' })).toThrow('something is left for all others');
    expect(make({ maxEntries: 10, share: 0.1 })).toThrow('a share, or amounts, not both');
    expect(make({ maxEntries: 0 })).toThrow('maxEntries must be a whole number from 1');
    expect(make({ maxBytes: 10 })).toThrow("from '64kb'");
    make({ maxBytes: '512kb' })();
    expect(make({ maxBytes: '256kb' })).toThrow('the same as when it was first given');
  });
});
