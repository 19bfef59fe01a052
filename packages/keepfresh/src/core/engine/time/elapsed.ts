import type { Clock } from '../../ports/clock.ts';

/**
 * A clock for ages that must not be underestimated. Between two readings it advances by the larger of what the wall
 * clock and the monotonic clock advanced: the wall clock shows that a machine was suspended, the monotonic clock
 * makes up for a wall clock that was set back. Its readings mean something only to each other.
 */
export class Elapsed {
  readonly #clock: Clock;
  #wall: number;
  #monotonic: number;
  #total = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#wall = clock.now();
    this.#monotonic = clock.monotonic();
  }

  /** Milliseconds since this clock was made, or more. */
  read(): number {
    const wall = this.#clock.now();
    const monotonic = this.#clock.monotonic();
    this.#total += Math.max(0, wall - this.#wall, monotonic - this.#monotonic);
    this.#wall = wall;
    this.#monotonic = monotonic;
    return this.#total;
  }
}
