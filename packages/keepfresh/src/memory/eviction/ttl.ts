import type { EvictionPolicy, HeldSlots } from '../../core/ports/eviction-policy.ts';

const none = -1;

/**
 * The entry that ends soonest goes first, however often it was used: a binary heap of slots by the end of their
 * entries, in two integer arrays. A hit does nothing; an insertion or removal takes O(log n) steps.
 */
export class Ttl implements EvictionPolicy {
  readonly name = 'ttl';
  readonly #held: HeldSlots;
  /** Slots; none ends before the one at half its index. The first is at index 1. */
  #heap: Int32Array = new Int32Array(1);
  /** Index of each slot in the heap. */
  #place: Int32Array = new Int32Array(0);
  #length = 0;

  constructor(held: HeldSlots) {
    this.#held = held;
  }

  grow(capacity: number): void {
    const [heap, place] = [this.#heap, this.#place];
    this.#heap = new Int32Array(capacity + 1);
    this.#place = new Int32Array(capacity);
    this.#heap.set(heap);
    this.#place.set(place);
  }

  onInsert(slot: number): void {
    this.#rise(slot, ++this.#length);
  }

  onHit(_slot: number): void {}

  onReplace(slot: number): void {
    this.#settle(slot, this.#place[slot]!);
  }

  onRemove(slot: number): void {
    const place = this.#place[slot]!;
    const last = this.#heap[this.#length--]!;
    if (last !== slot) this.#settle(last, place);
  }

  evict(): number {
    if (this.#length === 0) return none;
    const slot = this.#heap[1]!;
    this.onRemove(slot);
    return slot;
  }

  clear(): void {
    this.#length = 0;
  }

  check(): readonly number[] {
    const slots = [...this.#heap.subarray(1, this.#length + 1)];
    for (const [index, slot] of slots.entries()) {
      const place = index + 1;
      if (this.#place[slot] !== place) throw new Error(`slot ${slot} is not at ${place}`);
      if (place > 1 && this.#endAt(place >> 1) > this.#endAt(place)) {
        throw new Error(`slot ${slot} ends before the one above it`);
      }
    }
    return slots;
  }

  /** Puts a slot whose end is another one at `place` where it belongs. */
  #settle(slot: number, place: number): void {
    const end = this.#held.expiresAt(slot);
    if (place > 1 && this.#endAt(place >> 1) > end) this.#rise(slot, place);
    else this.#sink(slot, place);
  }

  #rise(slot: number, from: number): void {
    const end = this.#held.expiresAt(slot);
    let place = from;
    for (let above = place >> 1; above > 0 && this.#endAt(above) > end; above = place >> 1) {
      this.#put(this.#heap[above]!, place);
      place = above;
    }
    this.#put(slot, place);
  }

  #sink(slot: number, from: number): void {
    const end = this.#held.expiresAt(slot);
    let place = from;
    for (let below = this.#firstBelow(place); below > 0; below = this.#firstBelow(place)) {
      if (this.#endAt(below) >= end) break;
      this.#put(this.#heap[below]!, place);
      place = below;
    }
    this.#put(slot, place);
  }

  /** Of the one or two places below, the one that ends first; 0 when there is none. */
  #firstBelow(place: number): number {
    const left = 2 * place;
    if (left > this.#length) return 0;
    return left < this.#length && this.#endAt(left + 1) < this.#endAt(left) ? left + 1 : left;
  }

  #endAt(place: number): number {
    return this.#held.expiresAt(this.#heap[place]!);
  }

  #put(slot: number, place: number): void {
    this.#heap[place] = slot;
    this.#place[slot] = place;
  }
}
