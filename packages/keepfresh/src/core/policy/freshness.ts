import type { Expiry } from './expiry.ts';

/**
 * What time alone says of an entry.
 * - `fresh`: serve it.
 * - `stale`: serve it and refresh it meanwhile (stale-while-revalidate, RFC 5861 section 3).
 * - `stale-if-error`: load, and serve it only if the load fails (RFC 5861 section 4).
 * - `expired`: as if it were not there.
 *
 * Time never makes a value valid: one that was invalidated is of no use however fresh it would be.
 */
export type Freshness = 'fresh' | 'stale' | 'stale-if-error' | 'expired';

/** Freshness of an entry at `now`, a reading of the same clock as its times. Each end is exclusive. */
export function freshnessOf(times: Expiry, now: number): Freshness {
  if (now < times.freshUntil) return 'fresh';
  if (now < times.staleUntil) return 'stale';
  return freshnessOnceExpired(times, now);
}

/**
 * Ends of freshness and of the stale window of what `expire` covered: before every reading of a clock, so that
 * it is past both wherever it is read. Its last end stays.
 */
export const endsOnceExpired = { freshUntil: 0, staleUntil: 0 } as const;

/**
 * Freshness of an entry that `expire` covered: it is past both of its first ends, whatever the clock says,
 * and stays usable where a load fails.
 */
export function freshnessOnceExpired(times: Expiry, now: number): Freshness {
  return now < times.expiresAt ? 'stale-if-error' : 'expired';
}
