import type { BatchLoader } from './batch-load.ts';
import type { CacheView } from './cache-view.ts';
import { checkNames, checkSwitch } from './check-options.ts';
import type { CountedReads } from './counted-reads.ts';
import type { Loader } from './engine/loads/loader.ts';
import type { Outcome } from './engine/reads/outcome.ts';
import { reveal } from './engine/memory/sealed.ts';
import { invalidArgument } from './errors.ts';
import type { MissReason } from './events.ts';
import type { KeySpace } from './key-space.ts';
import type { ManyReads } from './many-reads.ts';
import type { CheckedReadOptions, CheckOptions, ReadOptions } from './options.ts';
import type { SchemaOutput, StandardSchema } from './ports/standard-schema.ts';
import type { CheckedWrapOptions, Wrapped, WrapOptions } from './wrap-options.ts';
import { wrap } from './wrap.ts';

/** What `lookup` tells: a value with its freshness, or why there is none. */
export type Lookup<T> =
  | { readonly hit: true; readonly value: T; readonly state: 'fresh' | 'stale' }
  | { readonly hit: false; readonly reason: MissReason };

/** The ways to read a cache: what is there, or what a loader brings. */
export class ReadableCache<Profile extends string = never> {
  readonly #view: CacheView;
  readonly #keys: KeySpace;
  readonly #reads: CountedReads;
  readonly #many: ManyReads;

  constructor(view: CacheView) {
    this.#view = view;
    this.#keys = view.keys;
    this.#reads = view.reads;
    this.#many = view.many;
  }

  /**
   * The value under `key`, from memory, from the remote, or from `loader`: one load for all who ask at once.
   * Rejects with what the loader threw, with LOAD_TIMEOUT when it took too long, with ENCODE_FAILED for a value that
   * cannot be cached faithfully, with VALUE_INVALID for one that does not fit the `schema`, with OVERLOADED when too many
   * loads wait, and with the signal's reason when the caller left; never because the remote is away.
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
    options: { readonly fresh?: boolean } = {},
  ): Promise<T | undefined> {
    const answer = await this.#lookUp(key, options, 'get options');
    return typeof answer === 'string' ? undefined : (reveal(answer.sealed) as T);
  }

  /** Like `get`, and tells a cached `undefined` from none, fresh from stale, and why there is none. */
  async lookup<T = unknown>(
    key: string,
    options: { readonly fresh?: boolean } = {},
  ): Promise<Lookup<T>> {
    const answer = await this.#lookUp(key, options, 'lookup options');
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
    return this.#reads.has(this.#keys.named(key));
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
        invalidate: (key) => this.#view.changes.invalidate({ keys: key }, {}),
        remember: (name, call, keyOf) => this.#remember(name, call, keyOf),
        live: (entry, finish) => this.#view.resolver.live(entry, 'wrap options', finish),
      },
      load,
      options as unknown as WrapOptions<never[], unknown, string>,
    );
  }

  /** What is cached, or why nothing can be served. Throws INVALID_ARGUMENT, which names `field`. */
  #lookUp(
    key: string,
    options: { readonly fresh?: boolean },
    field: string,
  ): Promise<Outcome | MissReason> {
    checkNames(options, field, ['fresh']);
    const { fresh = false } = options;
    checkSwitch(fresh, `${field}.fresh`);
    return this.#reads.lookUp(this.#keys.named(key), fresh);
  }

  #remember<Args extends readonly unknown[]>(
    name: string,
    call: (...args: Args) => unknown,
    keyOf: (...args: Args) => string,
  ): (args: readonly unknown[]) => void {
    if (typeof name !== 'string' || name === '') {
      throw invalidArgument('wrap options.remember', 'a name', name);
    }
    const { memory } = this.#view.engine.parts;
    const tagsOf = (args: Args): readonly string[] => {
      const slot = memory.find(this.#keys.sought(keyOf(...args)));
      return slot === -1 ? [] : memory.tags(slot).map(({ tag }) => tag);
    };
    return this.#view.options.warming.remember(this.#keys.prefix + name, {
      call: (args) => call(...(args as unknown as Args)),
      tagsOf: (args) => tagsOf(args as unknown as Args),
    });
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
