/** From so many pairs on, pairs are widened to a few. */
const exactPairs = 32_768;
const mostPairs = 65_536;

/** How an entry is looked at before its freshness ends. */
export interface Early {
  /** How long before that each use is looked at, in milliseconds. */
  readonly ms: number;
  /** Whether every use is. */
  readonly isWatched: boolean;
}

const never: Early = { ms: 0, isWatched: false };

/**
 * Time spans of entries, by numbers below 65,536. Entries that are treated alike share theirs, so each entry
 * needs two bytes for all: how long before its end it stops to be fresh, how long before it may no longer be
 * served while it is refreshed, and from when on each use is looked at. Whole milliseconds, rounded up: nothing
 * is fresh for longer than it was said.
 */
export class Spans {
  /** Before the end, in milliseconds, by number. Number 0: neither fresh nor stale at any time. */
  fresh: Float64Array = new Float64Array(16).fill(Number.POSITIVE_INFINITY);
  stale: Float64Array = new Float64Array(16).fill(Number.POSITIVE_INFINITY);
  /** How long before the end a use first needs a look at whether a refresh is due; never less than `fresh`. */
  settled: Float64Array = new Float64Array(16).fill(Number.POSITIVE_INFINITY);
  /** How long before the end of freshness each use is looked at, watched or not. */
  early: Float64Array = new Float64Array(16);
  #count = 1;
  /** The spans that were asked for last: most entries of a burst have the same. */
  #last = 0;
  /** Numbers of spans without an early look: by `fresh`, then by `stale`. */
  readonly #pairs = new Map<number, Map<number, number>>();
  /**
   * Numbers of spans with one: by the number of the same spans without it, then by `early`, or by `-1 - early` when
   * every use is watched.
   */
  readonly #early = new Map<number, Map<number, number>>();

  /** The number of these spans; of wider ones when there are too many. */
  numberOf(fresh: number, stale: number, early: Early = never): number {
    const ms = finelyWidened(early.ms);
    const settled = early.isWatched ? Number.POSITIVE_INFINITY : fresh + ms;
    if (!this.#isLast(fresh, stale, settled) || this.early[this.#last] !== ms) {
      const pair = this.#pairOf(fresh, stale);
      const isPair = ms === 0 && !early.isWatched;
      this.#last = isPair ? pair : this.#earlyOf(pair, ms, early.isWatched);
    }
    return this.#last;
  }

  /** Whether every use is looked at. */
  isWatched(number: number): boolean {
    return number !== 0 && this.settled[number] === Number.POSITIVE_INFINITY;
  }

  #isLast(fresh: number, stale: number, settled: number): boolean {
    const last = this.#last;
    return (
      this.fresh[last] === fresh && this.stale[last] === stale && this.settled[last] === settled
    );
  }

  #pairOf(fresh: number, stale: number): number {
    return (
      this.#find(fresh, stale) ??
      (this.#count < exactPairs
        ? this.#add(fresh, stale)
        : this.#widened(widened(fresh), widened(stale)))
    );
  }

  #find(fresh: number, stale: number): number | undefined {
    if (fresh === Number.POSITIVE_INFINITY && stale === Number.POSITIVE_INFINITY) return 0;
    return this.#pairs.get(fresh)?.get(stale);
  }

  #widened(fresh: number, stale: number): number {
    const known = this.#find(fresh, stale);
    if (known !== undefined) return known;
    return this.#count < mostPairs ? this.#add(fresh, stale) : 0;
  }

  #add(fresh: number, stale: number): number {
    const number = this.#write({ fresh, stale, settled: fresh, early: 0 });
    keep(this.#pairs, fresh, stale, number);
    return number;
  }

  /** Of a pair with an early look; the pair itself, without one, when there are too many. */
  #earlyOf(pair: number, early: number, isWatched: boolean): number {
    const name = isWatched ? -1 - early : early;
    const known = this.#early.get(pair)?.get(name);
    if (known !== undefined) return known;
    if (pair === 0 || this.#count >= exactPairs) return pair;
    const [fresh, stale] = [this.fresh[pair]!, this.stale[pair]!];
    const settled = isWatched ? Number.POSITIVE_INFINITY : fresh + early;
    const number = this.#write({ fresh, stale, settled, early });
    keep(this.#early, pair, name, number);
    return number;
  }

  #write(spans: Readonly<Record<'fresh' | 'stale' | 'settled' | 'early', number>>): number {
    const number = this.#count++;
    if (number === this.fresh.length) {
      this.fresh = doubled(this.fresh);
      this.stale = doubled(this.stale);
      this.settled = doubled(this.settled);
      this.early = doubled(this.early);
    }
    this.fresh[number] = spans.fresh;
    this.stale[number] = spans.stale;
    this.settled[number] = spans.settled;
    this.early[number] = spans.early;
    return number;
  }
}

function keep(
  numbers: Map<number, Map<number, number>>,
  first: number,
  second: number,
  number: number,
): void {
  const same = numbers.get(first);
  if (same === undefined) numbers.set(first, new Map([[second, number]]));
  else same.set(second, number);
}

/** The next of four steps in each doubling. */
function widened(ms: number): number {
  return stepped(ms, 4);
}

/**
 * The next of sixteen steps in each doubling: a few hundred stand for all, none too large by more than a twentieth.
 */
function finelyWidened(ms: number): number {
  return stepped(ms, 16);
}

function stepped(ms: number, steps: number): number {
  if (ms === 0 || ms === Number.POSITIVE_INFINITY) return ms;
  return Math.ceil(2 ** (Math.ceil(steps * Math.log2(ms)) / steps));
}

function doubled(array: Float64Array): Float64Array {
  const larger = new Float64Array(array.length * 2);
  larger.set(array);
  return larger;
}
