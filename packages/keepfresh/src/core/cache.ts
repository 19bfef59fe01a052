import { checkNames, oneOf } from './check-options.ts';
import { CountedReads, plainRead } from './counted-reads.ts';
import { type CacheHealth, healthOf } from './cache-health.ts';
import { type Inspection, inspect } from './inspection.ts';
import type { Emitter } from './emitter.ts';
import type { Engine } from './engine/engine.ts';
import type { Loader } from './engine/entry-policy.ts';
import type { InvalidateOptions, InvalidationResult } from './engine/invalidator.ts';
import { reveal } from './engine/sealed.ts';
import { entryNames, type EntryOptionsResolver } from './entry-options.ts';
import { CacheError, invalidArgument } from './errors.ts';
import type { CacheEvent, CacheEvents, MissReason } from './events.ts';
import type { EntryOptions, ReadOptions } from './options.ts';
import { type Duration, parseDuration } from './policy/duration.ts';
import { checkKey } from './policy/key-check.ts';
import { namespacePrefix } from './policy/namespace-prefix.ts';
import { checkTags } from './policy/tag-list.ts';
import type { HoldBan } from './ports/log.ts';
import { type CacheStats, ReadCounters } from './stats.ts';
import { checkTargets, type Targets } from './targets.ts';
import { type Wrapped, type WrapOptions, wrap } from './wrap.ts';

/** What `lookup` tells: a value with its freshness, or why there is none. */
export type Lookup<T> =
  | { readonly hit: true; readonly value: T; readonly state: 'fresh' | 'stale' }
  | { readonly hit: false; readonly reason: MissReason };

/** What `set` takes beside the options of the entry. */
export interface WriteOptions extends Pick<InvalidateOptions, 'strict' | 'queue'> {
  /**
   * Version of the value in its source, a whole number that only grows (a row version, a commit number):
   * a smaller one never replaces a larger. Readers of a change log and writers that race need it. @default 0: none
   */
  readonly version?: number;
}

/** How `mutate` treats its marker, in addition to what it invalidates. */
export interface MutateOptions {
  /**
   * Longest time the function takes, 1 ms to 1 hour: its signal is aborted then, and loads are stored again.
   * Give the database transaction the same limit. @default '30s'
   */
  readonly timeout?: Duration;
  /** `required`: reject with MARKER_FAILED, without running, when the remote cannot hold the marker. @default 'preferred' */
  readonly marker?: 'preferred' | 'required';
  /** Told when the invalidation after the function could not be placed everywhere yet; it is tried again. */
  readonly onPending?: (error: unknown) => void;
}

/** What a cache or a namespace is made of. */
export interface CacheView {
  readonly engine: Engine;
  readonly emitter: Emitter;
  readonly resolver: EntryOptionsResolver;
  /** Put before keys, tags and patterns; '' for the cache itself. */
  readonly prefix: string;
  readonly maxKeyBytes: number;
  readonly evictions: () => number;
}

/** Where values are kept and found again; `createCache` makes one. */
export class Cache<Profile extends string = never> implements AsyncDisposable {
  readonly #view: CacheView;
  readonly #engine: Engine;
  readonly #prefix: string;
  readonly #counters = new ReadCounters();
  readonly #reads: CountedReads;

