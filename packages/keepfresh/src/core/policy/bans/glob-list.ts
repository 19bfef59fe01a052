import type { Glob } from '../glob.ts';
import { BanMark, type Order } from './ban-mark.ts';

/** Bans by globs that have to be tested one by one. A key pays only for those banned since it was last judged. */
export class GlobList {
  readonly #patterns = new Map<string, { readonly glob: Glob; readonly mark: BanMark }>();
  #tests = 0;

  get size(): number {
    return this.#patterns.size;
  }

  /** How often a glob was tested. */
  get tests(): number {
    return this.#tests;
  }

  /** Whether something that covers `key` was banned after `moment`. */
  covers(key: string, order: Order, moment: number): boolean {
    let bytes: Uint8Array | undefined;
    for (const { glob, mark } of this.#patterns.values()) {
      if (!mark.isAfter(order, moment)) continue;
      bytes ??= Buffer.from(key);
      this.#tests++;
      if (glob.matchesBytes(bytes)) return true;
    }
    return false;
  }

  /** The mark of a glob, made when there is none. */
  markOf(glob: Glob): BanMark {
    let pattern = this.#patterns.get(glob.text);
    if (pattern === undefined) {
      pattern = { glob, mark: new BanMark() };
      this.#patterns.set(glob.text, pattern);
    }
    return pattern.mark;
  }

  remove(glob: Glob): void {
    this.#patterns.delete(glob.text);
  }
}
