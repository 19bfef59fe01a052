import { describe, expect, it, vi } from 'vitest';
import { oneCache } from '../../test/one-cache.ts';
import { writtenBehind } from '../../test/written-behind.ts';
import { WrittenSource } from '../../test/written-source.ts';

describe('a value that is written behind', () => {
  it('is read at once, and reaches the source after the delay', async () => {
    const { cache, advance, source, queue } = writtenBehind();
    source.values.set('k', 1);
    expect(await source.read(cache)).toBe(1);
    await queue.set('k', 2);
    expect(await source.read(cache)).toBe(2);
    expect([cache.peek('k'), await cache.get('k'), await cache.has('k')]).toEqual([2, 2, true]);
    expect(await cache.getMany(['k', 'other'])).toEqual([2, undefined]);
    expect([source.values.get('k'), queue.pending, cache.stats().pendingWrites]).toEqual([1, 1, 1]);
    await advance(100);
    expect([source.values.get('k'), queue.pending, cache.stats().pendingWrites]).toEqual([2, 0, 0]);
    expect(cache.peek('k')).toBe(2);
  });

  it('is written once where several follow each other, the newest of each key, together', async () => {
    const { advance, source, queue } = writtenBehind();
    for (let value = 1; value <= 5; value++) await queue.set('k', value);
    await queue.set('other', 7);
    await advance(100);
    expect(source.calls).toEqual([
      [
        { key: 'k', value: 5, attempt: 1 },
        { key: 'other', value: 7, attempt: 1 },
      ],
    ]);
  });

  it('waits by one timer with all others, which is set anew only for what is due before', async () => {
    const { advance, clock, source, queue } = writtenBehind({ delay: '1s', attempts: 2 });
    const timers = vi.spyOn(clock, 'schedule');
    for (let n = 0; n < 100; n++) await queue.set(`k${n}`, n);
    expect(timers).toHaveBeenCalledTimes(1);
    source.failure = new Error('down');
    await advance(1_000);
    source.failure = undefined;
    await advance(1_000);
    for (let n = 0; n < 3; n++) await queue.set(`again${n}`, n);
    await advance(999);
    expect([source.values.size, queue.pending]).toEqual([100, 3]);
    await advance(1);
    expect([source.values.size, queue.pending]).toEqual([103, 0]);
  });

  it('is the newer one while an older one is under way, and is written after it', async () => {
    const { cache, advance, source, queue } = writtenBehind();
    const { promise, resolve } = Promise.withResolvers<void>();
    source.gate = promise;
    await queue.set('k', 1);
    await advance(100);
    await queue.set('k', 2);
    expect(await source.read(cache)).toBe(2);
    await advance(500);
    expect([source.calls.length, await source.read(cache)]).toEqual([1, 2]);
    resolve();
    await advance(0);
    expect(await source.read(cache)).toBe(2);
    await advance(100);
    expect([source.values.get('k'), cache.peek('k')]).toEqual([2, 2]);
  });

  it('is read while it is under way, also where it took the place of another', async () => {
    const { cache, advance, source, queue } = writtenBehind();
    source.gate = new Promise((resolve) => setImmediate(resolve));
    await queue.set('k', 1);
    await queue.set('k', 2);
    await advance(100);
    expect(cache.peek('k')).toBe(2);
    await queue.flush();
    expect([source.values.get('k'), cache.peek('k')]).toEqual([2, 2]);
  });

  it('replaces what was on its way into memory when it came', async () => {
    const { cache, advance, source, queue } = writtenBehind();
    const { promise, resolve } = Promise.withResolvers<number>();
    const loading = cache.getOrSet('k', () => promise);
    await queue.set('k', 2);
    resolve(1);
    expect(await loading).toBe(1);
    expect(await source.read(cache)).toBe(2);
    await advance(100);
    expect(await source.read(cache)).toBe(2);
  });

  it('is tried again after growing pauses, and stays what is read', async () => {
    const { cache, advance, source, queue, events } = writtenBehind({ backOff: 1_000 });
    source.failure = new Error('down');
    await queue.set('k', 2);
    await advance(100);
    expect(source.calls.length).toBe(1);
    await advance(499);
    expect(source.calls.length).toBe(1);
    await advance(501);
    expect(source.calls.length).toBe(2);
    expect(await source.read(cache)).toBe(2);
    source.failure = undefined;
    await advance(2_000);
    expect([source.values.get('k'), queue.pending]).toEqual([2, 0]);
    const failed = events.filter(({ event }) => event === 'write.failed');
    expect(failed).toMatchObject([{ attempt: 1 }, { attempt: 2 }]);
  });

  it('is given up after so many attempts, which is told and counted', async () => {
    const { cache, advance, source, queue, lost } = writtenBehind({ attempts: 3 });
    source.values.set('k', 1);
    source.failure = new Error('down');
    await queue.set('k', 2);
    await advance(10_000);
    expect([source.calls.length, lost, cache.stats().lostWrites]).toEqual([3, ['k'], 1]);
    expect(await source.read(cache)).toBe(1);
  });

  it('is tried again whatever its writer throws', async () => {
    const { advance, source, queue } = writtenBehind();
    source.failure = Object.create(null) as Error;
    await queue.set('k', 1);
    await advance(100);
    source.failure = undefined;
    await advance(10_000);
    expect([source.values.get('k'), queue.pending]).toEqual([1, 0]);
  });

  it('fails alone where the writer says so', async () => {
    const test = oneCache();
    const seen: string[] = [];
    const queue = test.cache.writeBehind<number>((writes) => {
      seen.push(...writes.map(({ key }) => key));
      return writes.map(({ value }) => (value < 0 ? new Error('negative') : undefined));
    });
    await queue.set('good', 1);
    await queue.set('bad', -1);
    await test.advance(100);
    expect([queue.pending, test.cache.peek('good'), test.cache.peek('bad')]).toEqual([1, 1, -1]);
    await test.advance(110);
    expect(seen).toEqual(['good', 'bad', 'bad']);
    await test.advance(60_000);
    expect([queue.pending, test.cache.stats().lostWrites]).toEqual([0, 1]);
  });

  it('is refused when the queue is full, unless its key is in it', async () => {
    const { cache, queue } = writtenBehind({ maxPending: 1 });
    await queue.set('k', 1);
    await queue.set('k', 2);
    await expect(queue.set('other', 1)).rejects.toMatchObject({ code: 'OVERLOADED' });
    expect([cache.peek('k'), cache.peek('other')]).toEqual([2, undefined]);
  });

  it('is refused, with nothing changed, when it cannot be cached or never may be', async () => {
    const { cache, close } = oneCache({ never: ['money:*'] });
    const queue = cache.writeBehind<unknown>(() => {});
    const isRefused = (key: string, value: unknown, code: string) =>
      expect(queue.set(key, value)).rejects.toMatchObject({ code });
    await isRefused('k', () => 1, 'ENCODE_FAILED');
    await isRefused('money:1', 1, 'NEVER_CACHED');
    await isRefused('', 1, 'INVALID_ARGUMENT');
    expect(queue.pending).toBe(0);
    await close();
    await isRefused('k', 1, 'CLOSED');
  });

  it('belongs to the queue that has one of its key', async () => {
    const { cache, queue } = writtenBehind();
    await queue.set('k', 1);
    const second = cache.writeBehind<number>(() => {});
    await expect(second.set('k', 2)).rejects.toThrow('another queue has a write of k');
  });
});

