import type { Flight } from './flight.ts';

/**
 * The flights under way: of each key the one that was launched last, which others may join, and those that were
 * launched before it and still run, because a refresh or a read of what is fresh did not want them.
 */
export class Flights {
  readonly #newest = new Map<string, Flight>();
  readonly #overtaken = new Map<string, Set<Flight>>();
  #count = 0;

  get size(): number {
    return this.#count;
  }

  /** The one that others may join. */
  newest(key: string): Flight | undefined {
    return this.#newest.get(key);
  }

  add(flight: Flight): void {
    const { key } = flight;
    const before = this.#newest.get(key);
    if (before !== undefined) {
      const overtaken = this.#overtaken.get(key) ?? new Set();
      this.#overtaken.set(key, overtaken.add(before));
    }
    this.#newest.set(key, flight);
    this.#count++;
  }

  remove(flight: Flight): void {
    const { key } = flight;
    if (this.#newest.get(key) === flight) {
      this.#newest.delete(key);
      this.#count--;
      return;
    }
    const overtaken = this.#overtaken.get(key);
    if (overtaken?.delete(flight) !== true) return;
    this.#count--;
    if (overtaken.size === 0) this.#overtaken.delete(key);
  }

  /** What a load brought that began at `startedAt` is kept: nothing is, from now on, that began before it. */
  kept({ key }: Flight, startedAt: number): void {
    const overtaken = this.#overtaken.get(key);
    if (overtaken === undefined) return;
    const newest = this.#newest.get(key);
    for (const other of newest === undefined ? overtaken : [newest, ...overtaken]) {
      other.latestKept = Math.max(other.latestKept, startedAt);
    }
  }

  /** Ends all of them. */
  cancel(reason: Error): void {
    const overtaken = [...this.#overtaken.values()].flatMap((each) => [...each]);
    const all = [...this.#newest.values(), ...overtaken];
    this.#newest.clear();
    this.#overtaken.clear();
    this.#count = 0;
    for (const flight of all) flight.cancel(reason);
  }
}
