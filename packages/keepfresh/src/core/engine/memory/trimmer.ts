import type { Cancel, Clock } from '../../ports/clock.ts';
import type { Memory } from '../../ports/memory.ts';

/** A slice ends when it has taken so long; the event loop gets so much time between two. */
const [sliceMs, gapMs] = [0.5, 4];
/** The clock is read once for each few evictions. */
const evictionsPerReading = 16;
/** A slice ends after so many readings, too: a clock of a test stands still. */
const mostReadings = 64;

/**
 * Evicts what memory holds beyond bounds that shrank, in slices of half a millisecond, so that no caller waits for
 * it. Its timer keeps no process alive.
 */
export class Trimmer {
  readonly #clock: Clock;
  readonly #memory: Pick<Memory, 'trim'>;
  #cancel: Cancel | undefined;
  #closed = false;

  constructor(options: { readonly clock: Clock; readonly memory: Pick<Memory, 'trim'> }) {
    this.#clock = options.clock;
    this.#memory = options.memory;
  }

  /** The bounds may have shrunk. */
  start(): void {
    if (this.#cancel === undefined && !this.#closed) this.#slice();
  }

  close(): void {
    this.#closed = true;
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #slice(): void {
    const begun = this.#clock.monotonic();
    this.#cancel = undefined;
    let isMore = true;
    for (let readings = 0; isMore && readings < mostReadings; readings++) {
      isMore = this.#memory.trim(evictionsPerReading);
      if (this.#clock.monotonic() - begun >= sliceMs) break;
    }
    // A listener of an eviction may have closed the cache.
    if (isMore && !this.#closed) this.#cancel = this.#clock.schedule(gapMs, () => this.#slice());
  }
}
