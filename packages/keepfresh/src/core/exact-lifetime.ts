import type { EntryOptions } from './options.ts';
import { defaultMaxTtlMs } from './policy/expiry.ts';

/**
 * Entry options of a value that lives exactly as long as another cache's interface says: without jitter and without
 * stale windows. `undefined` is for ever there; here every entry ends, after 7 days at most.
 */
export function exactLifetime(ttlMs: number | undefined): Omit<EntryOptions<never>, 'tags'> {
  const ttl = Math.max(1, Math.min(Math.ceil(ttlMs ?? defaultMaxTtlMs), defaultMaxTtlMs));
  return { ttl, negativeTtl: ttl, jitter: 0, staleWhileRevalidate: 0, staleIfError: 0 };
}
