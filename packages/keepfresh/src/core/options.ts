import type { Sharing } from './engine/memory/sealed.ts';
import type { Duration } from './policy/duration.ts';
import type { Size } from './policy/size.ts';
import type { Clock } from './ports/clock.ts';
import type { Codec } from './ports/codec.ts';
import type { EvictionPolicyFactory, EvictionPolicyName } from './ports/eviction-policy.ts';
import type { Logger } from './ports/logger.ts';
import type { Random } from './ports/random.ts';
import type { Remote } from './ports/remote.ts';
import type { HotStore } from './warming/hot-calls.ts';
import type { SchemaOutput, StandardSchema } from './ports/standard-schema.ts';

/** What `createCache` takes. An unknown or wrong option throws INVALID_ARGUMENT and names the field. */
export interface CacheOptions<Profile extends string = never> {
  /**
   * Owns the keys in the remote: processes that share a cache give it the same name.
   * 1 to 32 of `A-Z a-z 0-9 _ -`.
   */
  readonly name: string;
  /** The process's own level; `false` switches it off. A bound always exists. */
  readonly memory?: MemoryOptions | false;
  /** The level that processes share, such as `redis({ url })`. Absent: one process, in memory only. */
  readonly remote?: Remote;
  readonly coherence?: CoherenceOptions;
  /** For every entry that says nothing else. */
  readonly defaults?: EntryOptions<never, never>;
  /** Named options: `profiles: { search: { ttl: '2m' } }`, used with `{ profile: 'search' }`. */
  readonly profiles?: Readonly<Record<Profile, EntryOptions<never, never>>>;
  /**
   * Keys that are never cached, money for instance: globs over keys as they are in their namespace. A read runs the
   * loader for its caller alone; a `set` does nothing. Both are reported (`refused`), or with `throws` reject with
   * NEVER_CACHED. At most 1,000. @default none
   */
  readonly never?:
    | readonly string[]
    | { readonly patterns: readonly string[]; readonly throws?: boolean };
  /**
   * How callers are kept from changing what others will read: `frozen` (everybody gets the same frozen objects,
   * and a Date, Map, Set or bytes of their own), `copied` (everybody gets a copy), `shared` (no protection).
   * @default 'frozen'
   */
  readonly sharing?: Sharing;
  readonly timeouts?: TimeoutOptions;
  readonly loads?: LoadOptions;
  readonly circuit?: CircuitOptions;
  readonly warming?: WarmingOptions;
  /** Turns values into bytes and back. @default JSON that keeps Date, Map, Set, BigInt, bytes and undefined */
  readonly codec?: Codec;
  /**
   * Told what an operator should read, such as `console`: that the remote is away and why, settings that weaken a promise.
   * @default errors as warnings of the process, and nothing else
   */
  readonly logger?: Logger;
  /** @default the machine's clocks */
  readonly clock?: Clock;
  /** @default the machine's cryptographic source */
  readonly random?: Random;
}

export interface MemoryOptions {
  /** Most bytes held, by serialized size; at least 64 KiB. @default '64mb' */
  readonly maxBytes?: Size;
  /** Most entries held, 1 to 16,777,216. @default 1_000_000 */
  readonly maxEntries?: number;
  /**
   * Which entry goes when memory is full: a policy by its name, or a function that makes one of your own.
   * @default 's3-fifo'
   */
  readonly policy?: EvictionPolicyName | EvictionPolicyFactory;
  /**
   * How much an entry counts for `maxBytes`: a number from 0, of bytes or of any unit of your own.
   * @default its serialized size, its key and 160 bytes
   */
  readonly weigh?: (entry: WeighedEntry) => number;
}

/** What `memory.weigh` is told of an entry. */
export interface WeighedEntry {
  readonly key: string;
  /** Serialized size of the value, in bytes. */
  readonly bytes: number;
  /** The value as a reader gets it; not to be changed. */
  readonly value: unknown;
}

/** How what is used most is remembered, of functions that are wrapped with `remember`. */
export interface WarmingOptions {
  /** How many calls, and how many tags; 1 to 1,000. @default 200 */
  readonly remember?: number;
  /** How often the list is kept; 1 second to 1 day. @default '1m' */
  readonly every?: Duration;
  /**
   * Where the list is kept: what `read` gives is what `write` got last, and undefined at first. It holds arguments of
   * calls. @default in the remote, as a value of the cache; nowhere without one
   */
  readonly keep?: HotStore;
}

/** What `namespace` takes. */
export interface NamespaceOptions<Profile extends string = never> {
  /** For every entry of the namespace that says nothing else. @default those of the cache */
  readonly defaults?: EntryOptions<Profile, never>;
  readonly memory?: NamespaceMemoryOptions;
  /** Longest life of an entry, stale windows included, whatever its options or its loader say; 1 ms to 7 days. @default '7d' */
  readonly maxTtl?: Duration;
  /** Longest key, in UTF-8 bytes, the namespace's own prefix not counted; 1 to 1,024. @default that of the cache */
  readonly maxKeyBytes?: number;
}

/** How much of memory is a namespace's own: a share, or amounts. */
export interface NamespaceMemoryOptions {
  /**
   * Part of memory that only this namespace uses, above 0 and below 1: it pushes out nobody else's entries, and
   * nobody its own. Give it before the cache fills. @default none: it shares memory with all others
   */
  readonly share?: number;
  /** Entries instead of a share, 1 to 16,777,216. @default the same part as of `maxBytes` */
  readonly maxEntries?: number;
  /** Bytes instead of a share, at least 64 KiB. @default the same part as of `maxEntries` */
  readonly maxBytes?: Size;
}

export interface CoherenceOptions {
  /**
   * H: no read that starts later than this after an invalidation resolved is answered with what it covers,
   * in any process. 50 ms to 1 minute; all processes should agree. @default '1s'
   */
  readonly maxLag?: Duration;
}

