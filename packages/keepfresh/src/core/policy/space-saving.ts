/** How often something was seen: at most `uses`, at least `uses - excess` times. */
export interface Counted<T> {
  readonly item: T;
  readonly uses: number;
  readonly excess: number;
}

interface Counter<T> {
  item: T;
  uses: number;
  readonly excess: number;
}

/**
 * The most frequent of a stream of names, in memory that does not grow with it: the algorithm Space-Saving (Metwally,
 * Agrawal, El Abbadi, "Efficient Computation of Frequent and Top-k Elements in Data Streams", ICDT 2005). Of `n` names
 * seen, each that was more than `n / size` times among them is here. One that is new takes over the count of the rarest.
 * As in the paper names are held by their counts, so that each step takes the same time whatever the size.
 */
export class SpaceSaving<T> {
  readonly #size: number;
  readonly #counters = new Map<string, Counter<T>>();
  /** The names that were counted so often. */
  readonly #namesOf = new Map<number, Set<string>>();
  #least = 0;

  constructor(size: number) {
    this.#size = size;
  }

  /** Counts `name`, with what it stands for as of now. */
  add(name: string, item: T): void {
    const known = this.#counters.get(name);
    if (known === undefined) return this.#enter(name, item);
    this.#leave(name, known.uses);
    known.uses++;
    known.item = item;
    this.#place(name, known.uses);
  }

  /** All that are counted, by name, the most frequent first. */
  entries(): [name: string, counted: Counted<T>][] {
    return [...this.#counters].toSorted(([, a], [, b]) => b.uses - a.uses);
  }

  clear(): void {
    this.#counters.clear();
    this.#namesOf.clear();
  }

  #enter(name: string, item: T): void {
    const excess = this.#counters.size < this.#size ? 0 : this.#dropRarest();
    this.#counters.set(name, { item, uses: excess + 1, excess });
    if (excess === 0) this.#least = 1;
    this.#place(name, excess + 1);
  }

  /** How often the rarest was seen at most. */
  #dropRarest(): number {
    const least = this.#least;
    const [rarest] = this.#namesOf.get(least)!;
    this.#counters.delete(rarest!);
    this.#leave(rarest!, least);
    return least;
  }

  #place(name: string, uses: number): void {
    const names = this.#namesOf.get(uses);
    if (names === undefined) this.#namesOf.set(uses, new Set([name]));
    else names.add(name);
  }

  /**
   * The name that leaves is counted one higher next, or another one in its place: if it was the last with the least
   * count, the least is one higher.
   */
  #leave(name: string, uses: number): void {
    const names = this.#namesOf.get(uses)!;
    names.delete(name);
    if (names.size > 0) return;
    this.#namesOf.delete(uses);
    if (uses === this.#least) this.#least++;
  }
}
