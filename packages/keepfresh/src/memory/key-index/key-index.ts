import type { KeyHash } from './key-hash.ts';
import { type KeysBySlot, SlotTable } from './slot-table.ts';

const mostInMap = 65_536;
/** Keys that move from the `Map` into the table with each one that is added. */
const movedAtOnce = 16;

export interface KeyIndexOptions {
  readonly keyHash: KeyHash;
  /** Where the keys of the slots are. */
  readonly held: KeysBySlot;
  /** So many keys are found by a `Map`. @default 65,536, of which V8 makes a copy in a few milliseconds */
  readonly mostInMap?: number;
}

/**
 * Which slot holds a key. A `Map` for few keys: V8 keeps the hash of a string and finds it without looking at its
 * characters. For many a `SlotTable`: less than half the memory, and it never stops to copy itself. The keys move
 * into it a few at a time.
 */
export class KeyIndex {
  readonly #keyHash: KeyHash;
  readonly #held: KeysBySlot;
  readonly #mostInMap: number;
  readonly #map = new Map<string, number>();
  #table: SlotTable | undefined;
  /** What is still in the map while there is a table. */
  #left: Iterator<[string, number]> | undefined;
  #capacity = 0;

  constructor(options: KeyIndexOptions) {
    this.#keyHash = options.keyHash;
    this.#held = options.held;
    this.#mostInMap = options.mostInMap ?? mostInMap;
  }

  get size(): number {
    return this.#map.size + (this.#table === undefined ? 0 : this.#table.size);
  }

  /** Makes room for slots below `capacity`. */
  grow(capacity: number): void {
    this.#capacity = capacity;
    this.#table?.grow(capacity);
  }

  /** The slot of `key`, or -1. */
  find(key: string): number {
    if (this.#table === undefined) {
      const slot = this.#map.get(key);
      return slot === undefined ? -1 : slot;
    }
    return this.#findAmongMany(key, this.#table);
  }

  /** Adds a key that it does not hold; `keys[slot]` is that key. */
  add(key: string, slot: number): void {
    if (this.#table === undefined && this.#map.size >= this.#mostInMap) this.#openTable();
    if (this.#table === undefined) this.#map.set(key, slot);
    else this.#table.add(key, slot);
    if (this.#left !== undefined) this.#move(this.#left);
  }

  /** Takes out a key that it holds in this slot. */
  remove(key: string, slot: number): void {
    if (this.#table === undefined) this.#map.delete(key);
    else if (this.#left === undefined || !this.#map.delete(key)) this.#table.remove(slot);
  }

  clear(): void {
    this.#map.clear();
    this.#table = undefined;
    this.#left = undefined;
  }

  /** The hash of the key that the slot holds. */
  hash(slot: number): number {
    if (this.#table !== undefined && this.#left === undefined) return this.#table.hash(slot);
    return this.#keyHash.of(this.#held.keys[slot]!);
  }

  /** Compares the table's structures with each other, and throws where they disagree; for tests. */
  check(): void {
    this.#table?.check();
    if (this.#left === undefined && this.#table !== undefined && this.#map.size > 0) {
      throw new Error('keys were left in the map');
    }
  }

  #findAmongMany(key: string, table: SlotTable): number {
    const slot = table.find(key);
    return slot !== -1 || this.#left === undefined ? slot : (this.#map.get(key) ?? -1);
  }

  #openTable(): void {
    this.#table = new SlotTable(this.#keyHash, this.#held);
    this.#table.grow(this.#capacity);
    this.#left = this.#map.entries();
  }

  #move(left: Iterator<[string, number]>): void {
    for (let moved = 0; moved < movedAtOnce; moved++) {
      const next = left.next();
      if (next.done === true) {
        this.#left = undefined;
        return;
      }
      const [key, slot] = next.value;
      this.#map.delete(key);
      this.#table!.add(key, slot);
    }
  }
}
