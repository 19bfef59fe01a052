import type { Cancel, Clock } from '../../ports/clock.ts';

/** Those in this process who wait until something happens to a key in the shared store. */
export class WakeBoard {
  readonly #clock: Clock;
  readonly #waiting = new Map<string, Set<() => void>>();
  readonly #subscribe: (listener: (key: string) => void) => () => void;
  #unsubscribe: (() => void) | undefined;

  constructor(clock: Clock, subscribe: (listener: (key: string) => void) => () => void) {
    this.#clock = clock;
    this.#subscribe = subscribe;
  }

  /** Resolves when `key` is woken or `ms` have passed; rejects with the signal's reason when aborted. */
  wait(key: string, ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.reject(signal.reason as Error);
    this.#unsubscribe ??= this.#subscribe((woken) => this.#wake(woken));
    return new Promise((resolve, reject) => {
      let cancel: Cancel = () => {};
      const leave = (): void => {
        cancel();
        signal.removeEventListener('abort', abort);
        this.#remove(key, wake);
      };
      const wake = (): void => {
        leave();
        resolve();
      };
      const abort = (): void => {
        leave();
        reject(signal.reason as Error);
      };
      cancel = this.#clock.schedule(ms, wake, 'awaited');
      signal.addEventListener('abort', abort, { once: true });
      this.#add(key, wake);
    });
  }

  close(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
  }

  #wake(key: string): void {
    for (const wake of [...(this.#waiting.get(key) ?? [])]) wake();
  }

  #add(key: string, wake: () => void): void {
    const waiting = this.#waiting.get(key) ?? new Set();
    waiting.add(wake);
    this.#waiting.set(key, waiting);
  }

  #remove(key: string, wake: () => void): void {
    const waiting = this.#waiting.get(key);
    waiting?.delete(wake);
    if (waiting?.size === 0) this.#waiting.delete(key);
  }
}
