/**
 * Decides which entry goes when memory is full. It knows slots (small whole numbers), never keys or values.
 * Calls come in a fixed order: `onInsert` once, then any number of `onHit`, then `onRemove` once.
 * `memory/fifo.ts` is the shortest implementation.
 */
export interface EvictionPolicy {
  readonly name: string;
  /** Makes room for slots below `capacity`, keeping what is known of the present ones. Only ever grows. */
  grow(capacity: number): void;
  onInsert(slot: number): void;
  onHit(slot: number): void;
  onRemove(slot: number): void;
  /** The slot to evict next, or -1 when none is held. The caller removes it. */
  victim(): number;
  /** Forgets every slot. */
  clear(): void;
}
