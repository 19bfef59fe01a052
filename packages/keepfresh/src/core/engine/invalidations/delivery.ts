import type { Clock } from '../../ports/clock.ts';
import type { Appended, Ban } from '../../ports/log.ts';
import type { Store } from '../../ports/store.ts';
import { Budget } from '../time/budget.ts';
import type { PendingChange } from './change.ts';
import type { LogView } from '../coherence/log-view.ts';
import type { RemovalAudit } from '../audits/removal-audit.ts';

export interface DeliveryOptions {
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
}

/** What came of a change: `appended` is absent where it had nothing to tell the log. */
export type Delivered =
  | { readonly confirmed: true; readonly appended: Appended | undefined }
  | { readonly confirmed: false; readonly cause: unknown };

/** Most bans in one entry of the log. */
const maxBansPerEntry = 500;
/** Half of the time for which the log keeps exact keys: a change whose store half is missing is told again. */
const repeatMs = 30_000;

/**
 * Brings changes to the remote, in two halves: entries in the log, and keys out of the store. Both are sent at
 * once: whichever is confirmed first, the other only makes it complete. The store is told first: a replica that
 * takes over from the one server of both never has the log's half alone, which is forgotten after a while.
 */
export class Delivery {
  readonly #options: DeliveryOptions;
  /** Until the first connection is made, or has taken so long that nobody should wait for it any more. */
  #connecting: Promise<void> | undefined;

  constructor(options: DeliveryOptions) {
    this.#options = options;
    this.#connecting = options.connected && this.#waitFor(options.connected);
  }

  /** Brings a change for the first time. With `acknowledge` the members are asked to say when they have it. */
  async deliver(change: PendingChange, acknowledge: boolean): Promise<Delivered> {
    const budget = new Budget(this.#options.clock, this.#options.timeoutMs);
    if (this.#connecting !== undefined) await this.#connecting;
    const halves = [
      this.#erase(change, change.change.write, budget),
      this.#placeInLog([change], budget, acknowledge),
    ] as const;
    const [erased, placed] = await Promise.allSettled(halves);
    if (placed.status === 'rejected') return { confirmed: false, cause: placed.reason };
    if (erased.status === 'rejected') return { confirmed: false, cause: erased.reason };
    if (this.#options.inOrder !== true) this.#lookAgain(change);
    return { confirmed: true, appended: placed.value };
  }

  /** Tries changes again, oldest first, and tells of those that are complete as they are. Never rejects. */
  async retry(
    changes: readonly PendingChange[],
    onComplete: (changes: readonly PendingChange[]) => void,
  ): Promise<readonly PendingChange[]> {
    const left: PendingChange[] = [];
    for (const batch of batches(changes)) {
      // After the first failure the rest would only wait for the same deadline.
      if (left.length === 0) await this.#retryBatch(batch);
      const complete = batch.filter(isComplete);
      for (const change of complete) this.#lookAgain(change);
      onComplete(complete);
      left.push(...batch.filter((change) => !isComplete(change)));
    }
    return left;
  }

  async #retryBatch(batch: readonly PendingChange[]): Promise<void> {
    const { clock, timeoutMs } = this.#options;
    const budget = new Budget(clock, timeoutMs);
    this.#repeatOld(batch);
    await Promise.allSettled([
      ...batch.map((change) => this.#erase(change, undefined, budget)),
      this.#placeInLog(batch, budget),
    ]);
  }

  /** Never rejects: whether there is a connection, the first command will tell. */
  #waitFor(connected: Promise<void>): Promise<void> {
    const done = (): void => {
      this.#connecting = undefined;
    };
    const budget = new Budget(this.#options.clock, this.#options.timeoutMs);
    return budget.within('connecting', connected).then(done, done);
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
}

function isComplete({ placed, erased }: PendingChange): boolean {
  return placed && erased;
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
