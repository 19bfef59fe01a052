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
