import { describe, expect, it } from 'vitest';
import { oneCache } from '../../test/one-cache.ts';
import { currentLoad } from './current-load.ts';
import type { LoadContext } from './engine/loads/loader.ts';

const later = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the current load', () => {
  it('lets the source of a wrapped function add tags, set its time to live and skip', async () => {
    const { cache, advance } = oneCache();
    let loads = 0;
    const user = cache.wrap(
      async (id: number) => {
        const load = currentLoad();
        await later();
        load.addTags(`org:${id % 2}`);
        load.setTtl('1h');
        if (id === 3) load.skip();
        return `${id} by load ${++loads} of ${load.key}`;
      },
      { key: (id) => `user:${id}`, ttl: 10, jitter: 0 },
    );
    expect(await user(1)).toBe('1 by load 1 of user:1');
    await advance(60_000);
    expect(await user(1)).toBe('1 by load 1 of user:1');
    await cache.invalidateTags('org:1');
    expect(await user(1)).toBe('1 by load 2 of user:1');
    await user(3);
    expect(await user(3)).toBe('3 by load 4 of user:3');
  });

  it('lets it confirm the value from before, which unless is not asked about', async () => {
    const { cache } = oneCache();
    const asked: unknown[] = [];
    const unless = (value: unknown): boolean => {
      asked.push(value);
      return false;
    };
    const feed = cache.wrap(
      () => {
        const { stale, notModified } = currentLoad();
        return stale === undefined ? { etag: 1 } : notModified();
      },
      { key: () => 'feed', staleIfError: '1d', unless },
    );
    expect(await feed()).toEqual({ etag: 1 });
    await cache.expire({ keys: 'feed' });
    expect(await feed()).toEqual({ etag: 1 });
    expect(asked).toEqual([{ etag: 1 }]);
  });

  it('is that of each source, also where one calls another and several run at once', async () => {
    const { cache } = oneCache();
    const seen: string[] = [];
    const inner = cache.wrap(
      (id: number) => {
        seen.push(currentLoad().key);
        return id;
      },
      { key: (id) => `inner:${id}` },
    );
    const outer = cache.wrap(
      async (id: number) => {
        const value = inner(id);
        seen.push(currentLoad().key);
        return await value;
      },
      { key: (id) => `outer:${id}` },
    );
    await Promise.all([outer(1), outer(2)]);
    expect(seen.toSorted()).toEqual(['inner:1', 'inner:2', 'outer:1', 'outer:2']);
    await outer.refresh(1);
    expect(seen.filter((name) => name === 'outer:1')).toHaveLength(2);
  });

  it('is known through hooks that wait before the source is called, and of keys that are never cached', async () => {
    const { cache } = oneCache({ never: ['secret'] });
    const hooked = cache.use({
      name: 'slow',
      load: async (_context, next) => {
        await later();
        return next();
      },
    });
    for (const name of ['open', 'secret']) {
      const wrapped = hooked.wrap(() => currentLoad().key, { key: () => name });
      expect(await wrapped()).toBe(name);
    }
  });

  it('ends with the first await, and when the source throws', async () => {
    const { cache } = oneCache();
    const late = cache.wrap(
      async () => {
        await later();
        return currentLoad().key;
      },
      { key: () => 'late' },
    );
    const message =
      'currentLoad() must be called by the source of a cached function before its first await';
    await expect(late()).rejects.toThrow(message);
    const failing = cache.wrap(
      (): number => {
        throw new Error(currentLoad().key);
      },
      { key: () => 'failing' },
    );
    await expect(failing()).rejects.toThrow('failing');
    expect(() => currentLoad()).toThrow(message);
  });

  it('is one of several for a batch, which gets a context for each', async () => {
    const { cache } = oneCache();
    const user = cache.wrap((id: number) => `${id}`, {
      key: (id) => `user:${id}`,
      loadMany: (ids, contexts: readonly LoadContext[]) =>
        ids.map((id, n) => {
          contexts[n]!.addTags(`org:${id}`);
          return `${id} of ${ids.length}`;
        }),
    });
    expect(await user.many([1, 2])).toEqual(['1 of 2', '2 of 2']);
    await cache.invalidateTags('org:1');
    expect(await user.many([1, 2])).toEqual(['1 of 1', '2 of 2']);
  });
});
