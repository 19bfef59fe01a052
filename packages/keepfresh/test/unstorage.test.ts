import { createStorage, restoreSnapshot, type Storage } from 'unstorage';
import memoryDriver from 'unstorage/drivers/memory';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Cache, createCache } from '../src/core/index.ts';
import { createTestCache } from '../src/testing/index.ts';
import { unstorageDriver } from '../src/unstorage/index.ts';

class WithJson {
  toJSON(): unknown {
    return { as: 'json' };
  }
}

/** What programs do with a storage, and what they then look at; keys are not listed. */
const programs: Readonly<Record<string, (storage: Storage) => Promise<unknown>>> = {
  'is empty at first': async (storage) => [
    await storage.hasItem('s1:a'),
    await storage.getItem('s2:a'),
    await storage.getItemRaw('s3:a'),
  ],
  'restores a snapshot': async (storage) => {
    await restoreSnapshot(storage as never, { initial: 'works' });
    return storage.getItem('initial');
  },
  'gets what was set, by keys written in any way': async (storage) => {
    await storage.setItem('s1:a', 'text');
    await storage.setItem('/s2/b?q=1', 'more');
    return [
      await storage.hasItem('s1/a'),
      await storage.getItem('s1:a'),
      await storage.get('s2:b'),
    ];
  },
  'keeps what unstorage makes texts of': async (storage) => {
    const values = { a: { b: [1] }, b: true, c: 0, d: false, e: '', f: null, g: new WithJson() };
    for (const [key, value] of Object.entries(values)) await storage.setItem(key, value as never);
    return Promise.all(Object.keys(values).map((key) => storage.getItem(key)));
  },
  'keeps raw bytes and raw objects': async (storage) => {
    await storage.setItemRaw('bytes', new Uint8Array([1, 2, 255]));
    await storage.setItemRaw('object', { a: 1 });
    return [
      [...(await storage.getItemRaw<Uint8Array>('bytes'))!],
      await storage.getItemRaw('object'),
    ];
  },
  'sets and gets several': async (storage) => {
    await storage.setItems([1, 2, 3].map((n) => ({ key: `t:${n}`, value: `text ${n}` })));
    return storage.getItems([{ key: 't:1' }, 't:3', 't:4']);
  },
  'removes an item, by undefined too': async (storage) => {
    await storage.setItems(['a', 'b', 'c'].map((key) => ({ key, value: key })));
    await storage.removeItem('a');
    await storage.setItem('b', undefined as never);
    return storage.getItems(['a', 'b', 'c']);
  },
  'keeps meta data beside an item': async (storage) => {
    await storage.setItem('a', 1);
    await storage.setMeta('a', { mtime: new Date(0), of: 'me' });
    const { mtime, of } = await storage.getMeta('a');
    await storage.removeItem('a', { removeMeta: true });
    return [mtime, of, await storage.getMeta('a')];
  },
  'clears all, more than once': async (storage) => {
    await storage.setItems(['a', 'b:c'].map((key) => ({ key, value: key })));
    await storage.clear();
    await storage.clear();
    return storage.getItems(['a', 'b:c']);
  },
};

let cache: Cache;
beforeEach(() => {
  cache = createCache({ name: 'storage' });
});
afterEach(() => cache.close());

describe('what a program sees', () => {
  it.each(Object.entries(programs))(
    "is what it sees with unstorage's memory: %s",
    async (_, run) => {
      const theirs = await run(createStorage({ driver: memoryDriver() }));
      expect(await run(createStorage({ driver: unstorageDriver(cache) }))).toEqual(theirs);
    },
  );
});

describe('a driver over the cache', () => {
  it('ends items after seconds, and after the default what has no time', async () => {
    const { cache: test, advance, close } = createTestCache();
    const storage = createStorage({ driver: unstorageDriver(test, { ttl: '1h' }) });
    await storage.setItem('second', 1, { ttl: 1 });
    await storage.setItems([
      { key: 'two', value: 2, options: { ttl: 2 } },
      { key: 'hour', value: 3 },
    ]);
    await storage.setItemRaw('raw', new Uint8Array(1), { ttl: 1 });
    await advance(1_000);
    const keys = ['second', 'raw', 'two', 'hour'];
    const has = (): Promise<boolean[]> => Promise.all(keys.map((key) => storage.hasItem(key)));
    expect(await has()).toEqual([false, false, true, true]);
    await advance(3_599_000);
    expect(await has()).toEqual([false, false, false, false]);
    await close();
  });

  it('clears a base and nothing else, whatever it is called', async () => {
    const bases = ['a', 'a*', 'ab', '[a]', 'a\\', '~a', '%~a', '?'];
    const driver = unstorageDriver(cache);
    for (const base of bases) {
      await driver.setItems(bases.map((each) => ({ key: `${each}:k`, value: each })));
      await driver.clear(`${base}:`);
      for (const each of bases) {
        expect(await driver.hasItem(`${each}:k`), `${each} after ${base}`).toBe(each !== base);
      }
    }
  });

  it('is one mount beside others', async () => {
    const storage = createStorage().mount('cached', unstorageDriver(cache.namespace('a')));
    storage.mount('more', unstorageDriver(cache.namespace('b')));
    await storage.setItem('cached:x', 1);
    await storage.setItem('more:x', 2);
    await storage.clear('cached');
    expect([await storage.getItem('cached:x'), await storage.getItem('more:x')]).toEqual([null, 2]);
    await storage.dispose();
    expect((await cache.health()).status).toBe('up');
  });

  it('says that it cannot list keys, rather than that there are none', async () => {
    const storage = createStorage({ driver: unstorageDriver(cache) });
    await expect(storage.getKeys()).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
  });

  it('checks its options when it is made', () => {
    expect(() => unstorageDriver(cache, { ttl: '8d' })).toThrow(
      /unstorageDriver options\.ttl must/,
    );
    expect(() => unstorageDriver(cache, { base: '' } as never)).toThrow(/has no option 'base'/);
    expect(() => unstorageDriver({ get() {} } as never)).toThrow(/without getOrSet, invalidate/);
  });
});
