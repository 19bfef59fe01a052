import type { Clock } from '../../ports/clock.ts';
import type { KeyBan } from '../../ports/log.ts';
import type { StoredRecord } from '../../ports/record.ts';
import { slackMs } from './fill-audit.ts';
import type { Point } from '../coherence/log-view.ts';
import { SecondLook } from './second-look.ts';

/** An invalidation of one key that both the log and the store have confirmed. */
export interface Removal {
  readonly ban: KeyBan;
  /** Where the log has it. */
  readonly at: Point;
}

export interface RemovalAuditOptions {
  readonly clock: Clock;
  readonly maxLagMs: number;
  /** Removes the record of the key if it `isOver`; false when the store did not answer. */
  readonly discard: (key: string, isOver: (record: StoredRecord) => boolean) => Promise<boolean>;
}

/**
 * Looks once more at what this process removed from the store, H later.
 *
 * A store may lose what it has confirmed: its master ends before the replica that takes over has the removal.
 * Where the log is on that master too, it ends before what its members applied, which shows. Where it is on
 * another one it goes on, and knows of the invalidation for a minute only; the record that came back would be
 * valid afterwards.
 */
export class RemovalAudit {
  readonly #looks: SecondLook<Removal>;

  constructor({ clock, maxLagMs, discard }: RemovalAuditOptions) {
    this.#looks = new SecondLook({
      clock,
      delayMs: maxLagMs + slackMs,
      canLook: () => true,
      look: (removal) => discard(removal.ban.key, (record) => isCovered(record, removal)),
    });
  }

  add(removal: Removal): void {
    this.#looks.add(removal);
  }

  close(): void {
    this.#looks.close();
  }
}

/** Records of another epoch are invalid whatever happens. What expired may stay, as such. */
function isCovered(record: StoredRecord, { ban, at }: Removal): boolean {
  if (record.epoch !== at.epoch || record.position >= at.position) return false;
  if (ban.soft === true) return record.freshUntil > 0;
  return record.token !== ban.except;
}
