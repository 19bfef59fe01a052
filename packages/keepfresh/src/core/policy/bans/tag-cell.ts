import type { Position } from '../../ports/record.ts';
import { BanMark } from './ban-mark.ts';

/** The time between two resets of a table. Cells of a generation that is over count as banned for ever. */
export interface Generation {
  isOver: boolean;
}

/**
 * What is known of one tag. Every entry that carries the tag holds the same cell, so judging the entry is one
 * comparison for each of its tags, without a look-up.
 */
export class TagCell {
  readonly tag: string;
  /** From here on every ban of the tag is noted in the cell. */
  completeFrom: Position;
  readonly #generation: Generation;
  readonly #initialSeq: number;
  #hard: BanMark | undefined;
  #soft: BanMark | undefined;

  /** `initialSeq`: the tag counts as banned then, because a ban of it may have been forgotten. */
  constructor(tag: string, completeFrom: Position, initialSeq: number, generation: Generation) {
    this.tag = tag;
    this.completeFrom = completeFrom;
    this.#initialSeq = initialSeq;
    this.#generation = generation;
  }

  /** The newest local ban. */
  get bannedSeq(): number {
    if (this.#generation.isOver) return Number.POSITIVE_INFINITY;
    return this.#hard === undefined ? this.#initialSeq : this.#hard.seq;
  }

  /** The newest local ban that made values stale. */
  get expiredSeq(): number {
    return this.#soft === undefined ? 0 : this.#soft.seq;
  }

  get bannedPosition(): Position {
    return this.#hard === undefined ? 0 : this.#hard.position;
  }

  get expiredPosition(): Position {
    return this.#soft === undefined ? 0 : this.#soft.position;
  }

  get isPending(): boolean {
    return this.#hard?.isPending === true || this.#soft?.isPending === true;
  }

  /** Where bans that make values invalid are noted. */
  hardMark(): BanMark {
    return (this.#hard ??= new BanMark(this.#initialSeq));
  }

  /** Where bans that make values stale are noted. */
  softMark(): BanMark {
    return (this.#soft ??= new BanMark());
  }
}
