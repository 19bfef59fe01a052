import type { Ban, PatternBan } from '../../ports/log.ts';
import type { TagState } from '../../ports/memory.ts';
import type { Position, StoredRecord, Token } from '../../ports/record.ts';
import { BanMark, isPlain, PendingBan, type PlainBan } from './ban-mark.ts';
import { KeyBans } from './key-bans.ts';
import { PatternIndex } from './pattern-index.ts';
import { TagBans, type TagPosition, type TagQuestion } from './tag-bans.ts';
import type { TagCell } from './tag-cell.ts';

/** How much a table remembers. Beyond that it widens or forgets old bans, and invalidates more instead. */
export interface BanTableOptions {
  /** Bans of single keys. Default 65,536. */
  readonly maxKeys?: number | undefined;
  /** The same while they are younger than a minute: a store may still hold what they cover. Default 4 × `maxKeys`. */
  readonly maxYoungKeys?: number | undefined;
  /** Tags with bans. Default 100,000. */
  readonly maxTags?: number | undefined;
  /** Patterns that can be looked up: prefixes, suffixes, whole segments. Default 16,384. */
  readonly maxPatterns?: number | undefined;
  /** Other patterns, which are tested one by one. Default 1,024. */
  readonly maxGlobs?: number | undefined;
  /** Called when much of what is held may have become invalid: not for bans of single keys. */
  readonly onBan?: (() => void) | undefined;
}

/**
 * What the table says of a stored record.
 * - `banned`: it is invalid. `stale`: `expire` covered it. `valid`: neither.
 * - `unknown-tags`: one of its tags may have been banned before this table began; ask the log, then `learnTags`.
 */
export type Verdict = 'valid' | 'stale' | 'banned' | 'unknown-tags';

/** Own bans of one call, in force in this process and without a place in the log yet. */
export interface PendingBans {
  readonly bans: readonly PendingBan[];
}

/** What a table starts from when the log is read anew. */
export interface BanTableStart {
  /** Records below are invalid. */
  readonly floor: Position;
  /** From here on every ban will be applied; the patterns are complete. */
  readonly completeFrom: Position;
  readonly patterns: readonly { readonly pattern: string; readonly position: Position }[];
}

/** What a record must say of itself to be judged. */
export type Judged = Pick<StoredRecord, 'position' | 'token' | 'tags'>;

const noCells: readonly TagCell[] = [];

/**
 * The invalidations that one process knows, and the judgement of values by them: a value is valid iff no ban
 * that covers it is newer than it.
 *
 * "Newer" has two meanings, so each ban is kept in two orders.
 *
 * - `seq` counts the bans in the order in which *this process applied* them: 1, 2, 3, … It judges what this
 *   process holds: an entry or a load remembers the newest `seq` it was checked against. While that is the
 *   table's own there is nothing to do; afterwards only bans that came since matter.
 * - The *position* in the log is the order that all processes share. It judges records of the shared store,
 *   which carry the position that their process had applied before their load began. An own ban counts as
 *   newer than everything until the log has given it its place.
 *
 * Everything is bounded. What is forgotten or widened invalidates more than was asked for, never less.
 * The idea of judging at the time of use, by bans newer than the object alone, is that of Varnish's ban list.
 */
export class BanTable {
  #seq = 0;
  /** Bans of everything, floors, and what has become too wide to be kept as a pattern. */
  #everything = new BanMark();
  readonly #keys: KeyBans;
  readonly #tags: TagBans;
  readonly #patterns: PatternIndex;
  readonly #pending = new Set<PendingBan>();
  #newestSoftSeq = 0;
  #judgeHeld: (key: string) => void = () => {};
  readonly #onBan: (() => void) | undefined;
  /** The newest position of any ban. */
  #newest: Position = 0;
  #completeFrom: Position = 0;

