import { anyKey } from '../core/any-key.ts';
import type { Cache } from '../core/cache.ts';
import { checkCache } from '../core/check-cache.ts';
import { checkNames } from '../core/check-options.ts';
import { exactLifetime } from '../core/exact-lifetime.ts';
import { type Duration, parseDuration } from '../core/policy/duration.ts';
import { defaultMaxTtlMs } from '../core/policy/expiry.ts';

export interface KeyvStoreOptions {
  /** Lifetime of what Keyv gives none; 1 ms to 7 days, which is the longest for all. @default '7d' */
  readonly ttl?: Duration;
}

/** One of several entries to set. */
interface KeyvEntry {
  readonly key: string;
  readonly value: unknown;
  readonly ttl?: number | undefined;
}

/**
 * A cache as the store of a Keyv: `new Keyv({ store: new KeyvStore(cache) })`, for Keyv 5 and 6, which takes it
 * as it takes any store written for 5. A namespace of Keyv is a namespace of the cache, and `clear` empties that in
 * one step. The store does not close the cache, and cannot list its keys. Throws INVALID_ARGUMENT, which names the
 * field.
 */
export class KeyvStore {
  /** Set by Keyv. */
  namespace: string | undefined;
  /** Keyv 5 looks for what a store was made with. */
  readonly opts: Record<string, unknown> = {};
  readonly #cache: Cache<string>;
  readonly #ttlMs: number;
  readonly #views = new Map<string, Cache<string>>();

  constructor(cache: Cache<string>, options: KeyvStoreOptions = {}) {
    checkNames(options, 'KeyvStore options', ['ttl']);
    const limits = { min: 1, max: defaultMaxTtlMs };
    this.#ttlMs = parseDuration(options.ttl ?? '7d', 'KeyvStore options.ttl', limits);
    this.#cache = checkCache(cache, 'the cache of KeyvStore');
  }

  /** Nothing: what fails rejects, and Keyv tells its own listeners. */
  on(_event: string, _listener: (...args: never[]) => void): this {
    return this;
  }

  async get<T = unknown>(key: string): Promise<T | undefined> {
    return this.#view().get<T>(anyKey(key));
  }

  async getMany<T = unknown>(keys: string[]): Promise<(T | undefined)[]> {
    return this.#view().getMany<T>(keys.map(anyKey));
  }

  async has(key: string): Promise<boolean> {
    return this.#view().has(anyKey(key));
  }

  async hasMany(keys: string[]): Promise<boolean[]> {
    return (await this.getMany(keys)).map((value) => value !== undefined);
  }

  /** `ttl` in milliseconds. While the remote is away the value is set here, and elsewhere as soon as it is back. */
  async set(key: string, value: unknown, ttl?: number): Promise<boolean> {
    const options = { ...exactLifetime(ttl ?? this.#ttlMs), queue: true };
    await this.#view().set(anyKey(key), value, options);
    return true;
  }

  async setMany(entries: readonly KeyvEntry[]): Promise<void> {
    await Promise.all(entries.map(({ key, value, ttl }) => this.set(key, value, ttl)));
  }

  /** Invalidates the key everywhere, and tells whether there was a value. */
  async delete(key: string): Promise<boolean> {
    return this.deleteMany([key]);
  }

  /** Invalidates the keys everywhere, and tells whether there was a value of any. */
  async deleteMany(keys: string[]): Promise<boolean> {
    if (keys.length === 0) return false;
    const had = await this.hasMany(keys);
    await this.#view().invalidate(keys.map(anyKey));
    return had.includes(true);
  }

  /** Invalidates all of the namespace, or without one all of the cache. */
  async clear(): Promise<void> {
    await this.#view().clear();
  }

  #view(): Cache<string> {
    const { namespace } = this;
    if (namespace === undefined || namespace === '') return this.#cache;
    const known = this.#views.get(namespace);
    if (known !== undefined) return known;
    const view = this.#cache.namespace(namespace);
    this.#views.set(namespace, view);
    return view;
  }
}
