import { describe, expect, it, vi } from 'vitest';
import { oneCache } from '../../test/one-cache.ts';
import type { MemoryOptions } from './options.ts';

function cacheWith(memory: MemoryOptions | false) {
  return oneCache({ memory });
}

describe('memory', () => {
  it('holds no more entries than it may, and tells what it evicts', async () => {
    const { cache, events } = cacheWith({ maxEntries: 2 });
    for (const name of ['a', 'b', 'c']) await cache.getOrSet(name, () => 1);
    expect(cache.stats()).toMatchObject({ entries: 2, evictions: 1 });
    const evicted = events.filter(({ event }) => event === 'evicted');
    expect(evicted).toEqual([expect.objectContaining({ key: 'a' })]);
  });

  it('can be off: every read is a load when there is no remote', async () => {
    const { cache } = cacheWith(false);
    const load = vi.fn(() => 1);
    await cache.getOrSet('k', load);
    await cache.getOrSet('k', load);
    expect(load).toHaveBeenCalledTimes(2);
    expect(cache.stats().entries).toBe(0);
  });

  it.each(['s3-fifo', 'lru', 'lfu', 'fifo', 'ttl'] as const)('evicts by %s', async (policy) => {
    const { cache } = cacheWith({ maxEntries: 10, policy });
    for (let index = 0; index < 50; index++) await cache.set(`k${index}`, index);
    expect(cache.stats()).toMatchObject({ entries: 10, evictions: 40 });
  });

  it(
    'keeps by S3-FIFO what is used while others are read once',
    { tags: ['thorough'] },
    async () => {
      const { cache } = cacheWith({ maxEntries: 200 });
      for (let round = 0; round < 20; round++) {
        for (let index = 0; index < 50; index++) await cache.getOrSet(`hot${index}`, () => index);
        for (let index = 0; index < 100; index++)
          await cache.getOrSet(`${round}-${index}`, () => 0);
      }
      const kept = Array.from({ length: 50 }, (_, index) => cache.peek(`hot${index}`));
      expect(kept.filter((value) => value !== undefined).length).toBeGreaterThan(45);
    },
  );

  it('takes a policy of your own', async () => {
    const held: number[] = [];
    /** The newest goes first. */
    const { cache } = cacheWith({
      maxEntries: 2,
      policy: () => ({
        name: 'newest',
        grow() {},
        onInsert: (slot) => void held.push(slot),
        onHit() {},
        onReplace() {},
        onRemove: (slot) => void held.splice(held.indexOf(slot), 1),
        evict: () => held.pop() ?? -1,
        clear: () => void held.splice(0),
      }),
    });
    for (const key of ['a', 'b', 'c']) await cache.set(key, key);
    expect(['a', 'b', 'c'].map((key) => cache.peek(key))).toEqual(['a', undefined, 'c']);
  });

  it('says which policy named a slot that it was not given', async () => {
    const { cache } = cacheWith({
      maxEntries: 1,
      policy: () => ({
        name: 'mine',
        ...{ grow() {}, onInsert() {}, onHit() {}, onReplace() {}, onRemove() {}, clear() {} },
        evict: () => 7,
      }),
    });
    await cache.getOrSet('a', () => 1);
    await expect(cache.getOrSet('b', () => 2)).rejects.toThrow(/memory.policy 'mine' chose slot 7/);
  });

  it.each([
    [{ policy: 'lfo' as never }, /memory\.policy must be 's3-fifo' or 'lru'/],
    [{ policy: 7 as never }, /memory\.policy must be .* a function that makes a policy/],
    [{ weigh: 'bytes' as never }, /memory\.weigh must be a function/],
  ])('refuses %j', (memory, message) => {
    expect(() => cacheWith(memory)).toThrow(message);
  });

  it('counts what the caller says an entry weighs', async () => {
    const seen: unknown[] = [];
    const { cache } = cacheWith({
      maxBytes: 65_536,
      weigh({ key, bytes, value }) {
        seen.push([key, bytes, value]);
        return 1_000;
      },
    });
    await cache.set('a', { text: 'x' });
    expect(seen).toEqual([['a', 12, { text: 'x' }]]);
    expect(cache.stats().bytes).toBe(1_000);
    for (let index = 0; index < 100; index++) await cache.set(`k${index}`, index);
    expect(cache.stats().entries).toBe(65);
  });

  it.each([-1, Number.NaN, 'much'])('refuses the weight %j', async (weight) => {
    const { cache } = cacheWith({ weigh: () => weight as number });
    await expect(cache.getOrSet('a', () => 1)).rejects.toThrow(
      /memory\.weigh\(\) must be a number/,
    );
  });

  it('counts what is too large, and tells of it', async () => {
    const { cache, events } = cacheWith({ maxBytes: 65_536 });
    await cache.getOrSet('big', () => 'x'.repeat(20_000));
    expect(cache.stats()).toMatchObject({ refused: 1, entries: 0 });
    expect(events).toContainEqual({ event: 'refused', key: 'big', reason: 'too-large' });
  });

  it('frees what a tag invalidated, without a read', async () => {
    const { cache, clock } = cacheWith({});
    for (let index = 0; index < 100; index++) {
      await cache.set(`k${index}`, index, { tags: [index % 2 === 0 ? 'even' : 'odd'] });
    }
    await cache.invalidateTags('even');
    await clock.advance(200);
    expect(cache.stats().entries).toBe(50);
    await cache.invalidatePattern('k*');
    await clock.advance(200);
    expect(cache.stats().entries).toBe(0);
  });

  it('frees what has ended, without a read', async () => {
    const { cache, clock } = cacheWith({});
    await cache.set('short', 1, { ttl: '5s' });
    await cache.set('kept', 1, { ttl: '5s', staleIfError: '1h' });
    await clock.advance(90_000);
    expect(cache.stats().entries).toBe(1);
  });
});

