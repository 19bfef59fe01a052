import keyvTestSuite from '@keyv/test-suite';
import { Keyv as Keyv5 } from 'keyv';
import { Keyv as Keyv6 } from 'keyv-6';
import * as vitest from 'vitest';
import { startRedis } from '../../../test/servers/redis-server.ts';
import { type Cache, createCache } from '../src/core/index.ts';
import { KeyvStore } from '../src/keyv/index.ts';
import { redis } from '../src/redis/index.ts';
import { createTestCache } from '../src/testing/index.ts';

const { afterAll, describe, expect, it } = vitest;

/** What the suite, which is for Keyv 5, asks of Keyv 6 in vain, whatever its store is. */
const changedIn6: Readonly<Record<string, string>> = {
  '.deleteMany([keys]) with nonexistent keys resolves to false':
    'Keyv 6 resolves to a list, which is never falsy',
};

describe.each([
  ['5', Keyv5, {}],
  ['6', Keyv6, changedIn6],
])("Keyv's own suite with Keyv %s", (_, Keyv, changed: Readonly<Record<string, string>>) => {
  const cache: Cache = createCache({ name: 'keyv' });
  afterAll(() => cache.close());
  const runner = {
    ...vitest,
    it: (name: string, run: vitest.TestFunction) => (name in changed ? it.fails : it)(name, run),
  };
  keyvTestSuite(runner as never, Keyv as never, () => new KeyvStore(cache) as never);
});

describe.each([
  ['5', (store: KeyvStore, options?: object) => new Keyv5({ store, ...options })],
  ['6', (store: KeyvStore, options?: object) => new Keyv6({ store, ...options })],
])('a Keyv %s over the cache', (_, over) => {
  it('ends values when Keyv says, and after 7 days what has no end', async () => {
    const { cache, advance, close } = createTestCache();
    const store = new KeyvStore(cache);
    const keyv = over(store, { serialize: undefined });
    await keyv.set('forever', 1);
    // Keyv 6 tells when a value ends by the machine's clock: what that took is taken off.
    await keyv.set('minute', 2, 60_000);
    const prefix = keyv.namespace === undefined ? '' : `${keyv.namespace}:`;
    await advance(20_000);
    expect(await store.has(`${prefix}minute`)).toBe(true);
    await advance(40_001);
    expect(await store.hasMany([`${prefix}minute`, `${prefix}forever`])).toEqual([false, true]);
    await advance(7 * 86_400_000);
    expect(await store.has(`${prefix}forever`)).toBe(false);
    await close();
  });

  it('empties its own namespace, whatever it is called', async () => {
    const cache = createCache({ name: 'keyv' });
    const names = ['a', 'a*', 'a:b', '~'];
    const all = names.map((namespace) => over(new KeyvStore(cache), { namespace }));
    await Promise.all(all.map((keyv, n) => keyv.set('b:k', n)));
    await cache.set('a:k', 'not of a Keyv');
    await all[1]!.clear();
    const left = await Promise.all(all.map((keyv) => (keyv as Keyv6).get<number>('b:k')));
    expect(left).toEqual([0, undefined, 2, 3]);
    expect(cache.peek('a:k')).toBe('not of a Keyv');
    await cache.close();
  });

  it('takes several at once', async () => {
    const cache = createCache({ name: 'keyv' });
    const keyv = over(new KeyvStore(cache));
    await keyv.setMany([
      { key: 'a', value: 1 },
      { key: 'b', value: null, ttl: 60_000 },
    ]);
    expect(await keyv.getMany(['a', 'b', 'c'])).toEqual([1, null, undefined]);
    expect(await keyv.hasMany(['a', 'c'])).toEqual([true, false]);
    await cache.close();
  });
});

describe('with a Redis that processes share', () => {
  it('deletes in every process, and says when that could not be told to all', async () => {
    await using server = await startRedis();
    const [here, there] = [0, 1].map(() =>
      createCache({ name: 'keyv', remote: redis({ url: server.url }) }),
    ) as [Cache, Cache];
    await Promise.all([here.ready(), there.ready()]);
    const failures: unknown[] = [];
    const [mine, theirs] = [here, there].map((cache) => new Keyv5({ store: new KeyvStore(cache) }));
    mine!.on('error', (error) => failures.push(error));

    // A read that a busy machine keeps from Redis for too long is a miss.
    const theirsIs = (value: unknown): Promise<void> =>
      vitest.vi.waitFor(async () => expect(await theirs!.get('product')).toEqual(value), 20_000);
    await mine!.set('product', { price: 40 });
    await theirsIs({ price: 40 });
    await mine!.delete('product');
    await theirsIs(undefined);

    await mine!.set('product', { price: 45 });
    await server.kill();
    expect(await mine!.delete('product')).toBe(false);
    expect(failures.at(-1)).toMatchObject({ code: 'INVALIDATION_PENDING' });
    expect(await mine!.get('product')).toBeUndefined();
    await Promise.all([here.close(), there.close()]);
  }, 90_000);
});

describe('its options', () => {
  it('are checked when it is made', () => {
    const cache = createCache({ name: 'keyv' });
    expect(() => new KeyvStore(cache, { ttl: '8d' })).toThrow(/KeyvStore options\.ttl must be/);
    expect(() => new KeyvStore(cache, { max: 1 } as never)).toThrow(/has no option 'max'; it has/);
    expect(() => new KeyvStore('redis://a' as never)).toThrow(/the cache of KeyvStore must be/);
  });
});
