import { type CacheHealth, healthOf } from './cache-health.ts';
import type { BatchLoader } from './batch-load.ts';
import { checkNames } from './check-options.ts';
import { CountedChanges, type MutateOptions, type WriteOptions } from './counted-changes.ts';
import { CountedReads } from './counted-reads.ts';
import type { Emitter } from './emitter.ts';
import type { Engine } from './engine/engine.ts';
import type { Loader } from './engine/entry-policy.ts';
import type { InvalidateOptions, InvalidationResult } from './engine/invalidator.ts';
import { reveal } from './engine/sealed.ts';
import type { EntryOptionsResolver } from './entry-options.ts';
import { invalidArgument } from './errors.ts';
import type { CacheEvent, CacheEvents, MissReason } from './events.ts';
import { type Inspection, inspect } from './inspection.ts';
import { KeySpace } from './key-space.ts';
import type {
  CheckedReadOptions,
  CheckOptions,
  EntryOptions,
  NamespaceOptions,
  ReadOptions,
} from './options.ts';
import { type Duration, parseDuration } from './policy/duration.ts';
import { ManyReads } from './many-reads.ts';
import { namespacePrefix } from './policy/namespace-prefix.ts';
import type { NeverKeys } from './policy/never-keys.ts';
import type { SchemaOutput, StandardSchema } from './ports/standard-schema.ts';
import { reserveShare } from './reserve-share.ts';
import { type CacheStats, ReadCounters } from './stats.ts';
import type { Targets } from './targets.ts';
import { type CheckedWrapOptions, type Wrapped, type WrapOptions, wrap } from './wrap.ts';

/** What `lookup` tells: a value with its freshness, or why there is none. */
export type Lookup<T> =
  | { readonly hit: true; readonly value: T; readonly state: 'fresh' | 'stale' }
  | { readonly hit: false; readonly reason: MissReason };

/** What a cache or a namespace is made of. */
export interface CacheView {
  readonly engine: Engine;
  readonly emitter: Emitter;
  readonly resolver: EntryOptionsResolver;
  readonly never: NeverKeys;
  /** Put before keys, tags and patterns; '' for the cache itself. */
  readonly prefix: string;
  readonly maxKeyBytes: number;
  readonly evictions: () => number;
}

/** Where values are kept and found again; `createCache` makes one. */
export class Cache<Profile extends string = never> implements AsyncDisposable {
  readonly #view: CacheView;
  readonly #engine: Engine;
  readonly #keys: KeySpace;
  readonly #counters = new ReadCounters();
  readonly #reads: CountedReads;
  readonly #changes: CountedChanges;
  readonly #many: ManyReads;

  /** For `createCache` and `namespace`. */
  constructor(view: CacheView) {
    const { engine, emitter, resolver, prefix, never } = view;
    const counters = this.#counters;
    this.#view = view;
    this.#engine = engine;
    this.#keys = new KeySpace(view);
    this.#reads = new CountedReads({ engine, emitter, counters, prefix, never });
    const { clock } = engine.parts;
    this.#many = new ManyReads({ reads: this.#reads, keys: this.#keys, clock });
    this.#changes = new CountedChanges({ engine, keys: this.#keys, counters, resolver, never });
  }

  /**
   * The value under `key`, from memory, from the remote, or from `loader`: one load for all who ask at once.
   * Rejects with what the loader threw, with ENCODE_FAILED for a value that cannot be cached faithfully, with
   * VALUE_INVALID for one that does not fit the `schema`, and with the signal's reason when the caller left.
   */
  getOrSet<Schema extends StandardSchema>(
    key: string,
    loader: Loader,
    options: CheckedReadOptions<Schema, Profile>,
  ): Promise<SchemaOutput<Schema>>;
  getOrSet<T>(key: string, loader: Loader<T>, options?: ReadOptions<Profile, T>): Promise<T>;
  getOrSet(
    key: string,
    loader: Loader,
    options?: ReadOptions<Profile, never> & CheckOptions<StandardSchema>,
  ): Promise<unknown> {
    const held =
      options?.fresh === true
        ? undefined
        : this.#reads.promise(this.#keys.sought(key), options?.schema);
    return held ?? this.#load(key, loader, options);
  }

  /** The value under `key` from memory or the remote, or undefined when there is none to serve. */
  async get<T = unknown>(
    key: string,
    options?: { readonly fresh?: boolean },
  ): Promise<T | undefined> {
    const found = await this.lookup<T>(key, options);
    return found.hit ? found.value : undefined;
  }

