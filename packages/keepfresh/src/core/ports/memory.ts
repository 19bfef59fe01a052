import type { Position } from './record.ts';

/**
 * The process's own level (L1): decoded values in numbered slots. Everything in it is synchronous, so that
 * checking what is known and storing what was loaded can be one block that nothing interrupts.
 * It bounds itself by entries and bytes; it judges nothing: whether a slot may be used is the engine's decision.
 */
export interface Memory<Tag extends TagState = TagState> {
  /** How many entries are held. */
  readonly count: number;
  /** Sum of the weights of what is held, in bytes. */
  readonly bytes: number;
  readonly maxEntries: number;
  readonly maxBytes: number;
  /** How many entries were too large to be held. */
  readonly refused: number;
  /** Slots are whole numbers from 0 up to, but not, this. */
  readonly capacity: number;
  /** The key that the slot holds, or undefined when it is free. */
  keyAt(slot: number): string | undefined;
  /**
   * Keeps a part of memory for the keys that begin with `prefix`: they do not push out others, nor others them.
   * Repeating it does nothing; `differs` when another quota was reserved before, `too-much` when nothing would be
   * left for all others.
   */
  reserve(prefix: string, quota: MemoryQuota): 'done' | 'differs' | 'too-much';
  /**
   * Gives the whole other bounds. What is held beyond them goes with `trim`, and with each `put` a little.
   * False, and nothing is changed, when nothing would be left beside what was reserved.
   */
  resize(bounds: MemoryBounds): boolean;
  /** Evicts at most so many entries that are held beyond the bounds; whether there are more. */
  trim(most: number): boolean;

  /** The slot that holds `key`, or -1. Says nothing about freshness and counts no use. */
  find(key: string): number;
  /** Counts a use of the slot, for the eviction policy. */
  touch(slot: number): void;
  /**
   * Holds `entry`, in place of what was held under its key, and evicts others until both bounds hold.
   * Returns false, and holds nothing under that key, when the entry alone is larger than a quarter of `maxBytes`,
   * or of the share that its key belongs to.
   */
  put(entry: MemoryEntry<Tag>): boolean;
  /** Lets go of the slot's entry. */
  remove(slot: number): void;
  /** Lets go of everything. */
  clear(): void;

  value(slot: number): unknown;
  /** The promise that was left with the slot's value, or undefined: most readers ask for one. */
  promise(slot: number): Promise<unknown> | undefined;
  /** Leaves a promise of the slot's value with it, for as long as it is held. */
  setPromise(slot: number, promise: Promise<unknown>): void;
  tags(slot: number): readonly Tag[];
  createdAt(slot: number): number;
  /** Whether `now` is before the end of the slot's freshness. */
  isFresh(slot: number, now: number): boolean;
  /**
   * Whether the slot can be used at `now` and no refresh of it can be due. Each hit asks this, so it allocates
   * nothing.
   */
  isSettled(slot: number, now: number): boolean;
  /** How long before the end of its freshness the slot may have to be refreshed, in milliseconds. */
  earlyMs(slot: number): number;
  /** Whether each use of the slot is to be looked at, until it is unwatched. */
  isWatched(slot: number): boolean;
  unwatch(slot: number, earlyMs: number): void;
  freshUntil(slot: number): number;
  staleUntil(slot: number): number;
  expiresAt(slot: number): number;
  loadStartedAt(slot: number): number;
  position(slot: number): Position;
  version(slot: number): number;
  weight(slot: number): number;
  /** The newest local ban the slot was checked against. */
  checkedSeq(slot: number): number;
  /** Whether that is `seq`: what each hit asks. */
  isChecked(slot: number, seq: number): boolean;
  setChecked(slot: number, seq: number): void;
  /** Puts the slot past its freshness and past its stale window: only a failed load may still serve it. */
  expire(slot: number): void;
}

export interface MemoryBounds {
  readonly maxEntries: number;
  readonly maxBytes: number;
}

/** What is reserved of a memory: a part, above 0 and below 1, or amounts. */
export interface MemoryQuota {
  readonly part?: number | undefined;
  readonly maxEntries?: number | undefined;
  readonly maxBytes?: number | undefined;
}

/**
 * One value as memory holds it. Times are this process's wall clock in milliseconds; memory may let them end up
 * to 2 ms early, never late.
 */
export interface MemoryEntry<Tag extends TagState = TagState> {
  readonly key: string;
  readonly value: unknown;
  readonly tags: readonly Tag[];
  readonly createdAt: number;
  readonly freshUntil: number;
  readonly staleUntil: number;
  readonly expiresAt: number;
  /**
   * From so long before `freshUntil` on a use is looked at, because a refresh may be due; memory may make it longer
   * by a twentieth. @default 0
   */
  readonly earlyMs?: number;
  /** Whether every use is. @default false */
  readonly isWatched?: boolean;
  /** When this process saw the load start, by the engine's elapsed clock; -Infinity when it did not. */
  readonly loadStartedAt: number;
  readonly position: Position;
  /** The domain version that `set` gave it, 0 when none. */
  readonly version: number;
  readonly checkedSeq: number;
  /** Bytes it counts for. */
  readonly weight: number;
}

/** What is known of one tag; shared by every entry that carries it. */
export interface TagState {
  readonly tag: string;
  /** The newest local ban that made its entries invalid. */
  readonly bannedSeq: number;
  /** The newest local ban that made its entries stale. */
  readonly expiredSeq: number;
}
