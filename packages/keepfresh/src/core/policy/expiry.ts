/** The longest life of an entry unless configured otherwise: 7 days in milliseconds. */
export const defaultMaxTtlMs = 604_800_000;

/** How long an entry lives, in milliseconds; the words are those of RFC 9111 and RFC 5861. */
export interface Lifetime {
  /** Freshness lifetime (RFC 9111, section 4.2.1). */
  readonly ttlMs: number;
  /** How long after that it may be served while a refresh runs (RFC 5861, section 3). */
  readonly staleWhileRevalidateMs: number;
  /** How long after that it may be served when a load fails (RFC 5861, section 4). */
  readonly staleIfErrorMs: number;
  /**
   * Largest part of `ttlMs` that chance cuts off, 0 to 1, so that entries stored together do not all end
   * together. It only ever shortens: no entry is fresh for longer than was asked.
   */
  readonly jitter: number;
  /** Hard end of the entry, all windows included. */
  readonly maxTtlMs: number;
}

/**
 * The three ends of an entry, none before the one above it, in milliseconds of the clock that its creation
 * was read from.
 */
export interface Expiry {
  readonly freshUntil: number;
  /** End of stale-while-revalidate. */
  readonly staleUntil: number;
  /** End of stale-if-error, and of the entry. */
  readonly expiresAt: number;
}

/**
 * When an entry created at `createdAt` ends. Both stale windows count from the end of freshness, as in
 * RFC 5861; the entry lives until the later of them, and never beyond `maxTtlMs`. `random` is a number from
 * 0 to below 1.
 */
export function expiryOf(lifetime: Lifetime, createdAt: number, random: number): Expiry {
  const cut = Math.floor(lifetime.ttlMs * lifetime.jitter * random);
  const hardEnd = createdAt + lifetime.maxTtlMs;
  const fresh = createdAt + lifetime.ttlMs - cut;
  const stale = fresh + lifetime.staleWhileRevalidateMs;
  const usable = Math.max(stale, fresh + lifetime.staleIfErrorMs);
  return {
    freshUntil: Math.min(fresh, hardEnd),
    staleUntil: Math.min(stale, hardEnd),
    expiresAt: Math.min(usable, hardEnd),
  };
}
