import { CacheError } from '../errors.ts';
import type { CacheEvent, CacheEvents } from '../events.ts';
import type { Duration } from '../policy/duration.ts';
import type { Clock } from '../ports/clock.ts';
import type { Appended, Ban, HoldBan } from '../ports/log.ts';
import type { Token } from '../ports/record.ts';
import type { Store } from '../ports/store.ts';
import { Budget } from './budget.ts';
import { type Change, type PendingChange, targetsOf } from './change.ts';
import { Journal } from './journal.ts';
import type { LogView } from './log-view.ts';
import type { RemovalAudit } from './removal-audit.ts';

export interface InvalidatorOptions {
  readonly clock: Clock;
  readonly view: LogView;
  readonly store: Store | undefined;
  /** Looks once more at what was removed; absent without a log. */
  readonly audit?: RemovalAudit | undefined;
  /** Whether the log never outlives a removal that was sent before it: then only what had to wait is looked at. */
  readonly inOrder?: boolean | undefined;
  /** Resolves when the remote can be used for the first time; absent without one. */
  readonly connected?: Promise<void> | undefined;
  /** Longest wait for the remote before a change counts as pending, in milliseconds. */
  readonly timeoutMs: number;
  readonly report: <E extends CacheEvent>(event: E, build: () => CacheEvents[E]) => void;
}

export interface InvalidateOptions {
  /** Resolve only when no process serves what is covered, instead of within `maxLag` after. */
  readonly strict?: boolean | undefined;
  /** Resolve with `queued` instead of rejecting while the remote is unreachable. */
  readonly queue?: boolean | undefined;
  /**
   * Keep nothing that is loaded or set in the next while: for a loader that reads a replica which lags behind by
   * up to so much. Milliseconds or `'5s'`, up to 1 hour.
   */
  readonly settle?: Duration | undefined;
}

/** `applied`: in force. `queued`: in force here, and elsewhere as soon as the remote answers. */
export interface InvalidationResult {
  readonly status: 'applied' | 'queued';
}

/** Most bans in one entry of the log. */
const maxBansPerEntry = 500;
/** Half of the time for which the log keeps exact keys: a change whose store half is missing is told again. */
const repeatMs = 30_000;

/**
 * Puts invalidations in force: in this process at the call, everywhere when the promise resolves. No circuit
 * stops it; what cannot be placed now is kept in the journal.
 */
export class Invalidator {
  readonly #options: InvalidatorOptions;
  readonly #journal: Journal;
  /** Changes in the journal by the token of their hold: one that has ended must not be placed after its release. */
  readonly #holding = new Map<Token, PendingChange>();
  /** Those on their way to the remote for the first time; they never reject. */
  readonly #placing = new Set<Promise<unknown>>();
  /** Until the first connection is made, or has taken so long that nobody should wait for it any more. */
  #connecting: Promise<void> | undefined;

