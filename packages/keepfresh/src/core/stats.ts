/** What a cache, or one of its namespaces, has done since it was made, and what it holds. Plain numbers. */
export interface CacheStats {
  /** Reads answered from this process's memory. */
  readonly memoryHits: number;
  /** Reads answered from the shared store. */
  readonly remoteHits: number;
  /** Of these hits, those past their freshness. */
  readonly staleHits: number;
  /** Reads that found nothing they could use. */
  readonly misses: number;
  /** Reads that were answered by a load, their own or one they joined. */
  readonly loads: number;
  /** Reads that failed because the loader did. */
  readonly loadFailures: number;
  /** Values written by `set`. */
  readonly writes: number;
  /** Calls that invalidated something. */
  readonly invalidations: number;
  /** Of the whole cache: entries pushed out of memory by others. */
  readonly evictions: number;
  /** Of the whole cache: entries that were too large for memory. */
  readonly refused: number;
  /** Of the whole cache: entries in memory now. */
  readonly entries: number;
  /** Of the whole cache: their weight in bytes. */
  readonly bytes: number;
  /** Of the whole cache: loads under way. */
  readonly loading: number;
  /** Of the whole cache: keys with a write behind that their source does not have yet. */
  readonly pendingWrites: number;
  /** Of the whole cache: writes behind that were given up. */
  readonly lostWrites: number;
  /** Of the whole cache: invalidations the remote does not know of yet. */
  readonly pendingInvalidations: number;
}

/** The numbers that each view of a cache counts for itself. */
export class ViewCounters {
  memoryHits = 0;
  remoteHits = 0;
  staleHits = 0;
  misses = 0;
  loads = 0;
  loadFailures = 0;
  writes = 0;
  invalidations = 0;
}
