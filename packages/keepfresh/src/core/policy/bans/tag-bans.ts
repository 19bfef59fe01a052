import type { TagBan } from '../../ports/log.ts';
import type { Position } from '../../ports/record.ts';
import type { Stamp } from './ban-mark.ts';
import { type Generation, TagCell } from './tag-cell.ts';

/** What a log says of a tag: the newest position at which it was banned, 0 for never. */
export interface TagPosition {
  readonly hard: Position;
  readonly soft: Position;
}

/** What a log is asked when it is unknown whether tags were banned. */
export interface TagQuestion {
  readonly tags: readonly string[];
  /** How often the table had forgotten something when it was asked. */
  readonly forgettings: number;
}

/**
 * Bans of tags, the newest of each, and the cells that entries share.
 *
 * A cell with something to say is *kept* here: it was banned, or the log was asked about it. The others live
 * as long as an entry holds them, and are found through weak references: there is one cell of a tag as long
 * as anybody holds one, nobody has to give cells back, and tags that are gone cost nothing. What a
 * collected cell knew is nothing, so no verdict depends on when memory is reclaimed.
 *
 * Over the bound the oldest quarter of the kept cells is let go. Their bans are not lost: entries hold on to
 * their own cells, new cells count as banned at that moment, and of older records it is then unknown whether
 * their tags were banned, so that the log is asked.
 */
export class TagBans {
  readonly #max: number;
  /** For how many bans to come nobody looks for what can be let go. */
  #rest = 0;
  #generation: Generation = { isOver: false };
  #kept = new Map<string, TagCell>();
  #shared = new Map<string, WeakRef<TagCell>>();
  #sweep = this.#shared.entries();
  /** Tags without a kept cell have no ban placed from here on. */
  #completeFrom: Position = 0;
  /** New cells count as banned then. */
  #forgottenSeq = 0;
  #forgettings = 0;

  constructor(max: number) {
    this.#max = max;
  }

  /** How many tags have bans, or are known to have none. */
  get size(): number {
    return this.#kept.size;
  }

  /** How many other tags entries have; some of these may be gone. */
  get sharedSize(): number {
    return this.#shared.size;
  }

  /** How often something was forgotten. */
  get forgettings(): number {
    return this.#forgettings;
  }

  /** The cell of a tag. An entry takes its cells in the same synchronous block in which it is stored. */
  intern(tag: string): TagCell {
    const known = this.#kept.get(tag) ?? this.#shared.get(tag)?.deref();
    if (known !== undefined) return known;
    const cell = this.#create(tag);
    this.#share(cell);
    return cell;
  }

  add(ban: TagBan, stamp: Stamp): void {
    const cell = this.#keep(ban.tag);
    const mark = ban.soft === true ? cell.softMark() : cell.hardMark();
    mark.add(stamp);
    this.#bound(stamp.seq);
  }

  /**
   * What the tags have to say about a record with position `position`; `unknown` when the log has to be asked
   * before it can be used.
   */
  judge(position: Position, tags: readonly string[]): 'valid' | 'stale' | 'banned' | 'unknown' {
    let isKnown = true;
    let isStale = false;
    for (const tag of tags) {
      const cell = this.#kept.get(tag);
      if (cell !== undefined && cell.bannedPosition > position) return 'banned';
      if (cell !== undefined && cell.expiredPosition > position) isStale = true;
      if (position < (cell?.completeFrom ?? this.#completeFrom)) isKnown = false;
    }
    if (!isKnown) return 'unknown';
    return isStale ? 'stale' : 'valid';
  }

  /**
   * Notes what the log said of `tags`, in order, and tells whether it did: an answer to a question from before
   * something was forgotten (`forgettings` was another) may lack just that.
   */
  learn(question: TagQuestion, positions: readonly TagPosition[], seq: number): boolean {
    if (question.forgettings !== this.#forgettings) return false;
    for (const [index, tag] of question.tags.entries()) {
      const { hard, soft } = positions[index] ?? { hard: 0, soft: 0 };
      const cell = this.#keep(tag);
      if (hard > 0) cell.hardMark().raise(hard);
      if (soft > 0) cell.softMark().raise(soft);
      cell.completeFrom = 0;
    }
    this.#bound(seq);
    return true;
  }

  /** Forgets everything. Bans are complete from `position` on; cells handed out so far count as banned. */
  reset(position: Position, seq: number): void {
    this.#generation.isOver = true;
    this.#generation = { isOver: false };
    this.#kept = new Map();
    this.#rest = 0;
    this.#shared = new Map();
    this.#sweep = this.#shared.entries();
    this.#completeFrom = position;
    this.#noteForgetting(seq);
  }

  /** What is wrong with the structure: nothing, unless this file has a fault. */
  *problems(): Generator<string> {
    for (const [tag, cell] of this.#kept) {
      if (cell.tag !== tag) yield `the cell of ${tag} is that of ${cell.tag}`;
      if (this.#shared.has(tag)) yield `tag ${tag} has two cells`;
    }
  }

  #create(tag: string): TagCell {
    return new TagCell(tag, this.#completeFrom, this.#forgottenSeq, this.#generation);
  }

  #share(cell: TagCell): void {
    this.#shared.set(cell.tag, new WeakRef(cell));
    this.#sweepSome();
  }

  /** The cell of a tag, moved to the end of the order in which cells are let go. */
  #keep(tag: string): TagCell {
    const cell = this.#kept.get(tag) ?? this.#shared.get(tag)?.deref() ?? this.#create(tag);
    this.#shared.delete(tag);
    this.#kept.delete(tag);
    this.#kept.set(tag, cell);
    return cell;
  }

  /** What waits for its place stays, which may be all there is: so to pass over many is paid for by a rest. */
  #bound(seq: number): void {
    if (this.#kept.size <= this.#max || this.#rest-- > 0) return;
    let left = this.#kept.size - this.#max + Math.floor(this.#max / 4);
    let passed = 0;
    for (const cell of this.#kept.values()) {
      if (left === 0) break;
      if (cell.isPending) {
        passed++;
        continue;
      }
      left--;
      this.#letGo(cell);
    }
    this.#rest = passed >> 4;
    this.#noteForgetting(seq);
  }

  #letGo(cell: TagCell): void {
    const newest = Math.max(cell.bannedPosition, cell.expiredPosition);
    this.#completeFrom = Math.max(this.#completeFrom, newest);
    this.#kept.delete(cell.tag);
    this.#share(cell);
  }

  #noteForgetting(seq: number): void {
    this.#forgottenSeq = seq;
    this.#forgettings++;
  }

  /** Looks at a few weak references for each new one, so that dead ones never outnumber the living for long. */
  #sweepSome(): void {
    for (let step = 0; step < 2; step++) {
      const next = this.#sweep.next();
      if (next.done === true) {
        this.#sweep = this.#shared.entries();
        return;
      }
      const [tag, reference] = next.value;
      if (reference.deref() === undefined) this.#shared.delete(tag);
    }
  }
}
