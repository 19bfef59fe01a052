const none = -1;

/**
 * A queue of slots from which any slot can leave: a doubly linked list in two integer arrays.
 * Every step is O(1) and allocates nothing. (The order of a `Map` would do the same job 20 times slower:
 * V8 leaves a hole for each deleted key and walks over the holes to find the first one.)
 */
export class SlotQueue {
  #next: Int32Array = new Int32Array(0);
  #previous: Int32Array = new Int32Array(0);
  #first = none;
  #last = none;
  #length = 0;

  /** The slot that has been in the queue longest, or -1. */
  get first(): number {
    return this.#first;
  }

  get length(): number {
    return this.#length;
  }

  grow(capacity: number): void {
    this.#next = enlarged(this.#next, capacity);
    this.#previous = enlarged(this.#previous, capacity);
  }

  append(slot: number): void {
    this.#next[slot] = none;
    this.#previous[slot] = this.#last;
    if (this.#last === none) this.#first = slot;
    else this.#next[this.#last] = slot;
    this.#last = slot;
    this.#length++;
  }

  remove(slot: number): void {
    const next = this.#next[slot]!;
    const previous = this.#previous[slot]!;
    if (previous === none) this.#first = next;
    else this.#next[previous] = next;
    if (next === none) this.#last = previous;
    else this.#previous[next] = previous;
    this.#length--;
  }

  clear(): void {
    this.#first = this.#last = none;
    this.#length = 0;
  }

  /** The slots from first to last; walks the links, for tests. */
  *[Symbol.iterator](): IterableIterator<number> {
    for (let slot = this.#first; slot !== none; slot = this.#next[slot]!) yield slot;
  }
}

function enlarged(array: Int32Array, capacity: number): Int32Array {
  const larger = new Int32Array(capacity);
  larger.set(array);
  return larger;
}
