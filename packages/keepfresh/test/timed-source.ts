import type { Clock } from '../src/core/ports/clock.ts';

/** A source whose loads take `ms` of the test's time, answer with their number, and fail while it is down. */
export class TimedSource {
  loads = 0;
  isDown = false;
  /** How many loads were told to end. */
  aborted = 0;
  readonly #clock: Clock;
  readonly #ms: number;

  constructor(clock: Clock, ms: number) {
    this.#clock = clock;
    this.#ms = ms;
  }

  readonly load = ({ signal }: { readonly signal: AbortSignal }): Promise<number> => {
    const number = ++this.loads;
    const fails = this.isDown;
    signal.addEventListener('abort', () => this.aborted++);
    return new Promise((resolve, reject) => {
      this.#clock.schedule(this.#ms, () => {
        if (fails) reject(new Error('the source is down'));
        else resolve(number);
      });
    });
  };
}
