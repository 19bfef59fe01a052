const mostCount = 15;
/** Increments per counter of the table's entries, after which all counts are halved. */
const sampleFactor = 10;
const fewest = 64;

/**
 * How often keys were seen lately, about: a count-min sketch (Cormode and Muthukrishnan, 2005) of 4-bit
 * counters. Each key has four counters in one 64-byte block, and is said to have been seen as often as the
 * least of them. After so many increments that ten of them fall on each entry all counts are halved, so that
 * what was popular once is forgotten (TinyLFU: Einziger, Friedman and Manes, ACM TOS 2017). 8 bytes an entry.
 */
export class FrequencySketch {
  /** Eight counters in each word. */
  #words: Uint32Array = new Uint32Array(0);
  #blockMask = 0;
  #sample = 0;
  #increments = 0;

  /** Makes the table large enough for so many entries; what was counted is lost when it has to grow. */
  ensure(entries: number): void {
    if (2 * entries <= this.#words.length) return;
    const words = 2 ** Math.ceil(Math.log2(Math.max(fewest, 2 * entries)));
    this.#words = new Uint32Array(words);
    this.#blockMask = words / 16 - 1;
    this.#sample = (words / 2) * sampleFactor;
    this.#increments = 0;
  }

  increment(hash: number): void {
    if (this.#words.length === 0) return;
    const block = (hash & this.#blockMask) << 4;
    const mixed = remix(hash);
    let isCounted = false;
    for (let row = 0; row < 4; row++) {
      const place = placeOf(block, mixed, row);
      const shift = shiftOf(mixed, row);
      const word = this.#words[place]!;
      if (((word >>> shift) & mostCount) === mostCount) continue;
      this.#words[place] = word + (1 << shift);
      isCounted = true;
    }
    if (isCounted && ++this.#increments >= this.#sample) this.#halve();
  }

  /** How often the key was seen lately, 0 to 15; never less than it was counted since the last halving. */
  estimate(hash: number): number {
    if (this.#words.length === 0) return 0;
    const block = (hash & this.#blockMask) << 4;
    const mixed = remix(hash);
    let least = mostCount;
    for (let row = 0; row < 4; row++) {
      const count = (this.#words[placeOf(block, mixed, row)]! >>> shiftOf(mixed, row)) & mostCount;
      if (count < least) least = count;
    }
    return least;
  }

  clear(): void {
    this.#words.fill(0);
    this.#increments = 0;
  }

  #halve(): void {
    const words = this.#words;
    for (let index = 0; index < words.length; index++) {
      words[index] = (words[index]! >>> 1) & 0x77777777;
    }
    this.#increments = Math.floor(this.#increments / 2);
  }
}

/** Bits that are independent of those that choose the block. */
function remix(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39);
}

/** Each row has a quarter of the block: 4 words. */
function placeOf(block: number, mixed: number, row: number): number {
  return block + (row << 2) + ((mixed >>> (row << 3)) & 3);
}

function shiftOf(mixed: number, row: number): number {
  return ((mixed >>> ((row << 3) + 2)) & 7) << 2;
}
