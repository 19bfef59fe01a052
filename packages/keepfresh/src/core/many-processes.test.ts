import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { closedAfterTest } from '../../test/closed-after-test.ts';
import { MemoryHub, memoryRemote } from '../memory/index.ts';
import type { Cache } from './cache.ts';
import { jsonCodec } from './codecs/json-codec.ts';
import { createCache } from './create-cache.ts';
import type { CacheOptions } from './options.ts';
import type { Codec } from './ports/codec.ts';

function open(options: Partial<CacheOptions> = {}): Cache {
  return closedAfterTest(createCache({ name: 'many', ...options }));
}

/** The caches of two processes. */
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

describe('several keys in two processes', () => {
  it('are found by the other one in one question to the store', async () => {
    const [a, b] = await pair();
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
    await vi.waitFor(() => expect(a.stats().loading).toBe(1), { interval: 1 });
    const load = vi.fn(valuesOf);
    const many = b.getOrSetMany(['a', 'b'], load);
    await vi.waitFor(() => expect(load).toHaveBeenCalledTimes(1), { interval: 1 });
    gate.resolve('from a');
    await elsewhere;
    expect(await many).toEqual(['from a', 'value of b']);
    expect(load.mock.calls).toEqual([[['b'], [expect.anything()]]]);
  });
});