export interface TimeoutOptions {
  /** For all commands of one read to the remote together; 1 ms to 1 minute. @default '200ms' */
  readonly remote?: Duration;
  /** For an invalidation, before it counts as pending; 1 ms to 1 minute. @default '1s' */
  readonly invalidate?: Duration;
  /** For the load of another process, before this one loads itself; 1 ms to 1 hour. @default '10s' */
  readonly wait?: Duration;
  /** How long a process that loads is waited for after its last sign of life; 100 ms to 1 hour. @default '5s' */
  readonly lease?: Duration;
}

/** When reads go on without a remote that fails or is slow. Invalidations never pass the circuit. */
export interface CircuitOptions {
  /** Failures in a row that open it, 1 to 1,000. @default 5 */
  readonly failures?: number;
  /** A command that takes longer counts as slow; 1 ms to 1 minute. @default '100ms' */
  readonly slow?: Duration;
  /** Share of the last 20 commands, failed or slow, that opens it: above 0, at most 1. @default 0.5 */
  readonly share?: number;
  /** How long it stays open the first time, before a probe; 1 ms to 1 hour. @default '500ms' */
  readonly open?: Duration;
  /** Longest time it stays open: it doubles with each probe that fails; `open` to 1 hour. @default '5s' */
  readonly longest?: Duration;
}

export interface LoadOptions {
  /** Most loads that run at once, 1 to 1,000,000. @default 1_000 */
  readonly concurrent?: number;
  /** Most loads that wait for their turn, 0 to 1,000,000; beyond them reads reject with OVERLOADED. @default 10_000 */
  readonly queued?: number;
  /** Most refreshes ahead (`refreshAhead`) that run at once, 1 to 1,000,000. @default 4 */
  readonly ahead?: number;
  /** Most of them that wait for their turn, 0 to 1,000,000; beyond them they are dropped. @default 1_000 */
  readonly aheadQueued?: number;
}

/** How an entry is treated. The same words in functions, profiles and defaults. */
export interface EntryOptions<Profile extends string = never, T = unknown> {
  /** Takes the options of this profile, under those given beside it. */
  readonly profile?: Profile;
  /** How long the value is fresh; 1 ms to 7 days. @default '5m' */
  readonly ttl?: Duration;
  /** How long after that it may be served while a load refreshes it; up to 7 days. @default 0 */
  readonly staleWhileRevalidate?: Duration;
  /** How long after `ttl` it may be served when the loader fails; up to 7 days. @default 0 */
  readonly staleIfError?: Duration;
  /** How long a loader's `null` or `undefined` is fresh, instead of `ttl`; 0 does not keep it. @default the smaller of `ttl` and '30s' */
  readonly negativeTtl?: Duration;
  /**
   * How long an error of the loader answers later reads of the key, as LOAD_FAILED, in place of another load; up to 1
   * hour, 0 for not at all. In this process, and until the key, or a tag given for it, is invalidated or expired.
   * @default 0
   */
  readonly errorTtl?: Duration;
  /** Largest part of `ttl` that chance cuts off, so that entries do not all end together; 0 to 1. @default 0.05 */
  readonly jitter?: number;
  /** Longest load, before it is aborted and rejects with LOAD_TIMEOUT; 1 ms to 1 hour. @default '30s' */
  readonly loadTimeout?: Duration;
  /**
   * How long a load may keep its callers waiting where there is a stale value that `staleIfError` allows: then they
   * get that one, and the load goes on. 1 ms to 1 hour. @default they wait until the load succeeds or fails
   */
  readonly softTimeout?: Duration;
  /**
   * First pause after a refresh has failed: while it lasts, stale values are served without another try. It doubles
   * with each failure in a row, up to 32 times, less up to a quarter by chance; up to 1 hour, 0 for none. @default '1s'
   */
  readonly retryAfter?: Duration;
  /**
   * Has reads refresh a value in the background shortly before it ends, by chance that grows as the end comes near
   * and with the time that a load takes (XFetch). A number is the algorithm's beta, 0 to 100: larger is earlier; `true`
   * is 1. @default false
   */
  readonly earlyRefresh?: boolean | number;
  /**
   * After so many reads of a value it is refreshed shortly before it ends, though nobody asks then: 1 to 1,000,000; 0
   * for never. @default 0
   */
  readonly refreshAhead?: number;
  /** What `invalidateTags` finds the value by: names, or a function of the loaded value. At most 64. */
  readonly tags?: readonly string[] | ((value: T) => readonly string[]);
}

/** What a single read adds. */
export interface ReadOptions<Profile extends string = never, T = unknown> extends EntryOptions<
  Profile,
  T
> {
  /** Ends this caller's wait; the load goes on while others wait for it. */
  readonly signal?: AbortSignal;
  /** Only a value that is current as of this call will do: the log is asked first. @default false */
  readonly fresh?: boolean;
}

/** A check of values, for `getOrSet` and `wrap`. Their type is then the schema's. */
export interface CheckOptions<Schema extends StandardSchema> {
  /**
   * What values have to be like: any Standard Schema, such as one of zod, valibot or arktype. A loaded value that
   * does not fit rejects with VALUE_INVALID; a cached one is not used. It has to accept its own output.
   */
  readonly schema?: Schema;
  /** Makes of a cached value that does not fit, of an earlier version of the program say, one that may fit. */
  readonly migrate?: (old: unknown) => unknown;
}

/** Options of a read with a schema. */
export type CheckedReadOptions<
  Schema extends StandardSchema,
  Profile extends string = never,
> = ReadOptions<Profile, SchemaOutput<Schema>> & CheckOptions<Schema> & { readonly schema: Schema };
