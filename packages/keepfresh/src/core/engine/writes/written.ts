import type { StoredRecord, Token } from '../../ports/record.ts';
import type { Point } from '../coherence/log-view.ts';
import type { EntryPolicy } from '../entry-policy.ts';

/** A value that the caller has, and how it is to be kept. */
export interface WriteRequest {
  readonly key: string;
  readonly value: unknown;
  readonly tags: readonly string[];
  readonly policy: EntryPolicy;
  /** Of the value in its source; of two that have one, the smaller never replaces the larger. 0: none. */
  readonly version: number;
}

/** The moment as of which a value is to be kept, with the identity that it will have. */
export interface Draft extends Point {
  readonly token: Token;
  /** The newest local ban then. */
  readonly since: number;
  /** Without trust the value counts as loaded then, however long the store took. */
  readonly startedAt: number;
}

/** A value on its way into both levels. */
export interface Written {
  readonly key: string;
  readonly draft: Draft;
  readonly record: StoredRecord;
  /** The record as the store keeps it; absent without one. */
  readonly packed: StoredRecord | undefined;
  readonly sealed: unknown;
}

/** A key that is over, with what comes in its place, if anything does. */
export interface Replacement {
  readonly key: string;
  readonly written: Written | undefined;
  /** Token of a value that is kept nowhere and yet not covered: it waits to be written. */
  readonly spares?: Token;
  /** Whether the value was written behind: until its source has it, nothing else is kept of its key. */
  readonly isUnwritten?: boolean;
}