describe('a share of memory', () => {
  const share = (part: number) => ({ memory: { share: part } });

  it('is not pushed out by others, and pushes out nobody', async () => {
    const { cache } = cacheWith({ maxEntries: 100 });
    const users = cache.namespace('users', share(0.2));
    for (let index = 0; index < 10; index++) await users.set(`u${index}`, index);
    for (let index = 0; index < 500; index++) await cache.set(`k${index}`, index);
    expect(users.peek('u0')).toBe(0);
    expect(cache.stats().entries).toBe(90);
    for (let index = 0; index < 500; index++) await users.set(`u${index}`, index);
    expect(cache.stats().entries).toBe(100);
  });

  it('holds its part of the bytes', async () => {
    const { cache } = cacheWith({ maxBytes: 100_000, weigh: () => 1_000 });
    const users = cache.namespace('users', share(0.5));
    for (let index = 0; index < 100; index++) await users.set(`u${index}`, index);
    expect(cache.stats().bytes).toBe(50_000);
  });

  it('is that of the innermost namespace that has one', async () => {
    const { cache } = cacheWith({ maxEntries: 100 });
    const outer = cache.namespace('outer', share(0.3));
    const inner = outer.namespace('inner', share(0.1));
    const plain = outer.namespace('plain');
    for (let index = 0; index < 200; index++) {
      for (const view of [inner, plain]) await view.set(`k${index}`, index);
    }
    expect(cache.stats().entries).toBe(40);
  });

  it('makes room at once when it is given to a cache that is full', async () => {
    const { cache } = cacheWith({ maxEntries: 100 });
    for (let index = 0; index < 100; index++) await cache.set(`k${index}`, index);
    const users = cache.namespace('users', share(0.25));
    expect(cache.stats().entries).toBe(75);
    for (let index = 0; index < 100; index++) await users.set(`u${index}`, index);
    expect(cache.stats().entries).toBe(100);
  });

  it('can be named again', async () => {
    const { cache } = cacheWith({});
    cache.namespace('users', share(0.2));
    await cache.namespace('users', share(0.2)).set('a', 1);
    expect(cache.namespace('users').peek('a')).toBe(1);
    expect(() => cache.namespace('users', share(0.3))).toThrow(/share must be the same/);
  });

  it.each([0, 1, -0.1, 1.5, Number.NaN, '20%'])('is refused when it is %j', async (part) => {
    const { cache } = cacheWith({});
    expect(() => cache.namespace('users', share(part as number))).toThrow(
      /namespace options\.memory\.share must be a number above 0 and below 1/,
    );
  });

  it('is refused when nothing would be left for the others', async () => {
    const { cache } = cacheWith({});
    cache.namespace('users', share(0.6));
    expect(() => cache.namespace('orders', share(0.4))).toThrow(/all shares together stay below 1/);
    cache.namespace('orders', share(0.3));
  });

  it('does nothing where memory is switched off', async () => {
    const { cache } = cacheWith(false);
    await cache.namespace('users', share(0.2)).set('a', 1);
    expect(cache.stats().entries).toBe(0);
  });
});
