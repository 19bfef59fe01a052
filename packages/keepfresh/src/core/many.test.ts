import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { MemoryHub, memoryRemote } from '../memory/index.ts';
import type { BatchLoader } from './batch-load.ts';
import type { Cache } from './cache.ts';
import { jsonCodec } from './codecs/json-codec.ts';
import { createCache } from './create-cache.ts';
import type { CacheOptions } from './options.ts';
import type { Codec } from './ports/codec.ts';

const caches: Cache[] = [];

function open(options: Partial<CacheOptions> = {}): Cache {
  const cache = createCache({ name: 'many', ...options });
  caches.push(cache);
  return cache;
}

/** Caches of several processes. */
async function pair(options: Partial<CacheOptions> = {}): Promise<[Cache, Cache]> {
  const hub = new MemoryHub();
  const [a, b] = [1, 2].map(() => open({ remote: memoryRemote(hub), ...options })) as [
    Cache,
    Cache,
  ];
  await Promise.all([a.ready(), b.ready()]);
  return [a, b];
}

/** What reads of a remote came to, and how often they asked it. */
interface Asked {
  readonly values: readonly string[];
  readonly commands: { readonly read: number; readonly readMany: number; readonly acquire: number };
}

/** What `read` comes to where the remote has the `cached` keys. */
async function askedOf(
  cached: readonly string[],
  read: (cache: Cache) => Promise<readonly string[]>,
): Promise<Asked> {
  const hub = new MemoryHub();
  const cache = open({ remote: memoryRemote(hub), memory: false });
  await cache.ready();
  await cache.setMany(cached.map((key) => [key, `kept ${key}`]));
  const store = hub.store('many');
  const one = vi.spyOn(store, 'read');
  const many = vi.spyOn(store, 'readMany');
  const acquire = vi.spyOn(store, 'acquire');
  const values = await read(cache);
  await cache.close();
  const [reads, acquires] = [one.mock.calls.length, acquire.mock.calls.length];
  return { values, commands: { read: reads, readMany: many.mock.calls.length, acquire: acquires } };
}

const valuesOf = (keys: readonly string[]): string[] => keys.map((key) => `value of ${key}`);

afterEach(async () => {
  await Promise.all(caches.splice(0).map((cache) => cache.close()));
});

describe.each([
  ['in memory', async () => open()],
  ['over a remote', async () => (await pair())[0]],
  ['over a remote, without memory', async () => (await pair({ memory: false }))[0]],
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
    await vi.waitFor(() => expect(load).toHaveBeenCalledTimes(1));
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
    await vi.waitFor(() => expect(cache.stats().loading).toBe(2));
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

describe('several keys in two processes', () => {
  it('are found by the other one in one question to the store', async () => {
    const hub = new MemoryHub();
    const remote = memoryRemote(hub);
    const [a, b] = [open({ remote }), open({ remote: memoryRemote(hub) })] as const;
    await Promise.all([a.ready(), b.ready()]);
    await a.getOrSetMany(['a', 'b'], valuesOf);
    await vi.waitFor(async () => expect(await b.getMany(['a', 'b'])).toEqual(valuesOf(['a', 'b'])));
    expect(b.stats()).toMatchObject({ remoteHits: 2, loads: 0 });
  });

  it.each(['frozen', 'copied', 'shared'] as const)(
    'are as safe as single ones: %s',
    async (sharing) => {
      const [a, b] = await pair({ memory: false, sharing });
      const value = { plain: [1, { two: 2 }], at: new Date(5) };
      await a.setMany(['a', 'b'].map((key) => [key, value]));
      await a.set('c', 'text');
      const many = await b.getMany(['a', 'b', 'c']);
      expect(many).toEqual([value, value, 'text']);
      const single = await b.get<typeof value>('a');
      const [first] = many as [typeof value];
      expect(Object.isFrozen(first.plain)).toBe(Object.isFrozen(single!.plain));
      expect(Object.isFrozen(first.plain)).toBe(sharing === 'frozen');
    },
  );

  it('are found but for one that cannot be read, which is told and loaded anew', async () => {
    const hub = new MemoryHub();
    const spoilt: Codec = {
      ...jsonCodec,
      encode: (value) => Buffer.from(`spoilt ${String(value)}`),
      decode: () => 'b',
    };
    const [a, b, c] = [
      open({ remote: memoryRemote(hub) }),
      open({ remote: memoryRemote(hub), codec: spoilt }),
      open({ remote: memoryRemote(hub), memory: false }),
    ] as const;
    await Promise.all([a, b, c].map((cache) => cache.ready()));
    await a.setMany([
      ['a', 'A'],
      ['c', 'C'],
    ]);
    await b.set('b', 'B');
    const unreadable: string[] = [];
    c.on('remote.unreadable', ({ key }) => unreadable.push(key));
    expect(await c.getMany(['a', 'b', 'c'])).toEqual(['A', undefined, 'C']);
    expect(unreadable).toEqual(['b']);
    const load = vi.fn(valuesOf);
    expect(await c.getOrSetMany(['a', 'b', 'c'], load)).toEqual(['A', 'value of b', 'C']);
    expect(load.mock.calls.map(([keys]) => keys)).toEqual([['b']]);
  });

  it(
    'come to what single reads come to, with one question in place of one for each',
    { tags: ['thorough'] },
    async () => {
      const names = ['a', 'b', 'c', 'd', 'e'];
      const property = fc.asyncProperty(
        fc.subarray(names),
        fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 8 }),
        async (cached, asked) => {
          const single = await askedOf(cached, (cache) =>
            Promise.all(asked.map((key) => cache.getOrSet(key, () => `value of ${key}`))),
          );
          const many = await askedOf(cached, (cache) => cache.getOrSetMany(asked, valuesOf));
          expect(many.values).toEqual(single.values);
          const missing = new Set(asked.filter((key) => !cached.includes(key))).size;
          expect(single.commands).toEqual({
            read: new Set(asked).size,
            readMany: 0,
            acquire: missing,
          });
          expect(many.commands).toEqual({ read: 0, readMany: 1, acquire: missing });
        },
      );
      await fc.assert(property, { numRuns: 15 });
    },
  );

  it('wait for what the other one loads, and load the rest meanwhile', async () => {
    const [a, b] = await pair();
    const gate = Promise.withResolvers<string>();
    const elsewhere = a.getOrSet('a', () => gate.promise);
    await vi.waitFor(() => expect(a.stats().loading).toBe(1));
    const load = vi.fn(valuesOf);
    const many = b.getOrSetMany(['a', 'b'], load);
    await vi.waitFor(() => expect(load).toHaveBeenCalledTimes(1));
    gate.resolve('from a');
    await elsewhere;
    expect(await many).toEqual(['from a', 'value of b']);
    expect(load.mock.calls).toEqual([[['b'], [expect.anything()]]]);
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
