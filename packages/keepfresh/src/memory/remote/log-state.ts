import type { HoldBan } from '../../core/ports/log.ts';
import type { Epoch, Position, Token } from '../../core/ports/record.ts';
import type { EntryChain } from './entry-chain.ts';
import type { MemberList } from './member-list.ts';
import type { PositionTable } from './position-table.ts';

/**
 * Everything a log keeps, in the four parts that a server keeps under four keys. Each carries the epoch (the
 * entries do by the nonce at `meta.last`), because any of them can be lost alone.
 */
export interface LogState {
  meta?: LogMeta | undefined;
  entries?: EntryChain | undefined;
  /** `h<tag>` invalidated, `s<tag>` expired. */
  tags?: PositionTable | undefined;
  patterns?: PositionTable | undefined;
}

export interface LogMeta {
  epoch: Epoch;
  /** The newest position and its nonce. */
  last: Position;
  nonce: string;
  floor: Position;
  /** The server that last wrote. */
  serverId: string;
  /** Until when nobody may trust: those who remember more must speak first. */
  settleUntil: number;
  /** Until when members that nobody knows any more may still trust what they knew. */
  quietUntil: number;
  /** When old things were last dropped. */
  swept: number;
  readonly members: MemberList;
  readonly holds: Map<Token, HoldBan>;
}

const startOf2026 = Date.UTC(2026, 0, 1);

/** The first position that belongs to a millisecond of the log's clock. */
export function positionAt(ms: number): Position {
  return Math.max(1, (Math.floor(ms) - startOf2026) * 4096);
}

/** A state of its own with the same content. */
export function copyState({ meta, entries, tags, patterns }: LogState): LogState {
  return {
    meta: meta && { ...meta, members: meta.members.copy(), holds: new Map(meta.holds) },
    entries: entries?.copy(),
    tags: tags?.copy(),
    patterns: patterns?.copy(),
  };
}
