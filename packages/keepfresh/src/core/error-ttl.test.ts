import { describe, expect, it } from 'vitest';
import { oneCache } from '../../test/one-cache.ts';
import { twoCaches } from '../../test/two-caches.ts';
import type { TestCache, TestCacheOptions } from '../testing/create-test-cache.ts';
import { CacheError } from './errors.ts';
import type { LoadContext } from './engine/loads/loader.ts';
import type { ReadOptions } from './options.ts';

class Down extends Error {
  override readonly name = 'Down';
  readonly code = 'ECONNREFUSED';
}

/** A source that fails while it is down. */
class Source {
  loads = 0;
  isDown = true;
  readonly load = (): number => {
    this.loads++;
    if (this.isDown) throw new Down(`no answer to load ${this.loads}`);
    return this.loads;
  };
}

const options = { errorTtl: '5s', tags: ['t'] } as const;

function setUp(): { readonly test: TestCache; readonly source: Source } {
  return { test: oneCache(), source: new Source() };
}

/** What a read brings: its value, or the message of its error. */
async function read(
  { cache }: Pick<TestCache, 'cache'>,
  source: Source,
  given: ReadOptions = options,
): Promise<unknown> {
  return cache.getOrSet('k', source.load, given).catch((error: Error) => error.message);
}

