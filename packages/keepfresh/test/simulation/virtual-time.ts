import type { Cancel } from '../../src/core/ports/clock.ts';
import { EventQueue, type TimedEvent } from './event-queue.ts';

// Taken at import, so that fake timers of a test framework do not stop the simulation.
const afterPromises = process.nextTick;
const afterEverything = setImmediate;

/**
 * The one clock and the one scheduler of a simulation: every timer and every message of every simulated
 * process is an event here. Events run one after the other in the order of their time, and of their making
 * where times are equal; what one of them started with promises settles before the next one runs.
 *
 * Events that share a `chunk` and fall due together run without that pause between them: so several
 * replies arrive that came in one packet.
 */
export class VirtualTime {
  readonly #queue = new EventQueue();
  #now = 0;
  #ticks = 0;

  /** Milliseconds since the simulation began, whole. */
  get now(): number {
    return this.#now;
  }

  /** A number larger than every one before: the order of what happens at the same millisecond. */
  tick(): number {
    return ++this.#ticks;
  }

  /** How many events wait. */
  get waiting(): number {
    return this.#queue.size;
  }

  at(time: number, run: () => void, chunk?: object): Cancel {
    const event: TimedEvent = { time: Math.max(this.#now, Math.ceil(time)), order: 0, run, chunk };
    return this.#queue.add(event);
  }

  after(ms: number, run: () => void, chunk?: object): Cancel {
    return this.at(this.#now + ms, run, chunk);
  }

  /** Runs every event that is due by `end`, those included that are made meanwhile. */
  async runUntil(end: number): Promise<void> {
    let last: TimedEvent | undefined;
    for (;;) {
      if (!this.#continues(last)) await settled();
      const next = this.#queue.peek();
      if (next === undefined || next.time > end) break;
      last = this.#queue.take()!;
      this.#now = last.time;
      last.run();
    }
    this.#now = Math.max(this.#now, end);
    await turned();
  }

  #continues(last: TimedEvent | undefined): boolean {
    if (last?.chunk === undefined) return false;
    const next = this.#queue.peek();
    return next !== undefined && next.chunk === last.chunk && next.time === last.time;
  }
}

/** Node runs all promise callbacks, and those they add, before the next tick that one of them asked for. */
export function settled(): Promise<void> {
  return new Promise((resolve) => {
    afterPromises(resolve);
  });
}

/** A turn of the event loop, in which Node tells of rejections that nobody handled. */
function turned(): Promise<void> {
  return new Promise((resolve) => {
    afterEverything(resolve);
  });
}
