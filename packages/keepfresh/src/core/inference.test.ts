import { describe, expectTypeOf, it } from 'vitest';
import { type Cache, createCache, type EntryOptions, key } from './index.ts';

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
