import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Cache } from './cache.ts';
import { createCache } from './create-cache.ts';
import type { CacheOptions } from './options.ts';

const caches: Cache[] = [];

function open(never: CacheOptions['never']): Cache {
  const cache = createCache({ name: 'money', never: never! });
  caches.push(cache);
  return cache;
}

afterEach(async () => {
  await Promise.all(caches.splice(0).map((cache) => cache.close()));
});

describe('keys that are never cached', () => {
  it('are loaded for each caller alone, at the same time too, and told', async () => {
    const cache = open(['balance:*', '*:payout']);
    const told = vi.fn();
    cache.on('refused', told);
    let balance = 0;
    const read = (): Promise<number> => cache.getOrSet('balance:7', async () => ++balance);
    expect(await Promise.all([read(), read()])).toEqual([1, 2]);
    expect(await read()).toBe(3);
    expect(cache.peek('balance:7')).toBeUndefined();
    expect(told.mock.calls[0]).toEqual([{ key: 'balance:7', reason: 'never' }]);
    expect(cache.stats()).toMatchObject({ entries: 0, loads: 3, memoryHits: 0 });
    await cache.getOrSet('vendor:7:payout', () => 1);
    await cache.getOrSet('product:7', () => 1);
    expect(cache.stats().entries).toBe(1);
  });

  it('are not stored by set, by several at once, by wrap, refresh and in namespaces', async () => {
    const cache = open(['balance:*']);
    expect(await cache.set('balance:7', 1)).toEqual({ status: 'applied' });
    await cache.setMany([
      ['balance:7', 1],
      ['product:7', 2],
    ]);
    expect(await cache.getOrSetMany(['balance:7', 'product:7'], (keys) => keys)).toEqual([
      'balance:7',
      2,
    ]);
    const balance = cache.wrap(async (id: number) => id, { key: (id) => `balance:${id}` });
    await balance(7);
    await balance.refresh(7);
    await cache.namespace('vendor').getOrSet('balance:7', () => 1);
    expect(cache.stats().entries).toBe(1);
    expect(await cache.getMany(['balance:7', 'product:7'])).toEqual([undefined, 2]);
  });

  it('fail as their loader does, and leave with their caller', async () => {
    const cache = open(['balance:*']);
    const down = new Error('down');
    await expect(cache.getOrSet('balance:7', () => Promise.reject(down))).rejects.toBe(down);
    const leaving = new AbortController();
    const pending = cache.getOrSet('balance:7', () => new Promise(() => {}), {
      signal: leaving.signal,
    });
    leaving.abort(new Error('gone'));
    await expect(pending).rejects.toThrow('gone');
  });

  it('reject with throws, and name the pattern', async () => {
    const cache = open({ patterns: ['balance:*'], throws: true });
    const refused = {
      code: 'NEVER_CACHED',
      message: expect.stringContaining('balance:*') as string,
    };
    await expect(cache.getOrSet('balance:7', () => 1)).rejects.toMatchObject(refused);
    await expect(cache.set('balance:7', 1)).rejects.toMatchObject(refused);
    expect(await cache.getOrSet('product:7', () => 1)).toBe(1);
  });

  it.each<[unknown, RegExp]>([
    ['balance:*', /never must be an array/],
    [[''], /never\[0\] must be a non-empty string/],
    [{ patterns: ['a'], throw: true }, /never has no option 'throw'/],
    [{ patterns: ['a'], throws: 1 }, /never\.throws must be true or false/],
  ])('are refused when they are no patterns: %j', (never, message) => {
    expect(() => open(never as string[])).toThrow(message);
  });
});
