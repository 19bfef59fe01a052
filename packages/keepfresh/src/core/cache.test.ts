import { describe, expect, it } from 'vitest';
import { oneCache } from '../../test/one-cache.ts';
import { slowLoader } from '../../test/slow-loader.ts';
import { type Cache, CacheError, createCache, key } from './index.ts';

describe('wrap', () => {
  it('caches by the arguments, and invalidates and refreshes by the same', async () => {
    const { cache } = oneCache();
    let rows = 0;
    const product = cache.wrap((id: number) => ({ id, row: ++rows }), {
      key: (id) => key`product:${id}`,
      tags: (value) => [`row:${value.row}`],
    });
    expect(await product(7)).toEqual({ id: 7, row: 1 });
    expect(await product(7)).toEqual({ id: 7, row: 1 });
    expect(product.peek(7)).toEqual({ id: 7, row: 1 });
    expect(product.key(7)).toBe('product:7');
    expect(await product.refresh(7)).toEqual({ id: 7, row: 2 });
    await product.invalidate(7);
    expect(product.peek(7)).toBeUndefined();
    await product(7);
    await cache.invalidateTags('row:3');
    expect(product.peek(7)).toBeUndefined();
  });
});

describe('namespace', () => {
  it('keeps keys and tags apart, and is cleared alone or with its parent', async () => {
    const { cache } = oneCache();
    const catalog = cache.namespace('catalog');
    await cache.getOrSet('k', () => 'parent', { tags: ['t'] });
    await catalog.getOrSet('k', () => 'child', { tags: ['t'] });
    await catalog.invalidateTags('t');
    expect([cache.peek('k'), catalog.peek('k')]).toEqual(['parent', undefined]);
    await catalog.getOrSet('k', () => 'child');
    await catalog.clear();
    expect([cache.peek('k'), catalog.peek('k')]).toEqual(['parent', undefined]);
    await catalog.getOrSet('k', () => 'child');
    await cache.clear();
    expect([cache.peek('k'), catalog.peek('k')]).toEqual([undefined, undefined]);
  });

  it('has defaults and counters of its own', async () => {
    const { cache, clock } = oneCache();
    const short = cache.namespace('short', { defaults: { ttl: '1s', jitter: 0 } });
    await short.getOrSet('k', () => 1);
    await clock.advance(1_000);
    expect(short.peek('k')).toBeUndefined();
    expect(short.stats().loads).toBe(1);
    expect(cache.stats().loads).toBe(0);
  });
});

describe('wrong input', () => {
  const wrong: [string, () => unknown, string][] = [
    ['an unknown option', () => createCache({ name: 'a', tll: 1 } as never), "no option 'tll'"],
    ['a bad name', () => createCache({ name: 'a b' }), 'name must be 1 to 32'],
    [
      'a bad duration',
      () => createCache({ name: 'a', defaults: { ttl: '5 minutes' } }),
      'defaults.ttl',
    ],
    ['a bad size', () => createCache({ name: 'a', memory: { maxBytes: -1 } }), 'memory.maxBytes'],
    ['a bad H', () => createCache({ name: 'a', coherence: { maxLag: 1 } }), 'coherence.maxLag'],
    [
      'a bad policy',
      () => createCache({ name: 'a', memory: { policy: 'mru' as never } }),
      'memory.policy',
    ],
    ['a bad remote', () => createCache({ name: 'a', remote: 'redis://x' as never }), 'remote'],
  ];
  it.each(wrong)('%s throws at construction and names the field', (_, make, message) => {
    expect(make).toThrow(CacheError);
    expect(make).toThrow(message);
  });

  it.each([
    ['an empty key', (c: Cache) => c.get(''), 'key'],
    ['a number as key', (c: Cache) => c.getOrSet(5 as never, () => 1), 'key'],
    ['no loader', (c: Cache) => c.getOrSet('k', 5 as never), 'loader'],
    ['a bad option', (c: Cache) => c.getOrSet('k', () => 1, { ttl: 0 }), 'getOrSet options.ttl'],
    [
      'a profile that is none',
      (c: Cache) => c.getOrSet('k', () => 1, { profile: 'x' as never }),
      'profile',
    ],
    ['no targets', (c: Cache) => c.mutate({}, () => 1), 'at least one'],
    [
      'a misspelt marker',
      (c: Cache) => c.mutate({ keys: 'k' }, () => 1, { marker: 'needed' as never }),
      'mutate options.marker',
    ],
    [
      'a listener that is none',
      (c: Cache) => c.mutate({ keys: 'k' }, () => 1, { onPending: 'log' as never }),
      'mutate options.onPending must be a function, but was "log"',
    ],
    [
      'strict and queue',
      (c: Cache) => c.invalidate('k', { strict: true, queue: true }),
      'strict or queue',
    ],
    ['a tag that is none', (c: Cache) => c.getOrSet('k', () => 1, { tags: [''] }), 'tags[0]'],
  ])('%s rejects, names the field and changes nothing', async (_, call, message) => {
    const { cache } = oneCache();
    await expect(call(cache)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(call(cache)).rejects.toThrow(message);
    expect(cache.stats().entries).toBe(0);
  });
});

describe('close', () => {
  it('rejects the loads that run and every later call, and can be repeated', async () => {
    const { cache, clock } = oneCache();
    const { load, calls } = slowLoader<number>();
    const read = cache.getOrSet('k', load);
    await clock.settle();
    const rejected = expect(read).rejects.toMatchObject({ code: 'CLOSED' });
    await cache.close();
    await cache.close();
    await rejected;
    expect(calls[0]!.signal.aborted).toBe(true);
    await expect(cache.getOrSet('k', () => 1)).rejects.toMatchObject({ code: 'CLOSED' });
    await expect(cache.invalidate('k')).rejects.toMatchObject({ code: 'CLOSED' });
    expect(cache.peek('k')).toBeUndefined();
    expect((await cache.health()).status).toBe('down');
  });
});

describe('events', () => {
  it('tell each thing once, in order', async () => {
    const { cache } = oneCache();
    const told: string[] = [];
    for (const event of [
      'hit',
      'miss',
      'loaded',
      'invalidated',
      'written',
      'load.failed',
    ] as const) {
      cache.on(event, () => told.push(event));
    }
    await cache.getOrSet('k', () => 1);
    await cache.getOrSet('k', () => 1);
    await cache.invalidate('k');
    await cache.get('k');
    await cache.set('k', 2);
    await cache.getOrSet('x', () => Promise.reject(new Error('no'))).catch(() => {});
    expect(told).toEqual([
      'miss',
      'loaded',
      'hit',
      'invalidated',
      'miss',
      'written',
      'invalidated',
      'miss',
      'load.failed',
    ]);
  });
});
