import { checkModes, checkModesOnly } from './check-modes.ts';
import { checkNames } from './check-options.ts';
import type { Emitter } from './emitter.ts';
import type { Change } from './engine/invalidations/change.ts';
import { encodeValue } from './engine/store/encode-value.ts';
import type { Engine } from './engine/engine.ts';
import type { InvalidateOptions, InvalidationResult } from './engine/invalidations/invalidator.ts';
import type { Draft, WriteRequest } from './engine/writes/written.ts';
import type { EntryOptionsResolver } from './entry-options-resolver.ts';
import { entryNames } from './entry-options.ts';
import { invalidArgument } from './errors.ts';
import type { KeySpace } from './key-space.ts';
import {
  holdLimits,
  type MutateOptions,
  type Mutation,
  mutationOf,
  tellerOf,
} from './mutate-options.ts';
import type { EntryOptions } from './options.ts';
import { parseDuration } from './policy/duration.ts';
import type { NeverKeys } from './policy/never-keys.ts';
import { checkTags } from './policy/tag-list.ts';
import type { HoldBan } from './ports/log.ts';
import type { SourceWriter, WriteOptions, WriterOptions } from './set-options.ts';
import type { ViewCounters } from './stats.ts';
import type { Targets } from './targets.ts';

const writeNames: readonly string[] = [...entryNames, 'strict', 'queue', 'version'];
const setNames: readonly string[] = [...writeNames, 'writer', 'timeout', 'marker'];

/** Makes the write of a value under a full key. */
type WriteOf = (key: string, value: unknown) => WriteRequest;

/** How one value is written through. */
interface Through extends Mutation {
  readonly writer: SourceWriter;
  readonly writeOf: WriteOf;
  readonly strict: boolean | undefined;
  readonly drafts: readonly Draft[] | undefined;
}

/** Most pairs of one `setMany`. */
const maxEntries = 10_000;

/** What the changes of a view work with. */
export interface CountedChangesOptions {
  readonly engine: Engine;
  readonly emitter: Emitter;
  readonly keys: KeySpace;
  readonly counters: ViewCounters;
  readonly resolver: EntryOptionsResolver;
  readonly never: NeverKeys;
}

/** What one view of a cache changes: arguments are checked and calls counted here, once. */
export class CountedChanges {
  readonly #engine: Engine;
  readonly #emitter: Emitter;
  readonly #keys: KeySpace;
  readonly #counters: ViewCounters;
  readonly #resolver: EntryOptionsResolver;
  readonly #never: NeverKeys;

  constructor(options: CountedChangesOptions) {
    this.#engine = options.engine;
    this.#emitter = options.emitter;
    this.#keys = options.keys;
    this.#counters = options.counters;
    this.#resolver = options.resolver;
    this.#never = options.never;
  }

  set(
    key: string,
    value: unknown,
    options: EntryOptions<string, never> & WriteOptions<never>,
    draft?: Draft,
  ): Promise<InvalidationResult> {
    const name = this.#keys.named(key);
    checkNames(options, 'set options', setNames);
    if (options.writer === undefined) {
      refuseWithoutWriter(options);
      return this.#write(this.#writesBy(options)(name, value), options, draft);
    }
    const writeOf = this.#writesBy(options);
    const drafts = draft && [draft];
    const own = { ...mutationOf(options, 'set options'), strict: options.strict, drafts };
    return this.#through(name, value, { ...own, writer: checkWriter(options.writer), writeOf });
  }

