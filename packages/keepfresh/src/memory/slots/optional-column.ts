/** A number for each slot, of which most are the same: nothing is stored until one differs. */
export class OptionalColumn {
  readonly #usual: number;
  #numbers: Float64Array | undefined;
  #capacity = 0;

  constructor(usual: number) {
    this.#usual = usual;
  }

  get(slot: number): number {
    return this.#numbers === undefined ? this.#usual : this.#numbers[slot]!;
  }

  set(slot: number, number: number): void {
    if (this.#numbers === undefined) {
      if (number === this.#usual) return;
      this.#numbers = new Float64Array(this.#capacity).fill(this.#usual);
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
