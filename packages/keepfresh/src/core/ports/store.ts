import type { StoredRecord, Token } from './record.ts';

/**
 * The shared level (L2): records by key, and the right to fill them.
 *
 * A *lease* is the right to fill one key. It is identified by a token that is used for one fill only and
 * lives in the record itself, so whatever removes the record (an invalidation, an eviction, a flush) takes
 * the right away too. That is the whole fence: `fill` stores only while its token is still in place.
 *
 * Every method touches one key (or each of `keys` on its own, atomic per key only) and may reject with
 * anything; the engine puts the deadline around it, decides what a failure means, and reports it. No method
 * is sent again by itself after the connection broke. Read `memory/remote/memory-store.ts` first: it is the reference.
 */
export interface Store {
  readonly limits: StoreLimits;

  /**
   * Returns the value under `key`, or undefined when there is none: the key is absent, its end has passed,
   * only a lease or a failure is there, or the bytes are not a record this version can read.
   * One plain read: it takes no lease and changes nothing.
   */
  read(key: string): Promise<StoredRecord | undefined>;

  /** Like `read` for each key, in order; one round trip per node. */
  readMany(keys: readonly string[]): Promise<readonly (StoredRecord | undefined)[]>;

  /**
   * Asks for the lease of `key`. Granted when nobody holds one, when the holder's time is over, or when
   * `token` itself already holds it (a repeated request after a lost reply). A value that is present stays
   * readable while its key is leased, and the key lives at least as long as the lease.
   */
  acquire(key: string, request: LeaseRequest): Promise<LeaseReply>;

  /**
   * Stores `record` under `key` if `record.token` still holds the lease, and tells whether it did.
   * The lease ends with it, and those who wait are woken. The record lives until `record.expiresAt`.
   */
  fill(key: string, record: StoredRecord, lifetimeMs: number): Promise<boolean>;

  /**
   * Like `fill`, for a record whose tags and payload are those of the value that is there, with the token `same`: what
   * stands before them is all that has to be sent. False, too, and nothing is changed, when another value is there.
   * A store may do without it: then the whole record is sent.
   */
  confirm?(key: string, record: StoredRecord, lifetimeMs: number, same: Token): Promise<boolean>;

  /** Prolongs the lease by `leaseMs` from now if `token` still holds it, and tells whether it did. */
  renew(key: string, token: Token, leaseMs: number): Promise<boolean>;

  /**
   * Ends the lease if `token` still holds it, and wakes those who wait. With `failure` the key answers
   * `acquire` requests that waited for this token with it for `failureMs`; nobody else ever sees it.
   * A value that is present stays.
   */
  release(key: string, token: Token, failure?: LoadFailure): Promise<boolean>;

  /**
   * Stores `record` whether or not a lease is held, ends any lease, and wakes those who wait.
   * A record with a `version` is not stored, and false returned, when the key holds one of a larger version;
   * one without (0) replaces any.
   * No lease tells a network that holds it back, and lets it through long after its connection is lost: so one that
   * is executed more than `latePutMs` after the call stores nothing, and rejects.
   */
  put(key: string, record: StoredRecord, lifetimeMs: number): Promise<boolean>;

  /** Removes whatever is under each key, leases included, and wakes those who wait. O(keys). */
  invalidate(keys: readonly string[]): Promise<void>;

  /**
   * Removes the value under `key` if it is the one that has this token, and tells whether it did. Another value stays,
   * and so do a lease, whose holder is about to replace what is there, and the failure of one.
   */
  discard(key: string, token: Token): Promise<boolean>;

  /**
   * Ends the freshness of the value under each key: its `freshUntil` and `staleUntil` become 0, its end stays
   * as it is. Removes leases, so that no load which began before stores a fresh value over it, wakes those who
   * wait, and removes what has no value. O(keys).
   */
  expire(keys: readonly string[]): Promise<void>;

  /**
   * Calls `listener` with a key soon after something a waiter waits for happened to it. Messages may be
   * lost, late or repeated: they only shorten a wait. Returns what ends the subscription.
   */
  onWake(listener: (key: string) => void): () => void;
}

export interface LeaseRequest {
  /** Unique to this fill. */
  readonly token: Token;
  /** How long the lease lasts unless renewed, in milliseconds. */
  readonly leaseMs: number;
  /** Token of the value the caller has seen and wants to replace; undefined when it saw none it may use. */
  readonly seen?: Token | undefined;
  /** Token of the lease the caller has waited for: its failure, if there was one, is for this caller. */
  readonly awaited?: Token | undefined;
  /** Whether the caller will wait when the lease is held, and wants to be woken. */
  readonly wait: boolean;
}

export type LeaseReply =
  | { readonly outcome: 'granted' }
  /** A value other than the one `seen` is there. */
  | { readonly outcome: 'value'; readonly record: StoredRecord }
  /** `holder` has the lease for `remainingMs` more at most. */
  | { readonly outcome: 'leased'; readonly holder: Token; readonly remainingMs: number }
  /** The load the caller waited for (`awaited`) failed. */
  | { readonly outcome: 'failed'; readonly failure: LoadFailure };

/** What other processes learn of a failed load: never the stack. Texts are cut at 1,024 characters. */
export interface LoadFailure {
  readonly name: string;
  readonly message: string;
  readonly code?: string | undefined;
}

/** Longest text of a failure, in characters. */
export const longestFailureText = 1_024;

/** How long a failure answers those who waited for its load, in milliseconds. */
export const failureMs = 1_000;

/**
 * How late a `put` may be executed, in milliseconds: whoever asked for it looks after that at what became of it, and
 * takes it out if somebody has invalidated it meanwhile.
 */
export const latePutMs = 1_000;

export interface StoreLimits {
  /** Longest key in UTF-8 bytes, the cache's own prefix not counted. */
  readonly maxKeyBytes: number;
  /** Largest record in bytes. */
  readonly maxRecordBytes: number;
  /** Lifetimes are rounded up to a multiple of this many milliseconds. */
  readonly lifetimeGranularityMs: number;
}
