import type { Cancel, Clock } from '../../ports/clock.ts';

/** Both clocks at one moment. */
export interface Moment {
  readonly wall: number;
  readonly monotonic: number;
}

/**
 * The time window in which this process may judge cached values by what it knows of the log: a lease in
 * the sense of Gray and Cheriton (SOSP 1989), granted by each beat for `maxLag` from the moment it was sent.
 *
 * Two clocks guard it. A machine that was suspended shows it on the wall clock, a wall clock that was set
 * back shows nothing on its own: so a grant counts the larger of both elapsed times, a read compares the
 * wall clock alone (one clock read on the hit path), a reading before the grant ends trust, and a monotonic
 * timer revokes it on time.
 */
export class Trust {
  readonly #clock: Clock;
  readonly #onChange: (trusted: boolean) => void;
  #from = Number.POSITIVE_INFINITY;
  #until = Number.NEGATIVE_INFINITY;
  #cancelRevocation: Cancel | undefined;

  constructor(clock: Clock, onChange: (trusted: boolean) => void) {
    this.#clock = clock;
    this.#onChange = onChange;
  }

  /** Whether cached values may be judged at `now`, a reading of the wall clock taken for this read. */
  covers(now: number): boolean {
    return now >= this.#from && now < this.#until;
  }

  /** The present moment, to be taken before a beat is sent. */
  moment(): Moment {
    return { wall: this.#clock.now(), monotonic: this.#clock.monotonic() };
  }

  /** Trusts for `ms` counted from `sent`; does nothing when that is over already. */
  grant(sent: Moment, ms: number): void {
    const now = this.moment();
    const elapsed = Math.max(now.monotonic - sent.monotonic, now.wall - sent.wall);
    const remaining = ms - elapsed;
    if (remaining <= 0) return;
    const trustedBefore = this.covers(now.wall);
    if (trustedBefore && now.wall + remaining <= this.#until) return;
    // A clock took the trust away, and nothing told so: the timer was not due yet.
    if (!trustedBefore) this.revoke();
    this.#from = now.wall;
    this.#until = now.wall + remaining;
    this.#cancelRevocation?.();
    this.#cancelRevocation = this.#clock.schedule(remaining, () => this.revoke());
    if (!trustedBefore) this.#onChange(true);
  }

  /** Trusts without end: there is no other process that could invalidate. */
  grantForever(): void {
    this.#from = Number.NEGATIVE_INFINITY;
    this.#until = Number.POSITIVE_INFINITY;
  }

  revoke(): void {
    const had = this.#until !== Number.NEGATIVE_INFINITY;
    this.#cancelRevocation?.();
    this.#cancelRevocation = undefined;
    this.#from = Number.POSITIVE_INFINITY;
    this.#until = Number.NEGATIVE_INFINITY;
    if (had) this.#onChange(false);
  }
}
