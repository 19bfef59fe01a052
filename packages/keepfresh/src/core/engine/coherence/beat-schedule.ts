import type { Cancel, Clock } from '../../ports/clock.ts';

export interface BeatScheduleOptions {
  readonly clock: Clock;
  /** H in milliseconds. */
  readonly maxLagMs: number;
  /** Sends one beat, and settles when its answer is taken up. */
  readonly beat: () => Promise<void>;
}

/** Bounds of the time between two beats that news bring about, in milliseconds. */
const shortestGapMs = 1;
const longestGapMs = 10;
/** Beats in H that news may bring about, one after the other. */
const newsInMaxLag = 500;

/**
 * When this process beats: four times in H, and sooner where there is a reason.
 *
 * - What was asked for with `soon` follows at once: the answer to a beat or an append asks for it when there is more
 *   to get, or to say.
 * - News come whenever somebody else appends, which may be all the time. The first is followed at once, those after
 *   it no sooner than a 500th part of H later (1 to 10 ms), by one beat for all of them.
 */
export class BeatSchedule {
  readonly #options: BeatScheduleOptions;
  readonly #gapMs: number;
  #running: Promise<void> | undefined;
  /** Whether another beat follows the one that runs. */
  #again = false;
  /** Whether there were news since the last beat was sent. */
  #hasNews = false;
  #newsEarliest = Number.NEGATIVE_INFINITY;
  #cancelNext: Cancel | undefined;
  #closed = false;

  constructor(options: BeatScheduleOptions) {
    this.#options = options;
    const gapMs = options.maxLagMs / newsInMaxLag;
    this.#gapMs = Math.min(longestGapMs, Math.max(shortestGapMs, gapMs));
  }

  /** The beat that runs, if there is one. */
  get running(): Promise<void> | undefined {
    return this.#running;
  }

  /** Beats, or goes along with the beat that runs; settles as that does. */
  beat(): Promise<void> {
    this.#running ??= this.#send().finally(() => {
      this.#running = undefined;
      this.#scheduleNext();
    });
    return this.#running;
  }

  /** Beats at once, or as soon as the one that runs is over. */
  soon(): void {
    if (this.#closed) return;
    if (this.#running !== undefined) this.#again = true;
    else this.beat().catch(() => {});
  }

  /** Somebody else appended something. */
  hearNews(): void {
    if (this.#closed) return;
    this.#hasNews = true;
    if (this.#running !== undefined) return;
    if (this.#newsWaitMs <= 0) this.soon();
    else this.#scheduleNext();
  }

  close(): void {
    this.#closed = true;
    this.#cancelNext?.();
  }

  get #newsWaitMs(): number {
    return this.#newsEarliest - this.#options.clock.monotonic();
  }

  #send(): Promise<void> {
    if (this.#hasNews) this.#newsEarliest = this.#options.clock.monotonic() + this.#gapMs;
    this.#hasNews = false;
    return this.#options.beat();
  }

  #scheduleNext(): void {
    this.#cancelNext?.();
    if (this.#closed) return;
    const { clock } = this.#options;
    this.#cancelNext = clock.schedule(this.#nextInMs(), () => this.soon());
    this.#again = false;
  }

  #nextInMs(): number {
    if (this.#again) return 0;
    const ordinary = Math.max(5, this.#options.maxLagMs / 4);
    return this.#hasNews ? Math.min(ordinary, Math.max(0, this.#newsWaitMs)) : ordinary;
  }
}
