import type { Cancel, Clock } from '../../ports/clock.ts';
import { expireAt } from './deadline-timer.ts';

/** One moment by which something shall have happened, and what is done if it has not. */
export interface Deadline {
  readonly end: number;
  readonly expire: () => void;
}

interface Link extends Deadline {
  before: Link | undefined;
  after: Link | undefined;
  isWaiting: boolean;
}

/**
 * Many deadlines on one timer: setting one and taking it back costs a few writes, however many there are.
 */
export class Deadlines {
  readonly #clock: Clock;
  #first: Link | undefined;
  #last: Link | undefined;
  #timerEnd = Number.POSITIVE_INFINITY;
  #cancelTimer: Cancel | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `expire` when the monotonic clock has passed `end`, unless it is taken back before. */
  add(end: number, expire: () => void): Deadline {
    const link: Link = { end, expire, before: this.#last, after: undefined, isWaiting: true };
    if (this.#last === undefined) this.#first = link;
    else this.#last.after = link;
    this.#last = link;
    if (end < this.#timerEnd) this.#schedule(end);
    return link;
  }

  /** Takes a deadline back; false when it had expired. */
  remove(deadline: Deadline): boolean {
    const link = deadline as Link;
    if (!link.isWaiting) return false;
    link.isWaiting = false;
    if (link.before === undefined) this.#first = link.after;
    else link.before.after = link.after;
    if (link.after === undefined) this.#last = link.before;
    else link.after.before = link.before;
    // A link that the garbage collector counts as old would keep every later one alive.
    link.before = undefined;
    link.after = undefined;
    if (this.#first === undefined) this.#stop();
    return true;
  }

  #schedule(end: number): void {
    this.#cancelTimer?.();
    this.#timerEnd = end;
    this.#cancelTimer = expireAt(this.#clock, end, () => this.#look());
  }

  #stop(): void {
    this.#cancelTimer?.();
    this.#timerEnd = Number.POSITIVE_INFINITY;
  }

  #look(): void {
    const now = this.#clock.monotonic();
    this.#timerEnd = Number.POSITIVE_INFINITY;
    let next = Number.POSITIVE_INFINITY;
    const over: Link[] = [];
    for (let link = this.#first; link !== undefined; link = link.after) {
      if (link.end > now) next = Math.min(next, link.end);
      else over.push(link);
    }
    for (const link of over) if (this.remove(link)) link.expire();
    if (next < this.#timerEnd) this.#schedule(next);
  }
}
