/** Time as the cache sees it. Nothing else in the library reads a clock or sets a timer. */
export interface Clock {
  /** The wall clock in milliseconds since 1970. It may jump, forwards or backwards. */
  now(): number;
  /** A clock in milliseconds that never goes back. It may stand still while a machine is suspended. */
  monotonic(): number;
  /**
   * Calls `run` once, not before `delayMs` have passed, and returns what cancels it.
   * The timer keeps the process alive only with `awaited`.
   */
  schedule(delayMs: number, run: () => void, purpose?: TimerPurpose): Cancel;
}

/**
 * `awaited`: a caller waits for what the timer bounds. Without it a program that only waits for the cache, while
 * no connection is there to keep it alive, would end in the middle, without an error.
 */
export type TimerPurpose = 'awaited';

/** Cancels what was scheduled; calling it again, or too late, does nothing. */
export type Cancel = () => void;
