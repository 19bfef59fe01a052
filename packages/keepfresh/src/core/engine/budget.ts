import { CacheError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';

/**
 * The time one read may spend on all its commands to the remote together. What comes too late is rejected
 * with REMOTE_TIMEOUT; the command itself goes on, and its late answer or error is dropped.
 */
export class Budget {
  readonly #clock: Clock;
  readonly #end: number;
  readonly #ms: number;

  constructor(clock: Clock, ms: number) {
    this.#clock = clock;
    this.#ms = ms;
    this.#end = clock.monotonic() + ms;
  }

  /** Milliseconds left, never below 0. */
  get remainingMs(): number {
    return Math.max(0, this.#end - this.#clock.monotonic());
  }

  /** Settles as `answer` does, or rejects when the budget is used up first. */
  within<T>(operation: string, answer: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const cancel = this.#clock.schedule(this.remainingMs, () => {
        reject(new CacheError('REMOTE_TIMEOUT', `${operation} did not answer in ${this.#ms} ms`));
      });
      answer.then(
        (value) => {
          cancel();
          resolve(value);
        },
        (error: unknown) => {
          cancel();
          reject(error as Error);
        },
      );
    });
  }
}
