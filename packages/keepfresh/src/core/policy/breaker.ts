import { invalidArgument } from '../errors.ts';

export interface BreakerOptions {
  /** Opens after this many failures in a row. 1 to 1,000; default 5. */
  readonly failures?: number | undefined;
  /** A call that takes longer than this is slow, in milliseconds. Above 0; default 100. */
  readonly slowMs?: number | undefined;
  /** Opens when at least this share of the last calls failed or was slow. Above 0, at most 1; default 0.5. */
  readonly badShare?: number | undefined;
  /** How many of the last calls are looked at; before there were so many, shares say nothing. 1 to 31; default 20. */
  readonly window?: number | undefined;
  /** How long it stays open the first time, in milliseconds. Above 0; default 500. */
  readonly openMs?: number | undefined;
  /** Longest time it stays open; it doubles with each probe that fails. Default 5,000. */
  readonly maxOpenMs?: number | undefined;
  /** How long a probe may take before another one is let through, in milliseconds. Above 0; default 1,000. */
  readonly probeMs?: number | undefined;
  /** Numbers from 0 to below 1; spreads the probes of many processes. Half to all of the time open is waited. */
  readonly random: () => number;
}

type Checked = { readonly [Name in keyof BreakerOptions]-?: NonNullable<BreakerOptions[Name]> };

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
  #options: Checked;
  readonly #lastCalls: RecentCalls;
  #state: BreakerState = 'closed';
  #failuresInRow = 0;
  /** When the last slow answer that counted came. */
  #lastSlow = Number.NEGATIVE_INFINITY;
  /** How often in a row it opened without a good probe between. */
  #openings = 0;
  /** End of the time open, or of the probe's. */
  #until = 0;

  /** Throws `INVALID_ARGUMENT` for an option outside of its range. */
  constructor(options: BreakerOptions) {
    this.#options = checkOptions(options);
    this.#lastCalls = new RecentCalls(this.#options.window);
  }

  /** Takes other limits from now on; what is open stays so until its time. Throws as the constructor does. */
  configure(options: Omit<BreakerOptions, 'random' | 'window'>): void {
    const { random, window } = this.#options;
    this.#options = checkOptions({ ...options, random, window });
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

  /** Whether `enter` would let a call through. Changes nothing. */
  allows(now: number): boolean {
    return this.#state === 'closed' || now >= this.#until;
  }

  /** Lets a call through, or not. What it lets through must end in `succeeded` or `failed`. */
  enter(now: number): boolean {
    if (!this.allows(now)) return false;
    if (this.#state !== 'closed') {
      this.#state = 'half-open';
      this.#until = now + this.#options.probeMs;
    }
    return true;
  }

  /**
   * A call answered after `tookMs`. A slow answer counts against the circuit, and does not close it. Slow
   * calls that overlap count once: they saw the same slowness, which may be a pause of this very process.
   */
  succeeded(tookMs: number, now: number): void {
    this.#failuresInRow = 0;
    const isSlow = tookMs > this.#options.slowMs;
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
    this.#lastCalls.add(bad);
    if (this.#failuresInRow >= this.#options.failures) this.#open(now);
    else if (this.#lastCalls.badShare >= this.#options.badShare) this.#open(now);
  }

  #open(now: number): void {
    const { openMs, maxOpenMs, random } = this.#options;
    const longest = Math.min(openMs * 2 ** this.#openings, maxOpenMs);
    this.#state = 'open';
    this.#until = now + longest * (0.5 + random() / 2);
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

function checkOptions(given: BreakerOptions): Checked {
  const openMs = given.openMs ?? 500;
  return {
    failures: whole('failures', given.failures ?? 5, 1_000),
    slowMs: above0('slowMs', given.slowMs ?? 100, Number.MAX_SAFE_INTEGER),
    badShare: above0('badShare', given.badShare ?? 0.5, 1),
    window: whole('window', given.window ?? 20, 31),
    openMs: above0('openMs', openMs, Number.MAX_SAFE_INTEGER),
    maxOpenMs: atLeast('maxOpenMs', given.maxOpenMs ?? Math.max(5_000, openMs), openMs),
    probeMs: above0('probeMs', given.probeMs ?? 1_000, Number.MAX_SAFE_INTEGER),
    random: given.random,
  };
}

function whole(name: string, value: number, max: number): number {
  if (Number.isInteger(value) && value >= 1 && value <= max) return value;
  throw invalidArgument(`breaker.${name}`, `a whole number from 1 to ${max}`, value);
}

function above0(name: string, value: number, max: number): number {
  if (value > 0 && value <= max) return value;
  throw invalidArgument(`breaker.${name}`, `a number above 0 and at most ${max}`, value);
}

function atLeast(name: string, value: number, min: number): number {
  if (value >= min && Number.isFinite(value)) return value;
  throw invalidArgument(`breaker.${name}`, `a number not below openMs (${min})`, value);
}
