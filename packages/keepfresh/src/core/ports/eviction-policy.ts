/**
 * Decides which entry goes when memory is full. It knows slots (small whole numbers), never keys or values.
 * For each slot calls come in a fixed order: `onInsert` once, then any number of `onHit` and `onReplace`,
 * then `onRemove` or `evict` once. `memory/eviction/fifo.ts` is the shortest implementation.
 */
export interface EvictionPolicy {
  readonly name: string;
  /** Makes room for slots below `capacity`, keeping what is known of the present ones. Only ever grows. */
  grow(capacity: number): void;
  onInsert(slot: number): void;
  /** The entry was used. Called on every hit: it must be short. */
  onHit(slot: number): void;
  /** The entry was replaced by a newer one with the same key. */
  onReplace(slot: number): void;
  /** The entry was removed for another reason than want of room. */
  onRemove(slot: number): void;
  /** Chooses the slot that goes next, forgets it and returns it; -1 when none is held. */
  evict(): number;
  /** Forgets every slot. */
  clear(): void;
  /**
   * The slots it holds, in any order, after comparing its structures with each other; throws where they
   * disagree. For tests; may be slow.
   */
  check?(): readonly number[];
}

/** What a policy may ask about the slots that it holds. */
export interface HeldSlots {
  /**
   * Hash of the slot's key, 32 bits as a signed number, that nobody outside the process can foresee. Computed
   * anew at each call, in time that grows with the length of the key: never ask on a hit.
   */
  hash(slot: number): number;
  /** When the entry ends for good, in milliseconds of the wall clock. */
  expiresAt(slot: number): number;
  /** Bytes the entry counts for. */
  weight(slot: number): number;
}

/**
 * The policies that come with the library.
 * - `s3-fifo`: the best hit ratio for most traffic, and the shortest hit.
 * - `lru`: the least recently used goes first.
 * - `lfu`: the least frequently used lately goes first (W-TinyLFU); strong against scans, a dearer hit.
 * - `fifo`: the oldest goes first.
 * - `ttl`: what ends soonest goes first.
 */
export type EvictionPolicyName = 's3-fifo' | 'lru' | 'lfu' | 'fifo' | 'ttl';

/** Makes a policy for one memory, or one share of it. */
export type EvictionPolicyFactory = (held: HeldSlots) => EvictionPolicy;
