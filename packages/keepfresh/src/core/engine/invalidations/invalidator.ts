import { CacheError, messageOf } from '../../errors.ts';
import type { CacheEvent, CacheEvents } from '../../events.ts';
import type { Duration } from '../../policy/duration.ts';
import type { Ban, HoldBan } from '../../ports/log.ts';
import type { Token } from '../../ports/record.ts';
import { type Change, type PendingChange, targetsOf } from './change.ts';
import { Delivery, type DeliveryOptions } from './delivery.ts';
import { Journal } from './journal.ts';
import type { LocalLogView } from '../coherence/local-log-view.ts';

export interface InvalidatorOptions extends DeliveryOptions {
  /** The view, where there is nobody to deliver anything to. */
  readonly alone?: LocalLogView | undefined;
  readonly report: <E extends CacheEvent>(event: E, build: () => CacheEvents[E]) => void;
}

/** How an invalidation is waited for. */
export interface InvalidateOptions {
  /** Resolve only when no process serves what is covered, instead of within `maxLag` after. @default false */
  readonly strict?: boolean | undefined;
  /** Resolve with `queued` instead of rejecting while the remote is unreachable. @default false */
  readonly queue?: boolean | undefined;
  /**
   * Keep nothing that is loaded or set in the next while: for a loader that reads a replica which lags behind by
   * up to so much. Milliseconds or `'5s'`, up to 1 hour. @default it is kept at once
   */
  readonly settle?: Duration | undefined;
}

/** `applied`: in force. `queued`: in force here, and elsewhere as soon as the remote answers. */
export interface InvalidationResult {
  readonly status: 'applied' | 'queued';
}

/**
 * Puts invalidations in force: in this process at the call, everywhere when the promise resolves. No circuit
 * stops it; what cannot be placed now is kept in the journal.
 */
export class Invalidator {
  readonly #options: InvalidatorOptions;
  readonly #delivery: Delivery;
  readonly #journal: Journal;
  /** Changes in the journal by the token of their hold: one that has ended must not be placed after its release. */
  readonly #holding = new Map<Token, PendingChange>();
  /** Those on their way to the remote for the first time; they never reject. */
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(options: InvalidatorOptions) {
    this.#options = options;
    this.#delivery = new Delivery(options);
    this.#journal = new Journal({
      clock: options.clock,
      drain: (changes) => this.#drain(changes),
      collapse: (changes) => this.#collapse(changes),
    });
  }

  /** How many invalidations the remote does not know of yet. */
  get pending(): number {
    return this.#journal.size;
  }

  /**
   * The first thing it does, synchronously, is to put the change in force in this process. Rejects with
   * INVALIDATION_PENDING when the remote did not confirm it, and with CLOSED when nobody will try again.
   */
  invalidate(change: Change, options: InvalidateOptions = {}): Promise<InvalidationResult> {
    const { alone } = this.#options;
    return alone === undefined ? this.#deliver(change, options) : this.#apply(change, alone);
  }

  /** All there is to do without a remote. */
  async #apply(change: Change, alone: LocalLogView): Promise<InvalidationResult> {
    this.#hold(change.bans);
    alone.apply(change.bans);
    // The caller's block, of which this is a part, ends before anybody hears of it.
    await Promise.resolve();
    this.#options.report('invalidated', () => ({ targets: targetsOf(change) }));
    return { status: 'applied' };
  }

  async #deliver(change: Change, options: InvalidateOptions): Promise<InvalidationResult> {
    const pending = this.#begin(change);
    const delivery = this.#delivery.deliver(pending, options.strict === true);
    this.#underWay.add(delivery);
    const delivered = await delivery.finally(() => this.#underWay.delete(delivery));
    if (!delivered.confirmed) return this.#answerPending(pending, delivered.cause, options);
    this.#options.report('invalidated', () => ({ targets: targetsOf(change) }));
    const { appended } = delivered;
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
    await Promise.all(this.#underWay);
  }

  #reportLost(changes: number): void {
    this.#options.report('invalidation.lost', () => ({ changes }));
  }

  #begin(change: Change): PendingChange {
    const { view, clock, store } = this.#options;
    this.#hold(change.bans);
    return {
      change,
      pending: [view.table.applyPending(change.bans)],
      since: clock.monotonic(),
      placed: change.bans.length === 0,
      erased: store === undefined || (change.keys.length === 0 && change.write === undefined),
      repeated: 0,
    };
  }

  /** Begins and ends holds. */
  #hold(bans: readonly Ban[]): void {
    const { holds } = this.#options.view;
    for (const ban of bans) {
      if (ban.kind === 'hold') holds.addPending(ban);
      if (ban.kind !== 'release') continue;
      holds.release(ban.token);
      this.#withdrawHold(ban.token);
    }
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
    const message = `the remote did not confirm the invalidation, which is in force in this process and is tried again: ${messageOf(error)}`;
    throw new CacheError('INVALIDATION_PENDING', message, { cause: error });
  }

  #giveUp(cause: unknown): never {
    this.#reportLost(1);
    const message = 'the cache was closed before the remote confirmed the invalidation: it is lost';
    throw new CacheError('CLOSED', message, { cause });
  }

  #drain(changes: readonly PendingChange[]): Promise<readonly PendingChange[]> {
    return this.#delivery.retry(changes, (complete) => {
      this.#forgetHolds(complete);
      this.#reportApplied(complete);
    });
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

function holdsOf({ change }: PendingChange): HoldBan[] {
  return change.bans.filter((ban) => ban.kind === 'hold');
}
