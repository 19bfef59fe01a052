import { SeededRandom } from 'keepfresh/testing';

/**
 * Draws ranks from 0 up to, but not, `ranks`: rank r as often as 1 / (r + 1)^skew, the same ones for the same
 * seed. Most caches see such requests, with a skew of 0.6 to 1.2 (Breslau et al., "Web caching and Zipf-like
 * distributions", INFOCOM 1999).
 */
export class Zipf {
  readonly #random: SeededRandom;
  /** The share of the requests that go to a rank or to a more popular one. */
  readonly #upTo: Float64Array;

  constructor(ranks: number, skew: number, seed: string) {
    this.#random = new SeededRandom(seed);
    this.#upTo = new Float64Array(ranks);
    let sum = 0;
    for (let rank = 0; rank < ranks; rank++) this.#upTo[rank] = sum += (rank + 1) ** -skew;
    for (let rank = 0; rank < ranks; rank++) this.#upTo[rank]! /= sum;
  }

  draw(): number {
    const fraction = this.#random.fraction();
    let low = 0;
    let high = this.#upTo.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#upTo[middle]! > fraction) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
