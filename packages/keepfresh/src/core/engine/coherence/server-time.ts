import type { Moment } from './trust.ts';

/** What a process knows of the log server's clock: how far it is ahead of its own, from each answer anew. */
export class ServerTime {
  #offsetMs = 0;
  #errorMs = Number.POSITIVE_INFINITY;

  /** The server's clock minus ours, in milliseconds; 0 before the first answer. */
  get offsetMs(): number {
    return this.#offsetMs;
  }

  /** By how much `offsetMs` may be wrong, in milliseconds; Infinity before the first answer. */
  get errorMs(): number {
    return this.#errorMs;
  }

  /**
   * Takes up an answer that came at `now` to a question of `sent`: the server read its clock in between. Between
   * them may lie a sleep that only the wall clock shows.
   */
  learn(serverNow: number, sent: Moment, now: Moment): void {
    const roundTrip = Math.max(0, now.monotonic - sent.monotonic, now.wall - sent.wall);
    this.#offsetMs = Math.round(serverNow + roundTrip / 2 - now.wall);
    // And one, because clocks show whole milliseconds.
    this.#errorMs = Math.ceil(roundTrip / 2) + 1;
  }
}
