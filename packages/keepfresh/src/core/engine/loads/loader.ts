/** What the caller's loader is given. */
export interface LoadContext {
  /** Aborted when every caller has gone, when the load takes too long, and when the cache closes. */
  readonly signal: AbortSignal;
  readonly key: string;
  /**
   * The value as it was before, when there is one; it may be invalidated. Not to be changed. Not typed: an earlier
   * version of the program may have loaded it, and the type of what is loaded is taken from the loader's result
   * alone.
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
   * Returned by the loader, it says that `stale` is still right: the value is kept as if it had just been loaded,
   * with the tags that it had; what the remote has is neither encoded nor sent again. Throws INVALID_ARGUMENT when
   * there is no value from before.
   */
  notModified(): never;
  /** The value is returned to the callers of this load and not kept. */
  skip(): void;
}

/** What brings a value from its source. */
export type Loader<T = unknown> = (context: LoadContext) => Promise<T> | T;
