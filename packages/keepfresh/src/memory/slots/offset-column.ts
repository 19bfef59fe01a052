const most = 2 ** 32 - 1;
/** Where in the range of a column its present lies after it was moved: the middle. */
const middle = 2 ** 31;
/** The present may wander so far from the middle before the range is moved after it. */
const wander = 2 ** 30;

/**
 * A whole number for each slot in 4 bytes, where all lie within some 2,000 million of a present that moves: times
 * in milliseconds (24 days), or numbers that only grow. What does not fit becomes less, never more: fractions are
 * cut off, what is too large becomes the largest that fits, and what is too small becomes -Infinity.
 *
 * While all slots have the same number, nothing is stored for each.
 */
export class OffsetColumn {
  readonly #present: (number: number) => number;
  /** The number that an offset of 0 would have; 0 itself means -Infinity. */
  #base = Number.NaN;
  /** One offset for all slots, or one for each. */
  #offsets: Uint32Array = new Uint32Array(1);
  /** -1 when each slot has its own, 0 when all share the first. */
  #mask = 0;
  #capacity = 0;

  /** `present` is asked for the middle of what has to fit, given the number that did not fit. */
  constructor(present: (number: number) => number) {
    this.#present = present;
  }

  get(slot: number): number {
    const offset = this.#offsets[slot & this.#mask]!;
    return offset === 0 ? Number.NEGATIVE_INFINITY : this.#base + offset;
  }

  /** Returns the number as it is held: this one, or less. */
  set(slot: number, number: number): number {
    const whole = Math.floor(number);
    let offset = whole - this.#base;
    if (!(offset > 0 && offset <= most)) offset = this.#fit(whole);
    if (this.#mask === 0 && offset !== this.#offsets[0]) this.#part();
    this.#offsets[slot & this.#mask] = offset;
    return offset === 0 ? Number.NEGATIVE_INFINITY : this.#base + offset;
  }

  /** Makes room for slots below `capacity`. */
  grow(capacity: number): void {
    this.#capacity = capacity;
    if (this.#mask === 0) return;
    const offsets = this.#offsets;
    this.#offsets = new Uint32Array(capacity);
    this.#offsets.set(offsets);
  }

  /** From now on each slot has its own. */
  #part(): void {
    this.#offsets = new Uint32Array(this.#capacity).fill(this.#offsets[0]!);
    this.#mask = -1;
  }

  /** The offset of a number that does not fit, after moving the range if the present has left its middle. */
  #fit(number: number): number {
    const base = Math.floor(this.#present(number)) - middle;
    if (Number.isNaN(this.#base)) {
      // The first of all: shared until another one comes.
      this.#base = base;
      this.#offsets[0] = within(number - base);
    } else if (Math.abs(base - this.#base) > wander) this.#moveTo(base);
    return within(number - this.#base);
  }

  #moveTo(base: number): void {
    const by = base - this.#base;
    const offsets = this.#offsets;
    for (let slot = 0; slot < offsets.length; slot++) {
      const offset = offsets[slot]!;
      if (offset !== 0) offsets[slot] = within(offset - by);
    }
    this.#base = base;
  }
}

function within(offset: number): number {
  if (!(offset > 0)) return 0;
  return Math.min(offset, most);
}
