/** A moment of a simulation. Ticks order what happens within one millisecond. */
export interface Instant {
  readonly ms: number;
  readonly tick: number;
}

/** One run of a loader, or one value that was given to `set`. Its number is its place in the history. */
export interface Load {
  readonly id: number;
  readonly key: string;
  readonly process: string;
  /** Of a value that is written through: when its writer was called. */
  start: Instant;
  end?: Instant;
  /**
   * `confirmed`: it said that the value from before is right; `failed`: it threw; `abandoned`: its process ended
   * before it did.
   */
  result: 'running' | 'loaded' | 'confirmed' | 'failed' | 'abandoned';
  /** When its process ended, if that was before it did. */
  abandoned?: Instant;
  tags: readonly string[];
  /** Cached values that the value was built from. */
  readonly parts: readonly number[];
  readonly bySet: boolean;
  /** Its own process may read it before the source has it. */
  readonly behind?: boolean;
}

export interface Read {
  readonly process: string;
  readonly call: 'getOrSet' | 'get' | 'peek' | 'has' | 'refresh';
  readonly key: string;
  readonly fresh: boolean;
  /** H of the process. */
  readonly maxLagMs: number;
  /** Answered by then, whatever happens. */
  readonly boundMs: number;
  readonly start: Instant;
  end?: Instant;
  /** What came back; `none` for no value, `abandoned` when its process ended first. */
  outcome: 'pending' | 'value' | 'none' | 'error' | 'abandoned';
  /** The load that brought the value. */
  load?: number;
  /** The key that the value itself names. */
  valueKey?: string;
  error?: string;
  /** The load that failed with the error that came back, where it is a copy of that one. */
  failedLoad?: number;
  /** The load that failed with the error that came back, itself or a copy. */
  erredLoad?: number;
}

export interface Coverage {
  readonly keys: readonly string[];
  readonly tags: readonly string[];
  readonly patterns: readonly string[];
  readonly everything: boolean;
}

export interface Invalidation {
  readonly process: string;
  readonly call: 'invalidate' | 'expire' | 'set' | 'write' | 'mutate';
  readonly covers: Coverage;
  /** The value that `set` put in place, or a write once the source had it. */
  readonly except?: number;
  /** The value has a version: only where it is kept it shows whether it is the newest. */
  readonly versioned?: boolean;
  /** It waits for what its process has written behind: in force there at its end only. */
  readonly waits?: boolean;
  /** What was written behind by the same process later comes after it. */
  readonly behind?: boolean;
  readonly strict: boolean;
  /** For how long nothing that is loaded is kept; 0 unless the source lags behind. */
  readonly settleMs: number;
  readonly start: Instant;
  end?: Instant;
  /**
   * `applied`: in force everywhere at the end of the call; `pending`: rejected or queued; `placed`: pending
   * first, and since `placed` it must be in force; `lost`: its process ended before; `refused`: a value of a
   * larger version was there, so that nothing was changed.
   */
  status: 'calling' | 'applied' | 'pending' | 'placed' | 'error' | 'lost' | 'refused';
  placed?: Instant;
  error?: string;
}

export interface Mutation {
  readonly process: string;
  /** The value that it brings to the source, which is kept afterwards. */
  readonly writes?: number;
  readonly covers: Coverage;
  readonly start: Instant;
  end?: Instant;
  /** `died`: its process ended after the commit, before the invalidation. */
  outcome: 'running' | 'committed' | 'rolled back' | 'died';
  commit?: Instant;
}

/** A value stored in the shared store by a fill. */
export interface Fill {
  readonly at: Instant;
  readonly key: string;
  readonly load: number;
}

/** A key removed from the shared store by an invalidation. */
export interface Erasure {
  readonly at: Instant;
  readonly key: string;
  /** Its value alone was taken out later: a load that has the lease is stored. */
  readonly leaseStays?: boolean;
}

/** The shared store went back to what it was at `image`. */
export interface Rollback {
  readonly at: Instant;
  readonly image: Instant;
}

/** Something that befell the system, in words. */
export interface Mishap {
  readonly at: Instant;
  readonly process: string;
  readonly text: string;
}

/**
 * A process that the log, with the history that it has then, does not answer between `fromMs` and `until`: it may be
 * no member, and nobody waits for it.
 */
export interface Silence {
  readonly process: string;
  readonly fromMs: number;
  until?: Instant;
}

/** The store tells a process that waits for a load of another one that it failed. */
export interface Told {
  readonly at: Instant;
  readonly process: string;
  readonly load: number;
}

/** Values of a snapshot that a process takes as if they were loaded now. */
export interface Adoption {
  readonly at: Instant;
  readonly process: string;
  readonly loads: readonly number[];
}

/** Everything that can be observed of a simulation from outside. */
export interface History {
  readonly loads: Load[];
  readonly reads: Read[];
  readonly invalidations: Invalidation[];
  readonly mutations: Mutation[];
  readonly fills: Fill[];
  readonly erasures: Erasure[];
  readonly rollbacks: Rollback[];
  readonly mishaps: Mishap[];
  readonly silences: Silence[];
  readonly told: Told[];
  readonly adoptions: Adoption[];
  /** What nobody handled: rejections, and errors where there should be none. */
  readonly faults: string[];
  /** Nothing disturbed it: no fault, no slow message, no stopped process. */
  readonly calm: boolean;
  /** For how long the log remembers which single keys were invalidated or expired. */
  readonly retentionMs: number;
  /** A load brings what was in the source so long before it began. */
  readonly sourceLagMs: number;
  /** An error of a load is given for so long in place of another one. */
  readonly errorTtlMs: number;
}

export function emptyHistory({
  calm = false,
  retentionMs = 60_000,
  sourceLagMs = 0,
  errorTtlMs = 0,
}: Partial<Pick<History, 'calm' | 'retentionMs' | 'sourceLagMs' | 'errorTtlMs'>> = {}): History {
  return {
    loads: [],
    reads: [],
    invalidations: [],
    mutations: [],
    fills: [],
    erasures: [],
    rollbacks: [],
    silences: [],
    told: [],
    adoptions: [],
    mishaps: [],
    faults: [],
    calm,
    retentionMs,
    sourceLagMs,
    errorTtlMs,
  };
}