  /** For `createCache` and `namespace`. */
  constructor(view: CacheView) {
    this.#view = view;
    this.#engine = view.engine;
    this.#prefix = view.prefix;
    this.#reads = new CountedReads({
      engine: view.engine,
      emitter: view.emitter,
      counters: this.#counters,
      tagPrefix: view.prefix,
    });
  }

  /**
   * The value under `key`, from memory, from the remote, or from `loader`: one load for all who ask at once.
   * Rejects with what the loader threw, with ENCODE_FAILED for a value that cannot be cached faithfully, and
   * with the signal's reason when the caller left.
   */
  getOrSet<T>(key: string, loader: Loader<T>, options?: ReadOptions<Profile, T>): Promise<T> {
    const name = this.#prefix + key;
    const slot = options?.fresh === true ? -1 : this.#reads.find(name);
    if (slot !== -1) return Promise.resolve(this.#reads.take(name, slot) as T);
    return this.#load(key, loader as Loader, options as ReadOptions<string, never>) as Promise<T>;
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
    const answer = await this.#reads.lookUp(this.#key(key), options.fresh === true);
    if (typeof answer === 'string') return { hit: false, reason: answer };
    const state = answer.stale ? 'stale' : 'fresh';
    return { hit: true, value: reveal(answer.sealed) as T, state };
  }

  /** The value under `key` if this process's memory has it fresh, at once; otherwise undefined. */
  peek<T = unknown>(key: string): T | undefined {
    const name = this.#prefix + key;
    const slot = this.#reads.find(name);
    return slot === -1 ? undefined : (this.#reads.take(name, slot) as T);
  }

  /** Whether `get` would find a value, `undefined` and `null` included. */
  async has(key: string): Promise<boolean> {
    const found = await this.#engine.reader.lookUp({ key: this.#key(key), fresh: false });
    return typeof found !== 'string';
  }

  /**
   * Stores a value that the caller has. Prefer `invalidate` or `mutate` after a change of the source: of two
   * processes that set at once, nobody knows which value is newer.
   */
  async set<T>(
    key: string,
    value: T,
    options: EntryOptions<Profile, T> & WriteOptions = {},
  ): Promise<InvalidationResult> {
    const name = this.#key(key);
    checkNames(options, 'set options', [...entryNames, 'strict', 'queue', 'version']);
    const { strict, queue, version = 0, ...entry } = options;
    if (!Number.isSafeInteger(version) || version < 0) {
      throw invalidArgument('set options.version', 'a whole number from 0 to 2^53 - 1', version);
    }
    const policy = this.#view.resolver.resolve(entry as EntryOptions<string, never>, 'set options');
    const tags = checkTags(policy.tags(value), 'set options.tags', this.#prefix);
    this.#counters.writes++;
    return this.#engine.writer.write({
      key: name,
      value,
      tags,
      policy,
      version,
      options: checkModes({ strict, queue }),
    });
  }

  /** Invalidates keys: no read that starts after this call, in this process, is answered with what was loaded before it. */
  async invalidate(
    keys: string | readonly string[],
    options: InvalidateOptions = {},
  ): Promise<InvalidationResult> {
    return this.#invalidate({ keys }, options);
  }

  /** Invalidates every value that carries one of the tags, however many they are, in one step. */
  async invalidateTags(
    tags: string | readonly string[],
    options: InvalidateOptions = {},
  ): Promise<InvalidationResult> {
    return this.#invalidate({ tags }, options);
  }

  /** Invalidates every value whose key matches the pattern, however many they are, in one step. */
  async invalidatePattern(
    patterns: string | readonly string[],
    options: InvalidateOptions = {},
  ): Promise<InvalidationResult> {
    return this.#invalidate({ patterns }, options);
  }

  /** Ends the freshness of what it covers: it is loaded anew, and served only if that fails (`staleIfError`). */
  async expire(
    targets: Pick<Targets, 'keys' | 'tags'>,
    options: Pick<InvalidateOptions, 'strict' | 'queue'> = {},
  ): Promise<InvalidationResult> {
    checkNames(targets, 'expire targets', ['keys', 'tags']);
    checkModes(options, ['strict', 'queue']);
    const { covers } = this.#targets(targets, 'expire targets', true);
    this.#counters.invalidations++;
    return this.#engine.invalidator.invalidate({ bans: covers, keys: [] }, options);
  }

  /** Invalidates everything in this cache, or in this namespace. */
  async clear(options: InvalidateOptions = {}): Promise<InvalidationResult> {
    this.#open();
    this.#counters.invalidations++;
    const everything = { kind: 'pattern', pattern: `${this.#prefix}*` } as const;
    const ban = this.#prefix === '' ? { kind: 'clear' as const } : everything;
    const bans = [...this.#settling([everything], options), ban];
    return this.#engine.invalidator.invalidate({ bans, keys: [] }, checkModes(options));
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
    const { keys, covers } = this.#targets(targets, 'mutate targets', false);
    checkNames(options, 'mutate options', ['timeout', 'marker', 'onPending']);
    if (typeof run !== 'function')
      throw invalidArgument('the second argument of mutate', 'a function', run);
    this.#counters.invalidations++;
    return this.#engine.mutator.mutate({
      covers,
      keys,
      run,
      timeoutMs: parseDuration(options.timeout ?? '30s', 'mutate options.timeout', {
        min: 1,
        max: 3_600_000,
      }),
      markerRequired:
        oneOf(options.marker, 'mutate options.marker', ['preferred', 'required']) === 'required',
      onPending: options.onPending,
    });
  }

  /**
   * A function that caches what `load` returns under a key made of its arguments, with the means to look at,
   * refresh and invalidate it by the same arguments. Its options are checked here, once.
   */
  wrap<Load extends (...args: never[]) => unknown>(
    load: Load,
    options: WrapOptions<Parameters<Load>, Awaited<ReturnType<Load>>, Profile>,
  ): Wrapped<Parameters<Load>, Awaited<ReturnType<Load>>> {
    // Inferred as a whole, so that optional arguments stay optional; from here on by its parts.
    type Args = Parameters<Load>;
    type T = Awaited<ReturnType<Load>>;
    const reads = this.#reads;
    return wrap(
      {
        find: (key) => reads.find(this.#prefix + key),
        take: (key, slot) => reads.take(this.#prefix + key, slot),
        read: async (key, loader, policy) => reads.read(this.#key(key), loader, policy, plainRead),
        refresh: async (key, loader, policy) => reads.refresh(this.#key(key), loader, policy),
        invalidate: (key) => this.invalidate(key),
        resolve: (entry) => this.#view.resolver.resolve(entry, 'wrap options'),
      },
      load as (...args: Args) => T,
      options as WrapOptions<Args, T, string>,
    );
  }

  /** A view whose keys, tags and patterns are its own, with its own defaults and counters. */
  namespace(
    name: string,
    options: { readonly defaults?: EntryOptions<Profile, never> } = {},
  ): Cache<Profile> {
    checkNames(options, 'namespace options', ['defaults']);
    const prefix = namespacePrefix(this.#prefix, name);
    const resolver = this.#view.resolver.within(
      options.defaults as EntryOptions<string, never> | undefined,
    );
    return new Cache<Profile>({ ...this.#view, prefix, resolver });
  }

  /** Calls `listener` when `event` happens, in the whole cache; returns what ends that. At most 100 an event. */
  on<E extends CacheEvent>(event: E, listener: (event: CacheEvents[E]) => unknown): () => void {
    return this.#view.emitter.on(event, listener);
  }

  /** Where the value of a key is, how old it is, and what would make it a miss. For people, not for decisions. */
  async inspect(key: string): Promise<Inspection> {
    return inspect(this.#engine, this.#key(key));
  }

  /** What this view has done since it was made, and what the cache holds. */
  stats(): CacheStats {
    const { memory } = this.#engine.parts;
    return {
      ...this.#counters,
      evictions: this.#view.evictions(),
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
    this.#open();
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

  /** Checks what a hit does not need checked, then reads. */
  async #load(
    key: string,
    loader: Loader,
    options: ReadOptions<string, never> | undefined,
  ): Promise<unknown> {
    const name = this.#key(key);
    if (typeof loader !== 'function') throw invalidArgument('the loader', 'a function', loader);
    const policy = this.#view.resolver.resolveRead(options, 'getOrSet options');
    const { signal, fresh = false } = options ?? {};
    return this.#reads.read(name, loader, policy, { signal, fresh });
  }

  #invalidate(targets: Targets, options: InvalidateOptions): Promise<InvalidationResult> {
    for (const [name, value] of Object.entries(targets)) {
      if (value !== undefined) continue;
      throw invalidArgument(`invalidate.${name}`, 'a string or an array of strings', value);
    }
    const { keys, covers } = this.#targets(targets, 'invalidate', false);
    const modes = checkModes(options);
    this.#counters.invalidations++;
    const bans = [...this.#settling(covers, options), ...covers];
    return this.#engine.invalidator.invalidate({ bans, keys }, modes);
  }

  /** A hold that nobody releases: it ends when the source has settled. */
  #settling(covers: HoldBan['covers'], { settle }: InvalidateOptions): readonly HoldBan[] {
    if (settle === undefined) return [];
    const limits = { min: 1, max: 3_600_000 };
    const ms = parseDuration(settle, 'invalidate options.settle', limits);
    return [this.#engine.mutator.hold(covers, ms)];
  }

  #targets(targets: Targets, field: string, soft: boolean): ReturnType<typeof checkTargets> {
    this.#open();
    const { maxKeyBytes } = this.#view;
    return checkTargets(targets, { field, prefix: this.#prefix, maxKeyBytes, soft });
  }

  #key(key: string): string {
    this.#open();
    return this.#prefix + checkKey(key, this.#view.maxKeyBytes);
  }

  #open(): void {
    if (this.#engine.closed) throw new CacheError('CLOSED', 'the cache is closed');
  }
}

function checkModes(
  options: InvalidateOptions,
  names: readonly string[] = ['strict', 'queue', 'settle'],
): InvalidateOptions {
  checkNames(options, 'invalidate options', names);
  const { strict, queue } = options;
  for (const [name, value] of Object.entries({ strict, queue })) {
    if (value !== undefined && typeof value !== 'boolean') {
      throw invalidArgument(`invalidate options.${name}`, 'true or false', value);
    }
  }
  if (strict === true && queue === true) {
    throw invalidArgument('invalidate options', 'strict or queue, not both', options);
  }
  return options;
}
