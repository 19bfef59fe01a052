import type { Cache } from '../core/cache.ts';
import { checkCache } from '../core/check-cache.ts';
import { checkNames } from '../core/check-options.ts';
import { CacheError } from '../core/errors.ts';
import { exactLifetime } from '../core/exact-lifetime.ts';
import { type Duration, parseDuration } from '../core/policy/duration.ts';
import { defaultMaxTtlMs } from '../core/policy/expiry.ts';

export interface UnstorageDriverOptions {
  /** Lifetime of what is set without one; 1 ms to 7 days, which is the longest for all. @default '7d' */
  readonly ttl?: Duration;
}

/** What unstorage hands over with an item; `ttl` is in seconds. */
interface ItemOptions {
  readonly ttl?: number;
}

/** One of several items; the value is there to be set. */
export interface UnstorageItem {
  readonly key: string;
  readonly value?: unknown;
  readonly options?: ItemOptions;
}

/** A driver as `createStorage` of unstorage takes it. */
export interface UnstorageDriver {
  readonly name: 'keepfresh';
  readonly flags: { readonly ttl: true };
  getInstance(): Cache<string>;
  hasItem(key: string): Promise<boolean>;
  getItem(key: string): Promise<string | null>;
  getItems(items: readonly UnstorageItem[]): Promise<{ key: string; value: string | null }[]>;
  getItemRaw(key: string): Promise<unknown>;
  setItem(key: string, value: string, options?: ItemOptions): Promise<void>;
  setItems(items: readonly UnstorageItem[], common?: ItemOptions): Promise<void>;
  setItemRaw(key: string, value: unknown, options?: ItemOptions): Promise<void>;
  removeItem(key: string): Promise<void>;
  clear(base?: string): Promise<void>;
  getKeys(): Promise<string[]>;
}

/**
 * A cache as a driver of unstorage: `createStorage({ driver: unstorageDriver(cache) })`. Keys are those of unstorage.
 * `clear` is one step; keys cannot be listed, so `getKeys` rejects with NOT_SUPPORTED. The driver does not
 * close the cache. Throws INVALID_ARGUMENT, which names the field.
 */
export function unstorageDriver(
  cache: Cache<string>,
  options: UnstorageDriverOptions = {},
): UnstorageDriver {
  checkCache(cache, 'the cache of unstorageDriver');
  checkNames(options, 'unstorageDriver options', ['ttl']);
  const limits = { min: 1, max: defaultMaxTtlMs };
  const otherwise = parseDuration(options.ttl ?? '7d', 'unstorageDriver options.ttl', limits);
  const get = async (key: string): Promise<unknown> => (await cache.get(nameOf(key))) ?? null;
  const set = async (key: string, value: unknown, { ttl }: ItemOptions = {}): Promise<void> => {
    const lifetime = exactLifetime(ttl === undefined || ttl <= 0 ? otherwise : ttl * 1_000);
    // While the remote is away the value is set here, and elsewhere as soon as it is back.
    await cache.set(nameOf(key), value, { ...lifetime, queue: true });
  };
  return {
    name: 'keepfresh',
    flags: { ttl: true },
    getInstance: () => cache,
    hasItem: (key) => cache.has(nameOf(key)),
    getItem: get as (key: string) => Promise<string | null>,
    getItemRaw: get,
    async getItems(items) {
      const values = await cache.getMany<string>(items.map(({ key }) => nameOf(key)));
      return items.map(({ key }, n) => ({ key, value: values[n] ?? null }));
    },
    setItem: set,
    setItemRaw: set,
    async setItems(items, common) {
      await Promise.all(
        items.map(({ key, value, options: own }) => set(key, value, { ...common, ...own })),
      );
    },
    async removeItem(key) {
      await cache.invalidate(nameOf(key));
    },
    async clear(base = '') {
      await cache.invalidatePattern(`${literal(nameOf(base))}*`);
    },
    getKeys: () => Promise.reject(notListed()),
  };
}

/** A key must not begin with `~`. The same is done to the beginning of keys, so that it still is one. */
function nameOf(key: string): string {
  return /^[~%]/.test(key) ? `%${key}` : key;
}

/** Text that means itself in a pattern. */
function literal(text: string): string {
  return text.replace(/[\\*?[\]]/g, '\\$&');
}

/** An empty list would say that there is nothing, and a snapshot or a migration would lose everything. */
function notListed(): CacheError {
  return new CacheError(
    'NOT_SUPPORTED',
    'getKeys cannot list the keys of a cache; clear and removeItem work without it',
  );
}
