import type { Cancel, Clock } from '../core/ports/clock.ts';

// Taken at import, so that fake timers of a test framework do not stop this clock.
const afterPromises = setImmediate;

export interface FakeClockOptions {
  /** What the wall clock shows at first, in milliseconds since 1970. @default 1 June 2026, 12:00 UTC */
  readonly now?: number;
}

interface Timer {
  readonly due: number;
  readonly order: number;
  readonly run: () => void;
}

/**
 * A clock that stands still until a test moves it. It sets no real timer; timers that are due run in the
 * order of their time, and what they started with promises settles before the next one runs.
 */
export class FakeClock implements Clock {
  #monotonic = 0;
  #wallAhead: number;
  #order = 0;
  /** Sorted: the next one to run is last. */
  readonly #timers: Timer[] = [];

  constructor(options: FakeClockOptions = {}) {
    this.#wallAhead = options.now ?? Date.UTC(2026, 5, 1, 12);
  }

  now(): number {
    return this.#wallAhead + this.#monotonic;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  schedule(delayMs: number, run: () => void): Cancel {
    const delay = delayMs > 0 ? delayMs : 0;
    const timer = { due: this.#monotonic + delay, order: this.#order++, run };
    this.#timers.splice(this.#placeOf(timer), 0, timer);
    return () => {
      const place = this.#placeOf(timer);
      if (this.#timers[place] === timer) this.#timers.splice(place, 1);
    };
  }

  /** How many timers are waiting. */
  get timers(): number {
    return this.#timers.length;
  }

  /** Milliseconds until the next timer is due, 0 when one is overdue, Infinity without timers. */
  get nextTimerMs(): number {
    const next = this.#timers.at(-1);
    return next === undefined ? Infinity : Math.max(0, next.due - this.#monotonic);
  }

  /**
   * Lets `ms` pass on both clocks and runs every timer that is due by then, those included that are set
   * meanwhile. Rejects with what a timer threw, and stands still there. Await one call before the next.
   */
  async advance(ms: number): Promise<void> {
    const end = this.#monotonic + duration(ms, 'advance');
    await settled();
    for (let next = this.#timers.at(-1); next && next.due <= end; next = this.#timers.at(-1)) {
      this.#timers.pop();
      this.#monotonic = Math.max(this.#monotonic, next.due);
      next.run();
      await settled();
    }
    this.#monotonic = Math.max(this.#monotonic, end);
  }

  /** Lets pending promises settle while no time passes and no timer runs. */
  async settle(): Promise<void> {
    await settled();
  }

  /** Sets the wall clock forward, or back when `ms` is negative, as an operator or NTP does. */
  stepWall(ms: number): void {
    if (!Number.isFinite(ms)) throw new RangeError(`stepWall(${ms}): give finite milliseconds`);
    this.#wallAhead += ms;
  }

  /** Suspends the machine: the wall clock goes on for `ms`, the monotonic clock and the timers stand still. */
  suspend(ms: number): void {
    this.#wallAhead += duration(ms, 'suspend');
  }

  /** Blocks the process, as a long computation or SIGSTOP does: both clocks go on, no timer runs meanwhile. */
  block(ms: number): void {
    this.#monotonic += duration(ms, 'block');
  }

  /** Where the timer stands, or belongs, among the others. */
  #placeOf(timer: Timer): number {
    let [low, high] = [0, this.#timers.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (runsAfter(this.#timers[middle]!, timer)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function runsAfter(one: Timer, other: Timer): boolean {
  return one.due > other.due || (one.due === other.due && one.order > other.order);
}

/** Node runs all promise callbacks, and those they add, before it runs the next immediate. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    afterPromises(resolve);
  });
}

function duration(ms: number, method: string): number {
  if (Number.isFinite(ms) && ms >= 0) return ms;
  throw new RangeError(`${method}(${ms}): give milliseconds, finite and not below 0`);
}
