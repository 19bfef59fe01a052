import type { KeyBan } from '../../ports/log.ts';
import type { Position, StoredRecord, Token } from '../../ports/record.ts';
import { BanMark, neverBanned, type Order, type Stamp } from './ban-mark.ts';

/**
 * A minute of the log, in positions: by then the store has removed what a ban of a key covers, or the ban has been
 * told again.
 */
const storeSettles = 60_000 * 4096;

/**
 * Bans of single keys, the newest of each. Over the bound the oldest sixteenth is forgotten at once, so that a ban
 * costs O(1) on average and none takes long; those that the store may not have settled yet are kept beyond it, as far
 * as possible. Before a ban is forgotten somebody else is told its key: who holds a value under it judges it then.
 * What was forgotten is remembered as two floors: loads that began before `forgottenSeq` count as banned; and so do
 * records of before `floor` while the store may still hold what was to be removed.
 */
export class KeyBans {
  readonly #max: number;
  readonly #maxYoung: number;
  readonly #beforeForgetting: (key: string) => void;
  readonly #marks = new Map<string, KeyMarks | Plain>();
  #newestSeq = 0;
  /** For how many bans to come nobody looks for what can be forgotten. */
  #rest = 0;
  #forgottenSeq = 0;
  #floor: Position = 0;
  #forgettings = 0;

  /** `maxYoung`: how many are kept while they are younger than a minute. */
  constructor(
    { max, maxYoung }: { readonly max: number; readonly maxYoung: number },
    beforeForgetting: (key: string) => void,
  ) {
    this.#max = max;
    this.#maxYoung = maxYoung;
    this.#beforeForgetting = beforeForgetting;
  }

  get size(): number {
    return this.#marks.size;
  }

  /** The newest position of any ban that was forgotten. */
  get forgottenUpTo(): Position {
    return this.#floor;
  }

  /** How often old bans were forgotten. */
  get forgettings(): number {
    return this.#forgettings;
  }

  /** `newest`: the newest position that any ban has had so far. */
  add(ban: KeyBan, stamp: Stamp, newest: Position): void {
    const known = this.#marks.get(ban.key);
    // To the end of the order of insertion: what is banned again is the last to be forgotten.
    if (known !== undefined) this.#marks.delete(ban.key);
    this.#marks.set(ban.key, marksAfter(known, ban, stamp));
    this.#newestSeq = stamp.seq;
    if (this.#marks.size > this.#max) this.#makeRoom(newest);
  }

  /**
   * Whether bans newer than a record were forgotten so early that the store may not have removed what they cover:
   * too many came at once. Then it counts as banned, whatever its key.
   */
  hasForgottenAfter(position: Position, newest: Position): boolean {
    return position < this.#floor && this.#floor > newest - storeSettles;
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

  /** Whether a record was banned after its position. Its token is only asked for where one was spared. */
  isBannedAfter(key: string, record: Pick<StoredRecord, 'position' | 'token'>): boolean {
    const marks = this.#marks.get(key);
    if (typeof marks === 'number') return marks > record.position;
    return marks !== undefined && marks.isBanned('position', record.position, record.token);
  }

  isExpiredAfter(position: Position, key: string): boolean {
    return this.#isExpired('position', position, key);
  }

  /** Forgets everything. What entries were checked against so far must not matter any more. */
  reset(): void {
    this.#marks.clear();
    this.#rest = 0;
    this.#forgottenSeq = 0;
    this.#floor = 0;
  }

  /** What is wrong with the structure: nothing, unless this file has a fault. */
  *problems(): Generator<string> {
    for (const [key, known] of this.#marks) {
      const marks = unfolded(known);
      if (marks.seq === 0) yield `key ${key} is kept and was never banned`;
      if (marks.seq > this.#newestSeq) yield `key ${key} was banned after the newest ban`;
    }
  }

  #isBanned(order: Order, moment: number, key: string, token: Token | undefined): boolean {
    const marks = this.#marks.get(key);
    if (typeof marks === 'number') return marks > moment;
    return marks !== undefined && marks.isBanned(order, moment, token);
  }

  #isExpired(order: Order, moment: number, key: string): boolean {
    const marks = this.#marks.get(key);
    return typeof marks === 'object' && marks.soft.isAfter(order, moment);
  }

  #makeRoom(newest: Position): void {
    if (this.#rest-- > 0) return;
    const isFull = this.#marks.size > this.#maxYoung;
    const before = isFull ? Number.POSITIVE_INFINITY : newest - storeSettles;
    if (this.#forgetOldest(Math.ceil(this.#max / 16), before) > 0) this.#forgettings++;
  }

  /**
   * Forgets at most `count` bans, the oldest first, up to the first that was placed at `before` or later, and
   * except those that still wait for their place in the log. Returns how many. All of them may wait, and a map is slow
   * to begin where much was deleted: so to pass over many, and to find too few, is paid for by a rest.
   */
  #forgetOldest(count: number, before: Position): number {
    let [forgotten, passed] = [0, 0];
    for (const [key, known] of this.#marks) {
      const isPlain = typeof known === 'number';
      if (!isPlain && known.isPending) {
        passed++;
        continue;
      }
      const [seq, position] = isPlain ? [known, known] : [known.seq, known.position];
      if (forgotten === count || position >= before) break;
      forgotten++;
      this.#beforeForgetting(key);
      this.#marks.delete(key);
      this.#forgottenSeq = Math.max(this.#forgottenSeq, seq);
      this.#floor = Math.max(this.#floor, position);
    }
    this.#rest = Math.max(passed, forgotten < count ? this.#max : 0) >> 4;
    return forgotten;
  }
}

/**
 * A key that had nothing but bans of every value, of which the newest has the same place in both orders: as all have in
 * a process that is alone. One number, so that there is no object that lives for as long as a ban is remembered.
 */
type Plain = number;

function marksAfter(
  known: KeyMarks | Plain | undefined,
  ban: KeyBan,
  stamp: Stamp,
): KeyMarks | Plain {
  const isPlain = ban.soft !== true && ban.except === undefined && stamp.position === stamp.seq;
  if (isPlain && typeof known !== 'object') return stamp.seq;
  const marks = known === undefined ? new KeyMarks() : unfolded(known);
  marks.markFor(ban).add(stamp);
  return marks;
}

function unfolded(known: KeyMarks | Plain): KeyMarks {
  return typeof known === 'number' ? KeyMarks.of(known) : known;
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

  static of(plain: Plain): KeyMarks {
    const marks = new KeyMarks();
    marks.#hard = new BanMark();
    marks.#hard.add({ seq: plain, position: plain });
    return marks;
  }

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
