/** Numbers, of which the largest comes out first: a binary heap (Williams, "Heapsort", CACM 7/6, 1964). */
export class NumberHeap {
  readonly #numbers: number[] = [];

  push(number: number): void {
    const numbers = this.#numbers;
    let place = numbers.push(number) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (numbers[parent]! >= number) break;
      numbers[place] = numbers[parent]!;
      place = parent;
    }
    numbers[place] = number;
  }

  /** Takes out the largest, if there is one. */
  pop(): number | undefined {
    const numbers = this.#numbers;
    const largest = numbers[0];
    const last = numbers.pop();
    if (last !== undefined && numbers.length > 0) this.#sink(last);
    return largest;
  }

  /** Puts a number at the top and lets it fall to its place. */
  #sink(number: number): void {
    const numbers = this.#numbers;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= numbers.length) break;
      if (child + 1 < numbers.length && numbers[child + 1]! > numbers[child]!) child++;
      if (numbers[child]! <= number) break;
      numbers[place] = numbers[child]!;
      place = child;
    }
    numbers[place] = number;
  }
}
