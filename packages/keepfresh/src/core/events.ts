import type { RemoteWarning } from './ports/remote.ts';
import type { WarmProgress, WarmReport } from './warming/warm-options.ts';

/**
 * Everything that can happen in a cache, by name: the one union from which telemetry, logs and tests are
 * fed, and which `docs/reference/events.md` repeats. Times are milliseconds. Names are past-tense facts.
 */
export interface CacheEvents {
  /** A read was answered from `level`; `stale` when past its freshness. */
  hit: { readonly key: string; readonly level: Level; readonly stale: boolean };
  /** A read found nothing it may use. */
  miss: { readonly key: string; readonly reason: MissReason };
  /** A loader finished. `stored` tells whether the value could be kept. */
  loaded: { readonly key: string; readonly ms: number; readonly stored: boolean };
  /**
   * A loader threw, or took too long. `served` when a stale value answered instead; for `pauseMs` the key is not
   * refreshed again (0: no pause).
   */
  'load.failed': {
    readonly key: string;
    readonly error: unknown;
    readonly served: boolean;
    readonly pauseMs: number;
  };
  /** A loader takes longer than `softTimeout`: a stale value answered instead, and the load goes on. */
  'load.slow': { readonly key: string };
  /** A load began that nobody waits for. */
  'refresh.started': { readonly key: string; readonly cause: RefreshCause };
  /** A value that is used a lot was not refreshed ahead: too many refreshes run and wait. */
  'refresh.dropped': { readonly key: string };
  /** A value was written by `set`, or behind, and is kept. */
  written: { readonly key: string };
  /**
   * A value was not kept: it cannot be encoded, is too large, its key may never be cached, a mutation covers it
   * (`held`), it was invalidated since the call for it (`invalidated`), or one of a larger version is there (`older`).
   */
  refused: { readonly key: string; readonly reason: RefusalReason; readonly error?: unknown };
  /** A write behind failed, for the `attempt`th time; it, or a newer one of its key, is tried again after `pauseMs`. */
  'write.failed': {
    readonly key: string;
    readonly attempt: number;
    readonly error: unknown;
    readonly pauseMs: number;
  };
  /** A write behind was given up: its source may not have the value, and nobody will try again. */
  'write.lost': { readonly key: string; readonly error: unknown };
  /** A value was pushed out of memory by others. */
  evicted: { readonly key: string };
  /** An invalidation is in force in this process, and counted in `targets` keys, tags and patterns. */
  invalidated: { readonly targets: number };
  /** An invalidation could not be placed in the remote yet; it is kept and tried again. */
  'invalidation.pending': { readonly targets: number; readonly error: unknown };
  /** An invalidation that was pending is in force everywhere. */
  'invalidation.applied': { readonly targets: number; readonly pendingMs: number };
  /** The cache closed before the remote knew of so many calls that invalidated something. */
  'invalidation.lost': { readonly changes: number };
  /** `configure` put other options in force: their paths, such as `memory.maxBytes`. */
  configured: { readonly changed: readonly string[] };
  /** One more call of a `warm` has ended. */
  'warming.progressed': WarmProgress;
  /** A `warm` has ended, and why. */
  warmed: WarmReport;
  /** What was used most could not be kept or read, or the calls of a scheduled `warm` could not be had. */
  'warming.failed': { readonly error: unknown };
  /** The connection to the remote is there. */
  'remote.connected': Record<never, never>;
  /** The connection to the remote is lost; the cache goes on from memory and the loaders. */
  'remote.lost': { readonly cause: unknown };
  /** A command to the remote failed or was too slow. */
  'remote.failed': { readonly operation: string; readonly error: unknown };
  /** Bytes under a key were not a value this cache can read; they count as a miss. */
  'remote.unreadable': { readonly key: string; readonly error: unknown };
  /** A cached value does not fit the `schema` of the read; it counts as a miss. */
  'value.invalid': { readonly key: string; readonly level: Level; readonly error: unknown };
  /** A setting of the remote weakens a promise. */
  'remote.warning': RemoteWarning;
  /** The circuit around the remote opened: reads go without it for a while. */
  'circuit.opened': Record<never, never>;
  /** The circuit around the remote closed: reads use it again. */
  'circuit.closed': Record<never, never>;
  /** This process may judge cached values by what it knows of the log. */
  'trust.gained': Record<never, never>;
  /** This process has not heard of the log for `maxLag`: cached values are confirmed before use. */
  'trust.lost': Record<never, never>;
  /** The log lost history and started anew: everything older is invalid. */
  'epoch.changed': { readonly epoch: string };
}

export type CacheEvent = keyof CacheEvents;

/** The compiler sees to it that none is missing. */
const listed: Readonly<Record<CacheEvent, true>> = {
  hit: true,
  miss: true,
  loaded: true,
  'load.failed': true,
  'load.slow': true,
  'refresh.started': true,
  'refresh.dropped': true,
  written: true,
  refused: true,
  'write.failed': true,
  'write.lost': true,
  evicted: true,
  invalidated: true,
  'invalidation.pending': true,
  'invalidation.applied': true,
  'invalidation.lost': true,
  configured: true,
  'warming.progressed': true,
  warmed: true,
  'warming.failed': true,
  'remote.connected': true,
  'remote.lost': true,
  'remote.failed': true,
  'remote.unreadable': true,
  'value.invalid': true,
  'remote.warning': true,
  'circuit.opened': true,
  'circuit.closed': true,
  'trust.gained': true,
  'trust.lost': true,
  'epoch.changed': true,
};

/** The names of all events: for who listens to everything. */
export const eventNames: readonly CacheEvent[] = Object.keys(listed) as CacheEvent[];

/** Where a value came from: this process's memory, the shared store, or a load that just ran. */
export type Level = 'memory' | 'remote' | 'load';

/**
 * Why a value is refreshed while nobody waits: it is past its freshness (`stale`), it may soon be (`early`), or it is
 * used a lot and ends soon (`ahead`).
 */
export type RefreshCause = 'stale' | 'early' | 'ahead';

/** Why a read could not use what is cached. */
export type MissReason =
  | 'absent'
  | 'expired'
  | 'invalidated'
  | 'untrusted'
  | 'unreadable'
  | 'remote-failed';

export type RefusalReason = 'encode' | 'too-large' | 'never' | 'held' | 'invalidated' | 'older';
