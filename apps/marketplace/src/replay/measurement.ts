import type { Answers } from './send-requests.ts';
import type { Trace } from './trace.ts';

/** A whole trace replayed against one shop. */
export interface Run {
  readonly answers: Answers;
  /** Statements the database executed. */
  readonly statements: number;
  /** Pages the cache had loaded from the database, by its own count; 0 without a cache. */
  readonly loads: number;
}

/** Calls of the catalog in process, one after the other, in rounds that alternate between the shops. */
export interface ServiceCallTimes {
  /** The median over the rounds of each round's median, in milliseconds. */
  readonly uncachedMs: number;
  readonly cachedMs: number;
  readonly rounds: number;
  /** Calls in each round. */
  readonly calls: number;
}

/** All that was measured with one trace. */
export interface Measurement {
  readonly trace: Trace;
  readonly concurrency: number;
  readonly uncached: Run;
  readonly cached: Run;
  readonly serviceCalls: ServiceCallTimes;
}
