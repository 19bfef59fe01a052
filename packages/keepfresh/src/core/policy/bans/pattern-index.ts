import { Glob } from '../glob.ts';
import { AffixIndex } from './affix-index.ts';
import type { BanMark, Order, Stamp } from './ban-mark.ts';
import { GlobList } from './glob-list.ts';
import { formOf, type PatternForm } from './pattern-form.ts';
import { ShapeIndex } from './shape-index.ts';

export interface PatternLimits {
  /** How many patterns are kept that can be looked up. */
  readonly maxPatterns: number;
  /** How many are kept that have to be tested one by one. */
  readonly maxGlobs: number;
}

/** A pattern in its place in one of the indexes. */
interface Placed {
  readonly glob: Glob;
  readonly form: PatternForm;
  readonly mark: BanMark;
}

/**
 * Bans by pattern, each noted where it is found fastest. The answer is always that of the glob itself.
 *
 * Over a bound the oldest quarter of the patterns is *widened*: `user:42:*` becomes `user:*`, and what has
 * nothing shorter becomes a ban of everything, each with its own moment. More is invalidated than was asked,
 * of what is older than these patterns; nothing that was invalidated comes back.
 */
export class PatternIndex {
  readonly #limits: PatternLimits;
  readonly #everything: BanMark;
  /** By canonical text, the one banned longest ago first. */
  readonly #placed = new Map<string, Placed>();
  readonly #prefixes = new AffixIndex('start');
  readonly #suffixes = new AffixIndex('end');
  readonly #shapes = new ShapeIndex();
  readonly #globs = new GlobList();
  #newestSeq = 0;
  #widened = 0;

  /** `everything` is where bans go that have become too wide for a pattern. */
  constructor(limits: PatternLimits, everything: BanMark) {
    this.#limits = limits;
    this.#everything = everything;
  }

  get size(): number {
    return this.#placed.size;
  }

  /** How many of the patterns have to be tested one by one. */
  get globs(): number {
    return this.#globs.size;
  }

  /** How many tests of single patterns there were. */
  get tests(): number {
    return this.#globs.tests;
  }

  /** How many patterns were widened for want of room. */
  get widened(): number {
    return this.#widened;
  }

  add(pattern: string, stamp: Stamp): void {
    this.#place(pattern, { renew: true }).add(stamp);
    this.#newestSeq = Math.max(this.#newestSeq, stamp.seq);
    this.#bound();
  }

  /** Whether a pattern that covers `key` was banned after `moment`. */
  covers(key: string, order: Order, moment: number): boolean {
    if (this.#placed.size === 0) return false;
    if (order === 'seq' && this.#newestSeq <= moment) return false;
    return (
      this.#prefixes.covers(key, order, moment) ||
      this.#suffixes.covers(key, order, moment) ||
      this.#shapes.covers(key, order, moment) ||
      this.#globs.covers(key, order, moment)
    );
  }

  /** Forgets everything; nothing is to be judged by what was known. */
  clear(): void {
    for (const [text, placed] of this.#placed) this.#remove(text, placed);
  }

  /** What is wrong with the structure: nothing, unless one of these files has a fault. */
  *problems(): Generator<string> {
    const general = this.#placed.values().filter(({ form }) => form.kind === 'general');
    if (general.toArray().length !== this.#globs.size) yield 'globs that are not placed';
    if (this.#globs.size > this.#limits.maxGlobs) yield 'more globs than allowed';
    if (this.#indexed > this.#limits.maxPatterns) yield 'more patterns than allowed';
    for (const [text, { glob, mark }] of this.#placed) {
      if (this.#markOf(glob, formOf(glob)) !== mark) yield `${text} is found elsewhere`;
      if (mark.seq > this.#newestSeq) yield `${text} was banned after the newest ban`;
    }
  }

  get #indexed(): number {
    return this.#placed.size - this.#globs.size;
  }

  /** The mark of a pattern in its place; with `renew` the pattern becomes the newest, to be widened last. */
  #place(pattern: string, { renew }: { readonly renew: boolean }): BanMark {
    // The same pattern comes again, from the log at the latest: then there is nothing to parse.
    let text = pattern;
    let placed = this.#placed.get(text);
    if (placed === undefined) {
      const glob = new Glob(pattern);
      text = canonicalText(glob);
      placed = this.#placed.get(text);
      if (placed === undefined) return this.#placeNew(text, glob);
    }
    if (renew) {
      this.#placed.delete(text);
      this.#placed.set(text, placed);
      this.#globs.renew(placed.glob);
    }
    return placed.mark;
  }

  #placeNew(text: string, glob: Glob): BanMark {
    const form = formOf(glob);
    const mark = this.#markOf(glob, form);
    this.#placed.set(text, { glob, form, mark });
    return mark;
  }

  #markOf(glob: Glob, form: PatternForm): BanMark {
    if (form.kind === 'prefix') return this.#prefixes.markOf(form.affix);
    if (form.kind === 'suffix') return this.#suffixes.markOf(form.affix);
    if (form.kind === 'shape') return this.#shapes.markOf(glob, form.segments);
    return this.#globs.markOf(glob);
  }

  #remove(text: string, { glob, form }: Placed): void {
    this.#placed.delete(text);
    if (form.kind === 'prefix') this.#prefixes.remove(form.affix);
    else if (form.kind === 'suffix') this.#suffixes.remove(form.affix);
    else if (form.kind === 'shape') this.#shapes.remove(form.segments);
    else this.#globs.remove(glob);
  }

  #bound(): void {
    const { maxGlobs, maxPatterns } = this.#limits;
    if (this.#globs.size > maxGlobs) {
      this.#widenOldest(Math.ceil(maxGlobs / 4), ({ form }) => form.kind === 'general');
    }
    while (this.#indexed > maxPatterns) {
      this.#widenOldest(Math.ceil(maxPatterns / 4), ({ form }) => form.kind !== 'general');
    }
  }

  #widenOldest(count: number, isMeant: (placed: Placed) => boolean): void {
    const oldest = this.#placed.entries().filter(([, placed]) => isMeant(placed));
    for (const [text, placed] of oldest.take(count).toArray()) this.#widen(text, placed);
  }

  #widen(text: string, placed: Placed): void {
    this.#remove(text, placed);
    this.#widened++;
    const prefix = widerPrefix(placed);
    const wider =
      prefix === '' ? this.#everything : this.#place(`${escape(prefix)}*`, { renew: false });
    wider.absorb(placed.mark);
  }
}

/** The whole segments that the pattern begins with; of a prefix pattern, all but the last of them. */
function widerPrefix({ glob: { prefix }, form }: Placed): string {
  const searched = form.kind === 'prefix' ? prefix.slice(0, -1) : prefix;
  return prefix.slice(0, searched.lastIndexOf(':') + 1);
}

/** One text for all globs that are written differently and have the same form. */
function canonicalText(glob: Glob): string {
  return glob.literals?.map(escape).join('*') ?? glob.text;
}

function escape(literal: string): string {
  return literal.replace(/[*?[\]\\]/g, '\\$&');
}