  constructor(options: BanTableOptions = {}) {
    this.#onBan = options.onBan;
    const { maxKeys = 65_536, maxYoungKeys = 4 * maxKeys } = options;
    const { maxTags = 100_000, maxPatterns = 16_384, maxGlobs = 1_024 } = options;
    this.#keys = new KeyBans({ max: maxKeys, maxYoung: maxYoungKeys }, (key) =>
      this.#judgeHeld(key),
    );
    this.#tags = new TagBans(maxTags);
    this.#patterns = new PatternIndex({ maxPatterns, maxGlobs }, this.#everything);
  }

  /** The newest local ban; 0 when there was none. */
  get seq(): number {
    return this.#seq;
  }

  /** Records below are invalid. */
  get floor(): Position {
    return this.#everything.position;
  }

  /** Every ban of a single key from here on is known, as far as the log has told it. */
  get keysCompleteFrom(): Position {
    return Math.max(this.#completeFrom, this.#keys.forgottenUpTo);
  }

  /** Applies a ban that the log placed at `position`. A ban of an unknown kind covers everything. */
  apply(ban: PlainBan, position: Position): void {
    this.#add(ban, position);
  }

  /** Puts own bans in force that the log has not placed yet. Holds and releases among them are no bans of values. */
  applyPending(bans: readonly Ban[]): PendingBans {
    const pending = bans.filter(isPlain).map((ban) => new PendingBan(ban));
    for (const each of pending) {
      this.#pending.add(each);
      this.#add(each.ban, each);
    }
    return { bans: pending };
  }

  /**
   * The log has placed own bans at `position`. That makes no new ban here: what was loaded since they were
   * put in force stays. Bans that were placed before and told again are applied anew.
   */
  place(pending: PendingBans, position: Position): void {
    this.#newest = Math.max(this.#newest, position);
    for (const each of pending.bans) {
      if (this.#pending.delete(each)) each.mark?.place(each, position);
      else this.#add(each.ban, position);
    }
  }

  /** The shared cell of a tag. Entries take theirs in the same synchronous block in which they are stored. */
  intern(tag: string): TagCell {
    return this.#tags.intern(tag);
  }

  /** The shared cells of the tags of an entry, in order. */
  internAll(tags: readonly string[]): readonly TagCell[] {
    return tags.length === 0 ? noCells : tags.map((tag) => this.#tags.intern(tag));
  }

  /** Whether a value was banned after `seq`. `token` is that of the value, if it is known. */
  isBannedSince(seq: number, key: string, tags: readonly TagState[], token?: Token): boolean {
    if (this.#isBannedButByKey(seq, tags)) return true;
    return this.#keys.isBannedSince(seq, key, token) || this.#patterns.covers(key, 'seq', seq);
  }

  /** Whether `expire` covered a value after `seq`. */
  isExpiredSince(seq: number, key: string, tags: readonly TagState[]): boolean {
    if (seq >= this.#newestSoftSeq) return false;
    for (const tag of tags) if (tag.expiredSeq > seq) return true;
    return this.#keys.isExpiredSince(seq, key);
  }

  /** Whether a value was banned or expired after `seq`: what was loaded before then is not for who came since. */
  isCoveredSince(seq: number, key: string, tags: readonly TagState[]): boolean {
    return this.isBannedSince(seq, key, tags) || this.isExpiredSince(seq, key, tags);
  }

  /**
   * Like `isBannedSince`, for a value that this process holds. Bans of its key that were forgotten since were applied
   * to it then (see `beforeForgetting`), so it stays however many other keys are banned between two reads.
   */
  isHeldBannedSince(seq: number, key: string, tags: readonly TagState[]): boolean {
    if (this.#isBannedButByKey(seq, tags)) return true;
    return this.#keys.isHeldBannedSince(seq, key) || this.#patterns.covers(key, 'seq', seq);
  }

  /**
   * Has `judgeHeld` called with each key whose bans are forgotten next: whoever holds a value under it judges it now.
   */
  beforeForgetting(judgeHeld: (key: string) => void): void {
    this.#judgeHeld = judgeHeld;
  }

  /** What is known of a record of the shared store. Its epoch is the caller's to compare. */
  verdict(key: string, record: Judged): Verdict {
    const { position, tags } = record;
    if (this.#everything.position > position) return 'banned';
    if (this.#keys.hasForgottenAfter(position, this.#newest)) return 'banned';
    if (this.#keys.isBannedAfter(key, record)) return 'banned';
    if (this.#patterns.covers(key, 'position', position)) return 'banned';
    const byTags = this.#tags.judge(position, tags);
    if (byTags === 'banned') return 'banned';
    if (byTags === 'unknown') return 'unknown-tags';
    const isStale = byTags === 'stale' || this.#keys.isExpiredAfter(position, key);
    return isStale ? 'stale' : 'valid';
  }

  /** What to ask the log about tags, to be handed to `learnTags` with its answer. */
  askTags(tags: readonly string[]): TagQuestion {
    return { tags, forgettings: this.#tags.forgettings };
  }

  /**
   * Notes what the log said of the tags asked about, in order; from then on they are known. False when the
   * answer came too late to be used, because something was forgotten meanwhile: they stay unknown.
   */
  learnTags(question: TagQuestion, positions: readonly TagPosition[]): boolean {
    return this.#tags.learn(question, positions, this.#seq);
  }

  /** Records below `position` are invalid from now on; what this process holds was judged when it applied the bans. */
  raiseFloor(position: Position): void {
    this.#everything.raise(position);
  }

  /**
   * Starts anew from what the log says. Everything this process holds or loads now counts as banned. Own bans
   * without a place stay in force.
   */
  reset(start: BanTableStart): void {
    this.#seq++;
    this.#completeFrom = start.completeFrom;
    this.#keys.reset();
    this.#patterns.clear();
    this.#tags.reset(start.completeFrom, this.#seq);
    this.#everything.restart(this.#seq, start.floor);
    for (const { pattern, position } of start.patterns) this.#add(patternBan(pattern), position);
    for (const each of this.#pending) this.#add(each.ban, each);
    this.#onBan?.();
  }

  /** For tests. */
  stats(): BanStats {
    return {
      keys: this.#keys.size,
      tags: this.#tags.size,
      sharedTags: this.#tags.sharedSize,
      patterns: this.#patterns.size - this.#patterns.globs,
      globs: this.#patterns.globs,
      pending: this.#pending.size,
      globTests: this.#patterns.tests,
      widened: this.#patterns.widened,
      forgettings: this.#keys.forgettings + this.#tags.forgettings,
    };
  }

  /** What is wrong with the structure: nothing, unless the table has a fault. For tests; O(bans). */
  problems(): string[] {
    const found = [this.#keys, this.#tags, this.#patterns].flatMap((part) => [...part.problems()]);
    for (const { ban, mark } of this.#pending) {
      if (mark?.isPending !== true) found.push(`a pending ban of a ${ban.kind} is not noted`);
    }
    if (this.#everything.seq > this.#seq) found.push('everything was banned after the newest ban');
    return found;
  }

  #isBannedButByKey(seq: number, tags: readonly TagState[]): boolean {
    if (this.#everything.seq > seq) return true;
    for (const tag of tags) if (tag.bannedSeq > seq) return true;
    return false;
  }

  #add(ban: PlainBan, position: Position | PendingBan): void {
    if (typeof position === 'number') this.#newest = Math.max(this.#newest, position);
    const stamp = { seq: ++this.#seq, position };
    if (ban.kind !== 'key') this.#onBan?.();
    switch (ban.kind) {
      case 'key':
        if (ban.soft === true) this.#newestSoftSeq = stamp.seq;
        return this.#keys.add(ban, stamp, this.#newest);
      case 'tag':
        if (ban.soft === true) this.#newestSoftSeq = stamp.seq;
        return this.#tags.add(ban, stamp);
      case 'pattern':
        return this.#patterns.add(ban.pattern, stamp);
      default:
        // `clear`, and whatever a newer version may have written.
        return this.#everything.add(stamp);
    }
  }
}

/** What a table holds and has done, for tests; plain numbers. */
export interface BanStats {
  readonly keys: number;
  readonly tags: number;
  /** Tags that entries have and that were not banned; some may be gone. */
  readonly sharedTags: number;
  readonly patterns: number;
  readonly globs: number;
  /** Own bans without a place in the log. */
  readonly pending: number;
  /** Tests of patterns that cannot be looked up. */
  readonly globTests: number;
  /** Patterns widened for want of room. */
  readonly widened: number;
  /** How often the oldest bans of keys or tags were forgotten. */
  readonly forgettings: number;
}

function patternBan(pattern: string): PatternBan {
  return { kind: 'pattern', pattern };
}
