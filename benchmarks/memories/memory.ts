/** A cache in the memory of one process, without levels below it, set up as its documentation says. */
export interface MemoryContender {
  readonly name: string;
  /** The npm package whose version stands beside the name; absent where there is none. */
  readonly package?: string;
  /** What has to be known to read its row. */
  readonly note?: string;
  /** Said where expiring entries are no option: it has none, or no others. */
  readonly expiry?: 'never' | 'always';
  open(options: MemoryOptions): OpenedMemory;
}

export interface MemoryOptions {
  readonly maxEntries: number;
  /** How long entries live, in milliseconds; absent: for ever. */
  readonly ttlMs?: number | undefined;
  /** The numbers of all keys that will be asked for, in this order: for whoever can foresee. */
  readonly requests?: Uint32Array | undefined;
}

/** A memory that is open. What is no promise is done when it returns. */
export interface OpenedMemory {
  /** The value, whose use counts for what is evicted later, or `undefined`. */
  get(key: string): unknown;
  set(key: string, value: unknown, tag?: string): unknown;
  delete(key: string): unknown;
  /** Deletes everything with the tag. Absent where there are no tags. */
  deleteTag?(tag: string): Promise<unknown>;
}

/** The same memory with entries that live for ten minutes, where nothing else is asked for. */
export function withExpiry(memory: MemoryContender): MemoryContender {
  return {
    ...memory,
    name: `${memory.name}, TTL`,
    open: (options) => memory.open({ ttlMs: tenMinutes, ...options }),
  };
}

const tenMinutes = 600_000;
