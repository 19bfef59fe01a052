import type { MissReason } from '../../events.ts';
import { type Budget, readBudget } from '../time/budget.ts';
import type { EngineParts } from '../engine-parts.ts';
import type { Fetcher } from './fetcher.ts';
import type { Wanted } from './read-request.ts';
import { type Found, missed } from './found.ts';
import type { Judge } from '../judge.ts';
import type { Outcome } from './outcome.ts';

/** Finds what is cached, in memory and in the shared store, and loads nothing. */
export class LookUps {
  readonly #parts: EngineParts;
  readonly #judge: Judge;
  readonly #fetcher: Fetcher | undefined;

  constructor(
    parts: EngineParts,
    options: { readonly judge: Judge; readonly fetcher: Fetcher | undefined },
  ) {
    this.#parts = parts;
    this.#judge = options.judge;
    this.#fetcher = options.fetcher;
  }

  /** What is cached, or why nothing can be served. */
  async one(key: string, fresh: boolean, wanted: Wanted): Promise<Outcome | MissReason> {
    const startedAt = this.#parts.elapsed.read();
    const budget = readBudget(this.#parts);
    const confirmed = await this.confirm(fresh, budget);
    if (!confirmed) return 'untrusted';
    const found = this.inMemory(key, startedAt);
    if (typeof found !== 'string' || this.#fetcher === undefined) return found;
    if (!this.#judge.isTrusted()) return 'untrusted';
    if (!this.#fetcher.usable) return 'remote-failed';
    const fetched = await this.#fetcher.fetch(key, budget, wanted);
    return fetched.outcome ?? fetched.reason;
  }

  /** Like `one` for each key, in order; the shared store is asked once for all that memory does not have. */
  async many(keys: readonly string[], wanted: Wanted): Promise<readonly Found[]> {
    const startedAt = this.#parts.elapsed.read();
    const budget = readBudget(this.#parts);
    await this.confirm(false, budget);
    if (this.#parts.memory.count === 0) return this.#fetchMany(keys, budget, wanted);
    const found = keys.map((key): Found => {
      const held = this.inMemory(key, startedAt);
      return typeof held === 'string' ? missed(held) : held;
    });
    const missing = [...keys.keys()].filter((n) => found[n]!.level === 'none');
    if (missing.length === 0 || this.#fetcher === undefined) return found;
    const names = missing.map((n) => keys[n]!);
    const fetched = await this.#fetchMany(names, budget, wanted);
    for (let n = 0; n < missing.length; n++) found[missing[n]!] = fetched[n]!;
    return found;
  }

  async #fetchMany(
    keys: readonly string[],
    budget: Budget,
    wanted: Wanted,
  ): Promise<readonly Found[]> {
    const fetcher = this.#fetcher;
    if (fetcher?.usable === true) return fetcher.fetchMany(keys, budget, wanted);
    const isTrusted = this.#judge.isTrusted();
    const reason = fetcher === undefined ? 'absent' : isTrusted ? 'remote-failed' : 'untrusted';
    return keys.map(() => missed(reason));
  }

  /** What memory has for a read that began at `readStartedAt`, or why it has nothing. */
  inMemory(key: string, readStartedAt: number): Outcome | MissReason {
    const { memory, clock } = this.#parts;
    const slot = memory.find(key);
    if (slot === -1) return 'absent';
    const standing = this.#judge.slot(key, slot, clock.now());
    if (standing === 'invalidated') return 'invalidated';
    if (standing !== 'fresh' && standing !== 'stale') return 'expired';
    if (!this.#judge.isCurrent(slot, readStartedAt)) return 'untrusted';
    memory.touch(slot);
    const sealed = memory.value(slot);
    if (standing === 'stale') return { sealed, level: 'memory', stale: true };
    return { sealed, level: 'memory', stale: false, ...this.#earlyOf(slot) };
  }

  #earlyOf(slot: number): Pick<Outcome, 'early'> {
    const { memory, clock } = this.#parts;
    const now = clock.now();
    if (memory.isSettled(slot, now)) return {};
    const leftMs = memory.freshUntil(slot) - now;
    const windowMs = memory.earlyMs(slot);
    return { early: { leftMs, windowMs: leftMs <= windowMs ? windowMs : 0 } };
  }

  /**
   * A stale value in memory that is still valid, for when the loader is slow: not what `expire` covered, which is
   * only for when the loader fails.
   */
  insteadOfWaiting(key: string): Outcome | undefined {
    const { memory } = this.#parts;
    const slot = memory.find(key);
    if (slot === -1 || memory.freshUntil(slot) === Number.NEGATIVE_INFINITY) return undefined;
    const outcome = this.insteadOfError(key);
    // Judged just now: what `expire` covers has lost its freshness by that.
    return memory.freshUntil(slot) === Number.NEGATIVE_INFINITY ? undefined : outcome;
  }

  /** A stale value in memory that is still valid, for when the loader fails. */
  insteadOfError(key: string): Outcome | undefined {
    const { memory, clock, elapsed } = this.#parts;
    const slot = memory.find(key);
    if (slot === -1) return undefined;
    const standing = this.#judge.slot(key, slot, clock.now());
    if (standing === 'expired' || standing === 'invalidated') return undefined;
    // As of now, not of the first caller's start: others have joined since.
    if (!this.#judge.isCurrent(slot, elapsed.read())) return undefined;
    return { sealed: memory.value(slot), level: 'memory', stale: true };
  }

  /** Asks the log where that is needed. False only for a `fresh` read that could not learn what is in force. */
  async confirm(fresh: boolean, budget: Budget): Promise<boolean> {
    const { view } = this.#parts;
    if (fresh) return view.confirm(budget, { anew: true });
    if (!this.#judge.isTrusted()) await view.confirm(budget);
    return true;
  }
}
