import type { PendingBans } from '../../policy/bans/ban-table.ts';
import type { Ban } from '../../ports/log.ts';
import type { Point } from '../coherence/log-view.ts';

/** What one call invalidates, in its two halves: entries for the log, and keys to remove from the store. */
export interface Change {
  readonly bans: readonly Ban[];
  readonly keys: readonly string[];
  /** Whether `keys` lose their freshness in the store instead of being removed. */
  readonly soft?: boolean | undefined;
  /** Instead of removing `keys`, the first time: `set` puts its own value there. */
  readonly write?: (() => Promise<unknown>) | undefined;
}

/** A change under way: in force in this process since it was called, and soon everywhere. */
export interface PendingChange {
  /** Without its hold once the mutation has ended. */
  change: Change;
  /** As the ban table of this process knows it; several when changes were put together. */
  readonly pending: readonly PendingBans[];
  /** By the monotonic clock. */
  readonly since: number;
  /** Whether each half was confirmed. */
  placed: boolean;
  erased: boolean;
  /** Where the log has it, once it was placed. */
  at?: Point | undefined;
  /** How often it was told again to a log that forgets. */
  repeated: number;
}

/** How many keys, tags and patterns a change covers. */
export function targetsOf(change: Change): number {
  return change.bans.filter(
    ({ kind }) => kind !== 'hold' && kind !== 'release' && kind !== 'acknowledge',
  ).length;
}
