import { type CacheHealth, healthOf } from './cache-health.ts';
import type { CacheView } from './cache-view.ts';
import { checkNames } from './check-options.ts';
import { checkPairs } from './check-pairs.ts';
import type { Configuration, ConfigurationPatch } from './configuration/configuration.ts';
import type { CountedChanges } from './counted-changes.ts';
import type { Engine } from './engine/engine.ts';
import type { InvalidateOptions, InvalidationResult } from './engine/invalidations/invalidator.ts';
import type { CacheEvent, CacheEvents } from './events.ts';
import { checkPlugin } from './hooks/hooks.ts';
import type { Plugin } from './hooks/plugin.ts';
import { type Inspection, inspect } from './inspection.ts';
import type { MutateOptions } from './mutate-options.ts';
import { namespaceView } from './namespace-view.ts';
import type { EntryOptions, NamespaceOptions } from './options.ts';
import { type Duration, parseDuration } from './policy/duration.ts';
import { ReadableCache } from './readable-cache.ts';
import type { WriteOptions, WriterOptions } from './set-options.ts';
import {
  exportEntries,
  type ExportOptions,
  importEntries,
  type ImportOptions,
  type ImportResult,
} from './snapshots.ts';
import type { CacheStats } from './stats.ts';
import type { Targets } from './targets.ts';
import type { HotList } from './warming/hot-list.ts';
import type { WarmOptions, WarmReport } from './warming/warm-options.ts';
import {
  type BatchWriter,
  openWriteBehind,
  type WriteBehind,
  type WriteBehindOptions,
} from './write-behind.ts';

