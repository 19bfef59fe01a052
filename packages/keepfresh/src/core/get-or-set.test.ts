import { describe, expect, it, vi } from 'vitest';
import { oneCache } from '../../test/one-cache.ts';
import { slowLoader } from '../../test/slow-loader.ts';

describe('getOrSet', () => {
  it('loads once and serves the value until its time to live is over', async () => {
    const { cache, clock } = oneCache();
    const load = vi.fn(() => ({ name: 'lamp' }));
    const options = { ttl: '1m' };
    expect(await cache.getOrSet('p:1', load, options)).toEqual({ name: 'lamp' });
    await clock.advance(59_999);
    expect(await cache.getOrSet('p:1', load, options)).toEqual({ name: 'lamp' });
    expect(load).toHaveBeenCalledTimes(1);
    await clock.advance(1);
    await cache.getOrSet('p:1', load, options);
    expect(load).toHaveBeenCalledTimes(2);
  });

  it('runs one load for all who ask at once', async () => {
    const { cache, clock } = oneCache();
    const { load, calls } = slowLoader<number>();
    const reads = Array.from({ length: 50 }, () => cache.getOrSet('k', load));
    await clock.settle();
    expect(calls).toHaveLength(1);
    calls[0]!.resolve(5);
    expect(await Promise.all(reads)).toEqual(Array.from({ length: 50 }, () => 5));
  });

  it('keeps what a later load has brought when one that began before it ends', async () => {
    const { cache, clock } = oneCache();
    const { load, calls } = slowLoader<string>();
    const first = cache.getOrSet('k', load);
    await clock.advance(10);
    const second = cache.getOrSet('k', load, { fresh: true });
    await clock.settle();
    calls[1]!.resolve('new');
    expect(await second).toBe('new');
    calls[0]!.resolve('old');
    expect(await first).toBe('old');
    expect(await cache.get('k')).toBe('new');
  });

  it('ends loads that others have overtaken when the cache closes', async () => {
    const { cache, clock } = oneCache();
    const { load } = slowLoader<string>();
    const reads: Promise<unknown>[] = [];
    for (const fresh of [false, true, true]) {
      reads.push(cache.getOrSet('k', load, { fresh }).catch((error: unknown) => error));
      await clock.advance(10);
    }
    expect(cache.stats().loading).toBe(3);
    await cache.close();
    for (const read of reads) expect(await read).toMatchObject({ code: 'CLOSED' });
  });

  it('passes an error to all who wait for that load, and to nobody after them', async () => {
    const { cache, clock } = oneCache();
    const { load, calls } = slowLoader<number>();
    const reads = [cache.getOrSet('k', load), cache.getOrSet('k', load)];
    await clock.settle();
    calls[0]!.reject(new Error('no such table'));
    const settled = await Promise.allSettled(reads);
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await cache.getOrSet('k', () => 9)).toBe(9);
  });

  it.each([false, 0, '', null, undefined, Number.NaN])('keeps %s as a value', async (value) => {
    const { cache } = oneCache();
    const load = vi.fn(() => value);
    expect(await cache.getOrSet('k', load)).toBe(value);
    expect(await cache.getOrSet('k', load)).toBe(value);
    expect(load).toHaveBeenCalledTimes(1);
    expect(await cache.has('k')).toBe(true);
    expect(await cache.lookup('k')).toEqual({ hit: true, value, state: 'fresh' });
  });

  it('keeps null and undefined for the negative time to live', async () => {
    const { cache, clock } = oneCache();
    const load = vi.fn(() => null);
    const options = { ttl: '1h', negativeTtl: '10s' };
    await cache.getOrSet('k', load, options);
    await clock.advance(10_000);
    await cache.getOrSet('k', load, options);
    expect(load).toHaveBeenCalledTimes(2);
  });

  it('serves a stale value while one load refreshes it', async () => {
    const { cache, clock } = oneCache();
    const { load, calls } = slowLoader<string>();
    const options = { ttl: '1s', staleWhileRevalidate: '10s' };
    await cache.getOrSet('k', () => 'old', options);
    await clock.advance(2_000);
    expect(await cache.getOrSet('k', load, options)).toBe('old');
    expect(await cache.getOrSet('k', load, options)).toBe('old');
    await clock.settle();
    expect(calls).toHaveLength(1);
    calls[0]!.resolve('new');
    await clock.settle();
    expect(await cache.getOrSet('k', load, options)).toBe('new');
  });

  it('serves a stale value when the loader fails, for as long as it may', async () => {
    const { cache, clock } = oneCache();
    const options = { ttl: '1s', staleIfError: '1h' };
    const failing = (): never => {
      throw new Error('down');
    };
    await cache.getOrSet('k', () => 'old', options);
    await clock.advance(60_000);
    expect(await cache.getOrSet('k', failing, options)).toBe('old');
    await clock.advance(3_600_000);
    await expect(cache.getOrSet('k', failing, options)).rejects.toThrow('down');
  });

  it('lets one caller leave without disturbing the others', async () => {
    const { cache, clock } = oneCache();
    const { load, calls } = slowLoader<number>();
    const leaving = new AbortController();
    const left = cache.getOrSet('k', load, { signal: leaving.signal });
    const stayed = cache.getOrSet('k', load);
    await clock.settle();
    leaving.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    expect(calls[0]!.signal.aborted).toBe(false);
    calls[0]!.resolve(1);
    expect(await stayed).toBe(1);
  });

  it('aborts the load when the last caller has left, and starts anew for the next one', async () => {
    const { cache, clock } = oneCache();
    const { load, calls } = slowLoader<number>();
    const leaving = new AbortController();
    const left = cache.getOrSet('k', load, { signal: leaving.signal });
    await clock.settle();
    leaving.abort(new Error('gone'));
    const next = cache.getOrSet('k', load);
    await expect(left).rejects.toThrow('gone');
    await clock.settle();
    expect(calls).toHaveLength(2);
    expect(calls[0]!.signal.aborted).toBe(true);
    calls[1]!.resolve(2);
    expect(await next).toBe(2);
  });

  it('is refused options that it does not have, and so are its siblings', async () => {
    const { cache } = oneCache();
    const wrong = { ttl: 1 } as never;
    await expect(cache.getOrSet('k', () => 1, { tll: 1 } as never)).rejects.toThrow(
      "getOrSet options has no option 'tll'",
    );
    await expect(cache.get('k', wrong)).rejects.toThrow("get options has no option 'ttl'");
    await expect(cache.lookup('k', { fresh: 1 as never })).rejects.toThrow(
      'lookup options.fresh must be true or false, but was 1',
    );
  });

  it('refuses loads beyond the bound by name', async () => {
    const { cache, clock } = oneCache({ loads: { concurrent: 1, queued: 1 } });
    const { load, calls } = slowLoader<number>();
    const first = cache.getOrSet('a', load);
    const second = cache.getOrSet('b', load);
    await clock.settle();
    await expect(cache.getOrSet('c', load)).rejects.toMatchObject({ code: 'OVERLOADED' });
    calls[0]!.resolve(1);
    await first;
    await clock.settle();
    calls[1]!.resolve(2);
    expect(await second).toBe(2);
  });

  it('rejects a value that would not come back as it is, and keeps nothing', async () => {
    const { cache } = oneCache();
    class Money {}
    const read = cache.getOrSet('k', () => ({ price: new Money() }));
    await expect(read).rejects.toMatchObject({ code: 'ENCODE_FAILED' });
    expect(await cache.has('k')).toBe(false);
  });

  it('lets the loader choose time, tags, and not to be kept', async () => {
    const { cache, clock } = oneCache();
    await cache.getOrSet('a', (ctx) => (ctx.setTtl('2s'), 1), { ttl: '1h' });
    await cache.getOrSet('b', (ctx) => (ctx.addTags('t'), 1));
    await cache.getOrSet('c', (ctx) => (ctx.skip(), 1));
    expect(await cache.has('c')).toBe(false);
    await clock.advance(2_000);
    expect(await cache.has('a')).toBe(false);
    await cache.invalidateTags('t');
    expect(await cache.has('b')).toBe(false);
  });
});
