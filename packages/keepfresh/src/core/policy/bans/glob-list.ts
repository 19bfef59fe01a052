import type { Glob } from '../glob.ts';
import { BanMark, type Order } from './ban-mark.ts';

interface Pattern {
  readonly glob: Glob;
  readonly mark: BanMark;
}

/** Bans by globs that have to be tested one by one. A key pays only for those banned since it was last judged. */
export class GlobList {
  readonly #byText = new Map<string, Pattern>();
  /** The one banned longest ago first. */
  readonly #inOrder: Pattern[] = [];
  #tests = 0;

  get size(): number {
    return this.#byText.size;
  }

  /** How often a glob was tested. */
  get tests(): number {
    return this.#tests;
  }

  /** Whether something that covers `key` was banned after `moment`. */
  covers(key: string, order: Order, moment: number): boolean {
    let bytes: Uint8Array | undefined;
    for (let at = this.#inOrder.length - 1; at >= 0; at--) {
      const { glob, mark } = this.#inOrder[at]!;
      if (!mark.isAfter(order, moment)) {
        if (order === 'seq') return false;
        continue;
      }
      bytes ??= Buffer.from(key);
      this.#tests++;
      if (glob.matchesBytes(bytes)) return true;
    }
    return false;
  }

  /** The mark of a glob, made when there is none. */
  markOf(glob: Glob): BanMark {
    let pattern = this.#byText.get(glob.text);
    if (pattern === undefined) {
      pattern = { glob, mark: new BanMark() };
      this.#byText.set(glob.text, pattern);
      this.#inOrder.push(pattern);
    }
    return pattern.mark;
  }

  /** The glob, if it is here, is banned again: it becomes the newest. */
  renew(glob: Glob): void {
    const pattern = this.#byText.get(glob.text);
    if (pattern === undefined) return;
    this.#takeOut(pattern);
    this.#inOrder.push(pattern);
  }

  remove(glob: Glob): void {
    const pattern = this.#byText.get(glob.text);
    if (pattern === undefined) return;
    this.#byText.delete(glob.text);
    this.#takeOut(pattern);
  }

  #takeOut(pattern: Pattern): void {
    this.#inOrder.splice(this.#inOrder.indexOf(pattern), 1);
  }
}
