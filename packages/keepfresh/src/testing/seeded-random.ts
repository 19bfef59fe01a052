import type { Random } from '../core/ports/random.ts';

/**
 * Chance that repeats: the same seed gives the same draws in the same order (the generator sfc32).
 * For tests only; its draws can be guessed.
 */
export class SeededRandom implements Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  /** `seed`: any number or text; different ones give unrelated draws. */
  constructor(seed: number | string) {
    const text = String(seed);
    this.#a = hash(text, 0x9e3779b9);
    this.#b = hash(text, 0x243f6a88);
    this.#c = hash(text, 0xb7e15162);
    for (let round = 0; round < 12; round++) this.#draw();
  }

  hex(bytes: number): string {
    let digits = '';
    while (digits.length < 2 * bytes) digits += this.#draw().toString(16).padStart(8, '0');
    return digits.slice(0, 2 * bytes);
  }

  fraction(): number {
    return this.#draw() / 2 ** 32;
  }

  /** A whole number from 0 up to, but not, `limit`. */
  below(limit: number): number {
    return Math.floor(this.fraction() * limit);
  }

  #draw(): number {
    const drawn = (this.#a + this.#b + this.#counter++) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + drawn) | 0;
    return drawn >>> 0;
  }
}

/** FNV-1a over the UTF-16 units, started differently for each word of the state. */
function hash(text: string, start: number): number {
  let mixed = start;
  for (let index = 0; index < text.length; index++) {
    mixed = Math.imul(mixed ^ text.charCodeAt(index), 0x01000193);
  }
  return mixed;
}
