/**
 * What a store keeps under one key: a value with everything that is needed to judge it.
 * Times are milliseconds of the log server's clock (of this machine's where there is no log); they
 * decide freshness only. Whether the value is valid is decided by `epoch` and `position` alone.
 *
 * What a store gives out may read its fields when they are asked for: take them by name, not by spreading.
 */
export interface StoredRecord {
  /** Identity of the fill that wrote the value: 32 hexadecimal digits, never used twice. */
  readonly token: Token;
  /** Which codec wrote `payload`, 0–255. */
  readonly codec: number;
  /** The log's epoch when the load started: 16 hexadecimal digits. */
  readonly epoch: Epoch;
  /** S: what the loading process had applied of the log before its loader started. */
  readonly position: Position;
  readonly createdAt: number;
  /** Until when the value is fresh; afterwards it is stale. 0 in a value that was expired. */
  readonly freshUntil: number;
  /** Until when it may be served stale while it is refreshed; not below `freshUntil`. */
  readonly staleUntil: number;
  /** Until when it may be served if the loader fails, and the record's end; not below `staleUntil`. */
  readonly expiresAt: number;
  /** How long the load took, in milliseconds. */
  readonly loadMs: number;
  /** The domain version that the writer gave, 0 when none: of two that have one, the smaller never replaces the larger. */
  readonly version: number;
  readonly tags: readonly string[];
  readonly payload: Uint8Array;
}

/** Identity of one fill: 32 hexadecimal digits from a cryptographic random source. */
export type Token = string;

/** Identity of one unbroken history of the log: 16 hexadecimal digits. */
export type Epoch = string;

/**
 * A place in the log: `(ms since 2026-01-01) × 4096 + n`, chosen by the log, strictly increasing.
 * It fits a double exactly. 0 is before everything.
 */
export type Position = number;
