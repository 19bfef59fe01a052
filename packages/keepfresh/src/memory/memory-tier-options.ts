import type { Clock } from '../core/ports/clock.ts';
import type { EvictionPolicyFactory, EvictionPolicyName } from '../core/ports/eviction-policy.ts';
import type { MemoryEntry } from '../core/ports/memory.ts';
import type { Random } from '../core/ports/random.ts';

/** How a `MemoryTier` is bounded, and what it asks and tells. */
export interface MemoryTierOptions {
  /** Most entries held, at least 1. */
  readonly maxEntries: number;
  /** Most bytes held by weight, at least 1,024. */
  readonly maxBytes: number;
  /** Which entry goes when memory is full: a policy by its name, or what makes one. @default 's3-fifo' */
  readonly policy?: EvictionPolicyName | EvictionPolicyFactory | undefined;
  /** Whose wall clock the times of entries are of. @default the machine's clocks */
  readonly clock?: Clock | undefined;
  /** Where the seed of the hash of keys comes from. @default the machine's cryptographic source */
  readonly random?: Random | undefined;
  /** Bytes that an entry counts for, instead of its own `weight`. @default that weight */
  readonly weigh?: ((entry: MemoryEntry) => number) | undefined;
  /**
   * Whether what the log says of an entry is held with it: where its load began. A memory whose entries no other
   * process invalidates need not. @default true
   */
  readonly tracksLog?: boolean | undefined;
  /** Called when something is held again after nothing was. */
  readonly onFill?: () => void;
  /** Called with the key of each entry that had to go because of a bound. */
  readonly onEvict?: (key: string) => void;
}
