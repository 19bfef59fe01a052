import { describe, expect, expectTypeOf, it } from 'vitest';
import * as z from 'zod';
import {
  type Cache,
  type Configuration,
  createCache,
  type EntryOptions,
  key,
  parseConfiguration,
  type StandardSchema,
} from './index.ts';

/* What the compiler makes of calls as people write them. `tsc` fails here, not the run. */

const cache = createCache({ name: 'types', profiles: { search: { ttl: '2m' } } });

describe('the types of reads', () => {
  it('come from the loader, also when it uses its context and tags use the value', async () => {
    const read = cache.getOrSet('a', async ({ signal }) => (signal.aborted ? null : { id: 7 }), {
      tags: (value) => (value ? [`t:${value.id}`] : []),
    });
    expectTypeOf(await read).toEqualTypeOf<{ id: number } | null>();
  });

  it('take options that were made elsewhere', () => {
    const times: EntryOptions = { ttl: '5m', tags: ['t'] };
    expectTypeOf(cache.getOrSet('b', () => 1, times)).toEqualTypeOf<Promise<number>>();
  });

  it('know the profiles', () => {
    void cache.getOrSet('c', () => 1, { profile: 'search' });
    // @ts-expect-error there is no such profile
    void cache.getOrSet('d', () => 1, { profile: 'nope' }).catch(() => {});
    expectTypeOf(cache).toExtend<Cache>();
  });
});

const idSchema: StandardSchema<{ id: number }> = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value) => ({ value: value as { id: number } }),
  },
};

describe('the types of values with a schema', () => {
  const anything: unknown = { id: 7 };

  it('come from the schema, whatever the loader says', async () => {
    const read = cache.getOrSet('s', () => anything, {
      schema: idSchema,
      profile: 'search',
      tags: (value) => [`t:${value.id}`],
      migrate: (old) => old,
    });
    expectTypeOf(await read).toEqualTypeOf<{ id: number }>();
    const wrapped = cache.wrap(async (id: number) => ({ other: id }) as unknown, {
      key: (id) => key`s:${id}`,
      schema: idSchema,
      tags: (value, id) => [`t:${value.id}:${id}`],
    });
    expectTypeOf(await wrapped(7)).toEqualTypeOf<{ id: number }>();
    expectTypeOf(wrapped.key).parameters.toEqualTypeOf<[id: number]>();
  });

  it('come from a schema of zod as well', async () => {
    const schema = z.object({ at: z.date(), price: z.number().default(0) });
    const read = cache.getOrSet('z', () => ({ at: new Date(0) }), { schema });
    expectTypeOf(await read).toEqualTypeOf<{ at: Date; price: number }>();
    expect(await read).toEqual({ at: new Date(0), price: 0 });
  });
});

describe('the types of a wrapped function', () => {
  it('are those of the function, optional arguments included', async () => {
    const load = async (id: number, lang?: string): Promise<string> => `${id} ${lang}`;
    const wrapped = cache.wrap(load, {
      key: (id, lang) => key`w:${id}:${lang ?? 'en'}`,
      tags: (value, id) => [`t:${value.length}:${id}`],
    });
    expectTypeOf(wrapped.peek).parameters.toEqualTypeOf<[id: number, lang?: string | undefined]>();
    expectTypeOf(await wrapped(1)).toEqualTypeOf<string>();
  });
});

describe('the types of a writer', () => {
  it('come from the value, and ask for a value like it or nothing', () => {
    const product = { id: 7, price: 40 };
    void cache.set('p', product, {
      writer: async (value, { signal, skip }) => {
        expectTypeOf(value).toEqualTypeOf<{ id: number; price: number }>();
        expectTypeOf(signal).toEqualTypeOf<AbortSignal>();
        expectTypeOf(skip).toEqualTypeOf<() => void>();
        return { ...value, price: 41 };
      },
      version: ({ price }) => price,
      tags: ({ id }) => [`t:${id}`],
    });
    void cache.set('p', product, { writer: async () => {} });
    const views = cache.writeBehind<number>(
      async (writes) => {
        expectTypeOf(writes[0]!.value).toEqualTypeOf<number>();
      },
      { tags: (count) => [`t:${count.toFixed()}`], profile: 'search' },
    );
    expectTypeOf(views.set).parameters.toEqualTypeOf<[key: string, value: number]>();
    // @ts-expect-error a count of rows is no product
    void cache.set('p', product, { writer: async () => 1 });
  });
});

describe('the types of plugins, warming and configuration', () => {
  it('keep the profiles of the cache through a plugin', async () => {
    const used = cache.use({
      name: 'typed',
      load: async ({ addTags }, next) => (addTags('t'), next()),
      read: async ({ operation }, next) => (operation === 'find' ? undefined : next()),
      on: { loaded: ({ ms }) => expectTypeOf(ms).toEqualTypeOf<number>() },
    });
    expectTypeOf(used).toEqualTypeOf<typeof cache>();
    expectTypeOf(await used.getOrSet('p', () => 1, { profile: 'search' })).toEqualTypeOf<number>();
    // @ts-expect-error there is no such event
    expect(() => cache.use({ name: 'a', on: { lodaed: () => {} } })).toThrow('the event');
  });

  it('let what a cache says be parsed, made and changed again', async () => {
    const data = parseConfiguration({ loads: { concurrent: 7 } });
    expectTypeOf(data).toEqualTypeOf<Configuration>();
    const made = createCache({ ...data, name: 'typed', profiles: { own: { ttl: '1s' } } });
    await made.getOrSet('a', () => 1, { profile: 'own' });
    made.configure(made.configuration());
    made.configure({ profiles: { own: { ttl: null } }, memory: { maxEntries: 5 } });
    // @ts-expect-error neither text nor number
    expect(() => made.configure({ defaults: { ttl: true } })).toThrow('defaults.ttl');
    await made.close();
  });

  it('take any call as one to warm', async () => {
    const wrapped = cache.wrap((id: number) => id, { key: (id) => key`warm:${id}` });
    const report = await cache.warm({ calls: [1, 2].map((id) => () => wrapped(id)) });
    expectTypeOf(report.ended).toEqualTypeOf<'complete' | 'limit' | 'time' | 'aborted'>();
    expect(report).toMatchObject({ done: 2, failed: 0 });
  });
});