  /** Like `get`, and tells a cached `undefined` from none, fresh from stale, and why there is none. */
  async lookup<T = unknown>(
    key: string,
    options: { readonly fresh?: boolean } = {},
  ): Promise<Lookup<T>> {
    checkNames(options, 'lookup options', ['fresh']);
    const answer = await this.#reads.lookUp(this.#keys.named(key), options.fresh === true);
    if (typeof answer === 'string') return { hit: false, reason: answer };
    const state = answer.stale ? 'stale' : 'fresh';
    return { hit: true, value: reveal(answer.sealed) as T, state };
  }

  /** The value under `key` if this process's memory has it fresh, at once; otherwise undefined. */
  peek<T = unknown>(key: string): T | undefined {
    return this.#reads.peek(this.#keys.sought(key)) as T | undefined;
  }

  /** Whether `get` would find a value, `undefined` and `null` included. */
  async has(key: string): Promise<boolean> {
    const found = await this.#engine.lookUps.one(this.#keys.named(key), false);
    return typeof found !== 'string';
  }

  /**
   * Stores a value that the caller has. Prefer `invalidate` or `mutate` after a change of the source: of two
   * processes that set at once, nobody knows which value is newer. While a mutation covers it, it is not kept.
   */
  async set<T>(
    key: string,
    value: T,
    options: EntryOptions<Profile, T> & WriteOptions = {},
  ): Promise<InvalidationResult> {
    return this.#changes.set(key, value, options as EntryOptions<string, never> & WriteOptions);
  }

