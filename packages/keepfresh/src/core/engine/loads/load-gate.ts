import { CacheError } from '../../errors.ts';

/**
 * Lets a bounded number of loads run at once and a bounded number wait, in order of arrival; refuses the
 * rest with OVERLOADED. It keeps a cold or unreachable cache from passing a whole herd on to the source.
 */
export class LoadGate {
  #maxRunning: number;
  #maxQueued: number;
  readonly #queue = new Set<() => void>();
  #running = 0;

  constructor(options: { readonly maxRunning: number; readonly maxQueued: number }) {
    this.#maxRunning = options.maxRunning;
    this.#maxQueued = options.maxQueued;
  }

  /** From now on; what runs or waits beyond a smaller bound still gets its turn. */
  resize(options: { readonly maxRunning: number; readonly maxQueued: number }): void {
    this.#maxRunning = options.maxRunning;
    this.#maxQueued = options.maxQueued;
    while (this.#running < this.#maxRunning && this.#queue.size > 0) this.#next();
  }

  /** For tests. */
  get running(): number {
    return this.#running;
  }

  /** For tests. */
  get queued(): number {
    return this.#queue.size;
  }

  /**
   * Resolves, when it is this load's turn, to the function that ends the turn. Rejects with the signal's
   * reason when it is aborted while waiting.
   */
  enter(signal: AbortSignal): Promise<() => void> | (() => void) {
    if (signal.aborted) return Promise.reject(signal.reason as Error);
    if (this.#running < this.#maxRunning) return this.#start();
    if (this.#queue.size >= this.#maxQueued) {
      return Promise.reject(
        new CacheError(
          'OVERLOADED',
          `${this.#running} loads run and ${this.#queue.size} wait; no more are accepted`,
        ),
      );
    }
    return this.#wait(signal);
  }

  #wait(signal: AbortSignal): Promise<() => void> {
    return new Promise((resolve, reject) => {
      const turn = (): void => {
        signal.removeEventListener('abort', leave);
        resolve(this.#start());
      };
      const leave = (): void => {
        this.#queue.delete(turn);
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#queue.add(turn);
    });
  }

  #start(): () => void {
    this.#running++;
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      this.#running--;
      if (this.#running < this.#maxRunning) this.#next();
    };
  }

  #next(): void {
    const [turn] = this.#queue;
    if (turn === undefined) return;
    this.#queue.delete(turn);
    turn();
  }
}
