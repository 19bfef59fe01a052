import type { Clock } from '../../core/ports/clock.ts';
import type { Epoch, Position } from '../../core/ports/record.ts';

/** What a beat told of its log, besides entries. */
interface Heard {
  readonly epoch: Epoch;
  readonly floor: Position;
  /** The clock of the log's server, in milliseconds. */
  readonly serverNow: number;
}

/** For how long the server's clock can be told from ours, in milliseconds: a log is heard of four times in H. */
const freshMs = 5_000;

/** What this process last heard of a log, so that it can prepare an entry for it. */
export class KnownLog {
  readonly #clock: Clock;
  #heard: (Heard & { readonly monotonic: number; readonly wall: number }) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  learn({ epoch, floor, serverNow }: Heard): void {
    const [monotonic, wall] = [this.#clock.monotonic(), this.#clock.now()];
    this.#heard = { epoch, floor, serverNow, monotonic, wall };
  }

  /**
   * Floor and clock of a log of this epoch; undefined when it was not heard of for five seconds by any clock of
   * ours. The clock is behind the server's by no more than that, and not ahead of it.
   */
  at(epoch: Epoch): { readonly floor: Position; readonly serverNow: number } | undefined {
    const heard = this.#heard;
    if (heard === undefined || heard.epoch !== epoch) return undefined;
    const passed = this.#clock.monotonic() - heard.monotonic;
    const slept = this.#clock.now() - heard.wall;
    if (Math.max(passed, Math.abs(slept)) > freshMs) return undefined;
    return { floor: heard.floor, serverNow: Math.floor(heard.serverNow + passed) };
  }
}
