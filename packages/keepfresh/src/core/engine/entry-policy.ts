import type { ValueCheck } from './loads/value-check.ts';

/** How one read or write treats its entry: the options of the call over those of its profile, resolved. */
export interface EntryPolicy {
  readonly ttlMs: number;
  readonly staleWhileRevalidateMs: number;
  readonly staleIfErrorMs: number;
  /** Instead of `ttlMs` for a loader's null or undefined. */
  readonly negativeTtlMs: number;
  /** How long an error of the loader stands in for another load; 0: not at all. */
  readonly errorTtlMs: number;
  /** Part of the time to live that is randomly cut off, 0 to 1. */
  readonly jitter: number;
  readonly loadTimeoutMs: number;
  /** Hard end of the entry, all windows included, where its namespace sets one. */
  readonly maxTtlMs?: number | undefined;
  /** How long a load may keep its callers from a stale value; Infinity: until it fails. */
  readonly softTimeoutMs: number;
  /** First pause between refreshes that fail; 0: none. */
  readonly retryAfterMs: number;
  /** XFetch's beta; 0: nothing is refreshed early. */
  readonly earlyRefresh: number;
  /** From how many uses on a value is refreshed before it ends, without being asked for; 0: never. */
  readonly refreshAhead: number;
  /** Tags of a value. */
  readonly tags: (value: unknown) => readonly string[];
  /** What values have to be like; absent: anything. */
  readonly check?: ValueCheck | undefined;
}

/** What the caller's loader is given. */
export interface LoadContext {
  /** Aborted when every caller has gone, when the load takes too long, and when the cache closes. */
  readonly signal: AbortSignal;
  readonly key: string;
  /**
   * The value as it was before, when there is one; it may be invalidated. Not to be changed. Not typed: an earlier version of the
   * program may have loaded it, and the type of what is loaded is taken from the loader's result alone.
   */
  readonly stale: unknown;
  /** Sets how long this value is fresh: milliseconds or `'5m'`, instead of the option `ttl`. */
  setTtl(ttl: number | string): void;
  /** Sets how long after that it may be served stale, instead of the options of these names. */
  setStale(windows: {
    readonly whileRevalidate?: number | string;
    readonly ifError?: number | string;
  }): void;
  /** Adds tags to those of the option `tags`. */
  addTags(...tags: string[]): void;
  /**
   * Returned by the loader, it says that `stale` is still right: the value is kept as if it had just been loaded, with
   * the tags that it had; what the remote has is neither encoded nor sent again. Throws INVALID_ARGUMENT when there is no value from before.
   */
  notModified(): never;
  /** The value is returned to the callers of this load and not kept. */
  skip(): void;
}

export type Loader<T = unknown> = (context: LoadContext) => Promise<T> | T;