  constructor(options: InvalidatorOptions) {
    this.#options = options;
    this.#journal = new Journal({
      clock: options.clock,
      drain: (changes) => this.#drain(changes),
      collapse: (changes) => this.#collapse(changes),
    });
    this.#connecting = options.connected && this.#waitFor(options.connected);
  }

  /** How many invalidations the remote does not know of yet. */
  get pending(): number {
    return this.#journal.size;
  }

  /**
   * The first thing it does, synchronously, is to put the change in force in this process. Rejects with
   * INVALIDATION_PENDING when the remote did not confirm it, and with CLOSED when nobody will try again.
   */
  async invalidate(change: Change, options: InvalidateOptions = {}): Promise<InvalidationResult> {
    const pending = this.#begin(change);
    const placing = this.#place(pending, options.strict === true);
    this.#placing.add(placing);
    const appended = await placing.finally(() => this.#placing.delete(placing));
    if (appended instanceof Failed) return this.#answerPending(pending, appended.cause, options);
    if (this.#options.inOrder !== true) this.#lookAgain(pending);
    this.#options.report('invalidated', () => ({ targets: targetsOf(change) }));
    if (options.strict === true && appended !== undefined) {
      const { view } = this.#options;
      await view.acknowledged(appended, view.trust.moment());
    }
    return { status: 'applied' };
  }

  /** The remote is back: place what is pending. */
  drainSoon(): void {
    this.#journal.drainSoon();
  }

  /**
   * Tries once more to place what is pending, gives up the rest, and resolves when nothing is under way. What
   * fails from now on is lost.
   */
  async close(): Promise<void> {
    const lost = await this.#journal.close();
    if (lost > 0) this.#reportLost(lost);
    await Promise.all(this.#placing);
  }

  #reportLost(changes: number): void {
    this.#options.report('invalidation.lost', () => ({ changes }));
  }

  /** Never rejects: whether there is a connection, the first command will tell. */
  #waitFor(connected: Promise<void>): Promise<void> {
    const done = (): void => {
      this.#connecting = undefined;
    };
    const budget = new Budget(this.#options.clock, this.#options.timeoutMs);
    return budget.within('connecting', connected).then(done, done);
  }

  #begin(change: Change): PendingChange {
    const { view, clock, store } = this.#options;
    for (const ban of change.bans) {
      if (ban.kind === 'hold') view.holds.add(ban);
      if (ban.kind !== 'release') continue;
      view.holds.release(ban.token);
      this.#withdrawHold(ban.token);
    }
    return {
      change,
      pending: [view.table.applyPending(change.bans)],
      since: clock.monotonic(),
      placed: change.bans.length === 0,
      erased: store === undefined || (change.keys.length === 0 && change.write === undefined),
      repeated: 0,
    };
  }

  #answerPending(
    pending: PendingChange,
    error: unknown,
    options: InvalidateOptions,
  ): InvalidationResult {
    const targets = targetsOf(pending.change);
    if (!this.#journal.add(pending)) this.#giveUp(error);
    for (const { token } of holdsOf(pending)) this.#holding.set(token, pending);
    this.#options.report('invalidation.pending', () => ({ targets, error }));
    if (options.queue === true) return { status: 'queued' };
    throw new CacheError(
      'INVALIDATION_PENDING',
      'the remote did not confirm the invalidation: it is in force in this process and is tried again',
      { cause: error },
    );
  }

  #giveUp(cause: unknown): never {
    this.#reportLost(1);
    const message = 'the cache was closed before the remote confirmed the invalidation: it is lost';
    throw new CacheError('CLOSED', message, { cause });
  }

  /**
   * Both halves at once: whichever comes first, the other only makes it complete. The store is told first: a
   * replica that takes over from the one server of both never has the log's half alone, which is forgotten.
   */
  async #place(pending: PendingChange, strict: boolean): Promise<Appended | undefined | Failed> {
    const budget = new Budget(this.#options.clock, this.#options.timeoutMs);
    if (this.#connecting !== undefined) await this.#connecting;
    const halves = [
      this.#erase(pending, pending.change.write, budget),
      this.#placeInLog([pending], budget, strict),
    ] as const;
    const [erased, placed] = await Promise.allSettled(halves);
    if (placed.status === 'rejected') return new Failed(placed.reason);
    if (erased.status === 'rejected') return new Failed(erased.reason);
    return placed.value;
  }

  /** One entry for all that are not in the log yet. */
  async #placeInLog(
    changes: readonly PendingChange[],
    budget: Budget,
    acknowledge = false,
  ): Promise<Appended | undefined> {
    const missing = changes.filter((change) => !change.placed);
    if (missing.length === 0) return undefined;
    const bans: Ban[] = missing.flatMap((change) => [...change.change.bans]);
    const handles = missing.flatMap((change) => [...change.pending]);
    const appended = await budget.within(
      'append',
      this.#options.view.append(bans, handles, { acknowledge }),
    );
    for (const change of missing) {
      change.placed = true;
      change.at = appended;
    }
    return appended;
  }

  async #erase(
    pending: PendingChange,
    write: (() => Promise<unknown>) | undefined,
    budget: Budget,
  ): Promise<void> {
    const { store } = this.#options;
    if (pending.erased || store === undefined) return;
    const { keys, soft } = pending.change;
    const erase = (): Promise<unknown> =>
      soft === true ? store.expire(keys) : store.invalidate(keys);
    await budget.within('invalidate', (write ?? erase)());
    pending.erased = true;
  }

  async #drain(changes: readonly PendingChange[]): Promise<readonly PendingChange[]> {
    const left: PendingChange[] = [];
    for (const batch of batches(changes)) {
      // After the first failure the rest would only wait for the same deadline.
      if (left.length === 0 && (await this.#drainBatch(batch))) {
        this.#forgetHolds(batch);
        for (const change of batch) this.#lookAgain(change);
        this.#reportApplied(batch);
      } else left.push(...batch.filter((change) => !change.placed || !change.erased));
    }
    return left;
  }

  async #drainBatch(batch: readonly PendingChange[]): Promise<boolean> {
    const { clock, timeoutMs } = this.#options;
    const budget = new Budget(clock, timeoutMs);
    this.#repeatOld(batch);
    const halves = [
      ...batch.map((change) => this.#erase(change, undefined, budget)),
      this.#placeInLog(batch, budget),
    ];
    const settled = await Promise.allSettled(halves);
    return settled.every(({ status }) => status === 'fulfilled');
  }

  /** The log forgets exact keys after a while: until the store half is done, it is told again. */
  #repeatOld(batch: readonly PendingChange[]): void {
    const now = this.#options.clock.monotonic();
    for (const change of batch) {
      const rounds = Math.floor((now - change.since) / repeatMs);
      if (change.placed && !change.erased && rounds > change.repeated) {
        change.repeated = rounds;
        change.placed = false;
      }
    }
  }

  #lookAgain({ change, at }: PendingChange): void {
    const { audit } = this.#options;
    if (audit === undefined || at === undefined || change.keys.length === 0) return;
    for (const ban of change.bans) if (ban.kind === 'key') audit.add({ ban, at });
  }

  #reportApplied(batch: readonly PendingChange[]): void {
    const now = this.#options.clock.monotonic();
    for (const { change, since } of batch) {
      const targets = targetsOf(change);
      this.#options.report('invalidation.applied', () => ({ targets, pendingMs: now - since }));
    }
  }

  #collapse(changes: readonly PendingChange[]): PendingChange {
    const releases = changes.flatMap(({ change }) =>
      change.bans.filter(({ kind }) => kind === 'release'),
    );
    const all = this.#begin({ bans: [{ kind: 'clear' }, ...releases], keys: [] });
    // From here on it is newer than everything in place of them, until it has its own place.
    for (const handle of changes.flatMap(({ pending }) => [...pending])) {
      this.#options.view.table.place(handle, 0);
    }
    this.#forgetHolds(changes);
    return all;
  }

  #withdrawHold(token: Token): void {
    const pending = this.#holding.get(token);
    if (pending === undefined) return;
    this.#holding.delete(token);
    const { change } = pending;
    const bans = change.bans.filter((ban) => ban.kind !== 'hold' || ban.token !== token);
    pending.change = { ...change, bans };
  }

  #forgetHolds(changes: readonly PendingChange[]): void {
    for (const { token } of changes.flatMap(holdsOf)) this.#holding.delete(token);
  }
}

/** Why a change could not be placed. */
class Failed {
  readonly cause: unknown;

  constructor(cause: unknown) {
    this.cause = cause;
  }
}

function holdsOf({ change }: PendingChange): HoldBan[] {
  return change.bans.filter((ban) => ban.kind === 'hold');
}

function batches(changes: readonly PendingChange[]): PendingChange[][] {
  const result: PendingChange[][] = [];
  let room = 0;
  for (const change of changes) {
    const size = change.change.bans.length;
    if (size > room) {
      result.push([]);
      room = maxBansPerEntry;
    }
    result.at(-1)!.push(change);
    room -= size;
  }
  return result;
}