describe('closing a cache that writes behind', () => {
  it('writes what is pending first', async () => {
    const { close, source, queue, lost } = writtenBehind({ delay: '1m' });
    await queue.set('k', 2);
    await close();
    expect([source.values.get('k'), lost]).toEqual([2, []]);
  });

  it('gives up at its deadline, and tells of each write that is lost', async () => {
    const { cache, advance, close, source, queue, events } = writtenBehind({ closeWithin: '2s' });
    const signals: boolean[] = [];
    source.gate = new Promise(() => {});
    const other = cache.writeBehind(async (_writes, { signal }) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      signals.push(signal.aborted);
    });
    await queue.set('k', 2);
    await queue.set('l', 2);
    await other.set('m', 3);
    const closing = close();
    await advance(1_999);
    expect(events.map(({ event }) => event)).not.toContain('write.lost');
    await advance(10_000);
    await closing;
    const lost = events.flatMap((each) => (each.event === 'write.lost' ? [each.key] : []));
    expect(lost).toEqual(['k', 'l', 'm']);
    expect([signals, cache.stats().lostWrites]).toEqual([[true], 3]);
  });
});

describe('what the queue is asked for', () => {
  it('is sent at once by flush', async () => {
    const { source, queue } = writtenBehind({ delay: '1h' });
    await queue.set('k', 2);
    await queue.flush();
    expect([source.values.get('k'), queue.pending]).toEqual([2, 0]);
    await queue.flush();
  });

  it('has the names of its view', async () => {
    const test = oneCache();
    const source = new WrittenSource();
    const catalog = test.cache.namespace('catalog');
    const queue = catalog.writeBehind<number>(source.write, { tags: ['t'] });
    await queue.set('k', 2);
    expect([catalog.peek('k'), test.cache.peek('k')]).toEqual([2, undefined]);
    await queue.flush();
    expect([...source.values]).toEqual([['k', 2]]);
    await catalog.invalidateTags('t');
    expect(catalog.peek('k')).toBeUndefined();
  });

  it.each<[object, string]>([
    [{ dealy: 1 }, "writeBehind options has no option 'dealy'"],
    [{ delay: -1 }, 'writeBehind options.delay must be'],
    [{ batch: 0 }, 'writeBehind options.batch must be a whole number from 1 to 10000, but was 0'],
    [{ maxPending: 0 }, 'writeBehind options.maxPending must be'],
    [{ attempts: 101 }, 'writeBehind options.attempts must be'],
    [{ backOff: 0 }, 'writeBehind options.backOff must be'],
    [{ ttl: 0 }, 'writeBehind options.ttl must be'],
  ])('is refused in words where it is wrong: %o', async (options, message) => {
    const test = oneCache();
    expect(() => test.cache.writeBehind(() => {}, options)).toThrow(message);
    expect(() => test.cache.writeBehind(1 as never)).toThrow('the batch writer must be a function');
  });
});
