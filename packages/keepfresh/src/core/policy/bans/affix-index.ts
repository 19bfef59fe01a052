import { BanMark, type Order } from './ban-mark.ts';

/** Which end of keys an index is about. */
export type Side = 'start' | 'end';

/** All affixes of one length. */
interface Group {
  readonly length: number;
  readonly marks: Map<string, BanMark>;
  /** The character nearest to the rest of the key, when all affixes share it; else undefined. */
  border: string | undefined;
}

/**
 * Bans of everything that begins (or ends) with a text. A key is looked up once for each *length* of the
 * affixes, however many there are; and not at all where it lacks the border character that all affixes of
 * that length share, which is `:` for patterns such as `user:42:*`.
 */
export class AffixIndex {
  readonly #side: Side;
  readonly #groups: Group[] = [];

  constructor(side: Side) {
    this.#side = side;
  }

  /** Whether something that covers `key` was banned after `moment`. */
  covers(key: string, order: Order, moment: number): boolean {
    for (const group of this.#groups) {
      if (group.length > key.length || !this.#bordersOn(group, key)) continue;
      const mark = group.marks.get(this.#affixOf(key, group.length));
      if (mark !== undefined && mark.isAfter(order, moment)) return true;
    }
    return false;
  }

  /** The mark of an affix, made when there is none. */
  markOf(affix: string): BanMark {
    const group = this.#groupOf(affix);
    let mark = group.marks.get(affix);
    if (mark === undefined) {
      mark = new BanMark();
      group.marks.set(affix, mark);
      if (this.#borderOf(affix) !== group.border) group.border = undefined;
    }
    return mark;
  }

  remove(affix: string): void {
    const at = this.#groups.findIndex((group) => group.length === affix.length);
    const group = this.#groups[at];
    group?.marks.delete(affix);
    if (group?.marks.size === 0) this.#groups.splice(at, 1);
  }

  #groupOf(affix: string): Group {
    const known = this.#groups.find((group) => group.length === affix.length);
    if (known !== undefined) return known;
    const group: Group = {
      length: affix.length,
      marks: new Map(),
      border: this.#borderOf(affix),
    };
    this.#groups.push(group);
    return group;
  }

  #bordersOn({ border, length }: Group, key: string): boolean {
    if (border === undefined) return true;
    return key[this.#side === 'start' ? length - 1 : key.length - length] === border;
  }

  #borderOf(affix: string): string | undefined {
    return this.#side === 'start' ? affix.at(-1) : affix[0];
  }

  #affixOf(key: string, length: number): string {
    return this.#side === 'start' ? key.slice(0, length) : key.slice(key.length - length);
  }
}