describe('the error of a loader', () => {
  it('is given to nobody else unless that was asked for', async () => {
    const { test, source } = setUp();
    await read(test, source, {});
    expect(await read(test, source)).toBe('no answer to load 2');
    // This one did not ask, though the one before did.
    expect(await read(test, source, {})).toBe('no answer to load 3');
  });

  it('is given with its name, message and code, and without its stack, instead of another try', async () => {
    const { test, source } = setUp();
    const first: unknown = await test.cache.getOrSet('k', source.load, options).catch(String);
    expect(first).toContain('Down: no answer to load 1');
    const given = (await test.cache
      .getOrSet('k', source.load, options)
      .catch((error: unknown) => error)) as CacheError;
    expect(given).toMatchObject({ code: 'LOAD_FAILED', message: 'no answer to load 1' });
    const cause = given.cause as Down;
    expect(cause).toMatchObject({ name: 'Down', code: 'ECONNREFUSED' });
    expect(cause).not.toBeInstanceOf(Down);
    expect(cause.stack).toBeUndefined();
    expect(source.loads).toBe(1);
    expect(test.cache.stats()).toMatchObject({ misses: 2, loads: 0, loadFailures: 2 });
    const told = test.events.map(({ event }) => event);
    expect(told.filter((event) => event === 'load.failed')).toHaveLength(1);
    expect(told.filter((event) => event === 'miss')).toHaveLength(2);
  });

  it('is given for as long as was said', async () => {
    const { test, source } = setUp();
    await read(test, source);
    await test.advance(4_999);
    expect(await read(test, source)).toBe('no answer to load 1');
    await test.advance(1);
    expect(await read(test, source)).toBe('no answer to load 2');
  });

  it('may be asked for by the cache, a profile, a namespace and a wrapped function', async () => {
    const test = oneCache({
      defaults: { errorTtl: '5s' },
      profiles: { strict: { errorTtl: 0 } },
    } as TestCacheOptions);
    const source = new Source();
    await read(test, source, {});
    expect(await read(test, source, {})).toBe('no answer to load 1');
    expect(await read(test, source, { profile: 'strict' } as never)).toBe('no answer to load 2');
    const space = test.cache.namespace('n', { defaults: { errorTtl: 0 } });
    const wrapped = space.wrap(source.load, { key: () => 'w', errorTtl: '5s' });
    for (let n = 0; n < 2; n++) await expect(wrapped()).rejects.toThrow('load 3');
    expect(() => test.cache.configure({ defaults: { errorTtl: '2h' } })).toThrow(
      /defaults\.errorTtl must be .* to '1h'/,
    );
    test.cache.configure({ defaults: { errorTtl: 0 } });
    expect(await read(test, source, {})).toBe('no answer to load 4');
  });

  const endings: Record<string, (test: TestCache, source: Source) => Promise<unknown>> = {
    'an invalidation of its key': ({ cache }) => cache.invalidate('k'),
    'an invalidation of a tag that was given for it': ({ cache }) => cache.invalidateTags('t'),
    'an invalidation by a pattern': ({ cache }) => cache.invalidatePattern('k*'),
    'clearing the cache': ({ cache }) => cache.clear(),
    'expiring its key': ({ cache }) => cache.expire({ keys: 'k' }),
    'a mutation of its key': ({ cache }) => cache.mutate({ keys: ['k'] }, () => undefined),
    'a refresh that succeeds, when its value has ended': async ({ cache, advance }, source) => {
      source.isDown = false;
      await cache.wrap(source.load, { key: () => 'k', ttl: 10, jitter: 0 }).refresh();
      source.isDown = true;
      await advance(11);
    },
    'a value that is set, when that has ended': async ({ cache, advance }) => {
      await cache.set('k', 7, { ttl: 10, jitter: 0 });
      await advance(11);
    },
    'a value written through, when that has ended': async ({ cache, advance }) => {
      await cache.set('k', 7, { ttl: 10, jitter: 0, writer: () => {} });
      await advance(11);
    },
  };

  for (const [ending, end] of Object.entries(endings)) {
    it(`is over after ${ending}`, async () => {
      const { test, source } = setUp();
      await read(test, source);
      expect(await read(test, source)).toBe('no answer to load 1');
      await end(test, source);
      const { loads } = source;
      expect(await read(test, source)).toBe(`no answer to load ${loads + 1}`);
    });
  }

  it('is over when a tag is invalidated that the loader named, or that its old value had', async () => {
    const { test, source } = setUp();
    const failing = (context: LoadContext): number => {
      context.addTags('named');
      return source.load();
    };
    const get = (load: (context: LoadContext) => number): Promise<unknown> =>
      test.cache
        .getOrSet('k', load, { ...options, ttl: 100, tags: () => ['old'] })
        .catch(() => source.loads);
    await get(() => 0);
    await test.advance(101);
    expect(await get(failing)).toBe(1);
    expect(await get(failing)).toBe(1);
    await test.cache.invalidateTags('old');
    expect(await get(failing)).toBe(2);
    expect(await get(failing)).toBe(2);
    await test.cache.invalidateTags('named');
    expect(await get(failing)).toBe(3);
    const user = test.cache.wrap(async (_id: number) => source.load(), {
      key: (id) => `user:${id}`,
      errorTtl: '5s',
      tags: (_user, id) => [`org:${id}`],
    });
    await expect(user(7)).rejects.toThrow('load 4');
    await expect(user(7)).rejects.toThrow('load 4');
    await test.cache.invalidateTags('org:7');
    await expect(user(7)).rejects.toThrow('load 5');
  });

  it('is not remembered when its key was invalidated, or was being changed, while it was loaded', async () => {
    const { test, source } = setUp();
    const slow = async (): Promise<number> => {
      await new Promise<void>((resolve) => void test.clock.schedule(100, resolve));
      return source.load();
    };
    const slowly = async (meanwhile: () => unknown): Promise<void> => {
      const answer = test.cache.getOrSet('k', slow, options).catch(() => undefined);
      await test.advance(50);
      await meanwhile();
      await test.advance(50);
      await answer;
    };
    await slowly(() => test.cache.invalidate('k'));
    expect(await read(test, source)).toBe('no answer to load 2');
    await test.cache.invalidate('k');
    let commit = (): void => {};
    void test.cache.mutate({ keys: ['k'] }, () => new Promise<void>((done) => (commit = done)));
    await test.advance(0);
    await slowly(() => undefined);
    expect(await read(test, source)).toBe('no answer to load 4');
    commit();
  });

  it('is passed over by reads that want what is fresh, and by refreshes', async () => {
    const { test, source } = setUp();
    await read(test, source);
    expect(await read(test, source, { ...options, fresh: true })).toBe('no answer to load 2');
    const wrapped = test.cache.wrap(source.load, { key: () => 'k', ...options });
    await expect(wrapped.refresh()).rejects.toThrow('no answer to load 3');
    await expect(wrapped()).rejects.toThrow('no answer to load 3');
  });

  it('gives way to a stale value that staleIfError allows, and no refresh is tried meanwhile', async () => {
    const { test, source } = setUp();
    source.isDown = false;
    const given = {
      ...{ ...options, ttl: 100, jitter: 0, staleIfError: '1h', retryAfter: 0 },
      staleWhileRevalidate: 50,
    } as const;
    await read(test, source, given);
    source.isDown = true;
    await test.advance(200);
    expect(await read(test, source, given)).toBe(1);
    expect(await read(test, source, given)).toBe(1);
    expect(source.loads).toBe(2);
    await test.advance(5_000);
    expect(await read(test, source, given)).toBe(1);
    expect(source.loads).toBe(3);
  });

  it('is remembered of a load that took too long, and of a value that does not fit its schema', async () => {
    const test = oneCache();
    let loads = 0;
    const hang = (): Promise<never> => {
      loads++;
      return new Promise(() => {});
    };
    const slow = (): Promise<unknown> =>
      test.cache.getOrSet('k', hang, { ...options, loadTimeout: 10 }).catch((error) => error);
    const first = slow();
    await test.advance(10);
    expect(await first).toMatchObject({ code: 'LOAD_TIMEOUT' });
    expect(await slow()).toMatchObject({ code: 'LOAD_FAILED', cause: { code: 'LOAD_TIMEOUT' } });
    expect(loads).toBe(1);
    const schema = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: () => ({ issues: [{ message: 'no' }] }),
      },
    } as const;
    const source = new Source();
    source.isDown = false;
    for (const code of ['VALUE_INVALID', 'LOAD_FAILED']) {
      const answer = test.cache.getOrSet('s', source.load, { errorTtl: '5s', schema } as never);
      await expect(answer).rejects.toMatchObject({ code });
    }
    expect(source.loads).toBe(1);
  });

  it('is not remembered where the loader says skip, of keys that are never cached, nor of who was refused a load', async () => {
    const test = oneCache({ never: ['m*'], loads: { concurrent: 1, queued: 0 } });
    const source = new Source();
    const skip = (context: LoadContext): number => {
      context.skip();
      return source.load();
    };
    for (const expected of [1, 2])
      await expect(test.cache.getOrSet('k', skip, options)).rejects.toThrow(`load ${expected}`);
    for (const expected of [3, 4])
      await expect(test.cache.getOrSet('m', source.load, options)).rejects.toThrow(
        `load ${expected}`,
      );
    void test.cache.getOrSet('other', () => new Promise(() => {}), options).catch(() => {});
    const refused = test.cache.getOrSet('k2', source.load, options);
    await expect(refused).rejects.toMatchObject({ code: 'OVERLOADED' });
    const again = test.cache.getOrSet('k2', source.load, options);
    await expect(again).rejects.toMatchObject({ code: 'OVERLOADED' });
  });

  it('fails its key alone among several, and is not loaded again with them', async () => {
    const test = oneCache();
    const batches: (readonly string[])[] = [];
    const many = (): Promise<unknown> =>
      test.cache.getOrSetMany(
        ['a', 'b'],
        (keys: readonly string[]) => {
          batches.push(keys);
          return keys.map((name) => (name === 'a' ? new Down('no a') : name));
        },
        { errorTtl: '5s' },
      );
    await expect(many()).rejects.toMatchObject({ code: 'SOME_FAILED' });
    await expect(many()).rejects.toMatchObject({
      cause: [
        { status: 'rejected', reason: { code: 'LOAD_FAILED', message: 'no a' } },
        { status: 'fulfilled', value: 'b' },
      ],
    });
    expect(batches).toEqual([['a', 'b']]);
  });
});

describe('the error of a loader, of several processes', () => {
  it('stays in the process whose source failed', async () => {
    const { one, other } = twoCaches();
    const source = new Source();
    await read(one, source);
    expect(await read(other, source)).toBe('no answer to load 2');
    expect(await read(one, source)).toBe('no answer to load 1');
  });

  it('gives way to a value that another one has stored', async () => {
    const { one, other } = twoCaches();
    const source = new Source();
    await read(one, source);
    source.isDown = false;
    expect(await read(other, source)).toBe(2);
    await expect.poll(() => read(one, source), { timeout: 20_000 }).toBe(2);
    expect(source.loads).toBe(2);
  });

  it('is over when another one invalidates its key', async () => {
    const { one, other, advance } = twoCaches();
    const source = new Source();
    await read(one, source, { errorTtl: '1h' });
    await other.cache.invalidate('k');
    await advance(1_001);
    expect(await read(one, source, { errorTtl: '1h' })).toBe('no answer to load 2');
  });
});
