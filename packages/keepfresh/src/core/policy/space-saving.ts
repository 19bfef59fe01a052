/** How often something was seen: at most `uses`, at least `uses - excess` times. */
export interface Counted<T> {
  readonly item: T;
  readonly uses: number;
  readonly excess: number;
}

interface Counter<T> {
  item: T;
  uses: number;
  excess: number;
}

/**
 * The most frequent of a stream of names, in memory that does not grow with it: the algorithm Space-Saving (Metwally,
 * Agrawal, El Abbadi, "Efficient Computation of Frequent and Top-k Elements in Data Streams", ICDT 2005). Of `n` names
 * seen, each that was more than `n / size` times among them is here. One that is new takes over the counter of the
 * rarest, which is found by looking at all of them: for a few hundred counters, that sampled names reach.
 */
export class SpaceSaving<T> {
  readonly #size: number;
  readonly #counters = new Map<string, Counter<T>>();

  constructor(size: number) {
    this.#size = size;
  }

  /** Counts `name`, with what it stands for as of now. */
  add(name: string, item: T): void {
    const known = this.#counters.get(name);
    if (known !== undefined) {
      known.uses++;
      known.item = item;
      return;
    }
    const excess = this.#counters.size < this.#size ? 0 : this.#dropRarest();
    this.#counters.set(name, { item, uses: excess + 1, excess });
  }

  /** All that are counted, by name, the most frequent first. */
  entries(): [name: string, counted: Counted<T>][] {
    return [...this.#counters].toSorted(([, a], [, b]) => b.uses - a.uses);
  }

  clear(): void {
    this.#counters.clear();
  }

  /** How often the rarest was seen at most. */
  #dropRarest(): number {
    let [rarest, least] = ['', Number.POSITIVE_INFINITY];
    for (const [name, { uses }] of this.#counters) {
      if (uses < least) [rarest, least] = [name, uses];
    }
    this.#counters.delete(rarest);
    return least;
  }
}
