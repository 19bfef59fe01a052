import { SlotLinks } from './slot-links.ts';

const none = -1;

/**
 * A queue of slots from which any slot can leave: a doubly linked list in an integer array.
 * Every step is O(1) and allocates nothing. (The order of a `Map` would do the same job 20 times slower:
 * V8 leaves a hole for each deleted key and walks over the holes to find the first one.)
 */
export class SlotQueue {
  readonly #links: SlotLinks;
  #first = none;
  #last = none;
  #length = 0;

  /** `links` may be shared with other queues, as long as no slot is in two of them. */
  constructor(links: SlotLinks = new SlotLinks()) {
    this.#links = links;
  }

  /** The slot that has been in the queue longest, or -1. */
  get first(): number {
    return this.#first;
  }

  /** The slot that came last, or -1. */
  get last(): number {
    return this.#last;
  }

  get length(): number {
    return this.#length;
  }

  grow(capacity: number): void {
    this.#links.grow(capacity);
  }

  append(slot: number): void {
    const { links } = this.#links;
    links[2 * slot] = none;
    links[2 * slot + 1] = this.#last;
    if (this.#last === none) this.#first = slot;
    else links[2 * this.#last] = slot;
    this.#last = slot;
    this.#length++;
  }

  remove(slot: number): void {
    const { links } = this.#links;
    const after = links[2 * slot]!;
    const before = links[2 * slot + 1]!;
    if (before === none) this.#first = after;
    else links[2 * before] = after;
    if (after === none) this.#last = before;
    else links[2 * after + 1] = before;
    this.#length--;
  }

  /** Lets the slot wait anew, behind all others. */
  moveToEnd(slot: number): void {
    if (slot === this.#last) return;
    this.remove(slot);
    this.append(slot);
  }

  clear(): void {
    this.#first = this.#last = none;
    this.#length = 0;
  }

  /** The slots from first to last, after comparing every link with its counterpart; throws where they disagree. */
  check(): number[] {
    const { links } = this.#links;
    const slots: number[] = [];
    let before = none;
    for (let slot = this.#first; slot !== none; slot = links[2 * slot]!) {
      if (links[2 * slot + 1] !== before)
        throw new Error(`slot ${slot} is not linked back to ${before}`);
      if (slots.length >= this.#length) throw new Error('the queue is longer than it says');
      slots.push(slot);
      before = slot;
    }
    if (before !== this.#last) throw new Error(`the last slot is ${before}, not ${this.#last}`);
    if (slots.length !== this.#length) throw new Error('the queue is shorter than it says');
    return slots;
  }
}
