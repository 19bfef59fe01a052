import type { Ban, ClearBan, KeyBan, PatternBan, TagBan } from '../../ports/log.ts';
import type { Position } from '../../ports/record.ts';

/** A ban that makes values invalid or stale, as opposed to one that only stops them from being stored. */
export type PlainBan = KeyBan | TagBan | PatternBan | ClearBan;

/** Whether the ban is of values. */
export function isPlain(ban: Ban): ban is PlainBan {
  return ban.kind !== 'hold' && ban.kind !== 'release' && ban.kind !== 'acknowledge';
}

/** The two orders of bans: in which this process applied them, and in which the log placed them. */
export type Order = 'seq' | 'position';

/** Position of an own ban that the log has not placed yet: newer than everything. */
export const unplaced: Position = Number.POSITIVE_INFINITY;

/** One ban as it is entered into the table. */
export interface Stamp {
  readonly seq: number;
  /** Its place in the log, or who will say it. */
  readonly position: Position | PendingBan;
}

/** An own ban that is in force here and waits for its place in the log. */
export class PendingBan {
  readonly ban: PlainBan;
  /** Where the ban is noted while it waits; moves when that is merged into something wider. */
  mark: BanMark | undefined;

  constructor(ban: PlainBan) {
    this.ban = ban;
  }
}

/** When something (a key, a tag, a pattern, everything) was banned last, in both orders. */
export class BanMark {
  #seq: number;
  #placed: Position = 0;
  #pending: Set<PendingBan> | undefined;

  constructor(seq = 0) {
    this.#seq = seq;
  }

  get seq(): number {
    return this.#seq;
  }

  /** Newest position in the log, or `unplaced` while a ban waits for its own. */
  get position(): Position {
    return this.isPending ? unplaced : this.#placed;
  }

  get isPending(): boolean {
    return this.#pending !== undefined && this.#pending.size > 0;
  }

  isAfter(order: Order, moment: number): boolean {
    return (order === 'seq' ? this.#seq : this.position) > moment;
  }

  add({ seq, position }: Stamp): void {
    this.#seq = Math.max(this.#seq, seq);
    if (typeof position === 'number') this.raise(position);
    else this.#await(position);
  }

  /** Counts as banned at `position`, without being a new ban in this process. */
  raise(position: Position): void {
    this.#placed = Math.max(this.#placed, position);
  }

  /** The pending ban has its place. */
  place(pending: PendingBan, position: Position): void {
    this.raise(position);
    this.#pending?.delete(pending);
    pending.mark = undefined;
  }

  /** Forgets all bans, those without a place included, and notes one. */
  restart(seq: number, position: Position): void {
    this.#seq = seq;
    this.#placed = position;
    this.#pending = undefined;
  }

  /** Takes over everything that `other` notes, what waits for its place included. */
  absorb(other: BanMark): void {
    this.#seq = Math.max(this.#seq, other.#seq);
    this.raise(other.#placed);
    for (const pending of other.#pending ?? []) this.#await(pending);
    other.#pending = undefined;
  }

  #await(pending: PendingBan): void {
    this.#pending ??= new Set();
    this.#pending.add(pending);
    pending.mark = this;
  }
}

/** The mark of what was never banned. Shared by all of that: nothing may be added to it. */
export const neverBanned: BanMark = new BanMark();
