import type { KeyBan } from '../../ports/log.ts';
import type { Position, Token } from '../../ports/record.ts';
import { BanMark, neverBanned, type Order, type Stamp } from './ban-mark.ts';

/**
 * Bans of single keys, the newest of each. Over the bound the oldest quarter is forgotten at once, so that a
 * ban costs O(1) on average. Before that somebody else is told each key: who holds a value under it judges it
 * then. What was forgotten is remembered as two floors: loads that began before `forgottenSeq` count as
 * banned; for records the caller decides by `floor`.
 */
export class KeyBans {
  readonly #max: number;
  readonly #beforeForgetting: (key: string) => void;
  readonly #marks = new Map<string, KeyMarks>();
  #newestSeq = 0;
  #forgottenSeq = 0;
  #floor: Position = 0;
  #forgettings = 0;

  constructor(max: number, beforeForgetting: (key: string) => void) {
    this.#max = max;
    this.#beforeForgetting = beforeForgetting;
  }

  get size(): number {
    return this.#marks.size;
  }

  /** How often old bans were forgotten. */
  get forgettings(): number {
    return this.#forgettings;
  }

  /** Exact-key bans before this position may have been forgotten. */
  get floor(): Position {
    return this.#floor;
  }

  add(ban: KeyBan, stamp: Stamp): void {
    const marks = this.#marks.get(ban.key) ?? new KeyMarks();
    // To the end of the order of insertion: what is banned again is the last to be forgotten.
    this.#marks.delete(ban.key);
    this.#marks.set(ban.key, marks);
    marks.markFor(ban).add(stamp);
    this.#newestSeq = stamp.seq;
    if (this.#marks.size > this.#max) this.#forgetOldest(Math.ceil(this.#max / 4));
  }

  /** Whether a value of `key` was banned after `seq`, as far as known. */
  isBannedSince(seq: number, key: string, token: Token | undefined): boolean {
    if (this.#newestSeq <= seq) return false;
    return seq < this.#forgottenSeq || this.#isBanned('seq', seq, key, token);
  }

  /** The same for what was judged each time when a ban of its key was forgotten. */
  isHeldBannedSince(seq: number, key: string): boolean {
    return this.#newestSeq > seq && this.#isBanned('seq', seq, key, undefined);
  }

  isExpiredSince(seq: number, key: string): boolean {
    return this.#newestSeq > seq && this.#isExpired('seq', seq, key);
  }

  isBannedAfter(position: Position, key: string, token: Token): boolean {
    return this.#isBanned('position', position, key, token);
  }

  isExpiredAfter(position: Position, key: string): boolean {
    return this.#isExpired('position', position, key);
  }

  /** Forgets everything. What entries were checked against so far must not matter any more. */
  reset(floor: Position): void {
    this.#marks.clear();
    this.#forgottenSeq = 0;
    this.#floor = floor;
  }

  /** What is wrong with the structure: nothing, unless this file has a fault. */
  *problems(): Generator<string> {
    for (const [key, marks] of this.#marks) {
      if (marks.seq === 0) yield `key ${key} is kept and was never banned`;
      if (marks.seq > this.#newestSeq) yield `key ${key} was banned after the newest ban`;
    }
  }

  #isBanned(order: Order, moment: number, key: string, token: Token | undefined): boolean {
    return this.#marks.get(key)?.isBanned(order, moment, token) ?? false;
  }

  #isExpired(order: Order, moment: number, key: string): boolean {
    return this.#marks.get(key)?.soft.isAfter(order, moment) ?? false;
  }

  /** Forgets the oldest `count` bans, except those that still wait for their place in the log. */
  #forgetOldest(count: number): void {
    let left = count;
    this.#forgettings++;
    for (const [key, marks] of this.#marks) {
      if (left === 0) return;
      if (marks.isPending) continue;
      left--;
      this.#beforeForgetting(key);
      this.#marks.delete(key);
      this.#forgottenSeq = Math.max(this.#forgottenSeq, marks.seq);
      this.#floor = Math.max(this.#floor, marks.position);
    }
  }
}

/** The bans of one key. */
class KeyMarks {
  /** Bans of every value. */
  #hard = neverBanned;
  #soft = neverBanned;
  /**
   * Bans of every value but the one with `#spared`. There is one such token at a time: a ban that spares
   * another value covers the one spared so far, so what was noted for that becomes a ban of every value.
   */
  #sparing = neverBanned;
  #spared: Token = '';

  get soft(): BanMark {
    return this.#soft;
  }

  get seq(): number {
    return Math.max(this.#hard.seq, this.#soft.seq, this.#sparing.seq);
  }

  get position(): Position {
    return Math.max(this.#hard.position, this.#soft.position, this.#sparing.position);
  }

  get isPending(): boolean {
    return this.#hard.isPending || this.#soft.isPending || this.#sparing.isPending;
  }

  isBanned(order: Order, moment: number, token: Token | undefined): boolean {
    if (this.#hard.isAfter(order, moment)) return true;
    return token !== this.#spared && this.#sparing.isAfter(order, moment);
  }

  /** Where `ban` is to be noted. A soft ban spares nothing: it harms too little to be exact about. */
  markFor(ban: KeyBan): BanMark {
    if (ban.soft === true) return (this.#soft = owned(this.#soft));
    if (ban.except === undefined) return (this.#hard = owned(this.#hard));
    return this.#spare(ban.except);
  }

  #spare(token: Token): BanMark {
    if (token !== this.#spared && this.#sparing !== neverBanned) {
      this.#hard = owned(this.#hard);
      this.#hard.absorb(this.#sparing);
      this.#sparing = neverBanned;
    }
    this.#spared = token;
    return (this.#sparing = owned(this.#sparing));
  }
}

function owned(mark: BanMark): BanMark {
  return mark === neverBanned ? new BanMark() : mark;
}
