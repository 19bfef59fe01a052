/** A number for each slot, of which most are the same: nothing is stored for each until one differs from the first. */
export class OptionalColumn {
  #shared = Number.NaN;
  #numbers: Float64Array | undefined;
  #capacity = 0;

  get(slot: number): number {
    return this.#numbers === undefined ? this.#shared : this.#numbers[slot]!;
  }

  set(slot: number, number: number): void {
    if (this.#numbers === undefined) {
      if (Number.isNaN(this.#shared)) this.#shared = number;
      if (number === this.#shared) return;
      this.#numbers = new Float64Array(this.#capacity).fill(this.#shared);
    }
    this.#numbers[slot] = number;
  }

  /** Makes room for slots below `capacity`. */
  grow(capacity: number): void {
    this.#capacity = capacity;
    if (this.#numbers === undefined) return;
    const numbers = this.#numbers;
    this.#numbers = new Float64Array(capacity);
    this.#numbers.set(numbers);
  }
}
