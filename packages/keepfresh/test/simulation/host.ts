import type { Cancel, Clock } from '../../src/core/ports/clock.ts';
import type { VirtualTime } from './virtual-time.ts';

/** When every simulation begins, on the wall clocks that are right. */
export const startOfTime: number = Date.UTC(2026, 5, 1, 12);

/**
 * One process as its operating system runs it: its two clocks, its timers and its event loop, which can be
 * stopped. Whatever reaches the process while it is stopped waits, in order, and then comes at once.
 */
export class Host implements Clock {
  readonly #time: VirtualTime;
  readonly #startedAt: number;
  #wallOffset: number;
  #suspendedMs = 0;
  #stoppedUntil = 0;
  #alive = true;

  constructor(time: VirtualTime, wallOffset = 0) {
    this.#time = time;
    this.#startedAt = time.now;
    this.#wallOffset = wallOffset;
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Until when nothing of this process runs, on the time of the simulation. */
  get stoppedUntil(): number {
    return this.#stoppedUntil;
  }

  get wallOffset(): number {
    return this.#wallOffset;
  }

  now(): number {
    return startOfTime + this.#time.now + this.#wallOffset;
  }

  monotonic(): number {
    return this.#time.now - this.#startedAt - this.#suspendedMs;
  }

  schedule(delayMs: number, run: () => void): Cancel {
    const delay = Math.max(1, Math.ceil(delayMs));
    const due = this.monotonic() + delay;
    let cancel: Cancel = () => {};
    const ring = (): void => {
      if (!this.#alive) return;
      const early = due - this.monotonic();
      if (this.#isStopped) cancel = this.#time.at(this.#stoppedUntil, ring);
      else if (early > 0) cancel = this.#time.after(early, ring);
      else run();
    };
    cancel = this.#time.after(delay, ring);
    return () => cancel();
  }

  /** Runs `run` in the event loop of this process as soon as that goes on; never, when it has ended. */
  deliver(run: () => void, chunk?: object): void {
    if (!this.#alive) return;
    if (this.#isStopped) this.#time.at(this.#stoppedUntil, () => this.deliver(run), chunk);
    else run();
  }

  /** Stops the event loop, as a long computation or SIGSTOP does; both clocks go on. */
  pause(ms: number): void {
    this.#stoppedUntil = Math.max(this.#stoppedUntil, this.#time.now + ms);
  }

  /** Suspends the machine: afterwards only the wall clock shows that time has passed. */
  suspend(ms: number): void {
    if (this.#isStopped) return;
    this.#suspendedMs += ms;
    this.pause(ms);
  }

  stepWall(ms: number): void {
    this.#wallOffset += ms;
  }

  /** The process is gone, with everything in its memory. */
  kill(): void {
    this.#alive = false;
  }

  get #isStopped(): boolean {
    return this.#time.now < this.#stoppedUntil;
  }
}
