import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { closedAfterTest } from '../../test/closed-after-test.ts';
import { MemoryHub, memoryRemote } from '../memory/index.ts';
import type { BatchLoader } from './batch-load.ts';
import type { Cache } from './cache.ts';
import { createCache } from './create-cache.ts';
import type { CacheOptions } from './options.ts';

function open(options: Partial<CacheOptions> = {}): Cache {
  return closedAfterTest(createCache({ name: 'many', ...options }));
}

async function overRemote(options: Partial<CacheOptions> = {}): Promise<Cache> {
  const cache = open({ remote: memoryRemote(new MemoryHub()), ...options });
  await cache.ready();
  return cache;
}

const valuesOf = (keys: readonly string[]): string[] => keys.map((key) => `value of ${key}`);

describe.each([
  ['in memory', async () => open()],
  ['over a remote', () => overRemote()],
  ['over a remote, without memory', () => overRemote({ memory: false })],
])('several keys %s', (_name, openCache) => {
  it('are loaded by one call, in their order, each once', async () => {
    const cache = await openCache();
    const load = vi.fn(async (keys: readonly string[]) => valuesOf(keys));
    expect(await cache.getOrSetMany(['a', 'b', 'a', 'c'], load)).toEqual(
      valuesOf(['a', 'b', 'a', 'c']),
    );
    expect(load.mock.calls.map(([keys]) => keys)).toEqual([['a', 'b', 'c']]);
    await vi.waitFor(async () =>
      expect(await cache.getMany(['b', 'x'])).toEqual(['value of b', undefined]),
    );
    await cache.getOrSetMany(['c', 'd'], load);
    expect(load.mock.calls.at(-1)?.[0]).toEqual(['d']);
  });

  it('share loads with reads of single keys', async () => {
    const cache = await openCache();
    const gate = Promise.withResolvers<string>();
    const single = cache.getOrSet('a', () => gate.promise);
    const load = vi.fn(async (keys: readonly string[]) => valuesOf(keys));
    const many = cache.getOrSetMany(['a', 'b'], load);
    await vi.waitFor(() => expect(load).toHaveBeenCalledTimes(1), { interval: 1 });
    gate.resolve('single');
    expect(await single).toBe('single');
    expect(await many).toEqual(['single', 'value of b']);
    expect(load.mock.calls[0]?.[0]).toEqual(['b']);
  });

  it('fail each for itself, and tell what became of each', async () => {
    const cache = await openCache();
    const refused = new Error('no b');
    const many = cache.getOrSetMany(['a', 'b'], (keys) =>
      keys.map((key) => (key === 'b' ? refused : key)),
    );
    await expect(many).rejects.toMatchObject({
      code: 'SOME_FAILED',
      cause: [
        { status: 'fulfilled', value: 'a' },
        { status: 'rejected', reason: refused },
      ],
    });
    await vi.waitFor(async () => expect(await cache.getMany(['a', 'b'])).toEqual(['a', undefined]));
  });

  it('all fail with what the loader throws, or with a list of another length', async () => {
    const cache = await openCache();
    const failing = cache.getOrSetMany(['a', 'b'], () => Promise.reject(new Error('down')));
    const error = (await failing.catch((reason: unknown) => reason)) as {
      cause: PromiseRejectedResult[];
    };
    expect(error.cause.map(({ reason }) => (reason as Error).message)).toEqual(['down', 'down']);
    const short = cache.getOrSetMany(['a', 'b'], () => ['a']);
    await expect(short).rejects.toThrow(
      /^2 of 2 keys failed, the first with: .* returned 1 values;/,
    );
  });

  it('have a context each: time, tags, what is not kept', async () => {
    const cache = await openCache();
    await cache.getOrSetMany(['a', 'b', 'c'], (keys, contexts) => {
      contexts[0]?.skip();
      contexts[1]?.addTags('tagged');
      return keys;
    });
    await vi.waitFor(async () =>
      expect(await cache.getMany(['a', 'b', 'c'])).toEqual([undefined, 'b', 'c']),
    );
    await cache.invalidateTags('tagged');
    expect(await cache.getMany(['b', 'c'])).toEqual([undefined, 'c']);
  });

  it('are refused by name where they are no list, or no pairs', async () => {
    const cache = await openCache();
    const wrapped = cache.wrap((id: number) => id, { key: String });
    await expect(wrapped.many(7 as never)).rejects.toThrow(
      'the argument of many must be an array, but was 7',
    );
    for (const wrong of [{ a: 1 }, ['a'], 'ab', undefined])
      await expect(cache.setMany(wrong as never)).rejects.toThrow(
        'setMany entries must be an iterable of pairs [key, value]',
      );
  });

  it('are stored by setMany, all or none', async () => {
    const cache = await openCache();
    const stored = await cache.setMany(
      [
        ['a', 1],
        ['b', 2],
      ],
      { ttl: '1m' },
    );
    expect(stored).toEqual([{ status: 'applied' }, { status: 'applied' }]);
    expect(await cache.getMany(['a', 'b'])).toEqual([1, 2]);
    await expect(
      cache.setMany([
        ['c', 1],
        ['', 2],
      ]),
    ).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(await cache.has('c')).toBe(false);
  });

  it('are invalidated like single ones, while they are loaded too', async () => {
    const cache = await openCache();
    const gate = Promise.withResolvers<void>();
    const load = async (keys: readonly string[]): Promise<string[]> => {
      await gate.promise;
      return keys.map((key) => `old ${key}`);
    };
    const many = cache.getOrSetMany(['a', 'b'], load);
    await vi.waitFor(() => expect(cache.stats().loading).toBe(2), { interval: 1 });
    const invalidated = cache.invalidate('a');
    gate.resolve();
    expect(await many).toEqual(['old a', 'old b']);
    await invalidated;
    expect(await cache.getMany(['a'])).toEqual([undefined]);
  });

  it('of a wrapped function are loaded by loadMany, or each by itself', async () => {
    const cache = await openCache();
    const one = vi.fn(async (id: number) => `one ${id}`);
    const many = vi.fn(async (ids: readonly number[]) => ids.map((id) => `many ${id}`));
    const single = cache.wrap(one, { key: (id) => `single:${id}` });
    expect(await single.many([1, 2])).toEqual(['one 1', 'one 2']);
    const batched = cache.wrap(one, {
      key: (id) => `batched:${id}`,
      loadMany: many,
      unless: (value) => value === 'many 9',
    });
    expect(await batched(1)).toBe('one 1');
    await vi.waitFor(async () => expect(await cache.has('batched:1')).toBe(true));
    expect(await batched.many([1, 2, 9])).toEqual(['one 1', 'many 2', 'many 9']);
    expect(many.mock.calls.map(([args]) => args)).toEqual([[2, 9]]);
    await vi.waitFor(async () => expect(await cache.has('batched:2')).toBe(true));
    expect(await cache.has('batched:9')).toBe(false);
  });

  it('are as good as single reads, whatever is there before', { tags: ['thorough'] }, async () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const property = fc.asyncProperty(
      fc.subarray(names),
      fc.array(fc.constantFrom(...names), { maxLength: 8 }),
      async (cached, asked) => {
        const cache = await openCache();
        for (const key of cached) await cache.getOrSet(key, () => `kept ${key}`);
        await vi.waitFor(async () => {
          for (const key of cached) expect(await cache.has(key)).toBe(true);
        });
        const loaded: string[] = [];
        const load: BatchLoader<string> = (keys) => {
          loaded.push(...keys);
          return valuesOf(keys);
        };
        const expected = asked.map((key) =>
          cached.includes(key) ? `kept ${key}` : `value of ${key}`,
        );
        expect(await cache.getOrSetMany(asked, load)).toEqual(expected);
        expect(loaded.toSorted()).toEqual(
          [...new Set(asked)].filter((key) => !cached.includes(key)).toSorted(),
        );
        await cache.close();
      },
    );
    await fc.assert(property, { numRuns: 20 });
  });
});

describe('arguments of reads of several keys', () => {
  it.each<[string, (cache: Cache) => Promise<unknown>, RegExp]>([
    [
      'keys that are no array',
      (cache) => cache.getMany('a' as never),
      /getMany keys must be an array/,
    ],
    [
      'a key that is none',
      (cache) => cache.getMany(['a', 7 as never]),
      /key must be a non-empty string/,
    ],
    [
      'no loader',
      (cache) => cache.getOrSetMany(['a'], undefined as never),
      /the batch loader must be a function/,
    ],
    [
      'an unknown option',
      (cache) => cache.getOrSetMany(['a'], () => ['a'], { tll: 1 } as never),
      /no option 'tll'/,
    ],
    [
      'too many keys',
      (cache) => cache.getMany(Array.from({ length: 10_001 }, String)),
      /at most 10000 keys/,
    ],
  ])('are refused by name: %s', async (_what, call, message) => {
    await expect(call(open())).rejects.toThrow(message);
  });
});
