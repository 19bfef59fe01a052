import { describe, expect, it } from 'vitest';
import { oneCache } from '../../test/one-cache.ts';

describe('mutate', () => {
  it('keeps nothing that was loaded while it ran, and settles as the function does', async () => {
    const { cache } = oneCache();
    let row = 'old';
    const load = () => row;
    await cache.getOrSet('k', load);
    const result = await cache.mutate({ keys: 'k' }, async () => {
      expect(await cache.getOrSet('k', load)).toBe('old');
      row = 'new';
      return 42;
    });
    expect(result).toBe(42);
    expect(await cache.getOrSet('k', load)).toBe('new');
  });

  it('invalidates also when the function fails, and passes its error on', async () => {
    const { cache } = oneCache();
    await cache.getOrSet('k', () => 1, { tags: ['t'] });
    const failed = cache.mutate({ tags: ['t'] }, () => {
      throw new Error('deadlock');
    });
    await expect(failed).rejects.toThrow('deadlock');
    expect(cache.peek('k')).toBeUndefined();
  });

  it('does not let an invalidation or another mutation end its hold', async () => {
    const { cache } = oneCache();
    let end = (): void => {};
    const first = cache.mutate({ keys: 'k' }, () => new Promise<void>((done) => (end = done)));
    await cache.mutate({ keys: 'k' }, () => {});
    await cache.invalidate('k');
    await cache.getOrSet('k', () => 'read while the first runs');
    expect(cache.peek('k')).toBeUndefined();
    end();
    await first;
    await cache.getOrSet('k', () => 'after');
    expect(cache.peek('k')).toBe('after');
  });
});
