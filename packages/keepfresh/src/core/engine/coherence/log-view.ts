import type { BanTable, PendingBans } from '../../policy/bans/ban-table.ts';
import type { Holds } from '../../policy/bans/holds.ts';
import type { Appended, Ban, TagPositions } from '../../ports/log.ts';
import type { Epoch, Position } from '../../ports/record.ts';
import type { Budget } from '../time/budget.ts';
import type { Moment, Trust } from './trust.ts';

/** What a process had applied of the log at one moment; every load carries it as S. */
export interface Point {
  readonly epoch: Epoch;
  readonly position: Position;
}

export interface AppendOptions {
  /** Ask the members to say at once when they have applied it, so that `acknowledged` need not wait long. */
  readonly acknowledge?: boolean | undefined;
}

/** The log of invalidations as one process knows it. */
export interface LogView {
  readonly trust: Trust;
  readonly table: BanTable;
  readonly holds: Holds;
  /** S for a load that starts now. */
  readonly point: Point;
  /** The log server's clock minus this process's, in milliseconds, as far as known. */
  readonly offsetMs: number;
  /** By how much `offsetMs` may be wrong, in milliseconds: half the time an answer took; Infinity before the first. */
  readonly offsetErrorMs: number;

  /**
   * Tells whether cached values may be judged, after asking the log when they may not yet. With `anew` the
   * question was sent after this call, so that everything that was in force at the call is known.
   */
  confirm(budget: Budget, options?: { readonly anew?: boolean }): Promise<boolean>;

  /** Places the bans in the log; `pending` gets its position in the same block as this process's own. */
  append(
    bans: readonly Ban[],
    pending: readonly PendingBans[],
    options?: AppendOptions,
  ): Promise<Appended>;

  /** Newest positions of the tags, from the log itself. */
  tagPositions(tags: readonly string[]): Promise<TagPositions>;

  /** Resolves when no process can serve what the appended bans cover. `since` precedes no append reply. */
  acknowledged(appended: Appended, since: Moment): Promise<void>;

  close(): Promise<void>;
}