/** Where values are kept and found again; `createCache` makes one. */
export class Cache<Profile extends string = never>
  extends ReadableCache<Profile>
  implements AsyncDisposable
{
  readonly #view: CacheView;
  readonly #engine: Engine;
  readonly #changes: CountedChanges;

  /** For `createCache` and `namespace`. */
  constructor(view: CacheView) {
    super(view);
    this.#view = view;
    this.#engine = view.engine;
    this.#changes = view.changes;
  }

  /**
   * Stores a value that the caller has. Prefer `invalidate` or `mutate` after a change of the source: of two
   * processes that set at once, nobody knows which value is newer. While a mutation covers it, it is not kept.
   * With a `writer` the source gets it first, and it is kept unless anything else changed the key meanwhile.
   */
  set<T>(
    key: string,
    value: T,
    options: EntryOptions<Profile, T> & WriteOptions<T> = {},
  ): Promise<InvalidationResult> {
    // Not async: that would cost a promise more, and two turns of what waits for promises.
    try {
      return this.#changes.set(key, value, options as EntryOptions<string, never>);
    } catch (error) {
      return Promise.reject(error as Error);
    }
  }

  /**
   * Stores several values that the caller has, as `set` does each, and all of them or none if an argument is wrong.
   * Resolves with what became of each, in order.
   */
  async setMany<T>(
    entries: Iterable<readonly [key: string, value: T]>,
    options: EntryOptions<Profile, T> & Omit<WriteOptions, 'version' | keyof WriterOptions> = {},
  ): Promise<InvalidationResult[]> {
    return this.#changes.setMany(
      checkPairs(entries, 'setMany entries'),
      options as EntryOptions<string, never>,
    );
  }

  /**
   * A queue of values that `write` brings to the source a little later, the newest of each key, several at once.
   * Until then reads in this process get the value from the queue, and those in other processes what the source has.
   * What is in the queue when this process dies is lost. Its options are checked here, once.
   */
  writeBehind<T>(
    write: BatchWriter<T>,
    options: WriteBehindOptions<T, Profile> = {},
  ): WriteBehind<T> {
    return openWriteBehind<T>(this.#view, write, options as WriteBehindOptions<T, string>);
  }

  /**
   * Invalidates keys: no read that starts after this call, in this process, is answered with what was loaded before it;
   * in the others from `maxLag` after it resolved. A key is taken as it stands, stars too: see `invalidatePattern`.
   * Rejects with INVALIDATION_PENDING while the remote cannot be reached: it holds here, and is tried again; or resolves
   * with `queued` where `queue` is set.
   */
  async invalidate(
    keys: string | readonly string[],
    options: InvalidateOptions = {},
  ): Promise<InvalidationResult> {
    return this.#changes.invalidate({ keys }, options);
  }

  /** Invalidates every value that carries one of the tags, however many they are, in one step. Rejects as `invalidate` does. */
  async invalidateTags(
    tags: string | readonly string[],
    options: InvalidateOptions = {},
  ): Promise<InvalidationResult> {
    return this.#changes.invalidate({ tags }, options);
  }

  /**
   * Invalidates every value whose key matches one of the patterns, however many they are, in one step: globs over whole
   * keys, such as `pattern\`user:${id}:*\``. Rejects as `invalidate` does.
   */
  async invalidatePattern(
    patterns: string | readonly string[],
    options: InvalidateOptions = {},
  ): Promise<InvalidationResult> {
    return this.#changes.invalidate({ patterns }, options);
  }

  /**
   * Ends the freshness of what it covers: it is loaded anew, and served only if that fails (`staleIfError`). Rejects as
   * `invalidate` does.
   */
  async expire(
    targets: Pick<Targets, 'keys' | 'tags'>,
    options: Pick<InvalidateOptions, 'strict' | 'queue'> = {},
  ): Promise<InvalidationResult> {
    return this.#changes.expire(targets, options);
  }

  /** Invalidates everything in this cache, or in this namespace. Rejects as `invalidate` does. */
  async clear(options: InvalidateOptions = {}): Promise<InvalidationResult> {
    return this.#changes.clear(options);
  }

  /**
   * Runs a function that changes the source (a transaction), and invalidates the targets whatever happens:
   * even when this process dies after the commit, nothing old is served. Settles as the function does; with
   * `marker: 'required'` it rejects with MARKER_FAILED, and runs nothing, while the remote cannot be reached.
   */
  async mutate<T>(
    targets: Targets,
    run: (signal: AbortSignal) => Promise<T> | T,
    options: MutateOptions = {},
  ): Promise<T> {
    return this.#changes.mutate(targets, run, options);
  }

  /** A view whose keys, tags and patterns are its own, with its own defaults, limits, counters and share of memory. */
  namespace(name: string, options: NamespaceOptions<Profile> = {}): Cache<Profile> {
    return new Cache<Profile>(namespaceView(this.#view, name, options));
  }

  /**
   * Reads values before somebody asks for them: by the calls it is given, or by those that were made most of functions
   * wrapped with `remember`, before a restart too. A bounded number runs at once, each through the cache like any other
   * read: one load for all processes, valid by the same rules. A call that fails is counted, and ends nothing.
   */
  async warm(options: WarmOptions = {}): Promise<WarmReport> {
    this.#view.keys.checkOpen();
    return this.#view.options.warming.warm(options, this.#view.keys.prefix);
  }

  /**
   * Warms again after each interval: 1 ms to 1 day, up to a tenth less or more, so that processes do not warm at
   * once. Returns what ends it. The timer keeps no process alive.
   */
  warmEvery(interval: Duration, options: WarmOptions = {}): () => void {
    this.#view.keys.checkOpen();
    return this.#view.options.warming.every(interval, options, this.#view.keys.prefix);
  }

  /**
   * The calls of functions wrapped with `remember`, and the tags, that were used most in the whole cache: by samples.
   */
  hottest(): HotList {
    return this.#view.options.warming.hottest;
  }

  /**
   * A view of the same keys, with the same counters, that runs the hooks of a plugin around what is done through it.
   * The hooks of plugins used later run inside of these. The view that `use` was called on stays as it is; the
   * plugin's listeners hear of the whole cache. Throws INVALID_ARGUMENT.
   */
  use(plugin: Plugin): Cache<Profile> {
    const { plugins } = this.#view.options;
    const { counters } = this.#view;
    const used = this.#view.with({ plugins: [...plugins, checkPlugin(plugin)], counters });
    for (const [event, listener] of Object.entries(plugin.on ?? {})) {
      this.on(event as CacheEvent, listener as (event: unknown) => unknown);
    }
    return new Cache<Profile>(used);
  }

  /**
   * Changes the configuration while the cache runs, of all its views and without losing entries: a JSON merge patch
   * of what `configuration()` gives (RFC 7396). It is put in force as a whole, and told in the event `configured`.
   * Throws INVALID_ARGUMENT, and changes nothing, for what is wrong and for what cannot change: name, remote, codec,
   * `coherence`, `sharing`, the policy of memory.
   */
  configure(patch: ConfigurationPatch): void {
    this.#view.keys.checkOpen();
    this.#view.options.configuration.change(patch);
  }

  /** Every option in force that is data, defaults included: for a file, another cache, or `configure`. */
  configuration(): Configuration {
    return this.#view.options.configuration.data;
  }

  /** Calls `listener` when `event` happens, in the whole cache; returns what ends that. At most 100 an event. */
  on<E extends CacheEvent>(event: E, listener: (event: CacheEvents[E]) => unknown): () => void {
    return this.#view.emitter.on(event, listener);
  }

  /** Where the value of a key is, how old it is, and what would make it a miss. For people, not for decisions. */
  async inspect(key: string): Promise<Inspection> {
    return inspect(this.#engine, this.#view.keys.named(key));
  }

  /** What this view has done since it was made, and what the cache holds. */
  stats(): CacheStats {
    const { memory } = this.#engine.parts;
    return {
      ...this.#view.counters,
      evictions: this.#view.options.evictions(),
      refused: memory.refused,
      entries: memory.count,
      bytes: memory.bytes,
      loading: this.#engine.reader.flights,
      pendingWrites: this.#engine.pendingWrites?.size ?? 0,
      lostWrites: this.#engine.pendingWrites?.lost ?? 0,
      pendingInvalidations: this.#engine.invalidator.pending,
    };
  }

  /** How the cache and its remote are; at most the remote timeout. Never rejects. */
  health(): Promise<CacheHealth> {
    return healthOf(this.#engine);
  }

  /**
   * Resolves when the remote can be used, at once where there is none. Rejects with NOT_READY, which says why, when it
   * cannot be after `within`, 1 ms to 1 hour; the cache goes on trying, and can be used meanwhile. @default '5s'
   */
  async ready(options: { readonly within?: Duration } = {}): Promise<void> {
    this.#view.keys.checkOpen();
    checkNames(options, 'ready options', ['within']);
    const limits = { min: 1, max: 3_600_000 };
    await this.#engine.ready(parseDuration(options.within ?? '5s', 'ready options.within', limits));
  }

  /**
   * The entries that memory holds, and those of the remote that are named, as lines of a snapshot, for a file say. Values
   * are as the remote keeps them: encrypted, if its codec does that; keys and tags are not. Throws INVALID_ARGUMENT.
   */
  exportEntries(options: ExportOptions = {}): AsyncGenerator<string> {
    return exportEntries(this.#view, options);
  }

  /**
   * Takes the entries of a snapshot into memory, except what was invalidated since. Rejects with SNAPSHOT_REFUSED for one
   * of another history of the log, unless `adopt` is set, and with SNAPSHOT_INVALID.
   */
  async importEntries(
    source: Iterable<Uint8Array | string> | AsyncIterable<Uint8Array | string>,
    options: ImportOptions = {},
  ): Promise<ImportResult> {
    return importEntries(this.#view, source, options);
  }

  /**
   * Sends what is written behind, then ends loads, timers and connections, for all views of the cache; mutations that
   * run are waited for, up to a second. Never rejects, safe to repeat. Afterwards calls reject with CLOSED.
   */
  async close(): Promise<void> {
    await this.#view.options.warming.close();
    await this.#engine.close();
    // A mutation that outlasts this has an invalidation to lose, and tells so.
    void this.#engine.mutator.idle().then(() => this.#view.emitter.clear());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
