/** A library that answers the questions, set up as its documentation says for memory over Redis. */
export interface Contender {
  readonly name: string;
  /** The npm package whose version stands beside the name. */
  readonly package: string;
  /** What has to be known to read its row. */
  readonly note?: string;
  /** It has one level at a time, so that questions about memory are asked of it without Redis. */
  readonly hasOneLevel?: true;
  /** How it can refresh what callers go on reading. @default not at all */
  readonly refreshes?: readonly Refreshing[];
  /** Opens one cache, as one process of an application would. */
  open(options: OpenOptions): Promise<Opened>;
}

export interface OpenOptions {
  readonly url: string;
  /** Addresses of a cluster, in place of `url`; only where a question says so. */
  readonly cluster?: readonly string[] | undefined;
  /** Caches that share values have the same name. */
  readonly name: string;
  /** Left out, where the library can: a question may be about one of the levels alone. */
  readonly without?: 'memory' | 'remote' | undefined;
  /** How long entries are fresh, where that is what a question is about. @default ten minutes */
  readonly ttlMs?: number;
  /** How they are refreshed; of what the contender offers. */
  readonly refreshing?: Refreshing | undefined;
}

/** Served stale, for up to ten minutes, while they are loaded; or loaded before they end. */
export type Refreshing = 'stale' | 'early';

/** A cache that is open. Unless said otherwise entries live for ten minutes, far longer than any question lasts. */
export interface Opened {
  read<T>(key: string, load: () => Promise<T>, tags: readonly string[]): Promise<T>;
  /** Reads several keys, in their order, without loading any. Absent where the library has no such call. */
  readMany?(keys: readonly string[]): Promise<readonly unknown[]>;
  /** Reads a key by all that was invalidated before, in whatever process. Absent where there is no such read. */
  readFresh?(key: string): Promise<unknown>;
  /** A read of this process's memory that is no promise. Absent where there is none. */
  peek?(key: string): unknown;
  invalidateKey(key: string): Promise<unknown>;
  /** Absent where the library has no tags for values that are read through. */
  invalidateTag?(tag: string): Promise<unknown>;
  /** Absent where the library has no patterns. */
  invalidatePattern?(pattern: string): Promise<unknown>;
  /** Calls back when it stops asking Redis, as far as it tells. */
  onCircuitOpened?(listener: () => void): void;
  close(): Promise<unknown>;
}

export const tenMinutes = 600_000;
