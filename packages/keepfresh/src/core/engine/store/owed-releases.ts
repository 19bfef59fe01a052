import type { Cancel, Clock } from '../../ports/clock.ts';
import type { Token } from '../../ports/record.ts';

export interface OwedReleasesOptions {
  readonly clock: Clock;
  /** Gives a lease back if it is held; rejects when the store cannot be asked. */
  readonly release: (key: string, token: Token) => Promise<unknown>;
}

const soonestMs = 100;
const latestMs = 1_000;
/** Longer than most leases last: what is not back by then ends by itself. */
const giveUpMs = 10_000;
const most = 1_000;
const mostAtOnce = 20;

/**
 * Leases that may be held for nobody: the store did not say in time that one was granted, or that it ended.
 * Whoever waits for the key would wait until the lease is over, so each is given back as soon as the store can
 * be asked again. Tokens are used once, so that a release too many changes nothing.
 */
export class OwedReleases {
  readonly #options: OwedReleasesOptions;
  readonly #owed = new Map<Token, { readonly key: string; readonly until: number }>();
  #delayMs = soonestMs;
  #cancel: Cancel | undefined;
  #closed = false;

  constructor(options: OwedReleasesOptions) {
    this.#options = options;
  }

  add(key: string, token: Token): void {
    if (this.#closed || this.#owed.size >= most) return;
    this.#owed.set(token, { key, until: this.#options.clock.monotonic() + giveUpMs });
    this.#delayMs = soonestMs;
    this.#trySoon();
  }

  close(): void {
    this.#closed = true;
    this.#cancel?.();
    this.#owed.clear();
  }

  #trySoon(): void {
    if (this.#closed || this.#cancel !== undefined || this.#owed.size === 0) return;
    this.#cancel = this.#options.clock.schedule(this.#delayMs, () => void this.#try());
    this.#delayMs = Math.min(latestMs, this.#delayMs * 2);
  }

  async #try(): Promise<void> {
    const before = this.#owed.size;
    const some = [...this.#owed].slice(0, mostAtOnce);
    await Promise.all(some.map(([token, { key, until }]) => this.#tryOne(key, token, until)));
    this.#cancel = undefined;
    if (this.#owed.size < before) this.#delayMs = soonestMs;
    this.#trySoon();
  }

  async #tryOne(key: string, token: Token, until: number): Promise<void> {
    const isOver = this.#options.clock.monotonic() >= until;
    const isDone = isOver || (await this.#released(key, token));
    this.#owed.delete(token);
    // Others get their turn before this one is tried again.
    if (!isDone && !this.#closed) this.#owed.set(token, { key, until });
  }

  async #released(key: string, token: Token): Promise<boolean> {
    try {
      await this.#options.release(key, token);
      return true;
    } catch {
      // The store is still away.
      return false;
    }
  }
}
