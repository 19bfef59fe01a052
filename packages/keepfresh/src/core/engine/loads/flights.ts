import type { Flight } from './flight.ts';

/**
 * The flights under way: of each key the one that was launched last, which others may join, and those that were
 * launched before it and still run, because a refresh or a read of what is fresh did not want them.
 */
export class Flights {
  readonly #newest = new Map<string, Flight>();
  readonly #overtaken = new Set<Flight>();

  get size(): number {
    return this.#newest.size + this.#overtaken.size;
  }

  /** The one that others may join. */
  newest(key: string): Flight | undefined {
    return this.#newest.get(key);
  }

  add(flight: Flight): void {
    const before = this.#newest.get(flight.key);
    if (before !== undefined) this.#overtaken.add(before);
    this.#newest.set(flight.key, flight);
  }

  remove(flight: Flight): void {
    if (this.#newest.get(flight.key) === flight) this.#newest.delete(flight.key);
    else this.#overtaken.delete(flight);
  }

  /** What a load brought that began at `startedAt` is kept: nothing is, from now on, that began before it. */
  kept(flight: Flight, startedAt: number): void {
    if (this.#overtaken.size === 0) return;
    for (const other of [this.#newest.get(flight.key), ...this.#overtaken]) {
      if (other?.key !== flight.key) continue;
      other.latestKept = Math.max(other.latestKept, startedAt);
    }
  }

  /** Ends all of them. */
  cancel(reason: Error): void {
    for (const flight of [...this.#newest.values(), ...this.#overtaken]) flight.cancel(reason);
    this.#newest.clear();
    this.#overtaken.clear();
  }
}
