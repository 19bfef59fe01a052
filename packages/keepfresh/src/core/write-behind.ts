import type { CacheView } from './cache-view.ts';
import { checkNames, wholeNumber } from './check-options.ts';
import {
  WriteBehindQueue,
  type WriteBehindQueueLimits,
} from './engine/write-behind/write-behind-queue.ts';
import { entryNames } from './entry-options.ts';
import { CacheError, invalidArgument } from './errors.ts';
import type { EntryOptions } from './options.ts';
import { type Duration, parseDuration } from './policy/duration.ts';
import { checkTags } from './policy/tag-list.ts';

/** How values are written behind, and how they are kept afterwards. */
export interface WriteBehindOptions<
  T = unknown,
  Profile extends string = never,
> extends EntryOptions<Profile, T> {
  /** How long a write waits for others, and for a newer one of its key; up to 1 hour. @default '100ms' */
  readonly delay?: Duration;
  /** Most writes that the writer gets at once, 1 to 10,000. @default 100 */
  readonly batch?: number;
  /** Most keys that wait or are being written, 1 to 1,000,000; beyond them `set` rejects with OVERLOADED. @default 10_000 */
  readonly maxPending?: number;
  /** How often a write is tried before it is given up, 1 to 100. @default 8 */
  readonly attempts?: number;
  /**
   * The pause after the first failure, half of it chance, 1 ms to 1 minute; each is twice the one before, up to a hundred
   * times the first. @default '100ms'
   */
  readonly backOff?: Duration;
  /** Longest time of one call of the writer, 1 ms to 1 hour. @default '30s' */
  readonly timeout?: Duration;
  /** Longest time that `close` waits for what is pending, up to 1 hour; what is left is lost. @default '5s' */
  readonly closeWithin?: Duration;
}

/**
 * Brings values to the source. What it throws fails all of them; where it returns an array, an `Error` in it is the
 * failure of the write at its place. It may be called again for what has reached the source already.
 */
export type BatchWriter<T = unknown> = (
  writes: readonly BehindWrite<T>[],
  context: { readonly signal: AbortSignal },
) => Promise<readonly unknown[] | void> | readonly unknown[] | void;

/** One write on its way to the source. */
export interface BehindWrite<T = unknown> {
  readonly key: string;
  readonly value: T;
  /** 1 the first time. */
  readonly attempt: number;
}

/** A queue of values on their way to the source; `cache.writeBehind` opens one. */
export interface WriteBehind<T = unknown> {
  /** How many keys have a value that the source does not have yet. */
  readonly pending: number;
  /**
   * From the call on reads of this process are answered with the value; the source gets it later. Rejects with
   * OVERLOADED when the queue is full, with ENCODE_FAILED, and with NEVER_CACHED for a key of `never`.
   */
  set(key: string, value: T): Promise<void>;
  /** Sends what is pending now, and resolves when it has been written or given up. */
  flush(): Promise<void>;
}

const hour = 3_600_000;
const own: readonly string[] = [
  'delay',
  'batch',
  'maxPending',
  'attempts',
  'backOff',
  'timeout',
  'closeWithin',
];

/** Opens a queue; see `Cache.writeBehind`. */
export function openWriteBehind<T>(
  view: CacheView,
  write: BatchWriter<T>,
  options: WriteBehindOptions<T, string>,
): WriteBehind<T> {
  const { engine, keys, resolver, counters } = view;
  keys.checkOpen();
  if (typeof write !== 'function') throw invalidArgument('the batch writer', 'a function', write);
  const limits = limitsOf(options);
  const policy = resolver.resolve(entryOf(options), 'writeBehind options');
  const { prefix } = keys;
  const { parts, writer, writeThrough } = engine;
  const pending = engine.writeBehind();
  const send = async (writes: readonly BehindWrite[], signal: AbortSignal) => {
    const named = writes.map((each) => ({ ...each, key: each.key.slice(prefix.length) }));
    return failuresOf(await write(named as readonly BehindWrite<T>[], { signal }), writes.length);
  };
  const queue = new WriteBehindQueue(parts, { limits, pending, writer, writeThrough, send });
  return {
    get pending() {
      return queue.size;
    },
    // Async, so that what is wrong with the arguments rejects.
    set: async (key, value) => {
      const name = keys.named(key);
      if (view.options.never.covers(key)) throw neverBehind(key);
      const tags = checkTags(policy.tags(value), 'writeBehind options.tags', prefix);
      queue.put({ key: name, value, tags, policy, version: 0 });
      counters.writes++;
    },
    flush: () => queue.flush(),
  };
}

function limitsOf(options: WriteBehindOptions<never, string>): WriteBehindQueueLimits {
  const field = 'writeBehind options';
  checkNames(options, field, [...entryNames, ...own]);
  const { delay = '100ms', backOff = '100ms', timeout = '30s', closeWithin = '5s' } = options;
  const time = (value: Duration, name: string, min: number, max = hour): number =>
    parseDuration(value, `${field}.${name}`, { min, max });
  const { batch, maxPending, attempts } = options;
  const million = 1_000_000;
  return {
    delayMs: time(delay, 'delay', 0),
    backOffMs: time(backOff, 'backOff', 1, 60_000),
    timeoutMs: time(timeout, 'timeout', 1),
    closeMs: time(closeWithin, 'closeWithin', 0),
    batch: wholeNumber(batch, `${field}.batch`, { min: 1, max: 10_000, default: 100 }),
    maxPending: wholeNumber(maxPending, `${field}.maxPending`, {
      min: 1,
      max: million,
      default: 10_000,
    }),
    attempts: wholeNumber(attempts, `${field}.attempts`, { min: 1, max: 100, default: 8 }),
  };
}

/** The options of the entry among all. */
function entryOf(options: WriteBehindOptions<never, string>): EntryOptions<string, never> {
  const entry = Object.entries(options).filter(([name]) => !own.includes(name));
  return Object.fromEntries(entry) as EntryOptions<string, never>;
}

function failuresOf(returned: unknown, writes: number): readonly unknown[] {
  if (!Array.isArray(returned) || !returned.some((each) => each instanceof Error)) return [];
  if (returned.length === writes) return returned;
  const message = `the batch writer was given ${writes} writes, and returned ${returned.length} results with failures among them`;
  throw new CacheError('INVALID_ARGUMENT', message);
}

function neverBehind(key: string): CacheError {
  const message = `${key} is never cached, so it cannot be written behind: nobody would read it until it is written`;
  return new CacheError('NEVER_CACHED', message);
}
