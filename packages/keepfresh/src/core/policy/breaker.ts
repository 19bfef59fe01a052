/** When a circuit opens, and for how long. */
export interface CircuitLimits {
  /** Failures in a row that open it; at least 1. */
  readonly failures: number;
  /** A call that takes longer than this is slow, in milliseconds. */
  readonly slowMs: number;
  /** Share of the last calls, failed or slow, that opens it: above 0, at most 1. */
  readonly badShare: number;
  /** How long it stays open the first time, in milliseconds. */
  readonly openMs: number;
  /** Longest time it stays open, in milliseconds: it doubles with each probe that fails. Not below `openMs`. */
  readonly maxOpenMs: number;
}

export interface BreakerOptions {
  readonly limits: CircuitLimits;
  /** Numbers from 0 to below 1; spreads the probes of many processes over half to all of the time open. */
  readonly random: () => number;
  /** How many of the last calls are looked at, at most 31; before there were so many, shares say nothing. @default 20 */
  readonly window?: number;
  /** How long a probe may take before another one is let through, in milliseconds. @default 1_000 */
  readonly probeMs?: number;
}

/**
 * - `closed`: calls pass.
 * - `open`: none passes until its time is over.
 * - `half-open`: one probe has passed; what becomes of it decides.
 */
export type BreakerState = 'closed' | 'open' | 'half-open';

/**
 * A circuit breaker: it stops calls to what fails or is slow, so that callers go on without it instead of
 * waiting (M. Nygard, Release It!, 2nd edition, chapter 5). It reads no clock; every `now` is a reading
 * of the caller's monotonic clock in milliseconds.
 */
export class Breaker {
  #limits: CircuitLimits;
  readonly #random: () => number;
  readonly #probeMs: number;
  readonly #lastCalls: RecentCalls;
  #state: BreakerState = 'closed';
  #failuresInRow = 0;
  /** When the last slow answer that counted came. */
  #lastSlow = Number.NEGATIVE_INFINITY;
  /** How often in a row it opened without a good probe between. */
  #openings = 0;
  /** End of the time open, or of the probe's. */
  #until = 0;

  constructor({ limits, random, window = 20, probeMs = 1_000 }: BreakerOptions) {
    this.#limits = limits;
    this.#random = random;
    this.#probeMs = probeMs;
    this.#lastCalls = new RecentCalls(window);
  }

  /** Takes other limits from now on; what is open stays so until its time. */
  configure(limits: CircuitLimits): void {
    this.#limits = limits;
  }

  get state(): BreakerState {
    return this.#state;
  }

  /** From when on it lets a probe through; means nothing while it is closed. */
  get until(): number {
    return this.#until;
  }

  /** Something else says that what it stops calls to is back: the next probe need not wait. */
  hurry(now: number): void {
    if (this.#state === 'open') this.#until = Math.min(this.#until, now);
  }

  /** Lets a call through, or not. What it lets through must end in `succeeded` or `failed`. */
  enter(now: number): boolean {
    if (this.#state === 'closed') return true;
    if (now < this.#until) return false;
    this.#state = 'half-open';
    this.#until = now + this.#probeMs;
    return true;
  }

  /**
   * A call answered after `tookMs`. A slow answer counts against the circuit, and does not close it. Slow
   * calls that overlap count once: they saw the same slowness, which may be a pause of this very process.
   */
  succeeded(tookMs: number, now: number): void {
    this.#failuresInRow = 0;
    const isSlow = tookMs > this.#limits.slowMs;
    if (isSlow && this.#state === 'closed' && now - tookMs < this.#lastSlow) return;
    if (isSlow) this.#lastSlow = now;
    this.#count(isSlow, now);
  }

  /** A call failed, or did not answer in time. */
  failed(now: number): void {
    this.#failuresInRow++;
    this.#count(true, now);
  }

  #count(bad: boolean, now: number): void {
    // A call from before it opened tells nothing new while it is open.
    if (this.#state === 'open') return;
    if (this.#state === 'half-open') return bad ? this.#open(now) : this.#close();
    const { failures, badShare } = this.#limits;
    this.#lastCalls.add(bad);
    if (this.#failuresInRow >= failures || this.#lastCalls.badShare >= badShare) this.#open(now);
  }

  #open(now: number): void {
    const { openMs, maxOpenMs } = this.#limits;
    const longest = Math.min(openMs * 2 ** this.#openings, maxOpenMs);
    this.#state = 'open';
    this.#until = now + longest * (0.5 + this.#random() / 2);
    this.#openings++;
  }

  #close(): void {
    this.#state = 'closed';
    this.#failuresInRow = 0;
    this.#openings = 0;
    this.#lastCalls.clear();
  }
}

/** Whether each of the last calls was bad: one bit a call. */
class RecentCalls {
  readonly #size: number;
  #bits = 0;
  #count = 0;

  constructor(size: number) {
    this.#size = size;
  }

  /** Share of bad calls, 0 until there were enough to tell. */
  get badShare(): number {
    return this.#count < this.#size ? 0 : countBits(this.#bits) / this.#size;
  }

  add(bad: boolean): void {
    this.#bits = ((this.#bits << 1) | Number(bad)) & (2 ** this.#size - 1);
    this.#count++;
  }

  clear(): void {
    this.#bits = 0;
    this.#count = 0;
  }
}

function countBits(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
}