  /** The values under several keys, in their order; undefined where there is none. The remote is asked once per node. */
  async getMany<T = unknown>(keys: readonly string[]): Promise<(T | undefined)[]> {
    const names = this.#many.names(keys, 'getMany keys');
    return (await this.#many.get(names)) as (T | undefined)[];
  }

  /**
   * The values under several keys, in their order: from memory, from the remote, asked once per node, or from one call
   * of `load` for all that is missing. A key whose load is under way elsewhere is not loaded again. Rejects with
   * SOME_FAILED, when all have settled, if any has failed.
   */
  async getOrSetMany<T>(
    keys: readonly string[],
    load: BatchLoader<T>,
    options?: ReadOptions<Profile, T>,
  ): Promise<T[]> {
    const names = this.#many.names(keys, 'getOrSetMany keys');
    const policy = this.#view.resolver.resolveRead(
      options as ReadOptions<string, never> | undefined,
      'getOrSetMany options',
    );
    const { signal, fresh = false } = options ?? {};
    const batch = this.#many.batch(keys, load);
    const request = { names, keys, load: batch, policyOf: () => policy, signal, fresh };
    return (await this.#many.getOrSet(request)) as T[];
  }

  /**
   * Stores several values that the caller has, as `set` does each, and all of them or none if an argument is wrong.
   * Resolves with what became of each, in order.
   */
  async setMany<T>(
    entries: Iterable<readonly [key: string, value: T]>,
    options: EntryOptions<Profile, T> & Omit<WriteOptions, 'version'> = {},
  ): Promise<InvalidationResult[]> {
    return this.#changes.setMany([...entries], options as EntryOptions<string, never>);
  }

  /** Invalidates keys: no read that starts after this call, in this process, is answered with what was loaded before it. */
  async invalidate(
    keys: string | readonly string[],
    options: InvalidateOptions = {},
  ): Promise<InvalidationResult> {
    return this.#changes.invalidate({ keys }, options);
  }

  /** Invalidates every value that carries one of the tags, however many they are, in one step. */
  async invalidateTags(
    tags: string | readonly string[],
    options: InvalidateOptions = {},
  ): Promise<InvalidationResult> {
    return this.#changes.invalidate({ tags }, options);
  }

  /** Invalidates every value whose key matches the pattern, however many they are, in one step. */
  async invalidatePattern(
    patterns: string | readonly string[],
    options: InvalidateOptions = {},
  ): Promise<InvalidationResult> {
    return this.#changes.invalidate({ patterns }, options);
  }

  /** Ends the freshness of what it covers: it is loaded anew, and served only if that fails (`staleIfError`). */
  async expire(
    targets: Pick<Targets, 'keys' | 'tags'>,
    options: Pick<InvalidateOptions, 'strict' | 'queue'> = {},
  ): Promise<InvalidationResult> {
    return this.#changes.expire(targets, options);
  }

  /** Invalidates everything in this cache, or in this namespace. */
  async clear(options: InvalidateOptions = {}): Promise<InvalidationResult> {
    return this.#changes.clear(options);
  }

  /**
   * Runs a function that changes the source (a transaction), and invalidates the targets whatever happens:
   * even when this process dies after the commit, nothing old is served. Settles as the function does.
   */
  async mutate<T>(
    targets: Targets,
    run: (signal: AbortSignal) => Promise<T> | T,
    options: MutateOptions = {},
  ): Promise<T> {
    return this.#changes.mutate(targets, run, options);
  }

  /**
   * A function that caches what `load` returns under a key made of its arguments, with the means to look at,
   * refresh and invalidate it by the same arguments. Its options are checked here, once.
   */
  wrap<Load extends (...args: never[]) => unknown, Schema extends StandardSchema>(
    load: Load,
    options: CheckedWrapOptions<Parameters<Load>, Schema, Profile>,
  ): Wrapped<Parameters<Load>, SchemaOutput<Schema>>;
  // Inferred as a whole, so that optional arguments stay optional; behind that by its parts.
  wrap<Load extends (...args: never[]) => unknown>(
    load: Load,
    options: WrapOptions<Parameters<Load>, Awaited<ReturnType<Load>>, Profile>,
  ): Wrapped<Parameters<Load>, Awaited<ReturnType<Load>>>;
  wrap(
    load: (...args: never[]) => unknown,
    options: WrapOptions<never[], never, Profile> & CheckOptions<StandardSchema>,
  ): Wrapped<never[], unknown> {
    const [keys, reads] = [this.#keys, this.#reads];
    return wrap(
      {
        keys,
        reads,
        many: this.#many,
        invalidate: (key) => this.invalidate(key),
        resolve: (entry) => this.#view.resolver.resolve(entry, 'wrap options'),
      },
      load,
      options as unknown as WrapOptions<never[], unknown, string>,
    );
  }

  /** A view whose keys, tags and patterns are its own, with its own defaults, counters and share of memory. */
  namespace(name: string, options: NamespaceOptions<Profile> = {}): Cache<Profile> {
    checkNames(options, 'namespace options', ['defaults', 'memory']);
    const prefix = namespacePrefix(this.#keys.prefix, name);
    const resolver = this.#view.resolver.within(
      options.defaults as EntryOptions<string, never> | undefined,
    );
    if (options.memory !== undefined) {
      reserveShare(this.#engine.parts.memory, prefix, options.memory);
    }
    return new Cache<Profile>({ ...this.#view, prefix, resolver });
  }

  /** Calls `listener` when `event` happens, in the whole cache; returns what ends that. At most 100 an event. */
  on<E extends CacheEvent>(event: E, listener: (event: CacheEvents[E]) => unknown): () => void {
    return this.#view.emitter.on(event, listener);
  }

  /** Where the value of a key is, how old it is, and what would make it a miss. For people, not for decisions. */
  async inspect(key: string): Promise<Inspection> {
    return inspect(this.#engine, this.#keys.named(key));
  }

  /** What this view has done since it was made, and what the cache holds. */
  stats(): CacheStats {
    const { memory } = this.#engine.parts;
    return {
      ...this.#counters,
      evictions: this.#view.evictions(),
      refused: memory.refused,
      entries: memory.count,
      bytes: memory.bytes,
      loading: this.#engine.reader.flights,
      pendingInvalidations: this.#engine.invalidator.pending,
    };
  }

  /** How the cache and its remote are; at most the remote timeout. Never rejects. */
  health(): Promise<CacheHealth> {
    return healthOf(this.#engine);
  }

  /** Resolves when the remote can be used; rejects with NOT_READY after `within`. @default '5s' */
  async ready(options: { readonly within?: Duration } = {}): Promise<void> {
    this.#keys.checkOpen();
    checkNames(options, 'ready options', ['within']);
    const limits = { min: 1, max: 3_600_000 };
    await this.#engine.ready(parseDuration(options.within ?? '5s', 'ready options.within', limits));
  }

  /** Ends loads, timers and connections, for all views of the cache. Afterwards calls reject with CLOSED. */
  async close(): Promise<void> {
    await this.#engine.close();
    this.#view.emitter.clear();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Checks what a hit does not need checked, then reads. Not async: that would cost every read a promise more. */
  #load(
    key: string,
    loader: Loader,
    options: (ReadOptions<string, never> & CheckOptions<StandardSchema>) | undefined,
  ): Promise<unknown> {
    try {
      const name = this.#keys.named(key);
      if (typeof loader !== 'function') throw invalidArgument('the loader', 'a function', loader);
      const policy = this.#view.resolver.resolveRead(options, 'getOrSet options');
      const { signal, fresh = false } = options ?? {};
      return this.#reads.read(name, loader, policy, { signal, fresh });
    } catch (error) {
      return Promise.reject(error as Error);
    }
  }
}
