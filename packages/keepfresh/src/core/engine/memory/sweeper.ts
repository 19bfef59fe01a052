import type { Cancel, Clock } from '../../ports/clock.ts';
import type { Memory } from '../../ports/memory.ts';
import type { Judge } from '../judge.ts';

/** What the sweeper walks over and asks. */
export interface SweeperOptions {
  readonly clock: Clock;
  readonly memory: Pick<Memory, 'count' | 'capacity' | 'keyAt' | 'expiresAt' | 'remove'>;
  readonly judge: Pick<Judge, 'slot'>;
  /** The newest local ban. */
  readonly seq: () => number;
}

/** Between two slices the event loop gets so much time for everything else. */
const gapMs = 4;
/** A slice ends when it has taken so long; the clock is read once for each few slots. */
const [sliceMs, slotsPerReading] = [0.5, 64];
/** After an invalidation, so that many become one pass. */
const gatherMs = 100;
/** Between two passes for what has expired: as long as nothing ends, but not longer. */
const [leastPauseMs, mostPauseMs] = [10_000, 60_000];
/** A pass is followed by a pause of so many times what it took: sweeping takes 2 % of the time at most. */
const pausesPerPass = 50;

/**
 * Frees memory of what nobody will be given any more: entries that were invalidated by a tag or a pattern, and
 * entries past their hard end. Reads never see them, so this is about room only. It walks over the slots in
 * slices of half a millisecond on a timer that keeps no process alive. An invalidation by tag or pattern is
 * followed by a pass a tenth of a second later; single keys and ends are looked for at least every minute while
 * anything is held. (A timer wheel would free ends within a second, for 8 bytes an entry and work at each
 * insertion. A pass over a million slots takes a few milliseconds, and finds what was invalidated as well.)
 */
export class Sweeper {
  readonly #options: SweeperOptions;
  #cursor = -1;
  #cancel: Cancel | undefined;
  #dueAt = Number.POSITIVE_INFINITY;
  #notBefore = Number.NEGATIVE_INFINITY;
  /** Of the pass under way. */
  #workMs = 0;
  #earliestEnd = Number.POSITIVE_INFINITY;
  /** The newest ban at the start of the last pass. */
  #sweptSeq = 0;
  #closed = false;

  constructor(options: SweeperOptions) {
    this.#options = options;
    this.#sweptSeq = options.seq();
  }

  /** Something was invalidated, maybe much. */
  onBan(): void {
    if (this.#options.memory.count > 0) this.#startWithin(gatherMs);
  }

  /** Memory holds something again. */
  onFill(): void {
    this.#startWithin(mostPauseMs);
  }

  close(): void {
    this.#closed = true;
    this.#cancel?.();
    this.#cancel = undefined;
  }

  /** A pass starts so much later, or before; not as long as the pause after the last one lasts. */
  #startWithin(ms: number): void {
    if (this.#closed || this.#cursor !== -1) return;
    const { clock } = this.#options;
    const now = clock.monotonic();
    const dueAt = Math.max(now + ms, this.#notBefore);
    if (dueAt >= this.#dueAt) return;
    this.#cancel?.();
    this.#dueAt = dueAt;
    this.#cancel = clock.schedule(dueAt - now, () => this.#start());
  }

  #start(): void {
    this.#cursor = 0;
    this.#workMs = 0;
    this.#earliestEnd = Number.POSITIVE_INFINITY;
    this.#sweptSeq = this.#options.seq();
    this.#slice();
  }

  #slice(): void {
    const { clock, memory } = this.#options;
    const now = clock.now();
    const begun = clock.monotonic();
    let spent = 0;
    while (this.#cursor < memory.capacity && spent < sliceMs) {
      const end = Math.min(memory.capacity, this.#cursor + slotsPerReading);
      while (this.#cursor < end) this.#visit(this.#cursor++, now);
      spent = clock.monotonic() - begun;
    }
    this.#workMs += spent;
    if (this.#cursor < memory.capacity) this.#cancel = clock.schedule(gapMs, () => this.#slice());
    else this.#finish(now);
  }

  #visit(slot: number, now: number): void {
    const { memory, judge } = this.#options;
    const key = memory.keyAt(slot);
    if (key === undefined) return;
    const end = memory.expiresAt(slot);
    if (now >= end) memory.remove(slot);
    else if (judge.slot(key, slot, now) !== 'invalidated' && end < this.#earliestEnd) {
      this.#earliestEnd = end;
    }
  }

  #finish(now: number): void {
    const { clock, memory, seq } = this.#options;
    this.#cursor = -1;
    this.#dueAt = Number.POSITIVE_INFINITY;
    this.#cancel = undefined;
    this.#notBefore = clock.monotonic() + this.#workMs * pausesPerPass;
    if (memory.count === 0) return;
    const untilEnd = Math.min(mostPauseMs, Math.max(leastPauseMs, this.#earliestEnd - now));
    this.#startWithin(seq() === this.#sweptSeq ? untilEnd : gatherMs);
  }
}
