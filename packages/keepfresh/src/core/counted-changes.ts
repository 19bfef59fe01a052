import { checkNames, oneOf } from './check-options.ts';
import type { Change } from './engine/change.ts';
import type { Engine } from './engine/engine.ts';
import type { InvalidateOptions, InvalidationResult } from './engine/invalidator.ts';
import type { WriteRequest } from './engine/writer.ts';
import { entryNames, type EntryOptionsResolver } from './entry-options.ts';
import { invalidArgument } from './errors.ts';
import type { KeySpace } from './key-space.ts';
import type { EntryOptions } from './options.ts';
import { type Duration, parseDuration } from './policy/duration.ts';
import type { NeverKeys } from './policy/never-keys.ts';
import { checkTags } from './policy/tag-list.ts';
import type { HoldBan } from './ports/log.ts';
import type { ReadCounters } from './stats.ts';
import type { Targets } from './targets.ts';

/** What `set` takes beside the options of the entry. */
export interface WriteOptions extends Pick<InvalidateOptions, 'strict' | 'queue'> {
  /**
   * Version of the value in its source, a whole number that only grows (a row version, a commit number):
   * of two that have one, the smaller never replaces the larger. Readers of a change log and writers that race
   * need it. @default 0: none
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

/** Most pairs of one `setMany`. */
const maxEntries = 10_000;

/** An hour, the longest time for which loads are kept from being stored. */
const holdLimits = { min: 1, max: 3_600_000 };

/** What one view of a cache changes: arguments are checked and calls counted here, once. */
export class CountedChanges {
  readonly #engine: Engine;
  readonly #keys: KeySpace;
  readonly #counters: ReadCounters;
  readonly #resolver: EntryOptionsResolver;
  readonly #never: NeverKeys;

  constructor(options: {
    readonly engine: Engine;
    readonly keys: KeySpace;
    readonly counters: ReadCounters;
    readonly resolver: EntryOptionsResolver;
    readonly never: NeverKeys;
  }) {
    this.#engine = options.engine;
    this.#keys = options.keys;
    this.#counters = options.counters;
    this.#resolver = options.resolver;
    this.#never = options.never;
  }

  set(
    key: string,
    value: unknown,
    options: EntryOptions<string, never> & WriteOptions,
  ): Promise<InvalidationResult> {
    return this.#write(this.#writeOf(key, value, options));
  }

  /** All arguments are checked before anything is written. */
  setMany(
    entries: readonly (readonly [string, unknown])[],
    options: EntryOptions<string, never> & WriteOptions,
  ): Promise<InvalidationResult[]> {
    if (entries.length > maxEntries) {
      throw invalidArgument('setMany entries', `at most ${maxEntries} pairs`, entries);
    }
    const writes = entries.map(([key, value]) => this.#writeOf(key, value, options));
    return Promise.all(writes.map((write) => this.#write(write)));
  }

  #write(write: WriteRequest): Promise<InvalidationResult> {
    const { key } = write;
    if (this.#never.covers(key.slice(this.#keys.prefix.length))) {
      this.#engine.parts.report('refused', () => ({ key, reason: 'never' }));
      return Promise.resolve({ status: 'applied' });
    }
    this.#counters.writes++;
    return this.#engine.writer.write(write);
  }

  #writeOf(
    key: string,
    value: unknown,
    options: EntryOptions<string, never> & WriteOptions,
  ): WriteRequest {
    const name = this.#keys.named(key);
    checkNames(options, 'set options', [...entryNames, 'strict', 'queue', 'version']);
    const { strict, queue, version = 0, ...entry } = options;
    if (!Number.isSafeInteger(version) || version < 0) {
      throw invalidArgument('set options.version', 'a whole number from 0 to 2^53 - 1', version);
    }
    const modes = checkModes({ strict, queue });
    const policy = this.#resolver.resolve(entry, 'set options');
    const tags = checkTags(policy.tags(value), 'set options.tags', this.#keys.prefix);
    return { key: name, value, tags, policy, version, options: modes };
  }

  invalidate(targets: Targets, options: InvalidateOptions): Promise<InvalidationResult> {
    for (const [name, value] of Object.entries(targets)) {
      if (value !== undefined) continue;
      throw invalidArgument(`invalidate.${name}`, 'a string or an array of strings', value);
    }
    const { keys, covers } = this.#keys.targets(targets, 'invalidate', false);
    const modes = checkModes(options);
    return this.#place({ bans: covers, keys }, covers, modes);
  }

  expire(
    targets: Pick<Targets, 'keys' | 'tags'>,
    options: Pick<InvalidateOptions, 'strict' | 'queue'>,
  ): Promise<InvalidationResult> {
    checkNames(targets, 'expire targets', ['keys', 'tags']);
    checkModes(options, ['strict', 'queue']);
    const { keys, covers } = this.#keys.targets(targets, 'expire targets', true);
    this.#counters.invalidations++;
    return this.#engine.invalidator.invalidate({ bans: covers, keys, soft: true }, options);
  }

  clear(options: InvalidateOptions): Promise<InvalidationResult> {
    this.#keys.checkOpen();
    const modes = checkModes(options);
    const everything = { kind: 'pattern', pattern: `${this.#keys.prefix}*` } as const;
    const ban = this.#keys.prefix === '' ? { kind: 'clear' as const } : everything;
    return this.#place({ bans: [ban], keys: [] }, [everything], modes);
  }

  mutate<T>(
    targets: Targets,
    run: (signal: AbortSignal) => Promise<T> | T,
    options: MutateOptions,
  ): Promise<T> {
    const { keys, covers } = this.#keys.targets(targets, 'mutate targets', false);
    checkNames(options, 'mutate options', ['timeout', 'marker', 'onPending']);
    if (typeof run !== 'function') {
      throw invalidArgument('the second argument of mutate', 'a function', run);
    }
    const { timeout = '30s', onPending } = options;
    const marker = oneOf(options.marker, 'mutate options.marker', ['preferred', 'required']);
    const timeoutMs = parseDuration(timeout, 'mutate options.timeout', holdLimits);
    const markerRequired = marker === 'required';
    this.#counters.invalidations++;
    return this.#engine.mutator.mutate({ covers, keys, run, timeoutMs, markerRequired, onPending });
  }

  /** Puts a change in force; with `settle`, nothing that it covers is kept until the source has settled. */
  #place(
    change: Change,
    covers: HoldBan['covers'],
    options: InvalidateOptions,
  ): Promise<InvalidationResult> {
    const { invalidator, mutator } = this.#engine;
    const { settle } = options;
    const ms =
      settle === undefined
        ? undefined
        : parseDuration(settle, 'invalidate options.settle', holdLimits);
    this.#counters.invalidations++;
    if (ms === undefined) return invalidator.invalidate(change, options);
    return mutator.settle(change, { covers, ms }, options);
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
