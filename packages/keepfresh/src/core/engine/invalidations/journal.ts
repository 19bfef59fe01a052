import type { Cancel, Clock } from '../../ports/clock.ts';
import type { PendingChange } from './change.ts';

/** Most changes, and bans of them all, kept one by one; beyond them they become one that covers everything. */
const [maxChanges, maxBans] = [10_000, 100_000];
const firstRetryMs = 100;
const longestRetryMs = 400;

export interface JournalOptions {
  readonly clock: Clock;
  /** Tries the changes again, oldest first, and returns those that are still not in force everywhere. */
  readonly drain: (changes: readonly PendingChange[]) => Promise<readonly PendingChange[]>;
  /** Makes of too many changes one that covers them all. */
  readonly collapse: (changes: readonly PendingChange[]) => PendingChange;
}

/**
 * The invalidations that this process knows of and the remote does not yet. They are in force here; they are
 * tried again until they are in force everywhere. The journal is kept in memory and ends with the process.
 */
export class Journal {
  readonly #options: JournalOptions;
  #changes: PendingChange[] = [];
  /** How many bans those are. */
  #bans = 0;
  /** Those that are being tried now. */
  #tried: readonly PendingChange[] = [];
  #draining: Promise<void> | undefined;
  #delayMs = firstRetryMs;
  #cancel: Cancel | undefined;
  #closed = false;

  constructor(options: JournalOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#tried.length + this.#changes.length;
  }

  /** Keeps a change, and tells whether it did: once the journal is closed, it does not. */
  add(change: PendingChange): boolean {
    if (this.#closed) return false;
    this.#changes.push(change);
    this.#bans += bansOf(change);
    this.#bound();
    this.#cancel ??= this.#later();
    return true;
  }

  /** Tries at once: the remote is back. */
  drainSoon(): void {
    this.#delayMs = firstRetryMs;
    // What is being tried at this moment may have been refused already: it is tried again soon.
    this.#cancel?.();
    this.#cancel = undefined;
    if (this.#changes.length > 0) void this.#drain();
  }

  /** Tries once more, then stops; resolves to how many changes are given up. */
  async close(): Promise<number> {
    this.#cancel?.();
    await this.#draining;
    await this.#drain();
    this.#closed = true;
    this.#cancel?.();
    return this.#changes.length;
  }

  #later(): Cancel {
    return this.#options.clock.schedule(this.#delayMs, () => {
      this.#cancel = undefined;
      this.#delayMs = Math.min(longestRetryMs, this.#delayMs * 2);
      void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    if (this.#draining !== undefined || this.#closed) return;
    this.#draining = this.#drainAll();
    await this.#draining;
    this.#draining = undefined;
    if (this.#changes.length === 0) this.#delayMs = firstRetryMs;
    else if (!this.#closed) this.#cancel ??= this.#later();
  }

  /** An attempt that breaks has changed nothing. */
  async #drainAll(): Promise<void> {
    if (this.#changes.length === 0) return;
    this.#tried = this.#changes;
    this.#changes = [];
    this.#bans = 0;
    const left = await this.#options.drain(this.#tried).catch(() => this.#tried);
    this.#tried = [];
    this.#changes = [...left, ...this.#changes];
    this.#bans = this.#changes.reduce((sum, change) => sum + bansOf(change), 0);
    this.#bound();
  }

  #bound(): void {
    if (this.#changes.length <= maxChanges && this.#bans <= maxBans) return;
    this.#changes = [this.#options.collapse(this.#changes)];
    this.#bans = 1;
  }
}

/** Without the ends of holds: each is kept whatever happens. */
function bansOf({ change }: PendingChange): number {
  return change.bans.filter(({ kind }) => kind !== 'release').length;
}
