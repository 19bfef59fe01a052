import { describe, expect, it } from 'vitest';
import { twoCaches } from '../../../../test/two-caches.ts';
import { writtenBehind } from '../../../../test/written-behind.ts';
import { WrittenSource } from '../../../../test/written-source.ts';

describe('an invalidation of a key that is written behind', () => {
  it('drops no write: whoever reads next waits for it, and loads', async () => {
    const { cache, advance, source, queue } = writtenBehind({ delay: '1m', tags: ['t'] });
    source.values.set('k', 1);
    for (const invalidate of [
      () => cache.invalidate('k'),
      () => cache.invalidateTags('t'),
      () => cache.invalidatePattern('k*'),
      () => cache.clear(),
      () => cache.expire({ keys: 'k' }),
    ]) {
      source.calls.length = 0;
      await queue.set('k', 2);
      await invalidate();
      expect(cache.peek('k')).toBeUndefined();
      let loads = 0;
      const reading = cache.getOrSet('k', () => {
        loads++;
        return source.values.get('k');
      });
      await advance(0);
      expect([await reading, loads, source.calls.length]).toEqual([2, 1, 1]);
    }
  });

  it('lets a reader load after the longest wait, when the source does not take it', async () => {
    const { cache, advance, source, queue } = writtenBehind({ backOff: '1m' });
    source.values.set('k', 1);
    source.failure = new Error('down');
    await queue.set('k', 2);
    await cache.invalidate('k');
    const reading = source.read(cache);
    await advance(10_000);
    expect(await reading).toBe(1);
  });

  it('ends the wait of a reader who leaves', async () => {
    const { cache, advance, source, queue } = writtenBehind();
    source.gate = new Promise(() => {});
    await queue.set('k', 2);
    await cache.invalidate('k');
    const leaving = new AbortController();
    const reading = cache.getOrSet('k', () => 1, { signal: leaving.signal });
    const outcome = expect(reading).rejects.toMatchObject({ name: 'AbortError' });
    await advance(10);
    leaving.abort();
    await outcome;
  });

  it('makes a value that came from another process the one that counts', async () => {
    const { one, other, advance } = twoCaches();
    await advance(100);
    const source = new WrittenSource();
    const queue = one.cache.writeBehind<number>(source.write);
    await queue.set('k', 2);
    await other.cache.invalidate('k');
    await advance(10);
    expect(one.cache.peek('k')).toBeUndefined();
    await advance(100);
    expect([
      source.values.get('k'),
      await source.read(one.cache),
      await source.read(other.cache),
    ]).toEqual([2, 2, 2]);
  });
});

describe('a change of a key that is written behind', () => {
  it('comes after the write', async () => {
    const { cache, advance, source, queue } = writtenBehind({ delay: '1m', tags: ['t'] });
    const save = (value: number) => () => void source.values.set('k', value);
    const changes = [
      () => cache.mutate({ keys: 'k' }, save(3)),
      () => cache.mutate({ tags: 't' }, save(3)),
      () => cache.set('k', 3, { writer: save(3) }),
      async () => {
        source.values.set('k', 3);
        await cache.set('k', 3);
        source.values.set('k', 3);
      },
    ];
    for (const change of changes) {
      await queue.set('k', 2);
      const changing = change();
      await advance(0);
      await changing;
      expect([source.values.get('k'), await source.read(cache), queue.pending]).toEqual([3, 3, 0]);
    }
  });

  it('is not read past by who wants what the source has', async () => {
    const { cache, advance, source, queue } = writtenBehind({ delay: '1m' });
    await queue.set('k', 2);
    const reading = cache.getOrSet('k', () => source.values.get('k'), { fresh: true });
    await advance(0);
    expect(await reading).toBe(2);
    await queue.set('k', 4);
    const wrapped = cache.wrap(() => source.values.get('k'), { key: () => 'k' });
    const refreshing = wrapped.refresh();
    await advance(0);
    expect(await refreshing).toBe(4);
  });
});
