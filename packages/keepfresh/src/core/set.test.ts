import { describe, expect, it, vi } from 'vitest';
import { oneCache } from '../../test/one-cache.ts';
import { slowLoader } from '../../test/slow-loader.ts';

describe('set', () => {
  it('stores the value in place of what was there, and of what is being loaded', async () => {
    const { cache, clock } = oneCache();
    const { load, calls } = slowLoader<string>();
    const read = cache.getOrSet('k', load);
    await clock.settle();
    expect(await cache.set('k', 'mine', { tags: ['t'] })).toEqual({ status: 'applied' });
    calls[0]!.resolve('older');
    await read;
    expect(cache.peek('k')).toBe('mine');
    await cache.invalidateTags('t');
    expect(cache.peek('k')).toBeUndefined();
  });
});

describe('set with a version', () => {
  it('is replaced by a value without one, whatever its version', async () => {
    const { cache } = oneCache();
    await cache.set('k', 'sixth', { version: 6 });
    await cache.set('k', 'none');
    expect(cache.peek('k')).toBe('none');
    await cache.set('k', 'first', { version: 1 });
    expect(cache.peek('k')).toBe('first');
  });

  it('never replaces a larger version by a smaller one', async () => {
    const { cache } = oneCache();
    const refused = vi.fn();
    cache.on('refused', refused);
    await cache.set('k', 'sixth', { version: 6 });
    expect(await cache.set('k', 'fifth', { version: 5 })).toEqual({ status: 'applied' });
    expect(cache.peek('k')).toBe('sixth');
    expect(refused).toHaveBeenCalledWith({ key: 'k', reason: 'older' });
    await cache.set('k', 'seventh', { version: 7 });
    expect(cache.peek('k')).toBe('seventh');
  });
});

describe('set while a mutation runs', () => {
  it('keeps nothing, the value that was there included, and says so', async () => {
    const { cache } = oneCache();
    const refused = vi.fn();
    cache.on('refused', refused);
    await cache.set('k', 'before', { tags: ['t'] });
    await cache.mutate({ tags: 't2' }, async () => {
      expect(await cache.set('k', 'mine', { tags: ['t2'] })).toEqual({ status: 'applied' });
      expect(await cache.get('k')).toBeUndefined();
    });
    expect(refused).toHaveBeenCalledWith({ key: 'k', reason: 'held' });
    expect(cache.peek('k')).toBeUndefined();
    await cache.set('k', 'after', { tags: ['t2'] });
    expect(cache.peek('k')).toBe('after');
  });

  it('leaves alone what the mutation does not cover', async () => {
    const { cache } = oneCache();
    await cache.mutate({ keys: 'k' }, async () => {
      await cache.set('other', 1);
    });
    expect(cache.peek('other')).toBe(1);
  });

  it('still refuses a smaller version as older', async () => {
    const { cache } = oneCache();
    const refused = vi.fn();
    await cache.set('k', 'sixth', { version: 6, tags: ['other'] });
    cache.on('refused', refused);
    await cache.mutate({ tags: 't' }, async () => {
      await cache.set('k', 'fifth', { version: 5, tags: ['t'] });
    });
    expect(refused).toHaveBeenCalledWith({ key: 'k', reason: 'older' });
    expect(cache.peek('k')).toBe('sixth');
  });
});
