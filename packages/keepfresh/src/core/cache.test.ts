import { describe, expect, it, vi } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { SeededRandom } from '../testing/seeded-random.ts';
import { CacheError, createCache, key } from './index.ts';
import type { CacheOptions } from './options.ts';

function setUp(options: Partial<CacheOptions<never>> = {}) {
  const clock = new FakeClock();
  const random = new SeededRandom(7);
  const cache = createCache({ name: 'test', clock, random, defaults: { jitter: 0 }, ...options });
  return { cache, clock };
}

/** A loader that answers when told to. */
function slowLoader<T>() {
  const calls: {
    resolve: (value: T) => void;
    reject: (error: unknown) => void;
    signal: AbortSignal;
  }[] = [];
  const load = ({ signal }: { signal: AbortSignal }): Promise<T> =>
    new Promise((resolve, reject) => calls.push({ resolve, reject, signal }));
  return { load, calls };
}

/** Lets everything that can go on do so. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('getOrSet', () => {
  it('loads once and serves the value until its time to live is over', async () => {
    const { cache, clock } = setUp();
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
    const { cache } = setUp();
    const { load, calls } = slowLoader<number>();
    const reads = Array.from({ length: 50 }, () => cache.getOrSet('k', load));
    await settle();
    expect(calls).toHaveLength(1);
    calls[0]!.resolve(5);
    expect(await Promise.all(reads)).toEqual(Array.from({ length: 50 }, () => 5));
  });

  it('passes an error to all who wait for that load, and to nobody after them', async () => {
    const { cache } = setUp();
    const { load, calls } = slowLoader<number>();
    const reads = [cache.getOrSet('k', load), cache.getOrSet('k', load)];
    await settle();
    calls[0]!.reject(new Error('no such table'));
    const settled = await Promise.allSettled(reads);
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await cache.getOrSet('k', () => 9)).toBe(9);
  });

  it.each([false, 0, '', null, undefined, Number.NaN])('keeps %s as a value', async (value) => {
    const { cache } = setUp();
    const load = vi.fn(() => value);
    expect(await cache.getOrSet('k', load)).toBe(value);
    expect(await cache.getOrSet('k', load)).toBe(value);
    expect(load).toHaveBeenCalledTimes(1);
    expect(await cache.has('k')).toBe(true);
    expect(await cache.lookup('k')).toEqual({ hit: true, value, state: 'fresh' });
  });

  it('keeps null and undefined for the negative time to live', async () => {
    const { cache, clock } = setUp();
    const load = vi.fn(() => null);
    const options = { ttl: '1h', negativeTtl: '10s' };
    await cache.getOrSet('k', load, options);
    await clock.advance(10_000);
    await cache.getOrSet('k', load, options);
    expect(load).toHaveBeenCalledTimes(2);
  });

  it('serves a stale value while one load refreshes it', async () => {
    const { cache, clock } = setUp();
    const { load, calls } = slowLoader<string>();
    const options = { ttl: '1s', staleWhileRevalidate: '10s' };
    await cache.getOrSet('k', () => 'old', options);
    await clock.advance(2_000);
    expect(await cache.getOrSet('k', load, options)).toBe('old');
    expect(await cache.getOrSet('k', load, options)).toBe('old');
    await settle();
    expect(calls).toHaveLength(1);
    calls[0]!.resolve('new');
    await settle();
    expect(await cache.getOrSet('k', load, options)).toBe('new');
  });

  it('serves a stale value when the loader fails, for as long as it may', async () => {
    const { cache, clock } = setUp();
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
    const { cache } = setUp();
    const { load, calls } = slowLoader<number>();
    const leaving = new AbortController();
    const left = cache.getOrSet('k', load, { signal: leaving.signal });
    const stayed = cache.getOrSet('k', load);
    await settle();
    leaving.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    expect(calls[0]!.signal.aborted).toBe(false);
    calls[0]!.resolve(1);
    expect(await stayed).toBe(1);
  });

  it('aborts the load when the last caller has left, and starts anew for the next one', async () => {
    const { cache } = setUp();
    const { load, calls } = slowLoader<number>();
    const leaving = new AbortController();
    const left = cache.getOrSet('k', load, { signal: leaving.signal });
    await settle();
    leaving.abort(new Error('gone'));
    const next = cache.getOrSet('k', load);
    await expect(left).rejects.toThrow('gone');
    await settle();
    expect(calls).toHaveLength(2);
    expect(calls[0]!.signal.aborted).toBe(true);
    calls[1]!.resolve(2);
    expect(await next).toBe(2);
  });

  it('ends a load that takes too long', async () => {
    const { cache, clock } = setUp();
    const { load, calls } = slowLoader<number>();
    const read = cache.getOrSet('k', load, { loadTimeout: '2s' });
    const rejected = expect(read).rejects.toMatchObject({ code: 'LOAD_TIMEOUT' });
    await settle();
    await clock.advance(2_000);
    await rejected;
    expect(calls[0]!.signal.aborted).toBe(true);
  });

  it('refuses loads beyond the bound by name', async () => {
    const { cache } = setUp({ loads: { concurrent: 1, queued: 1 } });
    const { load, calls } = slowLoader<number>();
    const first = cache.getOrSet('a', load);
    const second = cache.getOrSet('b', load);
    await settle();
    await expect(cache.getOrSet('c', load)).rejects.toMatchObject({ code: 'OVERLOADED' });
    calls[0]!.resolve(1);
    await first;
    await settle();
    calls[1]!.resolve(2);
    expect(await second).toBe(2);
  });

  it('rejects a value that would not come back as it is, and keeps nothing', async () => {
    const { cache } = setUp();
    class Money {}
    const read = cache.getOrSet('k', () => ({ price: new Money() }));
    await expect(read).rejects.toMatchObject({ code: 'ENCODE_FAILED' });
    expect(await cache.has('k')).toBe(false);
  });

  it('lets the loader choose time, tags, and not to be kept', async () => {
    const { cache, clock } = setUp();
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

describe('what callers get', () => {
  it('is the same decoded value for all, the first included, and frozen', async () => {
    const { cache } = setUp();
    const loaded = { tags: ['a'] };
    const first = await cache.getOrSet('k', () => loaded);
    const second = await cache.getOrSet('k', () => loaded);
    expect(first).not.toBe(loaded);
    expect(second).toBe(first);
    expect(() => first.tags.push('b')).toThrow(TypeError);
  });

  it('is a copy where freezing does not protect', async () => {
    const { cache } = setUp();
    const load = () => new Map([['a', 1]]);
    (await cache.getOrSet('k', load)).set('a', 2);
    expect((await cache.getOrSet('k', load)).get('a')).toBe(1);
  });

  it('is a copy for everybody with `copied`, and one value for all with `shared`', async () => {
    const copied = setUp({ sharing: 'copied' }).cache;
    const shared = setUp({ sharing: 'shared' }).cache;
    for (const cache of [copied, shared]) (await cache.getOrSet('k', () => ({ n: 1 }))).n = 2;
    expect(await copied.get('k')).toEqual({ n: 1 });
    expect(await shared.get('k')).toEqual({ n: 2 });
  });
});

describe('a hit', () => {
  const never = (): never => {
    throw new Error('it is in memory');
  };

  it('reads the wall clock once, and no option that only a load needs', async () => {
    const { cache, clock } = setUp();
    await cache.getOrSet('k', () => 1, { tags: ['t'] });
    const now = vi.spyOn(clock, 'now');
    const unread = (): never => {
      throw new Error('read at a hit');
    };
    const names = ['ttl', 'tags', 'profile', 'jitter', 'staleIfError', 'signal', 'no such option'];
    const options = Object.defineProperties(
      {},
      Object.fromEntries(names.map((name) => [name, { get: unread, enumerable: true }])),
    );
    for (const read of [
      () => cache.getOrSet('k', unread, options),
      () => cache.peek('k'),
      cache.wrap(unread, { key: () => 'k' }),
    ]) {
      now.mockClear();
      expect(await read()).toBe(1);
      expect(now).toHaveBeenCalledTimes(1);
    }
  });

  it('gives all who come the same promise, until there is another value', async () => {
    const { cache } = setUp();
    await cache.getOrSet('k', () => ({ n: 1 }));
    const hit = cache.getOrSet('k', never);
    expect(cache.getOrSet('k', never)).toBe(hit);
    expect(await hit).toBe(cache.peek('k'));
    expect(await cache.get('k')).toBe(cache.peek('k'));
    await cache.set('k', { n: 2 });
    expect(await cache.getOrSet('k', never)).toEqual({ n: 2 });
  });

  it('gives each who comes a promise of a copy where values are not shared', async () => {
    const { cache } = setUp({ sharing: 'copied' });
    await cache.getOrSet('k', () => ({ n: 1 }));
    const hits = await Promise.all([cache.getOrSet('k', never), cache.getOrSet('k', never)]);
    expect(hits).toEqual([{ n: 1 }, { n: 1 }]);
    expect(hits[0]).not.toBe(hits[1]);
  });

  it('leaves alone what a listener stores meanwhile', async () => {
    const { cache } = setUp();
    await cache.set('k', 'old');
    const end = cache.on('hit', () => cache.set('k', 'new'));
    const hit = cache.getOrSet('k', never);
    end();
    expect([await hit, cache.peek('k')]).toEqual(['old', 'new']);
  });
});

describe('invalidate', () => {
  it.each([
    ['a key', (cache: ReturnType<typeof setUp>['cache']) => cache.invalidate('user:1:name')],
    ['a tag', (cache: ReturnType<typeof setUp>['cache']) => cache.invalidateTags('user:1')],
    [
      'a pattern',
      (cache: ReturnType<typeof setUp>['cache']) => cache.invalidatePattern('user:1:*'),
    ],
    ['everything', (cache: ReturnType<typeof setUp>['cache']) => cache.clear()],
  ])('%s: what was loaded before is gone at the call', async (_, invalidate) => {
    const { cache } = setUp();
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
      const { cache } = setUp();
      const { load, calls } = slowLoader<string>();
      const options = { tags: ['t'] };
      const before = cache.getOrSet('k:1', load, options);
      await settle();
      if (kind === 'key') await cache.invalidate('k:1');
      if (kind === 'tag') await cache.invalidateTags('t');
      if (kind === 'pattern') await cache.invalidatePattern('k:*');
      const after = cache.getOrSet('k:1', load, options);
      await settle();
      calls[0]!.resolve('old');
      expect(await before).toBe('old');
      await settle();
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
      const { cache } = setUp();
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
    const { cache } = setUp();
    await cache.getOrSet('a', () => 1, { tags: ['x'] });
    await cache.invalidate('b');
    await cache.invalidateTags('y');
    await cache.invalidatePattern('b*');
    expect(cache.peek('a')).toBe(1);
  });

  it('expires without making unusable: a stale value answers when the load fails', async () => {
    const { cache, clock } = setUp();
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
    const { cache } = setUp();
    const { load, calls } = slowLoader<string>();
    const before = cache.getOrSet('k', load);
    await settle();
    await cache.expire({ keys: 'k' });
    calls[0]!.resolve('begun before');
    expect(await before).toBe('begun before');
    expect(await cache.getOrSet('k', () => 'begun after')).toBe('begun after');
  });

  it.each([{ keys: 'k' }, { tags: 't' }])(
    'gives what was being loaded to nobody who came after the expiry (%o)',
    async (targets) => {
      const { cache } = setUp();
      const { load, calls } = slowLoader<string>();
      const options = { tags: ['t'], staleIfError: '1h' };
      const before = cache.getOrSet('k', load, options);
      await settle();
      await cache.expire(targets);
      const after = cache.getOrSet('k', load, options);
      await settle();
      calls[0]!.resolve('begun before');
      expect(await before).toBe('begun before');
      await settle();
      calls[1]!.resolve('begun after');
      expect(await after).toBe('begun after');
      expect(cache.peek('k')).toBe('begun after');
    },
  );

  it('keeps what was expired while it was loaded for when the next load fails', async () => {
    const { cache } = setUp();
    const { load, calls } = slowLoader<string>();
    const before = cache.getOrSet('k', load, { staleIfError: '1h' });
    await settle();
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

describe('mutate', () => {
  it('keeps nothing that was loaded while it ran, and settles as the function does', async () => {
    const { cache } = setUp();
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
    const { cache } = setUp();
    await cache.getOrSet('k', () => 1, { tags: ['t'] });
    const failed = cache.mutate({ tags: ['t'] }, () => {
      throw new Error('deadlock');
    });
    await expect(failed).rejects.toThrow('deadlock');
    expect(cache.peek('k')).toBeUndefined();
  });

  it('does not let an invalidation or another mutation end its hold', async () => {
    const { cache } = setUp();
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

describe('set', () => {
  it('stores the value in place of what was there, and of what is being loaded', async () => {
    const { cache } = setUp();
    const { load, calls } = slowLoader<string>();
    const read = cache.getOrSet('k', load);
    await settle();
    expect(await cache.set('k', 'mine', { tags: ['t'] })).toEqual({ status: 'applied' });
    calls[0]!.resolve('older');
    await read;
    expect(cache.peek('k')).toBe('mine');
    await cache.invalidateTags('t');
    expect(cache.peek('k')).toBeUndefined();
  });
});

describe('set while a mutation runs', () => {
  it('keeps nothing, the value that was there included, and says so', async () => {
    const { cache } = setUp();
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
    const { cache } = setUp();
    await cache.mutate({ keys: 'k' }, async () => {
      await cache.set('other', 1);
    });
    expect(cache.peek('other')).toBe(1);
  });

  it('still refuses a smaller version as older', async () => {
    const { cache } = setUp();
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

describe('set with a version', () => {
  it('is replaced by a value without one, whatever its version', async () => {
    const { cache } = setUp();
    await cache.set('k', 'sixth', { version: 6 });
    await cache.set('k', 'none');
    expect(cache.peek('k')).toBe('none');
    await cache.set('k', 'first', { version: 1 });
    expect(cache.peek('k')).toBe('first');
  });

  it('never replaces a larger version by a smaller one', async () => {
    const { cache } = setUp();
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

describe('settle', () => {
  it('keeps nothing that is loaded until the source has settled', async () => {
    const { cache, clock } = setUp();
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

describe('wrap', () => {
  it('caches by the arguments, and invalidates and refreshes by the same', async () => {
    const { cache } = setUp({});
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
    const { cache } = setUp();
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
    const { cache, clock } = setUp();
    const short = cache.namespace('short', { defaults: { ttl: '1s', jitter: 0 } });
    await short.getOrSet('k', () => 1);
    await clock.advance(1_000);
    expect(short.peek('k')).toBeUndefined();
    expect(short.stats().loads).toBe(1);
    expect(cache.stats().loads).toBe(0);
  });
});

describe('bounds', () => {
  it('holds no more entries than it may, and tells what it evicts', async () => {
    const { cache } = setUp({ memory: { maxEntries: 2 } });
    const evicted: string[] = [];
    cache.on('evicted', ({ key: name }) => evicted.push(name));
    for (const name of ['a', 'b', 'c']) await cache.getOrSet(name, () => 1);
    expect(cache.stats()).toMatchObject({ entries: 2, evictions: 1 });
    expect(evicted).toEqual(['a']);
  });

  it('works without memory: every read is a load when there is no remote', async () => {
    const { cache } = setUp({ memory: false });
    const load = vi.fn(() => 1);
    await cache.getOrSet('k', load);
    await cache.getOrSet('k', load);
    expect(load).toHaveBeenCalledTimes(2);
    expect(cache.stats().entries).toBe(0);
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
    ['an empty key', (c: ReturnType<typeof setUp>['cache']) => c.get(''), 'key'],
    [
      'a number as key',
      (c: ReturnType<typeof setUp>['cache']) => c.getOrSet(5 as never, () => 1),
      'key',
    ],
    ['no loader', (c: ReturnType<typeof setUp>['cache']) => c.getOrSet('k', 5 as never), 'loader'],
    [
      'a bad option',
      (c: ReturnType<typeof setUp>['cache']) => c.getOrSet('k', () => 1, { ttl: 0 }),
      'getOrSet options.ttl',
    ],
    [
      'a profile that is none',
      (c: ReturnType<typeof setUp>['cache']) => c.getOrSet('k', () => 1, { profile: 'x' as never }),
      'profile',
    ],
    ['no targets', (c: ReturnType<typeof setUp>['cache']) => c.mutate({}, () => 1), 'at least one'],
    [
      'a misspelt marker',
      (c: ReturnType<typeof setUp>['cache']) =>
        c.mutate({ keys: 'k' }, () => 1, { marker: 'needed' as never }),
      'mutate options.marker',
    ],
    [
      'a listener that is none',
      (c: ReturnType<typeof setUp>['cache']) =>
        c.mutate({ keys: 'k' }, () => 1, { onPending: 'log' as never }),
      'mutate options.onPending must be a function, but was "log"',
    ],
    [
      'strict and queue',
      (c: ReturnType<typeof setUp>['cache']) => c.invalidate('k', { strict: true, queue: true }),
      'strict or queue',
    ],
    [
      'a tag that is none',
      (c: ReturnType<typeof setUp>['cache']) => c.getOrSet('k', () => 1, { tags: [''] }),
      'tags[0]',
    ],
  ])('%s rejects, names the field and changes nothing', async (_, call, message) => {
    const { cache } = setUp();
    await expect(call(cache)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(call(cache)).rejects.toThrow(message);
    expect(cache.stats().entries).toBe(0);
  });
});

describe('close', () => {
  it('rejects the loads that run and every later call, and can be repeated', async () => {
    const { cache } = setUp();
    const { load, calls } = slowLoader<number>();
    const read = cache.getOrSet('k', load);
    await settle();
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
    const { cache } = setUp();
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
