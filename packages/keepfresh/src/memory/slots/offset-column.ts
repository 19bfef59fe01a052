const most = 2 ** 31 - 1;
/** Stands for -Infinity. */
const none = -(2 ** 31);
/** How far from the present a number may be for which the range was not moved. */
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
  /** The number that an offset of 0 has; unknown until there is one. */
  #base = Number.NaN;
  /** One offset for all slots, or one for each. */
  #offsets: Int32Array = new Int32Array(1);
  /** -1 when each slot has its own, 0 when all share the first. */
  #mask = 0;
  /** The number that `has` was asked for last, and its offset. */
  #asked = 0;
  #askedOffset = none;
  #capacity = 0;

  /** `present` is asked for the middle of what has to fit, given the number that did not fit. */
  constructor(present: (number: number) => number) {
    this.#present = present;
  }

  get(slot: number): number {
    const offset = this.#offsets[slot & this.#mask]!;
    return offset === none ? Number.NEGATIVE_INFINITY : this.#base + offset;
  }

  /** Whether the slot has this whole number. Many slots are asked for one number: its offset is found once. */
  has(slot: number, number: number): boolean {
    if (number !== this.#asked) this.#ask(number);
    return this.#offsets[slot & this.#mask] === this.#askedOffset;
  }

  /** Whether the slot's number is above another one by more than `by`. */
  exceeds(slot: number, number: number, by: number): boolean {
    const offset = this.#offsets[slot & this.#mask]!;
    return offset !== none && number - this.#base < offset - by;
  }

  /** Holds the number, or less: `get` tells. Returns nothing, so that nothing is allocated for it. */
  set(slot: number, number: number): void {
    let offset = Math.floor(number) - this.#base;
    if (!(offset > none && offset <= most)) offset = this.#fit(Math.floor(number));
    if (this.#mask === 0 && offset !== this.#offsets[0]) this.#part();
    this.#offsets[slot & this.#mask] = offset;
  }

  /** Makes room for slots below `capacity`. */
  grow(capacity: number): void {
    this.#capacity = capacity;
    if (this.#mask === 0) return;
    const offsets = this.#offsets;
    this.#offsets = new Int32Array(capacity);
    this.#offsets.set(offsets);
  }

  /** From now on each slot has its own. */
  #part(): void {
    this.#offsets = new Int32Array(this.#capacity).fill(this.#offsets[0]!);
    this.#mask = -1;
  }

  /** The offset of a number that does not fit, after moving the range if the present has left its middle. */
  #fit(number: number): number {
    const base = Math.floor(this.#present(number));
    if (!Number.isFinite(base)) return none;
    if (Number.isNaN(this.#base)) {
      // The first of all: shared until another one comes.
      this.#base = base;
      this.#ask(this.#asked);
      this.#offsets[0] = within(number - base);
    } else if (Math.abs(base - this.#base) > wander) this.#moveTo(base);
    return within(number - this.#base);
  }

  #moveTo(base: number): void {
    const by = base - this.#base;
    const offsets = this.#offsets;
    for (let slot = 0; slot < offsets.length; slot++) {
      const offset = offsets[slot]!;
      if (offset !== none) offsets[slot] = within(offset - by);
    }
    this.#base = base;
    this.#ask(this.#asked);
  }

  #ask(number: number): void {
    this.#asked = number;
    this.#askedOffset = number - this.#base;
  }
}

function within(offset: number): number {
  if (!(offset > none)) return none;
  return Math.min(offset, most);
}
