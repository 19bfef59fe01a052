import type { MemoryEntry, TagState } from '../core/ports/memory.ts';

const firstCapacity = 256;
const nothing: readonly never[] = [];

/**
 * The fields of the entries, one array per field and one place per entry: numbers in typed arrays, so that a
 * million entries are a few dozen objects for the garbage collector. Free places are kept on a stack.
 * The arrays double as they fill; nothing is reserved for entries that never come.
 */
export class Slots<Tag extends TagState> {
  capacity = 0;
  readonly keys: (string | undefined)[] = [];
  readonly values: unknown[] = [];
  readonly tags: (readonly Tag[])[] = [];
  createdAt: Float64Array = new Float64Array(0);
  freshUntil: Float64Array = new Float64Array(0);
  staleUntil: Float64Array = new Float64Array(0);
  expiresAt: Float64Array = new Float64Array(0);
  loadStartedAt: Float64Array = new Float64Array(0);
  position: Float64Array = new Float64Array(0);
  version: Float64Array = new Float64Array(0);
  checkedSeq: Float64Array = new Float64Array(0);
  weight: Float64Array = new Float64Array(0);
  #free: Int32Array = new Int32Array(0);
  #freeCount = 0;

  /** How many places are free before the arrays have to grow. */
  get free(): number {
    return this.#freeCount;
  }

  /** Takes a free place; there must be one. */
  take(): number {
    return this.#free[--this.#freeCount]!;
  }

  /** Gives a place back and lets go of what it held. */
  give(slot: number): void {
    this.keys[slot] = undefined;
    this.values[slot] = undefined;
    this.tags[slot] = nothing;
    this.weight[slot] = 0;
    this.#free[this.#freeCount++] = slot;
  }

  write(slot: number, entry: MemoryEntry<Tag>): void {
    this.keys[slot] = entry.key;
    this.values[slot] = entry.value;
    this.tags[slot] = entry.tags;
    this.createdAt[slot] = entry.createdAt;
    this.freshUntil[slot] = entry.freshUntil;
    this.staleUntil[slot] = entry.staleUntil;
    this.expiresAt[slot] = entry.expiresAt;
    this.loadStartedAt[slot] = entry.loadStartedAt;
    this.position[slot] = entry.position;
    this.version[slot] = entry.version;
    this.checkedSeq[slot] = entry.checkedSeq;
    this.weight[slot] = entry.weight;
  }

  /** Doubles the number of places, up to `limit`. */
  grow(limit: number): void {
    const before = this.capacity;
    const capacity = Math.min(limit, Math.max(firstCapacity, before * 2));
    for (const field of numericFields) this[field] = enlarged(this[field], capacity);
    for (let slot = before; slot < capacity; slot++) {
      this.keys.push(undefined);
      this.values.push(undefined);
      this.tags.push(nothing);
    }
    const free = new Int32Array(capacity);
    free.set(this.#free.subarray(0, this.#freeCount));
    this.#free = free;
    // Highest first on the stack, so that places are taken from the lowest.
    for (let slot = capacity - 1; slot >= before; slot--) this.#free[this.#freeCount++] = slot;
    this.capacity = capacity;
  }
}

const numericFields = [
  'createdAt',
  'freshUntil',
  'staleUntil',
  'expiresAt',
  'loadStartedAt',
  'position',
  'version',
  'checkedSeq',
  'weight',
] as const;

function enlarged(array: Float64Array, capacity: number): Float64Array {
  const larger = new Float64Array(capacity);
  larger.set(array);
  return larger;
}
