import { describe, expect, it } from 'vitest';
import { oneCache } from '../../test/one-cache.ts';
import { slowLoader } from '../../test/slow-loader.ts';
import type { Cache } from './cache.ts';

describe('invalidate', () => {
  it.each([
    ['a key', (cache: Cache) => cache.invalidate('user:1:name')],
    ['a tag', (cache: Cache) => cache.invalidateTags('user:1')],
    ['a pattern', (cache: Cache) => cache.invalidatePattern('user:1:*')],
    ['everything', (cache: Cache) => cache.clear()],
  ])('%s: what was loaded before is gone at the call', async (_, invalidate) => {
    const { cache } = oneCache();
    await cache.getOrSet('user:1:name', () => 'old', { tags: ['user:1'] });
    const done = invalidate(cache);
    expect(cache.peek('user:1:name')).toBeUndefined();
    expect(await cache.getOrSet('user:1:name', () => 'new', { tags: ['user:1'] })).toBe('new');
    expect(await done).toEqual({ status: 'applied' });
    expect(cache.peek('user:1:name')).toBe('new');
  });

  it.each(['key', 'tag', 'pattern'])(
    'by %s: a load that began before it is not kept, and not given to later callers',
    async (kind) => {
      const { cache, clock } = oneCache();
      const { load, calls } = slowLoader<string>();
      const options = { tags: ['t'] };
      const before = cache.getOrSet('k:1', load, options);
      await clock.settle();
      if (kind === 'key') await cache.invalidate('k:1');
      if (kind === 'tag') await cache.invalidateTags('t');
      if (kind === 'pattern') await cache.invalidatePattern('k:*');
      const after = cache.getOrSet('k:1', load, options);
      await clock.settle();
      calls[0]!.resolve('old');
      expect(await before).toBe('old');
      await clock.settle();
      calls.at(-1)!.resolve('new');
      expect(await after).toBe('new');
      expect(calls).toHaveLength(2);
      expect(cache.peek('k:1')).toBe('new');
    },
  );

  it(
    'leaves what it does not cover, however much else is invalidated before the next read',
    { tags: ['thorough'] },
    async () => {
      const { cache } = oneCache();
      const names = ['kept', 'expired', 'invalidated'];
      for (const name of names) await cache.set(name, name, { staleIfError: '1h' });
      await cache.expire({ keys: 'expired' });
      await cache.invalidate('invalidated');
      const lots = (from: number) => Array.from({ length: 10_000 }, (_, n) => `other:${from + n}`);
      for (let from = 0; from < 100_000; from += 10_000) await cache.invalidate(lots(from));
      const found = await Promise.all(names.map((name) => cache.inspect(name)));
      expect(found.map(({ memory }) => memory?.standing)).toEqual([
        'fresh',
        'stale-if-error',
        undefined,
      ]);
      expect(cache.peek('kept')).toBe('kept');
    },
  );

  it('leaves what it does not cover', async () => {
    const { cache } = oneCache();
    await cache.getOrSet('a', () => 1, { tags: ['x'] });
    await cache.invalidate('b');
    await cache.invalidateTags('y');
    await cache.invalidatePattern('b*');
    expect(cache.peek('a')).toBe(1);
  });

  it('expires without making unusable: a stale value answers when the load fails', async () => {
    const { cache, clock } = oneCache();
    const options = { tags: ['t'], staleIfError: '1h' };
    await cache.getOrSet('k', () => 1, options);
    await cache.expire({ tags: 't' });
    const failing = (): never => {
      throw new Error('down');
    };
    expect(await cache.getOrSet('k', failing, options)).toBe(1);
    await clock.advance(1_000);
    expect(await cache.getOrSet('k', () => 2, options)).toBe(2);
  });

  it('expires what is being loaded, too', async () => {
    const { cache, clock } = oneCache();
    const { load, calls } = slowLoader<string>();
    const before = cache.getOrSet('k', load);
    await clock.settle();
    await cache.expire({ keys: 'k' });
    calls[0]!.resolve('begun before');
    expect(await before).toBe('begun before');
    expect(await cache.getOrSet('k', () => 'begun after')).toBe('begun after');
  });

  it.each([{ keys: 'k' }, { tags: 't' }])(
    'gives what was being loaded to nobody who came after the expiry (%o)',
    async (targets) => {
      const { cache, clock } = oneCache();
      const { load, calls } = slowLoader<string>();
      const options = { tags: ['t'], staleIfError: '1h' };
      const before = cache.getOrSet('k', load, options);
      await clock.settle();
      await cache.expire(targets);
      const after = cache.getOrSet('k', load, options);
      await clock.settle();
      calls[0]!.resolve('begun before');
      expect(await before).toBe('begun before');
      await clock.settle();
      calls[1]!.resolve('begun after');
      expect(await after).toBe('begun after');
      expect(cache.peek('k')).toBe('begun after');
    },
  );

  it('keeps what was expired while it was loaded for when the next load fails', async () => {
    const { cache, clock } = oneCache();
    const { load, calls } = slowLoader<string>();
    const before = cache.getOrSet('k', load, { staleIfError: '1h' });
    await clock.settle();
    await cache.expire({ keys: 'k' });
    calls[0]!.resolve('begun before');
    await before;
    expect(cache.peek('k')).toBeUndefined();
    const failing = (): never => {
      throw new Error('down');
    };
    expect(await cache.getOrSet('k', failing)).toBe('begun before');
  });
});

describe('settle', () => {
  it('keeps nothing that is loaded until the source has settled', async () => {
    const { cache, clock } = oneCache();
    await cache.invalidate('k', { settle: '2s' });
    await cache.getOrSet('k', () => 'from a replica that lags');
    expect(cache.peek('k')).toBeUndefined();
    await cache.getOrSet('other', () => 'kept');
    expect(cache.peek('other')).toBe('kept');
    await clock.advance(2_000);
    await cache.getOrSet('k', () => 'settled');
    expect(cache.peek('k')).toBe('settled');
  });
});
