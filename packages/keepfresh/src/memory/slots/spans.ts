/** From so many pairs on, pairs are widened to a few. */
const exactPairs = 32_768;
const mostPairs = 65_536;

/**
 * Pairs of time spans, by numbers below 65,536. Entries that are treated alike share their pair, so each entry
 * needs two bytes for both: how long before its end it stops to be fresh, and how long before it may no longer be
 * served while it is refreshed. Whole milliseconds, rounded up: nothing is fresh for longer than it was said.
 */
export class Spans {
  /** Before the end, in milliseconds, by the number of the pair. Pair 0: neither fresh nor stale at any time. */
  fresh: Float64Array = new Float64Array(16).fill(Number.POSITIVE_INFINITY);
  stale: Float64Array = new Float64Array(16).fill(Number.POSITIVE_INFINITY);
  #count = 1;
  /** The pair that was asked for last: most entries of a burst have the same. */
  #last = 0;
  readonly #numbers = new Map<number, Map<number, number>>();

  /** The number of a pair; of a wider one when there are too many. */
  numberOf(fresh: number, stale: number): number {
    if (this.fresh[this.#last] === fresh && this.stale[this.#last] === stale) return this.#last;
    this.#last =
      this.#find(fresh, stale) ??
      (this.#count < exactPairs
        ? this.#add(fresh, stale)
        : this.#widened(widened(fresh), widened(stale)));
    return this.#last;
  }

  #find(fresh: number, stale: number): number | undefined {
    return this.#numbers.get(fresh)?.get(stale);
  }

  #widened(fresh: number, stale: number): number {
    const known = this.#find(fresh, stale);
    if (known !== undefined) return known;
    return this.#count < mostPairs ? this.#add(fresh, stale) : 0;
  }

  #add(fresh: number, stale: number): number {
    const number = this.#count++;
    if (number === this.fresh.length) {
      this.fresh = doubled(this.fresh);
      this.stale = doubled(this.stale);
    }
    this.fresh[number] = fresh;
    this.stale[number] = stale;
    const sameFresh = this.#numbers.get(fresh);
    if (sameFresh === undefined) this.#numbers.set(fresh, new Map([[stale, number]]));
    else sameFresh.set(stale, number);
    return number;
  }
}

/** The next of four steps in each doubling. */
function widened(ms: number): number {
  if (ms === 0 || ms === Number.POSITIVE_INFINITY) return ms;
  return Math.ceil(2 ** (Math.ceil(4 * Math.log2(ms)) / 4));
}

function doubled(array: Float64Array): Float64Array {
  const larger = new Float64Array(array.length * 2);
  larger.set(array);
  return larger;
}
