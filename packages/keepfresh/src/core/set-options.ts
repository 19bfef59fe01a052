import type { Duration } from './policy/duration.ts';
import type { InvalidateOptions } from './engine/invalidations/invalidator.ts';

/** What `set` takes beside the options of the entry. */
export interface WriteOptions<T = unknown>
  extends Pick<InvalidateOptions, 'strict' | 'queue'>, WriterOptions<T> {
  /**
   * Version of the value in its source, a whole number that only grows (a row version, a commit number), or a function
   * of the value: of two that have one, the smaller never replaces the larger. Readers of a change log and writers
   * that race need it. @default 0: none
   */
  readonly version?: number | ((value: T) => number);
}

/** How `set` writes to the source as well. */
export interface WriterOptions<T = unknown> {
  /**
   * Writes the value to the source, first, inside of a mutation of the key: what it rejects with is what `set` rejects
   * with, and nothing is kept then. What it returns is what the source has now and is kept in place of the value;
   * nothing (`undefined`) says that the source has the value as it was given.
   */
  readonly writer?: SourceWriter<T>;
  /** Longest time the writer takes, as in `mutate`; only with `writer`. @default '30s' */
  readonly timeout?: Duration;
  /** As in `mutate`; only with `writer`. @default 'preferred' */
  readonly marker?: 'preferred' | 'required';
}

/** Writes one value to the source. */
export type SourceWriter<T = unknown> = (
  value: T,
  context: WriterContext,
) => Promise<NoInfer<T> | void> | NoInfer<T> | void;

/** What a writer is given. */
export interface WriterContext {
  readonly key: string;
  /** Aborted when the writer takes too long. */
  readonly signal: AbortSignal;
  /** The source has the value, and it is not kept. */
  skip(): void;
}
