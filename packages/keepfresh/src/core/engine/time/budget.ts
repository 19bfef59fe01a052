import { CacheError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import { expireAt } from './deadline-timer.ts';

/**
 * The time one read may spend on all its commands to the remote together. What comes too late is rejected
 * with REMOTE_TIMEOUT; the command itself goes on, and its late answer or error is dropped.
 */
export class Budget {
  readonly #clock: Clock;
  readonly #ms: number;
  /** When it is used up, by the monotonic clock. */
  readonly end: number;

  constructor(clock: Clock, ms: number) {
    this.#clock = clock;
    this.#ms = ms;
    this.end = clock.monotonic() + ms;
  }

  /** Why an operation that did not answer in time is given up. */
  timeout(operation: string): CacheError {
    return new CacheError('REMOTE_TIMEOUT', `${operation} did not answer in ${this.#ms} ms`);
  }

  /** Settles as `answer` does, or rejects when the budget is used up first. */
  within<T>(operation: string, answer: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const cancel = expireAt(this.#clock, this.end, () => reject(this.timeout(operation)));
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

/** The budget of what begins now, by the limit for all commands of one read. */
export function readBudget({
  clock,
  limits,
}: {
  readonly clock: Clock;
  readonly limits: { readonly budgetMs: number };
}): Budget {
  return new Budget(clock, limits.budgetMs);
}
