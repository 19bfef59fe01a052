import type { KeyHash } from './key-hash.ts';

/**
 * Bits of a word that tell the slot, counted from 1: 33 million, twice what memory may hold. The rest is of the hash.
 */
const slotMask = 2 ** 25 - 1;

/** Chosen by the topmost bits of the hash. */
const parts = 256;
const firstLength = 16;

/** The keys by their slots; the array may be another one after memory has grown. */
export interface KeysBySlot {
  readonly keys: readonly (string | undefined)[];
}

/**
 * The slots of keys: a hash table in integer arrays, open addressing with linear probing (Knuth, "The Art of
 * Computer Programming", volume 3, 6.4, algorithms L and R). A word is a slot and seven bits of the hash of its
 * key, so that a probe seldom looks at a key in vain; the whole hash of each slot is kept beside, so that nothing
 * is hashed twice. 4 bytes an entry for the hash, 5 to 11 for the words, and nothing for the garbage collector to
 * walk over.
 *
 * It is in 256 parts, each of which grows for itself, from the hashes: with a million entries in a tenth of a
 * millisecond, where a `Map` reads a million keys and holds up everything for tens of milliseconds.
 */
export class SlotTable {
  readonly #keyHash: KeyHash;
  readonly #held: KeysBySlot;
  readonly #parts: Int32Array[] = Array.from({ length: parts }, () => new Int32Array(firstLength));
  readonly #counts: Uint32Array = new Uint32Array(parts);
  /** Of the keys, by slot. */
  #hashes: Int32Array = new Int32Array(0);
  #size = 0;
  /** What was looked for in vain last is mostly added next. */
  #missed = '';
  #missedHash = 0;
  readonly #emptyHash: number;

  constructor(keyHash: KeyHash, held: KeysBySlot) {
    this.#keyHash = keyHash;
    this.#held = held;
    this.#emptyHash = this.#missedHash = keyHash.of('');
  }

  get size(): number {
    return this.#size;
  }

  /** Makes room for slots below `capacity`. */
  grow(capacity: number): void {
    const hashes = this.#hashes;
    this.#hashes = new Int32Array(capacity);
    this.#hashes.set(hashes);
  }

  /** The hash of the key of a slot that is in the table. */
  hash(slot: number): number {
    return this.#hashes[slot]!;
  }

  /** The slot of `key`, or -1. */
  find(key: string): number {
    const { keys } = this.#held;
    const hash = this.#keyHash.of(key);
    const words = this.#parts[hash >>> 24]!;
    const last = words.length - 1;
    const wanted = wordOf(hash, 0);
    for (let place = hash & last; ; place = (place + 1) & last) {
      const word = words[place]!;
      if (word === 0) return this.#miss(key, hash);
      if ((word & ~slotMask) !== wanted) continue;
      const slot = (word & slotMask) - 1;
      if (keys[slot] === key) return slot;
    }
  }

  /** Adds a slot whose key is not in the table. */
  add(key: string, slot: number): void {
    const hash = key === this.#missed ? this.#missedHash : this.#keyHash.of(key);
    const part = hash >>> 24;
    this.#hashes[slot] = hash;
    // Three quarters are the most that is full.
    if (++this.#counts[part]! > (this.#parts[part]!.length >>> 2) * 3) this.#growPart(part);
    place(this.#parts[part]!, hash, slot);
    this.#size++;
    this.#missed = '';
    this.#missedHash = this.#emptyHash;
  }

  /** Takes a slot out. False, and nothing is done, when it is not in the table. */
  remove(slot: number): boolean {
    const hash = this.#hashes[slot]!;
    const words = this.#parts[hash >>> 24]!;
    const last = words.length - 1;
    const wanted = wordOf(hash, slot + 1);
    let hole = hash & last;
    while (words[hole] !== wanted) {
      if (words[hole] === 0) return false;
      hole = (hole + 1) & last;
    }
    this.#close(words, hole);
    this.#counts[hash >>> 24]!--;
    this.#size--;
    return true;
  }

  /** Compares every word with the hash of its slot, and the counts; throws where they disagree. For tests. */
  check(): void {
    let size = 0;
    for (const [part, words] of this.#parts.entries()) {
      let count = 0;
      for (const word of words) {
        if (word === 0) continue;
        count++;
        const hash = this.#hashes[(word & slotMask) - 1]!;
        if (hash >>> 24 !== part || wordOf(hash, word & slotMask) !== word) {
          throw new Error(`a word of part ${part} does not belong there`);
        }
      }
      if (count !== this.#counts[part]) throw new Error(`part ${part} counts wrong`);
      size += count;
    }
    if (size !== this.#size) throw new Error(`counted ${this.#size} slots, held ${size}`);
  }

  #miss(key: string, hash: number): number {
    this.#missed = key;
    this.#missedHash = hash;
    return -1;
  }

  /** Moves back what would not be found behind a hole. */
  #close(words: Int32Array, at: number): void {
    const last = words.length - 1;
    let hole = at;
    for (let place = (at + 1) & last; words[place] !== 0; place = (place + 1) & last) {
      const home = this.#hashes[(words[place]! & slotMask) - 1]! & last;
      if (((place - home) & last) < ((place - hole) & last)) continue;
      words[hole] = words[place]!;
      hole = place;
    }
    words[hole] = 0;
  }

  #growPart(part: number): void {
    const before = this.#parts[part]!;
    const words = new Int32Array(2 * before.length);
    for (const word of before) {
      if (word === 0) continue;
      const slot = (word & slotMask) - 1;
      place(words, this.#hashes[slot]!, slot);
    }
    this.#parts[part] = words;
  }
}

/** `slot` counted from 1, or 0 for what all slots with this hash have in common. */
function wordOf(hash: number, slot: number): number {
  return ((hash << 8) & ~slotMask) | slot;
}

function place(words: Int32Array, hash: number, slot: number): void {
  const last = words.length - 1;
  let at = hash & last;
  while (words[at] !== 0) at = (at + 1) & last;
  words[at] = wordOf(hash, slot + 1);
}
