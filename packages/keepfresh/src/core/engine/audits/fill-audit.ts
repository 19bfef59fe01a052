import type { TagCell } from '../../policy/bans/tag-cell.ts';
import type { Clock } from '../../ports/clock.ts';
import type { StoredRecord, Token } from '../../ports/record.ts';
import { latePutMs } from '../../ports/store.ts';
import { Budget } from '../time/budget.ts';
import type { LogView } from '../coherence/log-view.ts';
import { SecondLook } from './second-look.ts';

/** A record that this process stored. */
export interface StoredFill {
  readonly key: string;
  readonly token: Token;
  /** The newest local ban that it was checked against. */
  readonly seq: number;
  readonly tags: readonly TagCell[];
}

export interface FillAuditOptions {
  readonly clock: Clock;
  readonly view: LogView;
  readonly maxLagMs: number;
  /** Removes the record of the key if it `isOver`; false when the store did not answer. */
  readonly discard: (key: string, isOver: (record: StoredRecord) => boolean) => Promise<boolean>;
}

/** An invalidation is sent to the store and the log at once; the log may have it so much later than the store. */
export const slackMs = 250;
/** Longest wait for the log when the cache closes, in milliseconds. */
const closingMs = 250;

/**
 * Looks once more at what this process stored, when it must have heard of everything that happened before.
 *
 * A load may be stored after an invalidation of its key that its process had not heard of: that took no lease
 * away, because the lease is younger. By its position the record is invalid, as long as somebody knows of the
 * invalidation; but the log keeps single keys for a minute only, and the record lives until its time is over.
 * So whoever stored it takes it out again. The same for a value that was on its way to the store when its key
 * expired: what is lost is a copy that could have stood in for a failed load.
 */
export class FillAudit {
  readonly #options: FillAuditOptions;
  readonly #looks: SecondLook<StoredFill>;

  constructor(options: FillAuditOptions) {
    this.#options = options;
    const { clock, view, maxLagMs } = options;
    this.#looks = new SecondLook({
      clock,
      delayMs: Math.max(maxLagMs, latePutMs) + slackMs,
      // Who is trusted now has applied everything that was in the log H ago.
      canLook: () => view.trust.covers(clock.now()),
      look: (fill) => this.#check(fill),
    });
  }

  /** To be called when the store has answered. */
  add(fill: StoredFill): void {
    this.#looks.add(fill);
  }

  /** Looks at what is left at once, by what the log says now, and waits for that only shortly. */
  async close(): Promise<void> {
    const left = this.#looks.close();
    if (left.length === 0) return;
    const { clock, view } = this.#options;
    const knows = await view.confirm(new Budget(clock, closingMs), { anew: true });
    if (knows) await Promise.all(left.map((fill) => this.#check(fill)));
  }

  /** Resolves to false when the store did not answer. */
  #check({ key, token, seq, tags }: StoredFill): Promise<boolean> {
    const { view, discard } = this.#options;
    // That a tag expired is remembered for as long as values live, that a key did is not.
    const isExpired = view.table.isExpiredSince(seq, key, []);
    const isBanned = view.table.isBannedSince(seq, key, tags, token);
    if (!isExpired && !isBanned) return Promise.resolve(true);
    // What the store itself has as expired stands in for a load that fails.
    return discard(key, (record) => record.token === token && (isBanned || record.freshUntil > 0));
  }
}