  /** All arguments are checked before anything is written. */
  setMany(
    entries: readonly (readonly [string, unknown])[],
    options: EntryOptions<string, never> & WriteOptions<never>,
  ): Promise<InvalidationResult[]> {
    if (entries.length > maxEntries) {
      throw invalidArgument('setMany entries', `at most ${maxEntries} pairs`, entries);
    }
    checkNames(options, 'set options', writeNames);
    const writeOf = this.#writesBy(options);
    const writes = entries.map(([key, value]) => writeOf(this.#keys.named(key), value));
    return Promise.all(writes.map((write) => this.#write(write, options)));
  }

  #write(
    write: WriteRequest,
    options: InvalidateOptions,
    draft?: Draft,
  ): Promise<InvalidationResult> {
    const { key } = write;
    if (this.#isNever(key)) return Promise.resolve({ status: 'applied' });
    this.#counters.writes++;
    const { strict, queue } = options;
    const { writer, localWriter, pendingWrites } = this.#engine;
    const waits = draft !== undefined || (pendingWrites !== undefined && pendingWrites.size > 0);
    if (localWriter !== undefined && !waits) return settledBy(() => localWriter.write(write));
    // The value is as old as the call, however long it waits.
    const asOf = draft ?? writer.draft();
    return this.#afterWrites([key], () => writer.write(write, { strict, queue }, asOf));
  }

  /** The source first: see `WriteThrough`. */
  #through(key: string, given: unknown, options: Through): Promise<InvalidationResult> {
    const { writer, writeOf, ...mutation } = options;
    let skipped = this.#isNever(key);
    // What could not be cached as it is, is refused before the source has it.
    if (!skipped && given !== undefined) encodeValue(this.#engine.parts.codec, key, given);
    const skip = (): void => {
      skipped = true;
    };
    const write = async (signal: AbortSignal): Promise<unknown> => {
      const returned: unknown = await writer(given, { key, signal, skip });
      return returned === undefined ? given : returned;
    };
    this.#counters.writes++;
    const { writer: engineWriter, writeThrough } = this.#engine;
    const through = {
      ...mutation,
      keys: [key],
      run: write,
      writtenOf: (_: number, draft: Draft, value: unknown) =>
        skipped ? undefined : engineWriter.prepare(writeOf(key, value), draft),
    };
    return this.#afterWrites([key], () => writeThrough.run(through));
  }

  /** What changes a key here comes after what this process has written behind under it. */
  #afterWrites<T>(keys: readonly string[] | undefined, change: () => Promise<T>): Promise<T> {
    const { pendingWrites } = this.#engine;
    if (pendingWrites === undefined || pendingWrites.size === 0) return change();
    return pendingWrites.sent(keys).then(change);
  }

  /** Whether the value of a key must not be kept, which is reported. Throws NEVER_CACHED if it is to. */
  #isNever(key: string): boolean {
    const isNever = this.#never.covers(key.slice(this.#keys.prefix.length));
    if (isNever) this.#engine.parts.report('refused', () => ({ key, reason: 'never' }));
    return isNever;
  }

  /** Makes the write of a value, by the options of a call, which are checked here. */
  #writesBy(options: EntryOptions<string, never> & WriteOptions<never>): WriteOf {
    const { version = 0 } = options;
    checkModes(options);
    if (typeof version !== 'function') checkVersion(version);
    const policy = this.#resolver.resolve(entryOf(options), 'set options');
    return (key, value) => ({
      key,
      value,
      policy,
      tags: checkTags(policy.tags(value), 'set options.tags', this.#keys.prefix),
      version: typeof version === 'function' ? checkVersion(version(value as never)) : version,
    });
  }

  invalidate(targets: Targets, options: InvalidateOptions): Promise<InvalidationResult> {
    for (const [name, value] of Object.entries(targets)) {
      if (value !== undefined) continue;
      throw invalidArgument(`invalidate.${name}`, 'a string or an array of strings', value);
    }
    const { keys, covers } = this.#keys.targets(targets, 'invalidate', false);
    const modes = checkModesOnly(options);
    return this.#place({ bans: covers, keys }, covers, modes);
  }

  expire(
    targets: Pick<Targets, 'keys' | 'tags'>,
    options: Pick<InvalidateOptions, 'strict' | 'queue'>,
  ): Promise<InvalidationResult> {
    checkNames(targets, 'expire targets', ['keys', 'tags']);
    checkModesOnly(options, ['strict', 'queue']);
    const { keys, covers } = this.#keys.targets(targets, 'expire targets', true);
    this.#counters.invalidations++;
    return this.#engine.invalidator.invalidate({ bans: covers, keys, soft: true }, options);
  }

  clear(options: InvalidateOptions): Promise<InvalidationResult> {
    this.#keys.checkOpen();
    const modes = checkModesOnly(options);
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
    const onPending = tellerOf(options, this.#emitter);
    const mutation = mutationOf(options, 'mutate options');
    this.#counters.invalidations++;
    const request = { covers, keys, run, ...mutation, onPending };
    // Which keys have a tag or match a pattern is not asked: all that is pending is sent first.
    const before = covers.every(({ kind }) => kind === 'key') ? keys : undefined;
    return this.#afterWrites(before, () => this.#engine.mutator.mutate(request));
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

function checkWriter(writer: unknown): SourceWriter {
  if (typeof writer === 'function') return writer as SourceWriter;
  throw invalidArgument('set options.writer', 'a function', writer);
}

function refuseWithoutWriter({ timeout, marker }: Omit<WriterOptions<never>, 'writer'>): void {
  const [name, value] = timeout === undefined ? ['marker', marker] : ['timeout', timeout];
  if (value === undefined) return;
  throw invalidArgument(`set options.${name}`, 'absent without a writer', value);
}

/** The options of the entry among those of a call; nothing where there are none, which is how most calls are. */
function entryOf(
  options: EntryOptions<string, never> & WriteOptions<never>,
): EntryOptions<string, never> | undefined {
  const given = entryNames.filter((name) => Object.hasOwn(options, name));
  if (given.length === 0) return undefined;
  return Object.fromEntries(given.map((name) => [name, options[name as keyof typeof options]]));
}

/** What a function without anything to wait for comes to, as a promise. */
function settledBy<T>(run: () => T): Promise<T> {
  try {
    return Promise.resolve(run());
  } catch (error) {
    return Promise.reject(error as Error);
  }
}

function checkVersion(version: unknown): number {
  if (Number.isSafeInteger(version) && (version as number) >= 0) return version as number;
  throw invalidArgument('set options.version', 'a whole number from 0 to 2^53 - 1', version);
}
